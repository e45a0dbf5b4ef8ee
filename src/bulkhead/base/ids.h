// Strong indices: position of a thing in its registry. Two kinds never mix.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace bulkhead {

template <class Tag>
struct Index {
  static constexpr std::uint32_t kNone = 0xffff'ffffU;
  std::uint32_t value = kNone;

  constexpr Index() = default;
  constexpr explicit Index(std::uint32_t v) : value(v) {}
  constexpr explicit Index(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr bool valid() const { return value != kNone; }
  friend constexpr bool operator==(Index, Index) = default;
  friend constexpr auto operator<=>(Index, Index) = default;
};

using AssetIndex = Index<struct AssetTag>;
using InstrumentIndex = Index<struct InstrumentTag>;
using SourceIndex = Index<struct SourceTag>;
using PlaceIndex = Index<struct PlaceTag>;
using AccountIndex = Index<struct AccountTag>;
using MemberIndex = Index<struct MemberTag>;

}  // namespace bulkhead
