// The efficient edge against brute force, and distances that can be said by head.
#include "bulkhead/replay/frontier.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace bulkhead::replay {
namespace {

// Deterministic small whole numbers, so that ties and equal points are common.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 2 + 1) {}
  double next(std::uint64_t below) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>((state_ >> 33) % below);
  }

 private:
  std::uint64_t state_;
};

std::vector<Costs> cloud(std::uint64_t seed, std::size_t size, std::size_t objectives,
                         std::uint64_t below) {
  Draws draws(seed);
  std::vector<Costs> points(size, Costs(objectives));
  for (Costs& point : points) {
    for (double& cost : point) cost = draws.next(below);
  }
  return points;
}

// As the words say it: p is beaten if some q is <= in all and < in one.
std::vector<std::size_t> brute_force(const std::vector<Costs>& points) {
  std::vector<std::size_t> edge;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool beaten = false;
    for (const Costs& q : points) {
      std::size_t no_worse = 0, better = 0;
      for (std::size_t j = 0; j < q.size(); ++j) {
        no_worse += q[j] <= points[i][j] ? 1U : 0U;
        better += q[j] < points[i][j] ? 1U : 0U;
      }
      beaten = beaten || (no_worse == q.size() && better > 0);
    }
    if (!beaten) edge.push_back(i);
  }
  return edge;
}

TEST(Frontier, EdgeIsThatOfBruteForce) {
  std::size_t on_edge = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const std::size_t objectives = 1 + seed % 4;
    const std::vector<Costs> points = cloud(seed, seed % 60, objectives, 3 + seed % 17);
    const std::vector<std::size_t> edge = efficient_edge(points);
    ASSERT_EQ(edge, brute_force(points)) << "seed " << seed;
    on_edge += edge.size();
    all += points.size();
  }
  EXPECT_GT(on_edge, all / 20);
  EXPECT_LT(on_edge, all / 2);
}

TEST(Frontier, EqualPointsStandTogether) {
  const std::vector<Costs> points = {{1, 2}, {2, 1}, {1, 2}, {2, 2}};
  EXPECT_EQ(efficient_edge(points), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_TRUE(efficient_edge({}).empty());
}

TEST(Frontier, RadialGapIsWhatAllCostsCouldFallBy) {
  const std::vector<Costs> points = {{100, 10}, {80, 9}, {50, 12}, {10, 9.9}};
  EXPECT_NEAR(radial_gap(points[0], points), 0.10, 1e-12);  // (80, 9): 20 % and 10 %
  EXPECT_EQ(radial_gap(points[1], points), 0);
  EXPECT_EQ(radial_gap(points[3], points), 0);
}

TEST(Frontier, RadialGapIsAboveZeroForNoPointOfTheEdge) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const std::vector<Costs> points = cloud(seed, 40, 3, 20);
    for (const std::size_t i : efficient_edge(points)) {
      EXPECT_LE(radial_gap(points[i], points), 0) << "seed " << seed << " point " << i;
    }
  }
}

TEST(Frontier, AnObjectiveAtZeroCannotFall) {
  const std::vector<Costs> points = {{0, 10}, {0, 5}, {1, 1}};
  EXPECT_DOUBLE_EQ(radial_gap(points[0], points), 0.5);
  EXPECT_EQ(radial_gap(points[1], points), 0) << "(1, 1) asks for more than 0";
  EXPECT_EQ(radial_gap({0, 0}, points), 0);
  EXPECT_EQ(saving(points[0], points, 0), 0);
  EXPECT_DOUBLE_EQ(saving(points[0], points, 1), 0.5);
}

TEST(Frontier, SavingKeepsTheOthers) {
  const std::vector<Costs> points = {{100, 10, 4}, {70, 10, 4}, {20, 11, 4}, {60, 9, 5}};
  EXPECT_DOUBLE_EQ(saving(points[0], points, 0), 0.3);
  EXPECT_EQ(saving(points[0], points, 1), 0);
  EXPECT_EQ(saving(points[1], points, 0), 0);
}

}  // namespace
}  // namespace bulkhead::replay
