// Executor: how a pure batch function is given parallelism. Results must not depend on it.
#pragma once

#include <cstddef>
#include <functional>

namespace bulkhead {

class Executor {
 public:
  virtual ~Executor() = default;
  // Calls body(begin, end) on disjoint blocks that cover [0, count), each at most `grain` long, in
  // any order and on any thread; returns when all are done.
  virtual void parallel_for(
      std::size_t count, std::size_t grain,
      const std::function<void(std::size_t begin, std::size_t end)>& body) = 0;
};

// Runs blocks one after another on the caller's thread.
class SerialExecutor final : public Executor {
 public:
  void parallel_for(std::size_t count, std::size_t grain,
                    const std::function<void(std::size_t, std::size_t)>& body) override;
};

}  // namespace bulkhead
