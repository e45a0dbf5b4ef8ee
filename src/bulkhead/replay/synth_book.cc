// Members and accounts drawn by role.
#include "bulkhead/replay/synth_book.h"

#include <algorithm>
#include <array>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::replay {
namespace {

constexpr double kEquitySpread = 1.5;
constexpr double kLeastEquity = 500;

std::string numbered(std::string_view prefix, std::size_t n) {
  const std::string digits = std::to_string(n);
  std::string out(prefix);
  if (digits.size() < 5) out.append(5 - digits.size(), '0');
  return out + digits;
}

// Draws accounts against one market.
class BookGenerator {
 public:
  BookGenerator(const BookMarket& market, const BookOptions& options)
      : market_(market), options_(options), random_(options.seed, 11) {
    for (std::size_t i = 0; i < market.instruments.size(); ++i) {
      const BookInstrumentKind kind = market.instruments[i].kind;
      if (kind == BookInstrumentKind::perpetual) perpetuals_.push_back(i);
      if (kind == BookInstrumentKind::future) futures_.push_back(i);
      if (kind == BookInstrumentKind::call || kind == BookInstrumentKind::put)
        options_list_.push_back(i);
    }
    for (std::size_t i = 0; i < market.assets.size(); ++i) {
      (market.assets[i].stablecoin ? stables_ : coins_).push_back(i);
    }
  }

  bool has_perpetuals() const { return !perpetuals_.empty(); }
  bool has_coins() const { return !coins_.empty(); }

  BookPlan generate();

 private:
  Role draw_role();
  PlannedAccount draw_account(Role role);
  void speculator(PlannedAccount& account, double equity);
  void basis_trader(PlannedAccount& account, double equity);
  void option_seller(PlannedAccount& account, double equity);
  void market_maker(PlannedAccount& account, double equity);
  void borrower(PlannedAccount& account, double equity);
  void unlevered(PlannedAccount& account, double equity);
  MemberBehaviour draw_behaviour(const std::string& member, Role role, double equity);

  // Coverage aimed at when the book begins: at least 1.2, most below 3.
  double draw_coverage() { return 1.2 + 0.9 * random_.exponential() / options_.tightness; }
  // Weighted by popularity.
  const BookAsset& draw_asset(const std::vector<std::size_t>& from);
  const BookInstrument& draw_instrument(const std::vector<std::size_t>& from);
  const BookAsset& asset(const std::string& name) const;
  double sign() { return random_.chance(0.62) ? 1.0 : -1.0; }  // the crowd is long
  // Splits `value` into pledged assets; returns the margin that the holdings themselves need.
  double pledge(PlannedAccount& account, double value, double coin_share);
  void add(std::vector<PlannedAmount>& to, const std::string& name, double value);
  void add_position(PlannedAccount& account, const std::string& instrument, double notional);

