// Blocks of work on two threads, which take them as they come.
#pragma once

#include "bulkhead/base/executor.h"

namespace bulkhead::bench {

class TwoThreads final : public Executor {
 public:
  void parallel_for(std::size_t count, std::size_t grain,
                    const std::function<void(std::size_t, std::size_t)>& body) override;
};

}  // namespace bulkhead::bench
