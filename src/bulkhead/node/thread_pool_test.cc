// The pool covers every index once, whoever calls.
#include "bulkhead/node/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace bulkhead::node {
namespace {

TEST(ThreadPool, CoversEveryIndexOnce) {
  for (const unsigned threads : {1U, 2U, 4U}) {
    ThreadPool pool(threads);
    for (const std::size_t count : {0U, 1U, 7U, 1000U}) {
      for (const std::size_t grain : {1U, 16U, 5000U}) {
        std::vector<std::atomic<int>> hits(count);
        pool.parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
          EXPECT_LE(end - begin, grain);
          for (std::size_t i = begin; i < end; ++i) ++hits[i];
        });
        for (const auto& hit : hits) EXPECT_EQ(hit, 1);
      }
    }
  }
}

TEST(ThreadPool, NestedAndConcurrentCallersFinish) {
  ThreadPool pool(3);
  std::atomic<int> sum{0};
  const auto call = [&] {
    for (int round = 0; round < 50; ++round) {
      pool.parallel_for(10, 1, [&](std::size_t, std::size_t) {
        pool.parallel_for(3, 1, [&](std::size_t, std::size_t) { ++sum; });
      });
    }
  };
  {
    std::jthread other(call);
    call();
  }
  EXPECT_EQ(sum, 2 * 50 * 10 * 3);
}

}  // namespace
}  // namespace bulkhead::node
