// A made-up crash with everything that a report can show.
#include "bulkhead/replay/report_demo.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::replay {
namespace {

const Timestamp kBegin = from_civil({2020, 3, 11});
constexpr Duration kLength = days(5);
constexpr Duration kStep = minutes(15);

double crash(Timestamp t) {  // log move of the market
  const double h = (t - kBegin).seconds() / 3600.0;
  if (h < 34) return -0.0012 * h;
  if (h < 51) return -0.041 - 0.60 * (h - 34) / 17;
  return -0.641 + 0.26 * (1 - exp_fixed(-(h - 51) / 18));
}

double stress(Timestamp t) {
  const double h = (t - kBegin).seconds() / 3600.0;
  if (h < 34) return 0.05;
  if (h < 51) return 0.05 + 0.95 * (h - 34) / 17;
  return 0.12 + 0.88 * exp_fixed(-(h - 51) / 20);
}

void add_assets(ReportData& data, RandomStream& random) {
  const std::pair<const char*, double> coins[] = {
      {"BTC", 7900}, {"ETH", 200}, {"SOL", 14}, {"XRP", 0.21}, {"USDC", 1.0}};
  for (const auto& [name, price] : coins) {
    AssetSeries series{.asset = name, .points = {}, .regimes = {}, .below_good = {}};
    const bool peg = price == 1.0;
    double noise = 0;
    const double beta = peg ? 0.02 : 0.85 + 0.3 * random.uniform();
    for (Timestamp t = kBegin; t <= kBegin + kLength; t = t + kStep) {
      noise += (peg ? 0.0004 : 0.004 + 0.006 * stress(t)) * random.normal();
      noise *= peg ? 0.97 : 1;
      series.points.push_back({t, price * exp_fixed(beta * crash(t) + noise)});
    }
    Timestamp at = kBegin;
    const std::pair<std::int64_t, market::Regime> spans[] = {
        {30, market::Regime::calm},    {37, market::Regime::normal}, {42, market::Regime::high},
        {76, market::Regime::extreme}, {100, market::Regime::high},  {120, market::Regime::normal}};
    for (const auto& [hour, regime] : spans) {
      const Timestamp end = std::min(
          kBegin + hours(hour + static_cast<std::int64_t>(random.below(4))), kBegin + kLength);
      series.regimes.push_back({at, end, peg ? market::Regime::calm : regime});
      at = end;
    }
    series.below_good.push_back({kBegin + hours(46), kBegin + hours(46) + minutes(40 + 30 * !peg),
                                 market::Quality::volatile_});
    data.assets.push_back(std::move(series));
  }
}

void add_samples(ReportData& data, RandomStream& random) {
  double wander = 0;
  for (Timestamp t = kBegin; t <= kBegin + kLength; t = t + kStep) {
    const double s = stress(t);
    wander = 0.9 * wander + 0.01 * random.normal();
    CoverageSample c{.time = t, .coverage = {}, .accounts = 1800};
    const double base[] = {1.08, 1.17, 1.6, 2.3, 3.6, 9.0};
    const double fall[] = {0.95, 0.55, 0.6, 0.55, 0.5, 0.35};
    for (std::size_t q = 0; q < 6; ++q) c.coverage[q] = base[q] * (1 - fall[q] * s) + wander;
    data.coverage.push_back(c);
    const auto n = [&](double most, double lag) {
      return static_cast<std::uint32_t>(std::max(0.0, most * (stress(t - hours(1)) - lag)));
    };
    const std::uint32_t watch = n(180, 0.05), called = n(120, 0.2), moving = n(20, 0.35),
                        held = n(90, 0.3), declared = n(6, 0.6), liquidating = n(14, 0.6);
    const std::uint32_t closed = t > kBegin + hours(52) ? 11 : 0;
    data.stage_counts.push_back(
        {t, {1800 - watch - called, watch, called, moving, held, declared, liquidating, closed}});
    const double value = 61e6 * exp_fixed(0.7 * crash(t)) + 20e6;
    const double vault = value * 0.32 * std::max(0.0, s - 0.2);
    const double moved = value * 0.05 * std::max(0.0, s - 0.3);
    data.by_bucket.push_back({t, {value * 0.18, value * 0.82 - vault - moved, vault, moved}});
    data.by_place.push_back({t, {value - vault - moved, vault * 0.6, vault * 0.4 + moved}});
  }
}

Timestamp crash_time(RandomStream& random, double spread_hours) {
  return kBegin + minutes(static_cast<std::int64_t>(60 * (36 + spread_hours * random.uniform())));
}

void add_calls(ReportData& data, RandomStream& random) {
  for (int i = 0; i < 140; ++i) {
    CallRow call;
    call.id = "call-" + std::to_string(i + 1);
    call.account = "account-" + std::to_string(10000 + random.below(1800)).substr(1);
    call.opened = crash_time(random, 20);
    call.deadline = call.opened + hours(2);
    call.amount = 400 * exp_fixed(2.2 * random.normal() + 2.5);
    call.reason = "E below 0.90 IM";
    const double u = random.uniform();
    call.outcome = u < 0.62 ? "met" : u < 0.74 ? "lapsed" : u < 0.82 ? "withdrawn" : "failed";
    const double wait = call.outcome == "failed" ? 120 : 10 + 90 * random.uniform();
    call.closed = call.opened + minutes(static_cast<std::int64_t>(wait));
    call.paid = call.outcome == "met" ? call.amount : 0;
    data.calls.push_back(call);
  }
  std::sort(data.calls.begin(), data.calls.end(),
            [](const CallRow& a, const CallRow& b) { return a.opened < b.opened; });
}

void add_sequestrations(ReportData& data, RandomStream& random) {
  for (int i = 0; i < 70; ++i) {
    SequestrationRow row;
    row.account = data.calls[random.below(data.calls.size())].account;
    row.asset = random.chance(0.5) ? "BTC" : random.chance(0.5) ? "ETH" : "USDC";
    row.place = random.chance(0.6) ? "vault" : "custodian-a";
    row.trigger = random.chance(0.7) ? "E below 0.80 IM" : "look-ahead 8.2 %";
    row.begun = crash_time(random, 24);
    row.final =
        row.begun +
        minutes(row.place == "vault" ? 1 : 20 + 3 * static_cast<std::int64_t>(random.below(10)));
    if (random.chance(0.6))
      row.released = kBegin + hours(80 + static_cast<std::int64_t>(random.below(38)));
    row.value = 1000 * exp_fixed(1.6 * random.normal() + 2.3);
    row.needed = random.chance(0.16);
    data.sequestrations.push_back(row);
  }
}

void add_defaults(ReportData& data, RandomStream& random) {
  for (int i = 0; i < 7; ++i) {
    DefaultRow d;
    d.account = data.calls[random.below(data.calls.size())].account;
    d.member = "member-" + std::to_string(100 + random.below(800));
    d.ground = i % 3 == 0 ? "call unmet at its deadline" : "E below MM, confirmed";
    d.declared = crash_time(random, 14) + hours(2);
    d.closed = d.declared + minutes(30 + static_cast<std::int64_t>(random.below(120)));
    d.equity_at_default = 40000 * random.uniform() + 2000;
    d.covered_by_vault = d.equity_at_default * 0.6;
    d.covered_by_own = d.equity_at_default * 0.3;
    d.insurance_fund = i < 4 ? 9000 * random.uniform() : 0;
    d.bad_debt = i < 1 ? 2300 : 0;
    d.timeline = {{d.declared - minutes(200), "watch", "E below 1.00 IM"},
                  {d.declared - minutes(150), "call", "12,400 USDT due in 2 h"},
                  {d.declared - minutes(96), "sequestered", "1.9 BTC to vault, final after 1 min"},
                  {d.declared, "default", d.ground},
                  {d.declared + minutes(2), "slice", "sold 40 % of BTC/USDT:USDT at 5,310"},
                  {d.declared + minutes(9), "slice", "sold the rest at 5,248"},
                  {d.closed, "closed", "surplus returned to its owner"}};
    double c = 1.3;
    for (Timestamp t = d.declared - hours(5); t <= d.closed; t = t + minutes(5)) {
      c -= 0.0105 + 0.012 * random.normal() * 0.6;
      d.coverage.push_back({t, t > d.declared ? std::max(c, 0.1) + 0.2 : c});
    }
    data.defaults.push_back(std::move(d));
  }
}

void add_models(ReportData& data) {
  const auto add = [&data](const char* subject) -> views::MonitorLine& {
    views::MonitorLine& line = data.models.emplace_back();
    line.subject = subject;
    line.results = 120;
    return line;
  };
  views::MonitorLine& held = add("BTC");
  held.zone = risk::ModelZone::yellow;
  held.exceptions = 5;
  held.last_exception = kBegin;
  held.drift_alarms = 2;
  views::MonitorLine& owed = add("BTC");
  owed.side = engine::MonitorSide::owed;
  owed.drift_alarms = 2;
  add("QUIET");
  add("NEW").results = 0;
}

}  // namespace

