// The little venue of world_support.h: what stands in it, and how it moves.
#include "bulkhead/engine/world_support.h"

#include "bulkhead/base/random.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/policy/defaults.h"

namespace bulkhead::engine {
namespace {

using market::AssetKind;
using market::InstrumentKind;
using market::PlaceKind;
using market::SubjectKind;

pricing::ScenarioBlock draw_block(const std::vector<pricing::Factor>& factors, double scale,
                                  Timestamp as_of, RandomStream& random) {
  constexpr std::uint32_t kDraws = 60;
  pricing::ScenarioBlock block;
  std::uint64_t left = pricing::kWeightOne;
  for (std::uint32_t s = 0; s <= kDraws; ++s) {
    const std::uint64_t weight =
        s == 0 ? 0 : (s == kDraws ? left : pricing::kWeightOne / kDraws / 2 + 1'000 * s);
    left -= weight;
    block.weights.push_back(static_cast<std::uint32_t>(weight));
    block.dates.push_back(s == 0 ? Timestamp{} : as_of - days(std::int64_t{s}));
    const double common = random.normal();
    for (const pricing::Factor& factor : factors) {
      const double draw = 0.8 * common + 0.6 * random.normal();
      double sigma = factor.asset == "USDC" ? 0.0005 : 0.03;
      if (factor.kind == pricing::FactorKind::perpetual_basis) sigma = 0.001;
      if (factor.kind == pricing::FactorKind::dated_basis) sigma = 0.02;
      if (factor.kind == pricing::FactorKind::volatility) sigma = -0.08;
      block.moves.push_back(s == 0 ? 0.0 : scale * sigma * draw);
    }
  }
  return block;
}

market::Asset make_asset(std::string name, AssetKind kind, std::uint32_t decimals,
                         std::uint32_t lot_exponent, double adv) {
  market::Asset asset;
  asset.name = std::move(name);
  asset.kind = kind;
  asset.decimals = decimals;
  asset.valuation_lot_exponent = lot_exponent;
  asset.adv = adv;
  asset.half_spread = adv > 0 ? 0.0005 : 0;
  return asset;
}

market::Instrument contract(std::string name, InstrumentKind kind, std::string underlying,
                            std::string settlement, Decimal size, Timestamp expiry = {},
                            Decimal strike = {}) {
  market::Instrument made;
  made.name = std::move(name);
  made.kind = kind;
  made.inverse = settlement == underlying;
  made.underlying = std::move(underlying);
  made.settlement = std::move(settlement);
  made.lot_size = size;
  made.expiry = expiry;
  made.strike = strike;
  made.half_spread = 0.0002;
  return made;
}

market::Place place(std::string name, PlaceKind kind, Duration timeout, Duration finality,
                    double cost) {
  market::Place made;
  made.name = std::move(name);
  made.kind = kind;
  made.timeout = timeout;
  made.finality_p95 = finality;
  made.transfer_cost = cost;
  return made;
}

Decimal decimal_of(double value) { return {static_cast<std::int64_t>(value * 1e6 + 0.5), -6}; }

std::string check_account(const State& state, AccountIndex account) {
  const AccountState& what = state.account(account);
  const std::vector<policy::Call> open = state.open_calls(account);
  std::size_t calls = 0;
  for (const auto& [number, call] : state.calls()) calls += call.account == account.value ? 1 : 0;
  if (calls != what.open_calls || open.size() != calls) return what.name + ": open_calls";
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.balance.posted.is_negative() || line.balance.available().is_negative()) {
      return what.name + ": a negative bucket";
    }
    const bool vault =
        line.place.valid() && state.registry()[line.place].kind != PlaceKind::internal_ledger;
    if (vault != (line.bucket == ledger::Bucket::sequestered)) {
      return what.name + ": a bucket at a place that is not for it";
    }
  }
  return "";
}

// Σ over all owners of an asset's holdings is zero, external being minus what came in.
std::string check_conservation(const State& state, AssetIndex asset) {
  Int128 held = 0;
  Int128 debts = 0;
  const auto count = [&](ledger::Owner owner) {
    for (const ledger::Holding& line : state.ledger.holdings(owner)) {
      if (line.asset != asset) continue;
      (line.bucket == ledger::Bucket::debt ? debts : held) += line.balance.posted.units;
    }
  };
  for (std::size_t a = 0; a < state.accounts().size(); ++a) count(AccountIndex(a));
  for (std::uint32_t s = 0; s < ledger::kSystemOwnerCount; ++s) {
    count(static_cast<ledger::SystemOwner>(s));
  }
  if (held != 0 || debts != 0) return state.registry()[asset].name + ": not conserved";
  return "";
}

// What a vault's leg was last told is what the books expect there.
std::string check_legs(const State& state) {
  for (const auto& [key, leg] : state.legs()) {
    if (policy::is_final(leg.status)) continue;
    const ledger::Balance books =
        state.ledger.balance({key.account, key.asset, key.place, ledger::Bucket::sequestered});
    if (leg.target != books.posted + books.pending_in - books.pending_out) {
      return state.account(key.account).name + ": a leg's target is not what the books expect";
    }
  }
  return "";
}

}  // namespace

