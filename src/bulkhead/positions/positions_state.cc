// Positions as they are kept: lines per owner, sums per instrument, records.
#include <algorithm>
#include <limits>
#include <string>

#include "bulkhead/positions/positions.h"
#include "bulkhead/positions/valuation.h"

namespace bulkhead::positions {

using ledger::Owner;
using ledger::SystemOwner;

namespace {

constexpr std::uint32_t kAccountsMax = 1U << 26;
constexpr std::uint32_t kInstrumentsMax = 65'535;  // D2.6

struct PositionRecord {
  std::uint32_t owner = 0;
  std::uint32_t instrument = 0;
  std::int64_t lots = 0;
  Amount leg;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "owner", self.owner);
    visit(2, "instrument", self.instrument);
    visit(3, "lots", self.lots);
    visit(4, "leg", self.leg);
  }
};

std::string padded(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  return std::string(10 - digits.size(), '0') + digits;
}

std::string record_key(Owner owner, InstrumentIndex instrument) {
  return "positions/position/" + padded(owner.code) + '/' + padded(instrument.value);
}

bool before(const Position& position, InstrumentIndex instrument) {
  return position.instrument < instrument;
}

Status unbalanced(InstrumentIndex instrument, std::string_view what, Int128 sum) {
  return fail(ErrorCode::invariant_broken, what, to_string(sum),
              "a sum of zero in instrument " + std::to_string(instrument.value));
}

}  // namespace

Positions::Lines& Positions::lines(Owner owner) {
  if (owner == Owner(SystemOwner::market)) return market_;
  const std::uint32_t account = owner.account().value;
  BULKHEAD_ASSERT(account < kAccountsMax);
  if (account >= accounts_.size()) accounts_.resize(account + std::size_t{1});
  return accounts_[account];
}

const Positions::Lines* Positions::find_lines(Owner owner) const {
  if (owner == Owner(SystemOwner::market)) return &market_;
  return owner.code < accounts_.size() ? &accounts_[owner.code] : nullptr;
}

std::span<const Position> Positions::positions(Owner owner) const {
  const Lines* own = find_lines(owner);
  return own == nullptr ? std::span<const Position>() : std::span<const Position>(*own);
}

Position Positions::position(Owner owner, InstrumentIndex instrument) const {
  const std::span<const Position> own = positions(owner);
  const auto at = std::lower_bound(own.begin(), own.end(), instrument, before);
  return at != own.end() && at->instrument == instrument ? *at : Position{instrument, 0, {}};
}

std::span<const std::uint32_t> Positions::holders(InstrumentIndex instrument) const {
  if (instrument.value >= totals_.size()) return {};
  return totals_[instrument.value].holders;
}

std::int64_t Positions::open_interest_lots(InstrumentIndex instrument) const {
  if (instrument.value >= totals_.size()) return 0;
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(totals_[instrument.value].long_lots, kMax));
}

double Positions::entry_price(Owner owner, InstrumentIndex instrument) const {
  const Position held = position(owner, instrument);
  return positions::entry_price(*registry_, instrument, held.lots, held.leg);
}

void Positions::count(Owner owner, const Position& old, const Position& now) {
  const std::uint32_t index = now.instrument.value;
  BULKHEAD_ASSERT(index < kInstrumentsMax);
  if (index >= totals_.size()) totals_.resize(index + std::size_t{1});
  InstrumentTotals& totals = totals_[index];
  totals.lots += static_cast<Int128>(now.lots) - old.lots;
  totals.legs = (Amount{totals.legs} + (now.leg - old.leg)).units;
  if (!owner.is_account()) return;
  totals.long_lots += std::max<std::int64_t>(now.lots, 0) - std::max<std::int64_t>(old.lots, 0);
  if ((old.lots == 0) == (now.lots == 0)) return;
  const auto at = std::lower_bound(totals.holders.begin(), totals.holders.end(), owner.code);
  if (now.lots != 0) {
    totals.holders.insert(at, owner.code);
  } else {
    BULKHEAD_ASSERT(at != totals.holders.end() && *at == owner.code);
    totals.holders.erase(at);
  }
}

void Positions::set_position(Owner owner, const Position& position) {
  BULKHEAD_ASSERT(position.lots != 0 || position.leg.is_zero() || !owner.is_account());
  Lines& own = lines(owner);
  auto at = std::lower_bound(own.begin(), own.end(), position.instrument, before);
  const bool found = at != own.end() && at->instrument == position.instrument;
  const Position old = found ? *at : Position{position.instrument, 0, {}};
  if (old == position) return;
  count(owner, old, position);
  unverified_.push_back(position.instrument);
  changed_.emplace(owner, position.instrument);
  if (position.lots == 0 && position.leg.is_zero()) {
    own.erase(at);
  } else if (found) {
    *at = position;
  } else {
    if (own.size() == own.capacity()) {
      const auto place = at - own.begin();
      own.reserve(own.size() + own.size() / 8 + 1);  // doubling would waste a third
      at = own.begin() + place;
    }
    own.insert(at, position);
  }
}

