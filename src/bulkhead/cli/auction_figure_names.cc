// Names of figures in published cases of Dutch auctions: which are known, and what they mean.
#include <algorithm>
#include <array>
#include <charconv>

#include "bulkhead/cli/auction_figures.h"

namespace bulkhead::cli {
namespace {

constexpr std::size_t kLast = SIZE_MAX;
constexpr std::array<std::string_view, 10> kOrdinals{
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"};
constexpr std::array<std::string_view, 8> kOfBid{"price",        "slice",    "owe",
                                                 "tab_left",     "lot_left", "returned_to_owner",
                                                 "auction_over", "refused"};
constexpr std::array<std::string_view, 11> kOfCase{"top",          "tab",        "lot",
                                                   "chost",        "needs_redo", "top_after_redo",
                                                   "debt_taken",   "debt_left",  "collateral_left",
                                                   "bark_refused", "total_owe"};
constexpr std::string_view kTotalSlice = "total_slice";

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string joined(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

// Takes "first" or "bid_12" off the front, with the "_" that follows unless it is all.
std::optional<std::size_t> take_bid(std::string_view& name) {
  const auto cut = [&](std::size_t length) {
    if (name.size() != length && name[length] != '_') return false;
    name.remove_prefix(std::min(length + 1, name.size()));
    return true;
  };
  for (std::size_t i = 0; i < kOrdinals.size(); ++i) {
    if (name.starts_with(kOrdinals[i]) && cut(kOrdinals[i].size())) return i;
  }
  if (name.starts_with("last") && cut(4)) return kLast;
  if (!name.starts_with("bid_")) return std::nullopt;
  const std::size_t end = std::min(name.find('_', 4), name.size());
  std::size_t number = 0;
  if (!parse(name.substr(4, end - 4), number) || number == 0) return std::nullopt;
  cut(end);
  return number - 1;
}

std::optional<AuctionFigureName> at_time(std::string_view name, std::string_view base) {
  for (const std::string_view mark : {"_at_", "_t"}) {
    if (!name.substr(base.size()).starts_with(mark)) continue;
    double at = 0;
    if (!parse(name.substr(base.size() + mark.size()), at) || !(at >= 0 && at <= 1e9)) continue;
    return AuctionFigureName{base, {}, at};
  }
  return std::nullopt;
}

}  // namespace

std::optional<AuctionFigureName> auction_figure_name(std::string_view name) {
  if (is_one_of(kOfBid, name) || is_one_of(kOfCase, name) || name == kTotalSlice) {
    return AuctionFigureName{name, {}, {}};
  }
  for (const std::string_view base : {"price", "needs_redo"}) {
    if (!name.starts_with(base)) continue;
    if (const auto timed = at_time(name, base)) return timed;
  }
  if (const auto bid = take_bid(name); bid && is_one_of(kOfBid, name)) {
    return AuctionFigureName{name, bid, {}};
  }
  return std::nullopt;
}

std::optional<std::size_t> auction_after(std::string_view name) {
  if (!name.starts_with("after_")) return std::nullopt;
  name.remove_prefix(6);
  const auto bid = take_bid(name);
  return name.empty() ? bid : std::nullopt;
}

std::optional<AuctionFigureName> auction_figure_after(std::string_view name, std::size_t bid) {
  if (!is_one_of(kOfBid, name) && name != "tab" && name != "lot") return std::nullopt;
  return AuctionFigureName{name, bid, {}};
}

bool auction_figure_is_truth(const AuctionFigureName& name) {
  return is_one_of(
      std::array<std::string_view, 4>{"needs_redo", "auction_over", "refused", "bark_refused"},
      name.base);
}

std::string known_figures_after() { return joined(kOfBid) + ", tab, lot"; }

std::string known_auction_figures() {
  return joined(kOfCase) + ", total_slice, " + joined(kOfBid) +
         "; price and needs_redo also with _at_SECONDS, those of a bid with first_, second_, last_ "
         "or bid_N_ before them or inside after_first; NAME_approx with NAME_tol; abs_tol, rel_tol";
}

}  // namespace bulkhead::cli
