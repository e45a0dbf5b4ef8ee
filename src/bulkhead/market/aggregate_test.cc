// Medians, outliers and quorum, by hand.
#include "bulkhead/market/aggregate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bulkhead/base/random.h"

namespace bulkhead::market {
namespace {

TEST(Aggregate, MedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  std::vector<double> odd = {3, 1, 2};
  std::vector<double> even = {10, 1, 3, 2};
  EXPECT_EQ(median(odd), 2);
  EXPECT_EQ(median(even), 2.5);
}

TEST(Aggregate, DropsWhatIsFurtherThanFiveMads) {
  // Median 101, deviations 1 0 1 2 and 49, MAD 1: 5·MAD = 5 > tolerance 0.505.
  const std::vector<Quote> quotes = {{100, 0}, {101, 0}, {102, 0}, {150, 0}, {99, 0}};
  const Aggregate result = aggregate(quotes, Parameters{});
  EXPECT_EQ(result.count, 4U);
  EXPECT_EQ(result.price, 100.5);     // of 99 100 101 102
  EXPECT_EQ(result.confidence, 1.0);  // MAD of 1.5 0.5 0.5 1.5
}

TEST(Aggregate, ToleranceKeepsWhatIsNearWhenSourcesAgree) {
  // MAD 0, tolerance 0.5 % of 100 = 0.5, both ends included.
  const std::vector<Quote> quotes = {{100, 0}, {100, 0}, {100, 0}, {100.5, 0}, {100.51, 0}};
  const Aggregate result = aggregate(quotes, Parameters{});
  EXPECT_EQ(result.count, 4U);
  EXPECT_EQ(result.price, 100);
}

TEST(Aggregate, ConfidenceIsMedianHalfWidthPlusSpread) {
  const Aggregate two = aggregate({{100, 1}, {102, 3}}, Parameters{});
  EXPECT_EQ(two.count, 2U);
  EXPECT_EQ(two.price, 101);
  EXPECT_EQ(two.confidence, 3);  // median half width 2, MAD 1
  const Aggregate one = aggregate({{100, 1}}, Parameters{});
  EXPECT_EQ(one.confidence, 1);
  EXPECT_EQ(aggregate({}, Parameters{}).count, 0U);
}

TEST(Aggregate, QuorumIsTwoWhereThreeAreAvailable) {
  EXPECT_EQ(quorum_of(0, Parameters{}), 1U);
  EXPECT_EQ(quorum_of(2, Parameters{}), 1U);
  EXPECT_EQ(quorum_of(3, Parameters{}), 2U);
}

TEST(Aggregate, OrderOfSourcesDoesNotMatter) {
  RandomStream random(7, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Quote> quotes;
    for (std::uint64_t n = 1 + random.below(9); n > 0; --n) {
      quotes.push_back({100 * (1 + 0.02 * random.normal()), random.uniform()});
    }
    const Aggregate first = aggregate(quotes, Parameters{});
    ASSERT_GE(2 * first.count, quotes.size()) << "at least half is kept";
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
      for (std::size_t i = quotes.size(); i > 1; --i) {
        std::swap(quotes[i - 1], quotes[random.below(i)]);
      }
      const Aggregate again = aggregate(quotes, Parameters{});
      ASSERT_EQ(first.price, again.price);
      ASSERT_EQ(first.confidence, again.confidence);
      ASSERT_EQ(first.count, again.count);
    }
  }
}

}  // namespace
}  // namespace bulkhead::market
