// The efficient edge of points that are judged by several costs at once, and how far a point lies
// from it. Pure arithmetic: same input, same answer.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bulkhead::replay {

// One value per objective, each at least 0, less is better; all points of a question have as many.
using Costs = std::vector<double>;

// No worse in any objective and better in one.
bool dominates(const Costs& a, const Costs& b);

// Indices, ascending, of the points that no other dominates. Equal points stand or fall together.
std::vector<std::size_t> efficient_edge(std::span<const Costs> points);

// The greatest share by which all costs of `point` could fall at once: of the points, the one that
// needs the least, in its least favourable objective, max over q of min over j of 1 − q_j / p_j. 0
// on the edge. An objective at 0 cannot fall and rules out every point that is above it.
double radial_gap(const Costs& point, std::span<const Costs> points);

// The greatest share by which one cost could fall with no other any higher.
double saving(const Costs& point, std::span<const Costs> points, std::size_t objective);

}  // namespace bulkhead::replay