ReportData demo_report_data(std::uint64_t seed) {
  RandomStream random(seed, 1);
  ReportData data;
  data.title = "A made-up crash, generated book of 1,800 accounts";
  data.numeraire = "USDT";
  data.begin = kBegin;
  data.end = kBegin + kLength;
  data.lead =
      "Generated numbers that show what a report looks like: prices halve in a night, calls go "
      "out, "
      "collateral moves to vaults before anyone defaults, and a few accounts are liquidated.";
  data.levels = {{"release", 1.15}, {"target", 1.05},    {"watch", 1.0},
                 {"call", 0.90},    {"sequester", 0.80}, {"maintenance", 0.70}};
  data.stages = {"normal", "watch",    "called",      "moving",
                 "held",   "declared", "liquidating", "closed"};
  data.flows = {{0, 1, 412}, {1, 0, 301}, {1, 2, 140}, {2, 1, 22}, {2, 0, 88}, {0, 2, 31},
                {3, 4, 70},  {4, 3, 4},   {5, 6, 7},   {6, 7, 6},  {6, 1, 1}};
  data.buckets = {"free", "pledged", "sequestered", "in transit"};
  data.places = {"internal", "vault", "custodian-a"};
  add_assets(data, random);
  add_samples(data, random);
  add_calls(data, random);
  add_sequestrations(data, random);
  add_defaults(data, random);
  add_models(data);
  data.totals = {{"Loss that fell on others", "USDT", 21400, 186000, Better::less},
                 {"Bad debt", "USDT", 2300, 61000, Better::less},
                 {"Accounts liquidated", "", 7, 64, Better::less},
                 {"Liquidated notional", "USDT", 2.1e6, 19.4e6, Better::less},
                 {"Margin calls", "", 140, 0, Better::none},
                 {"Collateral tied up in vaults, value × days", "USDT", 18.2e6, 0, Better::none}};
  data.notes = {
      "Volatilities of options come from a model of realised volatility, not from a chain.",
      "SOL: 3 bars missing; gaps are left as gaps.",
      "Price of BTC was volatile for 1 h 10 min: withdrawals and releases that touch it waited."};
  data.provenance = {
      {"commands", "48,211"},
      {"events", "131,904"},
      {"seed", std::to_string(seed)},
      {"behaviour version", "1"},
      {"tree head", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}};
  return data;
}

}  // namespace bulkhead::replay
