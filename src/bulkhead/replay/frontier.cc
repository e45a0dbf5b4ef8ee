#include "bulkhead/replay/frontier.h"

#include <algorithm>
#include <numeric>

#include "bulkhead/base/assert.h"

namespace bulkhead::replay {

bool dominates(const Costs& a, const Costs& b) {
  BULKHEAD_ASSERT(a.size() == b.size());
  bool better = false;
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (a[j] > b[j]) return false;
    better = better || a[j] < b[j];
  }
  return better;
}

// In lexicographic order whoever dominates a point stands before it, and if anybody does, somebody
// on the edge does.
std::vector<std::size_t> efficient_edge(std::span<const Costs> points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return points[a] != points[b] ? points[a] < points[b] : a < b;
  });
  std::vector<std::size_t> edge;
  for (const std::size_t i : order) {
    const bool beaten =
        std::ranges::any_of(edge, [&](std::size_t e) { return dominates(points[e], points[i]); });
    if (!beaten) edge.push_back(i);
  }
  std::ranges::sort(edge);
  return edge;
}

double radial_gap(const Costs& point, std::span<const Costs> points) {
  double gap = 0;
  for (const Costs& other : points) {
    BULKHEAD_ASSERT(other.size() == point.size());
    double least = 1;
    bool falls = false;
    for (std::size_t j = 0; j < point.size(); ++j) {
      if (point[j] > 0) {
        least = std::min(least, 1 - other[j] / point[j]);
        falls = true;
      } else if (other[j] > 0) {
        least = 0;
      }
    }
    if (falls) gap = std::max(gap, least);
  }
  return gap;
}

double saving(const Costs& point, std::span<const Costs> points, std::size_t objective) {
  BULKHEAD_ASSERT(objective < point.size());
  if (!(point[objective] > 0)) return 0;
  double most = 0;
  for (const Costs& other : points) {
    bool no_worse = true;
    for (std::size_t j = 0; j < point.size(); ++j) no_worse = no_worse && other[j] <= point[j];
    if (no_worse) most = std::max(most, 1 - other[objective] / point[objective]);
  }
  return most;
}

}  // namespace bulkhead::replay