pricing::ScenarioSet world_set(std::uint64_t seed, Timestamp as_of) {
  pricing::ScenarioSet set;
  set.as_of = as_of;
  set.window_begin = as_of - days(1000);
  set.horizon = days(1);
  set.stressed_window = "drawn";
  const auto add = [&set](const char* asset, pricing::FactorKind kind) {
    pricing::Factor factor;
    factor.asset = asset;
    factor.kind = kind;
    set.factors.push_back(factor);
  };
  for (const char* coin : {"BTC", "ETH"}) {
    add(coin, pricing::FactorKind::spot);
    add(coin, pricing::FactorKind::perpetual_basis);
    add(coin, pricing::FactorKind::dated_basis);
    add(coin, pricing::FactorKind::volatility);
  }
  add("USDC", pricing::FactorKind::spot);
  RandomStream random(seed, 0);
  set.filtered = draw_block(set.factors, 1.0, as_of, random);
  set.stressed = draw_block(set.factors, 1.6, as_of, random);
  set.long_run = draw_block(set.factors, 1.1, as_of, random);
  return set;
}

policy::ParameterSet world_parameters() {
  policy::ParameterSet set = policy::default_parameters();
  set.market.volatile_limit = 0.60;
  set.market.stale_after = minutes(3);
  set.ladder.dwell = {minutes(3), minutes(3), minutes(3), minutes(3)};
  return set;
}

std::vector<Person> world_persons() {
  std::vector<Person> persons;
  const auto add = [&](std::string name, Role role, std::string member = "") {
    persons.push_back({std::move(name), role, Hash{1}, std::move(member)});
  };
  add("operator", Role::operator_);
  add("venue", Role::venue);
  add("feed", Role::feed);
  add("custodian", Role::custodian);
  add("auditor", Role::auditor);
  add("risk", Role::risk_manager);
  for (const char* name : {"approver-1", "approver-2", "approver-3"}) add(name, Role::approver);
  for (const char* name : {"alice", "bob", "carol", "dave"}) add(name, Role::member, name);
  return persons;
}

World::World(WorldOptions options) {
  const auto content = [this](const Hash& hash) -> Result<Bytes> {
    const auto at = content_.find(hash);
    if (at != content_.end()) return at->second;
    return fail(ErrorCode::not_found, "hash", to_hex(hash), "content that is stored");
  };
  Executor& executor = options.executor != nullptr ? *options.executor : serial_;
  engine_ = std::make_unique<Engine>(content, executor, options.engine);
  Genesis genesis;
  genesis.venue = "test";
  genesis.parameters = options.parameters;
  genesis.persons = world_persons();
  must("operator", genesis);
  if (options.furnished) furnish(options);
}

