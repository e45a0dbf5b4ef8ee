// Counterfactuals by re-margining books that are not touched any more: what a defaulted account
// would have come to had nobody sold anything, and how the model's margin moves by itself.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/engine/engine.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::replay {

// Books as they stood when default was declared. One has recovered if, within 24 hours and inside
// the window, its equity at mid reaches its own initial margin of that time without having been at
// or below 0 before. Funding, interest and top-ups after the declaration do not count; a book with
// a contract that expires, or without a price, is followed no further.
class FrozenBooks {
 public:
  static constexpr Duration kFollowed = hours(24);

  // A later freeze of the same account takes the place of the earlier, whose answer is kept.
  void freeze(engine::Engine& engine, const std::string& account, Timestamp now);
  void note_sale(const std::string& account);
  void follow(engine::Engine& engine, Timestamp now);

  std::uint32_t liquidations() const { return liquidations_; }
  std::uint32_t avoidable() const { return avoidable_; }
  // Numéraire: by how much the books that had recovered were worth more at that time than the
  // accounts that were sold out of; what is sold after the recovery is not in it.
  double avoidable_loss() const { return avoidable_loss_; }

 private:
  struct Frozen {
    risk::Portfolio book;
    Timestamp declared;
    Timestamp first_expiry;  // of its contracts; 0: none expires
    bool sold = false;
    bool recovered = false;
    bool over = false;  // recovered, lost, or followed long enough
  };

  std::map<std::string, Frozen> books_;  // by account
  std::uint32_t liquidations_ = 0;
  std::uint32_t avoidable_ = 0;
  double avoidable_loss_ = 0;
};

// Total initial margin of up to kBooks opening books, without contracts that expire inside the
// window: what is left of a rise is the model's and the market's, none of it the members'.
class ReferenceMargin {
 public:
  static constexpr std::size_t kBooks = 200;

  void open(engine::Engine& engine, Timestamp end);
  void sample(engine::Engine& engine, Timestamp now);

  // Greatest over least sample; 0 without books.
  double peak_to_trough() const { return least_ > 0 ? most_ / least_ : 0; }
  // Greatest ratio of a sample to one at most 24 hours earlier; 0 without books.
  double greatest_rise() const { return rise_; }

 private:
  std::vector<std::pair<AccountIndex, risk::Portfolio>> books_;
  std::deque<std::pair<Timestamp, double>> day_;  // samples of the last 24 hours
  double least_ = 0, most_ = 0, rise_ = 0;
};

}  // namespace bulkhead::replay
