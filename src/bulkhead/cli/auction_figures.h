// Figures of a published case of a Dutch auction by name, computed by policy/auction.h: what is
// seized, the price and whether it must begin anew at a time, and each bid with what it leaves.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/cli/auction_input.h"

namespace bulkhead::cli {

// A figure's name in parts: "second_owe", "price_t30", "after_first" with "tab" inside.
struct AuctionFigureName {
  std::string_view base;
  std::optional<std::size_t> bid;  // from 0; SIZE_MAX: the last
  std::optional<double> at;        // seconds since the auction began
};
// None: nothing of that name is computed.
std::optional<AuctionFigureName> auction_figure_name(std::string_view name);
// "after_first", "after_bid_12": whose state after it the object of that name holds.
std::optional<std::size_t> auction_after(std::string_view name);
// A name inside such an object.
std::optional<AuctionFigureName> auction_figure_after(std::string_view name, std::size_t bid);
bool auction_figure_is_truth(const AuctionFigureName& name);
std::string known_auction_figures();  // for people
std::string known_figures_after();    // inside after_…

struct AuctionFigure {
  std::vector<double> numbers;  // a truth is 0 or 1
  bool listed = false;
  double scale = 0;  // of what it is made of: a residue near zero is compared with this
};
// What could not be computed says why.
using MaybeFigure = std::expected<AuctionFigure, std::string>;
using MaybeNumber = std::expected<double, std::string>;

class AuctionRun {
 public:
  explicit AuctionRun(const AuctionInput& input);
  MaybeFigure figure(const AuctionFigureName& name) const;
  // Of a case that expects nothing: all that it gives numbers for.
  std::vector<std::string> told() const;
  // Bids that were refused and why.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Leg {  // from one beginning to the next
    double begun = 0;
    double top = 0;
  };
  struct Outcome {
    double at = 0;
    std::string refused;  // why, or empty
    double price = 0;
    policy::AuctionFill fill;  // if not refused
    policy::Auction left;
    double returned = 0;
    bool over = false;
  };

  MaybeNumber given(std::string_view name) const;
  std::expected<policy::Seizure, std::string> seizure() const;
  bool seizes() const;
  MaybeNumber debt_to_raise() const;
  MaybeNumber lot() const;
  MaybeNumber top() const;
  MaybeNumber least_left() const;
  std::expected<policy::AuctionTerms, std::string> terms() const;
  void run();
  void redo(const AuctionBid& bid, const policy::AuctionTerms& terms, policy::Auction& auction);
  void bid(const AuctionBid& bid, const policy::AuctionTerms& terms, policy::Auction& auction);

  MaybeFigure seized_figure(std::string_view base) const;
  MaybeFigure bid_figure(const AuctionFigureName& name) const;
  MaybeFigure timed_figure(const AuctionFigureName& name) const;
  MaybeNumber at_time(std::string_view base, double at) const;
  MaybeNumber top_after_redo() const;

  const AuctionInput& input_;
  std::vector<Leg> legs_;
  std::vector<Outcome> outcomes_;
  std::optional<double> over_at_;
  std::string not_run_;  // why no bid was computed
  std::vector<std::string> notes_;
};

}  // namespace bulkhead::cli
