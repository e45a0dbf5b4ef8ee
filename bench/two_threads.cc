#include "two_threads.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace bulkhead::bench {

void TwoThreads::parallel_for(std::size_t count, std::size_t grain,
                              const std::function<void(std::size_t, std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t begin = next.fetch_add(grain); begin < count; begin = next.fetch_add(grain)) {
      body(begin, std::min(count, begin + grain));
    }
  };
  if (count <= grain) return run();  // one block: no thread is worth its start
  std::thread other(run);
  run();
  other.join();
}

}  // namespace bulkhead::bench
