// P&L vectors of a book and their cores.
#include "bulkhead/risk/netting.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "bulkhead/base/elementary.h"
#include "bulkhead/risk/pnl.h"

namespace bulkhead::risk {
namespace {

using pricing::RowView;

constexpr Int128 kScalableLots = Int128{1} << 53;  // bound of scaled()

// The lines of one underlying: a run of instruments and at most one asset line.
struct Group {
  AssetIndex underlying;
  std::span<const InstrumentLine> instruments;
  const AssetLine* asset = nullptr;
};

template <class T>
struct Vectors {
  std::vector<T>& part;
  std::vector<T>& obligations;
  std::vector<T>& joint;
  TailScratch<T>& tails;
  std::vector<ScaledRow>& rows;
  std::vector<WideRow>& wide_rows;
  std::vector<std::int64_t>& narrow_part;
};

template <class Visit>
void for_each_group(const Book& book, Visit visit) {
  auto position = book.instruments.begin();
  auto asset = book.assets.begin();
  for (const AssetIndex underlying : book.underlyings) {
    Group group{underlying, {}, nullptr};
    const auto first = position;
    while (position != book.instruments.end() && position->underlying == underlying) ++position;
    group.instruments = {first, position};
    if (asset != book.assets.end() && asset->asset == underlying) group.asset = &*asset++;
    visit(group);
  }
}

bool risky(const RowView& row) { return row.present() && row.max_abs > 0; }

// Nets one book in vectors of T.
template <class T>
class Netter {
 public:
  Netter(const EpochRisk& market, const Book& book, const UnitChooser& unit, Vectors<T> vectors)
      : market_(market),
        book_(book),
        exponent_(unit.exponent()),
        exact_(unit.exact()),
        v_(vectors) {
    v_.obligations.assign(market.rows().length(), 0);
  }

  void run(bool with_collateral, NettingResult& result) {
    Int128 own = 0, own_stressed = 0, all = 0, all_stressed = 0;
    for_each_group(book_, [&](const Group& group) {
      UnderlyingCore core;
      core.underlying = group.underlying;
      net_group(group, with_collateral, core);
      note(group, core);
      own += core.obligations.core.micros;
      own_stressed += core.obligations.stressed.micros;
      all += core.joint.core.micros;
      all_stressed += core.joint.stressed.micros;
      result.underlyings.push_back(core);
    });
    result.obligations = finish(netted(obligations_, v_.obligations), own, own_stressed);
    v_.joint = v_.obligations;
    if (!collateral_moves_) {
      result.joint = result.obligations;
      return;
    }
    for (const AssetLine& line : book_.assets) {
      add(market_.rows().asset(line.asset), line.collateral);
    }
    finish_sum(v_.joint);
    if (with_collateral) {
      result.joint = finish(netted(joint_, v_.joint), all, all_stressed);
    }
  }

 private:
  Tails tails(const std::vector<T>& pnl) {
    return tails_of(std::span<const T>(pnl), market_.set(), market_.rows(),
                    market_.parameters().level, exponent_, market_.kernels(), v_.tails);
  }

  // The sum += lots·row, by finish_sum(): all rows in one pass.
  void add(const RowView& row, Int128 lots) {
    if (lots == 0 || row.max_abs == 0) return;
    if constexpr (std::is_same_v<T, std::int64_t>) {
      v_.rows.push_back(scaled_row(row, lots, exponent_));
    } else {
      v_.wide_rows.push_back({row, lots});
    }
  }

  void finish_sum(std::vector<T>& sum) {
    if constexpr (std::is_same_v<T, std::int64_t>) {
      market_.kernels().add_rows(v_.rows, sum);
      v_.rows.clear();
    } else {
      add_wide_rows(v_.wide_rows, exponent_, market_.kernels(), v_.narrow_part, v_.rows, sum);
      v_.wide_rows.clear();
    }
  }

  BookCore finish(const Core& netted, Int128 standalone, Int128 standalone_stressed) const {
    const BasisPoints cap = market_.parameters().offset_cap;
    BookCore core;
    core.netted = netted;
    core.standalone = saturate_usd(standalone);
    core.offset_floor = offset_floor(core.standalone, netted.core, cap);
    core.core = max(netted.core, core.offset_floor);
    core.stressed =
        max(netted.stressed, offset_floor(saturate_usd(standalone_stressed), netted.stressed, cap));
    return core;
  }

  // What moves: how many groups, and the core of the last of them.
  struct Moving {
    int groups = 0;
    Core core;
  };

  void note(const Group& group, const UnderlyingCore& core) {
    const bool held = group.asset != nullptr && group.asset->collateral != 0 &&
                      risky(market_.rows().asset(group.asset->asset));
    const bool owes =
        !group.instruments.empty() || (group.asset != nullptr && group.asset->obligations() != 0 &&
                                       risky(market_.rows().asset(group.asset->asset)));
    if (owes) obligations_ = {obligations_.groups + 1, core.obligations};
    if (owes || held) joint_ = {joint_.groups + 1, core.joint};
  }

  // Core of the sum of all groups. Where one alone moves and sums are exact it is that group's.
  Core netted(const Moving& moving, const std::vector<T>& pnl) {
    if (exact_ && moving.groups <= 1) return moving.core;
    return core_of(tails(pnl), market_.parameters());
  }

  // Core of a single line by scaling its unit tails.
  template <class Index>
  Core core_of_line(Index i, Int128 lots) const {
    if (lots == 0) return {};
    return core_of(scaled(market_.unit_tails(i, lots > 0), lots < 0 ? -lots : lots),
                   market_.parameters());
  }