void World::furnish(const WorldOptions& options) {
  market::Asset numeraire = make_asset("USDT", AssetKind::stablecoin, 6, 0, 0);
  numeraire.numeraire = true;
  must("operator", RegisterAsset{numeraire});
  must("operator", RegisterAsset{make_asset("BTC", AssetKind::coin, 8, 3, 1e9)});
  must("operator", RegisterAsset{make_asset("ETH", AssetKind::coin, 18, 12, 5e8)});
  must("operator", RegisterAsset{make_asset("USDC", AssetKind::stablecoin, 6, 2, 1e9)});
  const Timestamp later = kWorldStart + days(45);
  using K = InstrumentKind;
  const std::string option = "BTC/USDT:USDT-231229-";
  for (const market::Instrument& made :
       {contract("BTC/USDT:USDT", K::perpetual, "BTC", "USDT", {1, -3}),
        contract("BTC/USD:BTC", K::perpetual, "BTC", "BTC", {100, 0}),
        contract("ETH/USDT:USDT", K::perpetual, "ETH", "USDT", {1, -2}),
        contract("BTC/USDT:USDT-231115", K::future, "BTC", "USDT", {1, -2}, kWorldStart + hours(2)),
        contract(option + "70000-C", K::call, "BTC", "USDT", {1, -1}, later, {70'000, 0}),
        contract(option + "50000-P", K::put, "BTC", "USDT", {1, -1}, later, {50'000, 0})}) {
    must("venue", RegisterInstrument{made});
  }
  for (const char* asset : {"BTC", "ETH", "USDC"}) {
    for (const char* venue : {"a:", "b:"}) {
      must("operator",
           RegisterSource{{std::string(venue) + asset, SubjectKind::asset_price, asset, "", {}}});
    }
  }
  must("operator",
       RegisterSource{{"a:BTC:vol", SubjectKind::implied_volatility, "BTC", "", hours(2)}});
  must("operator", RegisterPlace{place("internal", PlaceKind::internal_ledger, {}, {}, 0)});
  must("operator",
       RegisterPlace{place("vault", PlaceKind::internal_vault, minutes(5), seconds(5), 1)});
  must("operator",
       RegisterPlace{place("custodian", PlaceKind::custodian, minutes(10), minutes(3), 20)});
  price("BTC", 60'000).price("ETH", 3'000).price("USDC", 1).price("BTC:vol", 0.6);
  tick();
  if (options.before_scenarios) options.before_scenarios(*this);
  const Hash hash = add_content(world_set(7, kWorldStart));
  must("operator", AdoptScenarioSet{hash, kWorldStart, kWorldStart - days(1000)});
  must("operator", Grant{GrantKind::insurance_fund, "", "USDT", amount("USDT", "1000"), 1,
                         kWorldStart + days(30)});
}

Hash World::add_content(const pricing::ScenarioSet& set) {
  const Bytes bytes = encode(set);
  const Hash hash = pricing::hash_of(set);
  content_[hash] = bytes;
  return hash;
}

Hash World::add_bytes(const Bytes& bytes) {
  const Hash hash = sha256(bytes);
  content_[hash] = bytes;
  return hash;
}

Command World::command(std::string_view actor, CommandBody body) {
  Command made;
  made.time = now_;
  made.actor = std::string(actor);
  ++next_id_;
  for (std::size_t i = 0; i < 8; ++i) {
    made.id[15 - i] = static_cast<std::uint8_t>(next_id_ >> (8 * i));
  }
  made.body = std::move(body);
  if (needs_signature(made.body)) made.signature = Bytes(64, 1);
  return made;
}

const Applied& World::give(std::string_view actor, CommandBody body) {
  return give(command(actor, std::move(body)));
}

const Applied& World::give(const Command& command) {
  log_.push_back(command);
  answers_.push_back(engine_->apply(command));
  absorb(records_, engine_->changes());
  const std::string broken = broken_invariant(state());
  EXPECT_EQ(broken, "") << "after command " << log_.size() - 1;
  if (const auto& refused = answers_.back().refused) {
    EXPECT_FALSE(refused->field.empty() || refused->detail.empty())
        << "command " << log_.size() - 1 << " is refused without saying of what, or what would be "
        << "accepted: " << to_string(*refused);
  }
  return answers_.back();
}

World& World::must(std::string_view actor, CommandBody body) {
  const Applied& applied = give(actor, std::move(body));
  EXPECT_FALSE(applied.refused.has_value())
      << "command " << log_.size() - 1 << ": " << to_string(*applied.refused);
  return *this;
}

Error World::refuse(std::string_view actor, CommandBody body, ErrorCode code) {
  const Applied& applied = give(actor, std::move(body));
  if (!applied.refused) {
    ADD_FAILURE() << "command " << log_.size() - 1 << " was accepted, not refused by "
                  << error_info(code).name << ": " << kind_name(log_.back().body);
    return {};
  }
  EXPECT_EQ(applied.refused->code, code)
      << "command " << log_.size() - 1 << ": " << to_string(*applied.refused);
  EXPECT_TRUE(std::holds_alternative<Refused>(applied.events.at(0).body));
  return *applied.refused;
}

World& World::pass(Duration step) {
  now_ = now_ + step;
  return *this;
}

World& World::price(const std::string& asset, double value, double width) {
  prices_[asset] = {value, width};
  return *this;
}

World& World::silence(const std::string& asset) {
  prices_.erase(asset);
  return *this;
}

World& World::observe() {
  Observations observations;
  for (const auto& [asset, quote] : prices_) {
    for (const char* venue : {"a:", "b:"}) {
      if (asset == "BTC:vol" && venue[0] == 'b') continue;
      observations.items.push_back({venue + asset, quote.first, quote.first * quote.second, now_});
    }
  }
  return must("feed", observations);
}

World& World::tick(Duration step) {
  pass(step).observe();
  return bare_tick();
}

World& World::bare_tick() { return must("feed", Tick{}); }

World& World::ticks(int count, Duration step) {
  for (int i = 0; i < count; ++i) tick(step);
  return *this;
}

World& World::open(const std::string& account, const std::string& member,
                   const StandingInstruction& standing, risk::MarginMode mode,
                   const std::string& group) {
  return must("venue", OpenAccount{account, member, group, mode, "scenario_es", standing});
}

World& World::fund(const std::string& account, const std::string& asset,
                   const std::string& deposited, const std::string& pledged) {
  if (deposited != "0") {
    must("operator", Deposit{account, asset, "internal", amount(asset, deposited)});
  }
  if (pledged != "0") {
    must(member_of(account), Pledge{account, asset, "internal", amount(asset, pledged)});
  }
  return *this;
}

World& World::trade(const std::string& account, const std::string& instrument, std::int64_t lots,
                    const std::string& price) {
  Fill fill;
  fill.account = account;
  fill.instrument = instrument;
  fill.side = lots > 0 ? Side::buy : Side::sell;
  fill.lots = lots > 0 ? lots : -lots;
  fill.price = *parse_decimal(price);
  return must("venue", fill);
}

CustodyReceipt World::receipt(const std::string& account, const std::string& asset,
                              const std::string& place, ReceiptStatus status,
                              Amount observed) const {
  const LegKey key{state().find_account(account), state().registry().find_asset(asset),
                   state().registry().find_place(place)};
  const auto leg = state().legs().find(key);
  const std::uint64_t seq = leg == state().legs().end() ? 0 : leg->second.seq;
  return {account, asset, place, seq, status, observed, now_, status != ReceiptStatus::pending};
}

World& World::places_answer() {
  const auto legs = state().legs();
  for (const auto& [key, leg] : legs) {
    if (policy::is_final(leg.status)) continue;
    must("custodian",
         receipt(state().account(key.account).name, state().registry()[key.asset].name,
                 state().registry()[key.place].name, ReceiptStatus::applied, leg.target));
  }
  return *this;
}

World& World::venue_fills() {
  const auto instructions = state().instructions();
  const market::Epoch& epoch = state().market.epoch();
  for (const auto& [number, order] : instructions) {
    const std::string& account = state().account(AccountIndex(order.account)).name;
    if (order.lots != 0) {
      const InstrumentIndex i(order.instrument);
      const market::InstrumentMark& mark = epoch.instruments[i.value];
      Fill fill;
      fill.account = account;
      fill.instrument = state().registry()[i].name;
      fill.side = order.lots > 0 ? Side::buy : Side::sell;
      fill.lots = order.lots > 0 ? order.lots : -order.lots;
      fill.price = decimal_of(state().registry()[i].is_option() ? mark.premium : mark.price);
      fill.instruction = number;
      must("venue", fill);
      continue;
    }
    const market::Asset& sold = state().registry()[AssetIndex(order.asset)];
    const market::Asset& received = state().registry()[AssetIndex(order.received_asset)];
    double units = static_cast<double>(order.amount.units) * epoch.assets[order.asset].mid /
                   epoch.assets[order.received_asset].mid;
    for (std::uint32_t d = 0; d < sold.decimals; ++d) units /= 10;
    for (std::uint32_t d = 0; d < received.decimals; ++d) units *= 10;
    must("venue", FillSale{account, number, sold.name, order.amount, received.name,
                           Amount{static_cast<Int128>(units)}});
  }
  return *this;
}

Amount World::amount(const std::string& asset, const std::string& coins) const {
  const AssetIndex index = state().registry().find_asset(asset);
  const Result<Amount> parsed =
      parse_decimal_amount(coins, static_cast<int>(state().registry()[index].decimals));
  EXPECT_TRUE(parsed.has_value()) << coins;
  return parsed.value_or(Amount{});
}

const AccountState& World::account(const std::string& name) const {
  return state().account(state().find_account(name));
}

Figures World::figures(const std::string& name) {
  const Result<Valuer*> valuer = engine_->figures();
  EXPECT_TRUE(valuer.has_value());
  const risk::Requirement& r = (*valuer)->requirement(state().find_account(name));
  return {r.equity_mid, r.equity_least, r.equity_greatest, r.initial, r.maintenance};
}

Amount World::held(const std::string& account, const std::string& asset, const std::string& place,
                   ledger::Bucket bucket) const {
  return state()
      .ledger
      .balance({state().find_account(account), state().registry().find_asset(asset),
                state().registry().find_place(place), bucket})
      .posted;
}

std::string World::member_of(const std::string& account) const {
  return this->account(account).member;
}

void absorb(std::map<std::string, Bytes>& records, const ChangeSet& changes) {
  for (const auto& [key, value] : changes.changes()) {
    if (value) {
      records[key] = *value;
    } else {
      records.erase(key);
    }
  }
}

Hash root_of(const std::map<std::string, Bytes>& records) {
  ChangeSet all;
  for (const auto& [key, value] : records) all.put_bytes(key, value);
  StateHash hash;
  hash.apply(all);
  return hash.root();
}

Bytes answer_bytes(const Applied& applied) {
  Bytes bytes;
  for (const Event& event : applied.events) {
    const Bytes one = encode(event);
    bytes.push_back(static_cast<std::uint8_t>(one.size() & 0xff));
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  return bytes;
}

std::string broken_invariant(const State& state) {
  const Status books = state.ledger.check_invariants();
  if (!books) return to_string(books.error());
  const Status lots = state.positions.check_invariants();
  if (!lots) return to_string(lots.error());
  for (std::size_t a = 0; a < state.accounts().size(); ++a) {
    const std::string broken = check_account(state, AccountIndex(a));
    if (!broken.empty()) return broken;
  }
  for (std::size_t a = 0; a < state.registry().assets().size(); ++a) {
    const std::string broken = check_conservation(state, AssetIndex(a));
    if (!broken.empty()) return broken;
  }
  return check_legs(state);
}

}  // namespace bulkhead::engine
