#include "year.h"

#include <fmt/format.h>

#include "bulkhead/policy/defaults.h"

namespace bulkhead::soak {
namespace {

namespace en = engine;

constexpr Int128 kDollar = 1'000'000;     // minor units of USDT
constexpr Int128 kBitcoin = 100'000'000;  // of a coin

}  // namespace

Year::Year(Twins& twins, const YearOptions& options)
    : twins_(twins),
      options_(options),
      random_(options.seed, 0),
      end_(kBegin + days(std::int64_t{options.days})),
      coins_{Coin{"BTC", 42'000, 0.03}, Coin{"ETH", 2'300, 0.04}, Coin{"SOL", 100, 0.055}} {}

en::Applied Year::send(std::string_view actor, en::CommandBody body) {
  return twins_.send(now_, actor, std::move(body));
}

void Year::begin() {
  en::Genesis genesis;
  genesis.venue = "year";
  genesis.parameters = policy::default_parameters();
  genesis.parameters.market.stale_after = minutes(15);
  using en::Role;
  for (const auto& [name, role] : {std::pair{"operator", Role::operator_},
                                   {"venue", Role::venue},
                                   {"feed", Role::feed},
                                   {"custodian", Role::custodian},
                                   {"risk", Role::risk_manager},
                                   {"first", Role::approver},
                                   {"second", Role::approver}}) {
    genesis.persons.push_back({name, role, Hash{1}, "", {}});
  }
  for (const char* member : {"ann", "ben", "cat", "dan", "eve"}) {
    genesis.persons.push_back({member, Role::member, Hash{1}, member, {}});
  }
  send("operator", genesis);
  market::Asset dollar;
  dollar.name = "USDT";
  dollar.kind = market::AssetKind::stablecoin;
  dollar.numeraire = true;
  dollar.decimals = 6;
  send("operator", en::RegisterAsset{dollar});
  for (const Coin& coin : coins_) register_coin(coin);
  market::Place place;
  place.name = "internal";
  send("operator", en::RegisterPlace{place});
  place.name = "vault";
  place.kind = market::PlaceKind::internal_vault;
  place.timeout = minutes(30);
  send("operator", en::RegisterPlace{place});
  list_week();
  for (int n = 0; n < 4; ++n) {
    observe();
    send("feed", en::Tick{});
    now_ = now_ + minutes(5);
  }
  adopt();
  send("operator",
       en::Grant{en::GrantKind::insurance_fund, "", "USDT", Amount{1'000'000 * kDollar}, 1, end_});
  for (std::uint32_t n = 0; n < options_.accounts; ++n) open_account();
}

void Year::register_coin(const Coin& coin) {
  market::Asset asset;
  asset.name = coin.name;
  asset.decimals = 8;
  asset.valuation_lot_exponent = 2;
  asset.half_spread = 0.0005;
  asset.adv = 1e9;
  asset.initial_volatility = coin.volatility;
  send("operator", en::RegisterAsset{asset});
  for (const char* source : {"a:", "b:", "c:"}) {
    send("operator",
         en::RegisterSource{
             {source + coin.name, market::SubjectKind::asset_price, coin.name, "", {}}});
  }
  send("operator", en::RegisterSource{{"v:" + coin.name, market::SubjectKind::implied_volatility,
                                       coin.name, "", hours(2)}});
  market::Instrument made;
  made.name = coin.name + "/USDT:USDT";
  made.underlying = coin.name;
  made.settlement = "USDT";
  made.lot_size = {1, -2};
  made.half_spread = 0.0002;
  send("venue", en::RegisterInstrument{made});
  made.name = coin.name + "/USD:" + coin.name;
  made.settlement = coin.name;
  made.inverse = true;
  made.lot_size = {100, 0};
  send("venue", en::RegisterInstrument{made});
}

// Another in the place of each that a default has closed.
void Year::replace_closed() {
  for (std::string& name : accounts_) {
    const en::State& state = twins_.state();
    const auto stage = state.account(state.find_account(name)).ladder.default_;
    if (stage != policy::Default::closed || random_.chance(0.95)) continue;
    std::swap(name, accounts_.back());
    accounts_.pop_back();
    open_account();
    return;
  }
}

void Year::open_account() {
  const auto number = static_cast<std::uint32_t>(opened_++);
  static const char* const kMembers[] = {"ann", "ben", "cat", "dan", "eve"};
  const std::string name = fmt::format("a{}", number);
  const std::string member = kMembers[number % 5];
  accounts_.push_back(name);
  const auto mode = number % 7 == 0 ? risk::MarginMode::haircut : risk::MarginMode::joint;
  const auto standing = static_cast<en::StandingMode>(number % 3);
  send("venue", en::OpenAccount{name,
                                member,
                                number % 10 < 2 ? "affiliates" : "",
                                mode,
                                "scenario_es",
                                {standing, {"USDT", "BTC"}}});
  const Int128 wealth = 2'000 + static_cast<Int128>(random_.below(28'000));
  const Amount dollars{wealth * kDollar};
  send("operator", en::Deposit{name, "USDT", "internal", dollars});
  send(member, en::Pledge{name, "USDT", "internal", Amount{dollars.units / 2}});
  const Amount coins{wealth * kBitcoin / 42'000};
  send("operator", en::Deposit{name, "BTC", "internal", coins});
  if (number % 2 == 0) send(member, en::Pledge{name, "BTC", "internal", coins});
}

bool Year::step() {
  if (now_ >= end_) return false;
  // Mostly minutes; sometimes seconds, sometimes an outage of hours.
  const std::uint64_t draw = random_.below(1'000);
  const Duration passed = draw < 200   ? seconds(1 + static_cast<std::int64_t>(random_.below(60)))
                          : draw < 998 ? minutes(2 + static_cast<std::int64_t>(random_.below(8)))
                                       : hours(1 + static_cast<std::int64_t>(random_.below(5)));
  now_ = now_ + passed;
  move_prices(passed);
  list_week();
  pay_funding();
  observe();
  expire_due();
  if (random_.chance(0.2)) send("operator", en::Interest{"USDT", {2, -6}});
  answer_places();
  answer_instructions();
  send("feed", en::Tick{});
  const bool busy = random_.chance(0.25);
  for (std::uint64_t n = busy ? random_.below(6) : 0; n > 0; --n) {
    if (random_.chance(0.6)) trade();
    if (random_.chance(0.2)) order();
    if (random_.chance(0.5)) move_money();
  }
  if (random_.chance(0.001)) change_parameters();
  replace_closed();
  return twins_.wrong().empty();
}

}  // namespace bulkhead::soak