// --- invariants --------------------------------------------------------------------------------

Status Positions::verify_changed() {
  for (const InstrumentIndex instrument : unverified_) {
    const InstrumentTotals& totals = totals_[instrument.value];
    if (totals.lots != 0) return unbalanced(instrument, "lots", totals.lots);
    if (totals.legs != 0) return unbalanced(instrument, "legs", totals.legs);
  }
  unverified_.clear();
  return {};
}

Status Positions::check_invariants() const {
  std::vector<InstrumentTotals> sums(totals_.size());
  const auto add_lines = [&](Owner owner) -> Status {
    for (const Position& position : positions(owner)) {
      InstrumentTotals& sum = sums.at(position.instrument.value);
      sum.lots += position.lots;
      BULKHEAD_TRY(const Amount legs, add(Amount{sum.legs}, position.leg));
      sum.legs = legs.units;
      if (!owner.is_account()) continue;
      sum.long_lots += std::max<std::int64_t>(position.lots, 0);
      sum.holders.push_back(owner.code);
    }
    return {};
  };
  BULKHEAD_TRY_STATUS(add_lines(SystemOwner::market));
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    BULKHEAD_TRY_STATUS(add_lines(AccountIndex(i)));
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const InstrumentIndex instrument(i);
    if (sums[i].lots != 0) return unbalanced(instrument, "lots", sums[i].lots);
    if (sums[i].legs != 0) return unbalanced(instrument, "legs", sums[i].legs);
    if (sums[i].holders != totals_[i].holders || sums[i].long_lots != totals_[i].long_lots) {
      return unbalanced(instrument, "holders", sums[i].long_lots - totals_[i].long_lots);
    }
  }
  return {};
}

// --- keyed state -------------------------------------------------------------------------------

void Positions::add_changed_accounts(std::vector<std::uint32_t>& out) const {
  for (const auto& [owner, instrument] : changed_) {
    if (owner.is_account()) out.push_back(owner.account().value);
  }
}

void Positions::collect_changes(ChangeSet& out) {
  for (const auto& [owner, instrument] : changed_) {
    const Position now = position(owner, instrument);
    if (now.lots == 0 && now.leg.is_zero()) {
      out.erase(record_key(owner, instrument));
    } else {
      out.put(record_key(owner, instrument),
              PositionRecord{owner.code, instrument.value, now.lots, now.leg});
    }
  }
  changed_.clear();
}

Status Positions::restore(std::string_view key, std::span<const std::uint8_t> value) {
  BULKHEAD_TRY(const PositionRecord record, decode<PositionRecord>(value));
  Owner owner;
  owner.code = record.owner;
  const InstrumentIndex instrument(record.instrument);
  const bool known = record.owner < kAccountsMax || owner == Owner(SystemOwner::market);
  if (!known || record.instrument >= kInstrumentsMax || record_key(owner, instrument) != key) {
    return fail(ErrorCode::corrupt, "key", key, "the key of its record");
  }
  // The market's leg sums up those of all accounts.
  const Int128 leg_max = owner.is_account() ? kLegMax.units : kLegMax.units * kAccountsMax;
  if (record.leg.units > leg_max || record.leg.units < -leg_max) {
    return fail(ErrorCode::corrupt, "leg", to_string(record.leg), "within its limit");
  }
  const bool empty = record.lots == 0 && (owner.is_account() || record.leg.is_zero());
  if (empty || record.lots < -std::numeric_limits<std::int64_t>::max()) {
    return fail(ErrorCode::corrupt, "lots", std::to_string(record.lots), "lots of a position");
  }
  lines(owner).push_back({instrument, record.lots, record.leg});
  return {};
}

Status Positions::finish_restore() {
  totals_.clear();
  const auto rebuild = [&](Owner owner) -> Status {
    Lines& own = lines(owner);
    std::sort(own.begin(), own.end(),
              [](const Position& a, const Position& b) { return a.instrument < b.instrument; });
    for (const Position& position : own) {
      if (position.instrument.value >= registry_->instruments().size()) {
        return fail(ErrorCode::corrupt, "instrument", std::to_string(position.instrument.value),
                    "a registered instrument");
      }
      count(owner, Position{position.instrument, 0, {}}, position);
    }
    return {};
  };
  BULKHEAD_TRY_STATUS(rebuild(SystemOwner::market));
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    BULKHEAD_TRY_STATUS(rebuild(AccountIndex(i)));
  }
  return check_invariants();
}

}  // namespace bulkhead::positions