  void net_group(const Group& group, bool with_collateral, UnderlyingCore& core) {
    const RowView asset_row =
        group.asset != nullptr ? market_.rows().asset(group.asset->asset) : RowView{};
    const bool asset_risk = risky(asset_row);
    const Int128 owed = asset_risk ? group.asset->obligations() : 0;
    const Int128 held = asset_risk ? group.asset->collateral : 0;
    collateral_moves_ |= held != 0;
    const bool scalable = max_abs(owed) < kScalableLots && max_abs(held) < kScalableLots;
    if (group.instruments.empty() && scalable) {
      core.obligations = core_of_line(group.underlying, owed);
      core.joint = held == 0 ? core.obligations : core_of_line(group.underlying, owed + held);
      add(asset_row, owed);
      finish_sum(v_.obligations);
      return;
    }
    const bool one_line = group.instruments.size() == 1 && owed == 0 && held == 0;
    if (one_line && max_abs(group.instruments[0].lots) < kScalableLots) {
      const InstrumentLine& line = group.instruments[0];
      core.obligations = core_of_line(line.instrument, line.lots);
      core.joint = core.obligations;
      add(market_.rows().instrument(line.instrument), line.lots);
      finish_sum(v_.obligations);
      return;
    }
    v_.part.assign(market_.rows().length(), 0);
    for (const InstrumentLine& line : group.instruments) {
      add(market_.rows().instrument(line.instrument), line.lots);
    }
    add(asset_row, owed);
    finish_sum(v_.part);
    const bool one_instrument = exact_ && group.instruments.size() == 1 && owed == 0 &&
                                max_abs(group.instruments[0].lots) < kScalableLots;
    core.obligations =
        one_instrument ? core_of_line(group.instruments[0].instrument, group.instruments[0].lots)
                       : core_of(tails(v_.part), market_.parameters());
    add_vector(std::span<const T>(v_.part), v_.obligations);
    core.joint = core.obligations;
    if (held == 0 || !with_collateral) return;
    add(asset_row, held);
    finish_sum(v_.part);
    core.joint = core_of(tails(v_.part), market_.parameters());
  }

  static Int128 max_abs(Int128 value) { return value < 0 ? -value : value; }

  const EpochRisk& market_;
  const Book& book_;
  int exponent_;
  bool exact_;
  Vectors<T> v_;
  bool collateral_moves_ = false;
  Moving obligations_;
  Moving joint_;
};

// The least integer whose double is not below `threshold`, if it lies within ±bound; else ±bound.
template <class T>
T least_not_below(double threshold, T bound) {
  T low = -bound;
  T high = bound;
  while (low < high) {
    const T middle = (low + high) >> 1;  // |sum| < 2^63
    if (static_cast<double>(middle) < threshold) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Weight of the P&L whose double is below `threshold`; rounding is monotone, so that integers are
// compared.
template <class T>
std::uint64_t weight_below(std::span<const T> pnl, std::span<const std::uint32_t> weights,
                           double threshold) {
  // Beyond every P&L of the type (see tail_loss).
  constexpr T kBound = static_cast<T>(Int128{1} << (sizeof(T) == 8 ? 62 : 84));
  const T first = least_not_below(threshold, kBound);
  std::uint64_t weight = 0;
  for (std::size_t s = 0; s < weights.size(); ++s) weight += pnl[s] < first ? weights[s] : 0U;
  return weight;
}

}  // namespace

void net(const EpochRisk& market, const Book& book, bool with_collateral, NettingScratch& scratch,
         NettingResult& result) {
  UnitChooser unit;
  for (const InstrumentLine& line : book.instruments) {
    unit.add(market.rows().instrument(line.instrument), line.lots);
  }
  for (const AssetLine& line : book.assets) {
    const RowView row = market.rows().asset(line.asset);
    if (!row.present()) continue;
    // Collateral and obligations are summed apart and together.
    unit.add(row, line.obligations());
    unit.add(row, line.collateral);
  }
  result.underlyings.clear();
  result.exponent = unit.exponent();
  result.narrow = unit.narrow();
  if (result.narrow) {
    Netter<std::int64_t>(market, book, unit,
                         {scratch.part, scratch.obligations, scratch.joint, scratch.tails,
                          scratch.rows, scratch.wide_rows, scratch.narrow_part})
        .run(with_collateral, result);
  } else {
    Netter<Int128>(market, book, unit,
                   {scratch.wide_part, scratch.wide_obligations, scratch.wide_joint,
                    scratch.wide_tails, scratch.rows, scratch.wide_rows, scratch.narrow_part})
        .run(with_collateral, result);
  }
}

std::uint32_t breach_weight(const EpochRisk& market, const NettingScratch& scratch,
                            const NettingResult& result, Usd equity, Usd level,
                            Duration look_ahead) {
  const double scale = sqrt_fixed(look_ahead.seconds() / market.set().horizon().seconds());
  const double unit =
      std::bit_cast<double>(static_cast<std::uint64_t>(result.exponent + 1023) << 52);
  const double short_of = static_cast<double>(static_cast<Int128>(level.micros) - equity.micros);
  const double threshold = short_of * 1e-6 / (scale * unit);
  const auto weights = market.set().weights(pricing::Block::filtered);
  const std::uint64_t weight =
      result.narrow ? weight_below(std::span<const std::int64_t>(scratch.joint), weights, threshold)
                    : weight_below(std::span<const Int128>(scratch.wide_joint), weights, threshold);
  return static_cast<std::uint32_t>(weight);
}

}  // namespace bulkhead::risk
