// A fixed set of threads that share the blocks of a batch: the Executor of a running node.
#pragma once

#include <memory>

#include "bulkhead/base/executor.h"

namespace bulkhead::node {

class ThreadPool final : public Executor {
 public:
  // `threads` in all, the caller's own among them; at least 1. With 1 no thread is started.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Batches of several callers run one after another; a body may call parallel_for itself, which
  // then runs on its own thread alone. A body must not throw.
  void parallel_for(std::size_t count, std::size_t grain,
                    const std::function<void(std::size_t, std::size_t)>& body) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::node
