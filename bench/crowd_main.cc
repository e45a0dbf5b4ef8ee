// `bulkhead_crowd`: how many accounts a tick evaluates, and how long it takes, on a crowd of
// generated accounts (55 % perpetuals, 42 % options, 3 % market makers) through engine.apply(Tick)
// with the log in memory. One of the ticks is a jump of 10 % in one step.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string_view>

#include "bulkhead/base/random.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/engine.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/pricing/scenario_set.h"
#include "stage.h"

namespace bulkhead::bench {
namespace {

namespace en = engine;

struct Options {
  std::uint32_t accounts = 10'000;
  std::uint32_t ticks = 600;
  std::uint32_t scenarios = 4096;
  std::uint32_t underlyings = 20;
  std::uint32_t instruments = 2000;
  std::uint32_t check = 0;
  std::uint32_t plain = 0;
  std::uint32_t milliseconds = 1000;
};

bool parse(int count, char** words, Options& o) {
  const std::pair<std::string_view, std::uint32_t*> names[] = {{"--accounts", &o.accounts},
                                                               {"--ticks", &o.ticks},
                                                               {"--scenarios", &o.scenarios},
                                                               {"--underlyings", &o.underlyings},
                                                               {"--instruments", &o.instruments},
                                                               {"--check-every", &o.check},
                                                               {"--plain", &o.plain},
                                                               {"--milliseconds", &o.milliseconds}};
  for (int i = 1; i + 1 < count; i += 2) {
    const auto at = std::ranges::find(names, std::string_view(words[i]),
                                      &std::pair<std::string_view, std::uint32_t*>::first);
    if (at == std::end(names)) return false;
    *at->second = static_cast<std::uint32_t>(std::strtoul(words[i + 1], nullptr, 10));
  }
  return count % 2 == 1 && o.accounts > 0 && o.ticks > 0 && o.underlyings > 0;
}

constexpr Timestamp kStart{1'700'000'000'000'000'000};
constexpr double kSecondsPerYear = 365.0 * 86'400;
constexpr double kYearly = 0.6;  // volatility of every coin

class Crowd {
 public:
  explicit Crowd(const Options& options)
      : options_(options),
        random_(7, 0),
        engine_([this](const Hash& hash) -> Result<Bytes> { return content_.at(hash); }, two_,
                {.plain = options.plain != 0, .check_every = options.check}) {}

  void build() {
    en::Genesis genesis;
    genesis.venue = "crowd";
    genesis.parameters = policy::default_parameters();
    for (const auto& [name, role] : {std::pair{"operator", en::Role::operator_},
                                     {"venue", en::Role::venue},
                                     {"feed", en::Role::feed}}) {
      genesis.persons.push_back({name, role, Hash{1}, "", {}});
    }
    genesis.persons.push_back({"member", en::Role::member, Hash{1}, "member", {}});
    must("operator", genesis);
    market();
    move(0);
    tick();
    adopt();
    for (std::uint32_t i = 0; i < options_.accounts; ++i) open(i);
  }

  void run() {
    std::vector<double> seconds;
    std::vector<double> shares;
    for (std::uint32_t t = 0; t < options_.ticks; ++t) {
      now_ = now_ + Duration{std::int64_t{options_.milliseconds} * 1'000'000};
      move(t == options_.ticks / 2 ? 0.9 : 1);
      const std::uint64_t before = counts().evaluated;
      const auto start = std::chrono::steady_clock::now();
      tick();
      const auto end = std::chrono::steady_clock::now();
      const double took = std::chrono::duration<double>(end - start).count();
      const double share =
          static_cast<double>(counts().evaluated - before) / static_cast<double>(options_.accounts);
      if (t == 0) {
        fmt::print("first tick, everyone: {:.3f} s\n", took);
        continue;
      }
      if (t == options_.ticks / 2)
        fmt::print("jump of 10 %: {:.4f} of all, {:.3f} s\n", share, took);
      seconds.push_back(took);
      shares.push_back(share);
    }
    print("evaluated, share", shares, 100, "%");
    print("tick", seconds, 1000, "ms");
    const en::TickCounts all = counts();
    fmt::print("at rest of those evaluated: {:.1f} %\n",
               100.0 * static_cast<double>(all.at_rest) / static_cast<double>(all.evaluated));
    fmt::print("sleepers checked {}, missed {}\n", all.checked, all.missed);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("resident at most: {:.0f} bytes an account\n",
               1024.0 * static_cast<double>(usage.ru_maxrss) / options_.accounts);
  }

