// Workers sleep until a batch is posted, then take blocks from one counter until none is left.
#include "bulkhead/node/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bulkhead/base/assert.h"

namespace bulkhead::node {

namespace {

using Body = std::function<void(std::size_t, std::size_t)>;

// The pool whose batch this thread is working on.
thread_local const void* current_pool = nullptr;

struct Batch {
  std::size_t count = 0;
  std::size_t grain = 1;
  const Body* body = nullptr;
  std::atomic<std::size_t> next{0};

  void work() {
    for (;;) {
      const std::size_t begin = next.fetch_add(grain);
      if (begin >= count) return;
      (*body)(begin, std::min(count, begin + grain));
    }
  }
};

}  // namespace

struct ThreadPool::Impl {
  std::mutex callers;  // held by the caller whose batch runs
  std::mutex mutex;
  std::condition_variable posted;
  std::condition_variable finished;
  Batch* batch = nullptr;
  std::uint64_t generation = 0;
  std::size_t working = 0;  // workers that have not left the batch
  bool stopping = false;
  std::vector<std::jthread> workers;

  void run() {
    current_pool = this;
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    for (;;) {
      posted.wait(lock, [&] { return stopping || generation != seen; });
      if (stopping) return;
      seen = generation;
      Batch* const mine = batch;
      lock.unlock();
      mine->work();
      lock.lock();
      if (--working == 0) finished.notify_one();
    }
  }
};

ThreadPool::ThreadPool(unsigned threads) : impl_(std::make_unique<Impl>()) {
  for (unsigned i = 1; i < std::max(1U, threads); ++i) {
    impl_->workers.emplace_back([impl = impl_.get()] { impl->run(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->posted.notify_all();
  impl_->workers.clear();  // joins
}

void ThreadPool::parallel_for(std::size_t count, std::size_t grain, const Body& body) {
  BULKHEAD_ASSERT(grain > 0);
  Batch batch;
  batch.count = count;
  batch.grain = grain;
  batch.body = &body;
  if (impl_->workers.empty() || count <= grain || current_pool == impl_.get()) {
    batch.work();
    return;
  }
  const std::lock_guard caller(impl_->callers);
  const void* const outer = std::exchange(current_pool, impl_.get());
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->batch = &batch;
    impl_->working = impl_->workers.size();
    ++impl_->generation;
  }
  impl_->posted.notify_all();
  batch.work();
  {
    std::unique_lock lock(impl_->mutex);
    impl_->finished.wait(lock, [&] { return impl_->working == 0; });
  }
  current_pool = outer;
}

}  // namespace bulkhead::node