  const BookMarket& market_;
  const BookOptions& options_;
  RandomStream random_;
  std::vector<std::size_t> perpetuals_, futures_, options_list_, coins_, stables_;
};

const BookAsset& BookGenerator::draw_asset(const std::vector<std::size_t>& from) {
  double total = 0;
  for (const std::size_t i : from) total += market_.assets[i].weight;
  double u = random_.uniform() * total;
  for (const std::size_t i : from) {
    u -= market_.assets[i].weight;
    if (u < 0) return market_.assets[i];
  }
  return market_.assets[from.back()];
}

const BookInstrument& BookGenerator::draw_instrument(const std::vector<std::size_t>& from) {
  double total = 0;
  for (const std::size_t i : from) total += asset(market_.instruments[i].underlying).weight;
  double u = random_.uniform() * total;
  for (const std::size_t i : from) {
    u -= asset(market_.instruments[i].underlying).weight;
    if (u < 0) return market_.instruments[i];
  }
  return market_.instruments[from.back()];
}

const BookAsset& BookGenerator::asset(const std::string& name) const {
  const auto found = std::find_if(market_.assets.begin(), market_.assets.end(),
                                  [&](const BookAsset& a) { return a.name == name; });
  return *found;  // checked in generate_book
}

void BookGenerator::add(std::vector<PlannedAmount>& to, const std::string& name, double value) {
  for (PlannedAmount& amount : to) {
    if (amount.asset == name) {
      amount.value += value;
      return;
    }
  }
  to.push_back({name, value});
}

void BookGenerator::add_position(PlannedAccount& account, const std::string& instrument,
                                 double notional) {
  for (PlannedPosition& position : account.positions) {
    if (position.instrument == instrument) {
      position.notional += notional;
      return;
    }
  }
  account.positions.push_back({instrument, notional});
}

double BookGenerator::pledge(PlannedAccount& account, double value, double coin_share) {
  double margin = 0;
  if (coin_share > 0 && has_coins()) {
    const BookAsset& coin = draw_asset(coins_);
    add(account.pledged, coin.name, value * coin_share);
    margin += value * coin_share * coin.margin_rate;
  }
  const double rest = value * (1 - (has_coins() ? coin_share : 0));
  if (rest <= 0) return margin;
  if (!stables_.empty() && random_.chance(0.25)) {
    const BookAsset& stable = draw_asset(stables_);
    add(account.pledged, stable.name, rest);
    return margin + rest * stable.margin_rate;
  }
  add(account.pledged, market_.numeraire, rest);
  return margin;
}

void BookGenerator::speculator(PlannedAccount& account, double equity) {
  const double coin_share = random_.chance(0.45) ? 0.3 + 0.7 * random_.uniform() : 0;
  const double held = pledge(account, equity, coin_share);
  double budget = std::max(equity / draw_coverage() - held, 0.1 * equity / draw_coverage());
  const std::uint64_t count = 1 + random_.below(3);
  const double side = sign();
  for (std::uint64_t k = 0; k < count; ++k) {
    const BookInstrument& instrument = draw_instrument(perpetuals_);
    const double part = budget / static_cast<double>(count);
    const double way = random_.chance(0.85) ? side : -side;
    add_position(account, instrument.name, way * part / asset(instrument.underlying).margin_rate);
  }
}

void BookGenerator::basis_trader(PlannedAccount& account, double equity) {
  const BookInstrument& instrument = draw_instrument(perpetuals_);
  const double leverage = 2 + 2 * random_.uniform();
  const double coins = equity * leverage;
  add(account.pledged, instrument.underlying, coins);
  add(account.debts, market_.numeraire, coins - equity);
  add_position(account, instrument.name, -coins * (0.9 + 0.1 * random_.uniform()));
}

void BookGenerator::option_seller(PlannedAccount& account, double equity) {
  const double held = pledge(account, equity, random_.chance(0.4) ? 0.8 : 0.0);
  const double budget = std::max(equity / draw_coverage() - held, 0.1 * equity);
  const std::uint64_t count = 2 + random_.below(4);
  for (std::uint64_t k = 0; k < count; ++k) {
    const BookInstrument& option = draw_instrument(options_list_);
    const double notional =
        budget / static_cast<double>(count) / (0.8 * asset(option.underlying).margin_rate);
    add_position(account, option.name, -notional);
  }
}

void BookGenerator::market_maker(PlannedAccount& account, double equity) {
  pledge(account, equity, random_.chance(0.3) ? 0.4 : 0.0);
  const double gross = equity / draw_coverage() * 1.1;
  std::vector<std::size_t> all = perpetuals_;
  all.insert(all.end(), futures_.begin(), futures_.end());
  for (const std::size_t i : all) {
    const BookInstrument& instrument = market_.instruments[i];
    const double notional = gross / static_cast<double>(all.size()) /
                            asset(instrument.underlying).margin_rate * (0.3 + random_.uniform());
    add_position(account, instrument.name, random_.chance(0.5) ? notional : -notional);
  }
}

void BookGenerator::borrower(PlannedAccount& account, double equity) {
  const bool against_stable = !stables_.empty() && random_.chance(0.2);
  const BookAsset& held = against_stable ? draw_asset(stables_) : draw_asset(coins_);
  // E = held·(1 − debt share); margin ≈ held·rate: coverage (1 − share) / rate.
  const double share = std::clamp(1 - draw_coverage() * held.margin_rate, 0.1, 0.93);
  const double value = equity / (1 - share);
  add(account.pledged, held.name, value);
  add(account.debts, market_.numeraire, value * share);
}

void BookGenerator::unlevered(PlannedAccount& account, double equity) {
  const std::uint64_t count = 1 + random_.below(3);
  for (std::uint64_t k = 0; k < count; ++k) {
    pledge(account, equity / static_cast<double>(count), random_.chance(0.7) ? 1.0 : 0.0);
  }
}

Role BookGenerator::draw_role() {
  const BookMix& mix = options_.mix;
  const std::array<double, 6> weights = {
      mix.perpetual_speculators, mix.basis_traders, mix.option_sellers,
      mix.market_makers,         mix.borrowers,     mix.unlevered};
  double total = 0;
  for (const double w : weights) total += w;
  double u = random_.uniform() * total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    u -= weights[i];
    if (u < 0 && weights[i] > 0) {
      const Role role = static_cast<Role>(i);
      const bool no_options = role == Role::option_seller && options_list_.empty();
      return no_options ? Role::perpetual_speculator : role;
    }
  }
  return Role::unlevered;
}