 private:
  static void print(std::string_view what, std::vector<double> values, double scale,
                    std::string_view unit) {
    double sum = 0;
    for (const double v : values) sum += v;
    std::ranges::sort(values);
    const auto at = [&](double q) {
      return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))] * scale;
    };
    fmt::print("{}: mean {:.4f} p50 {:.4f} p99 {:.4f} max {:.4f} {}\n", what,
               scale * sum / static_cast<double>(values.size()), at(0.5), at(0.99), at(1), unit);
  }

  const en::TickCounts& counts() { return (*engine_.figures())->counts(); }

  void must(std::string_view actor, en::CommandBody body) {
    en::Command command;
    command.time = now_;
    command.actor = std::string(actor);
    ++id_;
    for (std::size_t i = 0; i < 8; ++i) {
      command.id[15 - i] = static_cast<std::uint8_t>(id_ >> (8 * i));
    }
    command.body = std::move(body);
    const en::Applied applied = engine_.apply(command);
    if (!applied.refused) return;
    fmt::print(stderr, "{}: {}\n", en::kind_name(command.body), to_string(*applied.refused));
    std::exit(1);
  }

  static std::string coin(std::uint32_t u) { return fmt::format("C{:02}", u); }

  void market() {
    market::Asset dollar;
    dollar.name = "USDT";
    dollar.kind = market::AssetKind::stablecoin;
    dollar.numeraire = true;
    dollar.decimals = 6;
    must("operator", en::RegisterAsset{dollar});
    market::Place place;
    place.name = "internal";
    must("operator", en::RegisterPlace{place});
    for (std::uint32_t u = 0; u < options_.underlyings; ++u) {
      market::Asset asset;
      asset.name = coin(u);
      asset.decimals = 8;
      asset.valuation_lot_exponent = 2;
      asset.half_spread = 0.0005;
      asset.adv = 2e10 / (1 + u);
      asset.initial_volatility = kYearly / 19;
      must("operator", en::RegisterAsset{asset});
      prices_.push_back(1'000);
      for (const char* source : {"a:", "b:"}) {
        must("operator",
             en::RegisterSource{
                 {source + coin(u), market::SubjectKind::asset_price, coin(u), "", {}}});
      }
      must("operator", en::RegisterSource{{"v:" + coin(u), market::SubjectKind::implied_volatility,
                                           coin(u), "", hours(2)}});
    }
    const std::uint32_t each = options_.instruments / options_.underlyings;
    for (std::uint32_t u = 0; u < options_.underlyings; ++u) {
      for (std::uint32_t n = 0; n < each; ++n) register_contract(u, n);
    }
  }

  void register_contract(std::uint32_t u, std::uint32_t n) {
    market::Instrument made;
    made.underlying = coin(u);
    made.settlement = "USDT";
    made.lot_size = {1, -2};
    made.half_spread = 0.0002;
    if (n == 0) {
      made.name = coin(u) + "/USDT:USDT";
    } else {
      const std::int64_t weeks = 1 + (n - 1) / 22 * 3;
      const std::int64_t strike = 750 + 50 * static_cast<std::int64_t>((n - 1) / 2 % 11);
      made.kind = n % 2 == 0 ? market::InstrumentKind::put : market::InstrumentKind::call;
      made.expiry = kStart + days(7 * weeks);
      made.strike = {strike, 0};
      made.name =
          fmt::format("{}/USDT:USDT-{}-{}-{}", coin(u), weeks, strike, n % 2 == 0 ? "P" : "C");
    }
    must("venue", en::RegisterInstrument{made});
  }

  pricing::ScenarioBlock block(std::uint32_t size, const std::vector<pricing::Factor>& factors,
                               double scale) {
    pricing::ScenarioBlock made;
    std::uint64_t left = pricing::kWeightOne;
    for (std::uint32_t s = 0; s < size; ++s) {
      const std::uint64_t weight =
          s == 0 ? 0 : (s + 1 == size ? left : pricing::kWeightOne / (size - 1));
      left -= weight;
      made.weights.push_back(static_cast<std::uint32_t>(weight));
      made.dates.push_back(s == 0 ? Timestamp{} : kStart - days(std::int64_t{s}));
      const double common = random_.normal();
      for (const pricing::Factor& factor : factors) {
        double sigma = kYearly / 19;
        if (factor.kind == pricing::FactorKind::perpetual_basis) sigma = 0.0005;
        if (factor.kind == pricing::FactorKind::dated_basis) sigma = 0.01;
        if (factor.kind == pricing::FactorKind::volatility) sigma = -0.06;
        made.moves.push_back(s == 0 ? 0 : scale * sigma * (0.8 * common + 0.6 * random_.normal()));
      }
    }
    return made;
  }

  void adopt() {
    pricing::ScenarioSet set;
    set.as_of = kStart;
    set.window_begin = kStart - days(5'000);
    set.horizon = days(1);
    set.stressed_window = "drawn";
    for (std::uint32_t u = 0; u < options_.underlyings; ++u) {
      for (const auto kind : {pricing::FactorKind::spot, pricing::FactorKind::perpetual_basis,
                              pricing::FactorKind::dated_basis, pricing::FactorKind::volatility}) {
        pricing::Factor factor;
        factor.asset = coin(u);
        factor.kind = kind;
        set.factors.push_back(factor);
      }
    }
    set.filtered = block(options_.scenarios / 2, set.factors, 1);
    set.stressed = block(options_.scenarios / 4, set.factors, 1.5);
    set.long_run = block(options_.scenarios / 4, set.factors, 1.1);
    const Hash hash = pricing::hash_of(set);
    content_[hash] = encode(set);
    must("operator", en::AdoptScenarioSet{hash, set.as_of, set.window_begin});
  }

  void move(double factor) {
    const double step =
        kYearly * std::sqrt(options_.milliseconds * 1e-3 / kSecondsPerYear) * (factor > 0 ? 1 : 0);
    const double common = random_.normal();
    en::Observations batch;
    for (std::uint32_t u = 0; u < options_.underlyings; ++u) {
      prices_[u] *= std::exp(step * (0.8 * common + 0.6 * random_.normal()));
      if (factor > 0) prices_[u] *= factor;
      for (const char* source : {"a:", "b:"}) {
        batch.items.push_back({source + coin(u), prices_[u], 0, now_});
      }
      batch.items.push_back({"v:" + coin(u), kYearly, 0, now_});
    }
    must("feed", batch);
  }

  void tick() { must("feed", en::Tick{}); }

  void trade(const std::string& account, std::uint32_t u, std::uint32_t n, std::int64_t lots) {
    if (lots == 0) return;
    const InstrumentIndex i(std::size_t{u} * (options_.instruments / options_.underlyings) + n);
    const market::InstrumentMark& mark = engine_.state().market.epoch().instruments[i.value];
    const double price = n == 0 ? mark.price : mark.premium;
    en::Fill fill;
    fill.account = account;
    fill.instrument = engine_.state().registry()[i].name;
    fill.side = lots > 0 ? en::Side::buy : en::Side::sell;
    fill.lots = lots > 0 ? lots : -lots;
    fill.price = {std::max<std::int64_t>(1, std::llround(price * 1e6)), -6};
    must("venue", fill);
  }

  // Collateral and positions in proportion: most at a few times their margin, some near it.
  void open(std::uint32_t i) {
    const std::string name = fmt::format("a{:07}", i);
    must("venue",
         en::OpenAccount{name, "member", "g" + name, risk::MarginMode::joint, "scenario_es", {}});
    const double size = 1'000 * std::exp(random_.normal());
    const double cover = 1.2 + 2.5 * random_.uniform() + (random_.chance(0.3) ? 6 : 0);
    const double kind = random_.uniform();
    const auto lots = [&](double notional) { return std::llround(notional / 10); };
    const auto sign = [&] { return random_.chance(0.5) ? 1 : -1; };
    const auto pick = [&] {
      const double x = random_.uniform();
      return static_cast<std::uint32_t>(x * x * options_.underlyings);
    };
    const std::uint32_t each = options_.instruments / options_.underlyings;
    const auto option = [&] { return 1 + static_cast<std::uint32_t>(random_.below(each - 1)); };
    double margin = 0;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>> book;
    if (kind < 0.55) {
      const int legs = 1 + static_cast<int>(random_.below(2));
      for (int k = 0; k < legs; ++k) book.emplace_back(pick(), 0, sign() * lots(size * 10));
      margin = size * 10 * 0.12 * legs;
    } else if (kind < 0.97) {
      const std::uint32_t u = pick();
      const int legs = 2 + static_cast<int>(random_.below(9));
      for (int k = 0; k < legs; ++k) book.emplace_back(u, option(), sign() * lots(size * 2));
      if (random_.chance(0.3)) book.emplace_back(u, 0, sign() * lots(size * 3));
      margin = size * 2 * 0.12 * legs + size * 2 * legs * 0.1;
    } else {
      for (int k = 0; k < 200; ++k) {
        const std::uint32_t u = pick();
        book.emplace_back(u, random_.chance(0.1) ? 0 : option(), sign() * lots(size * 20));
      }
      margin = size * 20 * 14 * 0.5;
    }
    const Amount pledged{static_cast<Int128>(margin * cover * 1e6)};
    must("operator", en::Deposit{name, "USDT", "internal", pledged});
    must("member", en::Pledge{name, "USDT", "internal", pledged});
    for (const auto& [u, n, q] : book) trade(name, u, n, q);
  }

  Options options_;
  RandomStream random_;
  TwoThreads two_;
  std::map<Hash, Bytes> content_;
  en::Engine engine_;
  Timestamp now_ = kStart;
  std::uint64_t id_ = 0;
  std::vector<double> prices_;
};

}  // namespace
}  // namespace bulkhead::bench

int main(int count, char** words) {
  bulkhead::bench::Options options;
  if (!bulkhead::bench::parse(count, words, options)) {
    fmt::print(stderr,
               "bulkhead_crowd [--accounts N] [--ticks N] [--milliseconds N] [--scenarios N] "
               "[--underlyings N] [--instruments N] [--check-every N] [--plain 1]\n");
    return 2;
  }
  bulkhead::bench::Crowd crowd(options);
  crowd.build();
  crowd.run();
  return 0;
}
