#include "crowd_accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bulkhead::bench {
namespace {

namespace en = engine;

constexpr double kPerpetuals = 0.55;
constexpr double kOptions = 0.42;
constexpr int kMakerPositions = 200;
constexpr double kCore = 0.12;  // about the margin of a notional
constexpr double kLot = 10;     // numéraire: 0.01 coins at 1,000

}  // namespace

// Small numbers more often: the first coins have most of the trade.
std::uint32_t CrowdAccounts::draw_coin() {
  const double x = random_.uniform();
  return static_cast<std::uint32_t>(x * x * market_.coins());
}

std::uint32_t CrowdAccounts::draw_option() {
  return 1 + static_cast<std::uint32_t>(random_.below(market_.contracts() - 1));
}

std::int64_t CrowdAccounts::draw_lots(double notional) {
  return (random_.chance(0.5) ? 1 : -1) * std::llround(notional / kLot);
}

CrowdAccounts::Book CrowdAccounts::draw_perpetuals(double size) {
  Book book;
  const int legs = 1 + static_cast<int>(random_.below(2));
  for (int k = 0; k < legs; ++k) book.lines.push_back({draw_coin(), 0, draw_lots(size * 10)});
  book.margin = size * 10 * kCore * legs;
  return book;
}

CrowdAccounts::Book CrowdAccounts::draw_options(double size) {
  Book book;
  const std::uint32_t coin = draw_coin();
  const int legs = 2 + static_cast<int>(random_.below(9));
  for (int k = 0; k < legs; ++k) book.lines.push_back({coin, draw_option(), draw_lots(size * 2)});
  if (random_.chance(0.3)) book.lines.push_back({coin, 0, draw_lots(size * 3)});
  book.margin = size * 2 * legs * (kCore + 0.1);
  return book;
}

// Different contracts, so that 200 lines are 200 positions.
CrowdAccounts::Book CrowdAccounts::draw_maker(double size) {
  Book book;
  std::set<std::pair<std::uint32_t, std::uint32_t>> taken;
  const std::size_t most = std::size_t{market_.coins()} * market_.contracts();
  const std::size_t wanted = std::min<std::size_t>(kMakerPositions, most / 2);
  while (taken.size() < wanted) {
    const std::uint32_t coin = draw_coin();
    const std::uint32_t contract = random_.chance(0.1) ? 0 : draw_option();
    if (!taken.emplace(coin, contract).second) continue;
    book.lines.push_back({coin, contract, draw_lots(size * 20)});
  }
  book.margin = size * 20 * 14 * 0.5;
  return book;
}

Status CrowdAccounts::open(Timestamp now, std::uint32_t number, bool sampled) {
  const std::string name = fmt::format("a{:07}", number);
  if (sampled) engines_.add_to_sample(name);
  const double size = 1'000 * std::exp(random_.normal());
  const double cover = 1.2 + 2.5 * random_.uniform() + (random_.chance(0.3) ? 6 : 0);
  const double kind = random_.uniform();
  const Book book = kind < kPerpetuals              ? draw_perpetuals(size)
                    : kind < kPerpetuals + kOptions ? draw_options(size)
                                                    : draw_maker(size);
  const Amount pledged{static_cast<Int128>(book.margin * cover * 1e6)};
  BULKHEAD_TRY_STATUS(engines_.send(
      now, "venue",
      en::OpenAccount{name, "member", "g" + name, risk::MarginMode::joint, "scenario_es", {}},
      sampled));
  BULKHEAD_TRY_STATUS(
      engines_.send(now, "operator", en::Deposit{name, "USDT", "internal", pledged}, sampled));
  BULKHEAD_TRY_STATUS(
      engines_.send(now, "member", en::Pledge{name, "USDT", "internal", pledged}, sampled));
  for (const Line& line : book.lines) {
    if (line.lots != 0) BULKHEAD_TRY_STATUS(trade(now, name, line, sampled));
  }
  positions_ +=
      engines_.fast().state().positions.positions(AccountIndex(std::size_t{number})).size();
  return {};
}

Status CrowdAccounts::trade(Timestamp now, const std::string& account, const Line& line,
                            bool sampled) {
  const en::State& state = engines_.fast().state();
  const InstrumentIndex i = market_.contract(line.coin, line.contract);
  const market::InstrumentMark& mark = state.market.epoch().instruments[i.value];
  const double price = line.contract == 0 ? mark.price : mark.premium;
  en::Fill fill;
  fill.account = account;
  fill.instrument = state.registry()[i].name;
  fill.side = line.lots > 0 ? en::Side::buy : en::Side::sell;
  fill.lots = std::abs(line.lots);
  fill.price = {std::max<std::int64_t>(1, std::llround(price * 1e6)), -6};
  return engines_.send(now, "venue", std::move(fill), sampled);
}

}  // namespace bulkhead::bench
