#include "bulkhead/engine/hedges.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/risk/charges.h"
#include "bulkhead/risk/models.h"

namespace bulkhead::engine {
namespace {

constexpr std::uint32_t kOwnGroup = 0x8000'0000U;

double magnitude(double x) { return x < 0 ? -x : x; }

// `flat` weighs each contract by itself: another one only adds to what is needed.
bool nets_nothing(const Books& books, AccountIndex account) {
  const auto model = risk::model_of(books.state.account(account).model, books.parameters().models);
  return model && std::holds_alternative<risk::Flat>(*model);
}

// Of positions alone: what is owed is not hedged but paid.
std::vector<risk::Exposure> exposures(const Books& books, AccountIndex account) {
  risk::Portfolio book = books.valuer.portfolio(account);
  book.debts.clear();
  book.collateral.clear();
  return risk::exposures_of(books.valuer.epoch_risk(), book);
}

bool wants_hedge(const Books& books, AccountIndex account, AssetIndex underlying, double spread,
                 const std::vector<ClosableLine>& closable) {
  for (const positions::Position& held : books.state.positions.positions(account)) {
    if (held.lots == 0 || books.registry().underlying(held.instrument) != underlying) continue;
    const auto line = std::ranges::find(closable, held.instrument, &ClosableLine::instrument);
    if (line == closable.end() || line->item.capacity < line->item.lots) return true;
    if (line->item.market.half_spread > spread) return true;
  }
  return false;
}

// Whether the account could take a position there on that side: `buys` to reduce its risk.
bool serves(const Books& books, AccountIndex account, InstrumentIndex instrument, bool buys) {
  const market::Instrument& terms = books.registry()[instrument];
  const Timestamp now = books.state.market.epoch().time;
  if (terms.is_option() || (terms.expiry.ns != 0 && terms.expiry <= now)) return false;
  if (books.valuer.epoch_risk().quality(instrument) >= market::Quality::stale) return false;
  if (is_halted(books.state, instrument)) return false;
  if (!(books.valuer.epoch_risk().coins_per_lot(instrument) > 0)) return false;
  const std::int64_t held = books.state.positions.position(account, instrument).lots;
  return held == 0 || (held > 0) == buys;
}

}  // namespace

std::vector<ClosableLine> hedge_lines(const Books& books, AccountIndex account,
                                      const std::vector<ClosableLine>& closable) {
  std::vector<ClosableLine> hedges;
  if (nets_nothing(books, account)) return hedges;
  for (const risk::Exposure& exposure : exposures(books, account)) {
    const bool buys = exposure.net_delta < 0;
    InstrumentIndex best;
    for (std::size_t i = 0; i < books.registry().instruments().size(); ++i) {
      const InstrumentIndex instrument(i);
      if (books.registry().underlying(instrument) != exposure.underlying) continue;
      if (!serves(books, account, instrument, buys)) continue;
      const double spread = books.registry()[instrument].half_spread;
      if (!best.valid() || spread < books.registry()[best].half_spread) best = instrument;
    }
    if (!best.valid()) continue;
    const double spread = books.registry()[best].half_spread;
    if (!wants_hedge(books, account, exposure.underlying, spread, closable)) continue;
    const double coins = books.valuer.epoch_risk().coins_per_lot(best);
    const double lots = floor_fixed(magnitude(exposure.net_delta) / coins);
    if (!(lots >= 1) || lots > 9e15) continue;
    const auto count = static_cast<std::int64_t>(lots);
    std::optional<ClosableLine> line = position_line(books, best, buys ? -count : count);
    if (!line || line->item.capacity == 0) continue;
    line->hedge = true;
    line->item.group = kOwnGroup | best.value;
    hedges.push_back(*line);
  }
  return hedges;
}

std::span<const ClosableLine> without_hedges(const std::vector<ClosableLine>& lines) {
  const auto first = std::ranges::find(lines, true, &ClosableLine::hedge);
  return {lines.begin(), first};
}

}  // namespace bulkhead::engine