PlannedAccount BookGenerator::draw_account(Role role) {
  PlannedAccount account;
  account.role = role;
  account.haircut_mode = random_.chance(options_.haircut_mode_share);
  double equity = options_.median_equity * exp_fixed(kEquitySpread * random_.normal());
  if (role == Role::market_maker) equity *= 5;
  if (role == Role::basis_trader) account.haircut_mode = false;  // its hedge must count
  equity = std::max(equity, kLeastEquity);
  switch (role) {
    case Role::perpetual_speculator:
      speculator(account, equity);
      break;
    case Role::basis_trader:
      basis_trader(account, equity);
      break;
    case Role::option_seller:
      option_seller(account, equity);
      break;
    case Role::market_maker:
      market_maker(account, equity);
      break;
    case Role::borrower:
      borrower(account, equity);
      break;
    case Role::unlevered:
      unlevered(account, equity);
      break;
  }
  std::erase_if(account.positions, [](const PlannedPosition& p) { return p.notional == 0; });
  if (random_.chance(0.45)) {
    add(account.free, market_.numeraire, equity * (0.05 + 0.35 * random_.uniform()));
    if (has_coins() && random_.chance(0.3))
      add(account.free, draw_asset(coins_).name, 0.1 * equity);
    if (random_.chance(0.6)) {
      for (const PlannedAmount& amount : account.free) {
        account.standing_instruction.push_back(amount.asset);
      }
    }
  }
  return account;
}

MemberBehaviour BookGenerator::draw_behaviour(const std::string& member, Role role, double equity) {
  MemberBehaviour b;
  b.member = member;
  const bool professional = role == Role::market_maker || role == Role::basis_trader;
  b.pay_probability = professional ? 0.95 : 0.45 + 0.5 * random_.uniform();
  b.pay_delay = minutes(professional ? 10 : 15 + static_cast<std::int64_t>(random_.below(240)));
  b.pay_share = random_.chance(0.8) ? 1.05 : 0.5;
  b.wallet_asset = market_.numeraire;
  b.wallet_value = equity * (random_.chance(0.2) ? 0.0 : 0.1 + 1.2 * random_.exponential());
  if (random_.chance(0.4)) b.fear_drawdown = 0.2 + 0.4 * random_.uniform();
  if (random_.chance(0.4)) b.fear_market_drop = 0.1 + 0.3 * random_.uniform();
  if (role == Role::unlevered) b.fear_market_drop = b.fear_drawdown = 0;
  b.withdraw_share = 0.2 + 0.8 * random_.uniform();
  return b;
}

BookPlan BookGenerator::generate() {
  BookPlan plan;
  plan.seed = options_.seed;
  while (plan.accounts.size() < options_.accounts) {
    const Role role = draw_role();
    const std::uint64_t wanted = random_.chance(0.125) ? 2 + random_.below(2) : 1;
    const std::uint64_t count =
        std::min<std::uint64_t>(wanted, options_.accounts - plan.accounts.size());
    const std::string member = numbered("member-", plan.members.size() + 1);
    double equity = 0;
    for (std::uint64_t k = 0; k < count; ++k) {
      PlannedAccount account = draw_account(role);
      account.name = numbered("account-", plan.accounts.size() + 1);
      account.member = member;
      for (const PlannedAmount& a : account.pledged) equity += a.value;
      for (const PlannedAmount& a : account.debts) equity -= a.value;
      plan.accounts.push_back(std::move(account));
    }
    plan.members.push_back(member);
    plan.behaviours.push_back(draw_behaviour(member, role, equity));
  }
  return plan;
}

Status check(const BookMarket& market, const BookOptions& options) {
  if (options.accounts == 0 || options.accounts > 90'000) {
    return fail(ErrorCode::out_of_range, "accounts", std::to_string(options.accounts),
                "1 to 90000");
  }
  if (!(options.tightness > 0) || !(options.median_equity > 0)) {
    return fail(ErrorCode::out_of_range, "tightness, median_equity", "", "more than 0");
  }
  const BookMix& mix = options.mix;
  double total = 0;
  for (const double w : {mix.perpetual_speculators, mix.basis_traders, mix.option_sellers,
                         mix.market_makers, mix.borrowers, mix.unlevered}) {
    if (!(w >= 0)) return fail(ErrorCode::out_of_range, "mix", std::to_string(w), "at least 0");
    total += w;
  }
  if (!(total > 0)) return fail(ErrorCode::out_of_range, "mix", "0", "one weight above 0");
  for (const BookAsset& asset : market.assets) {
    if (!(asset.price > 0) || !(asset.margin_rate > 0) || !(asset.margin_rate < 1) ||
        !(asset.weight > 0)) {
      return fail(ErrorCode::out_of_range, "assets." + asset.name, "",
                  "price and weight above 0, margin rate in (0, 1)");
    }
  }
  for (const BookInstrument& instrument : market.instruments) {
    const bool known =
        std::any_of(market.assets.begin(), market.assets.end(),
                    [&](const BookAsset& a) { return a.name == instrument.underlying; });
    if (!known) {
      return fail(ErrorCode::not_found, instrument.name + ".underlying", instrument.underlying,
                  "an asset of the book");
    }
  }
  return {};
}

}  // namespace

Result<BookPlan> generate_book(const BookMarket& market, const BookOptions& options) {
  BULKHEAD_TRY_STATUS(check(market, options));
  BookGenerator generator(market, options);
  if (!generator.has_coins() || !generator.has_perpetuals()) {
    return fail(ErrorCode::missing_field, "assets, instruments", "", "one coin and one perpetual");
  }
  return generator.generate();
}

}  // namespace bulkhead::replay
