// Every refusal of every verb, as a table: who, what, and the code that it gives (D11).
#include <vector>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

struct Case {
  const char* actor;
  CommandBody body;
  ErrorCode code;
};

using E = ErrorCode;
using Cases = std::vector<Case>;

constexpr const char* kPerp = "BTC/USDT:USDT";

market::Asset asset(std::string name) {
  market::Asset made;
  made.name = std::move(name);
  made.decimals = 8;
  return made;
}

market::Instrument perpetual(std::string name, std::string underlying) {
  market::Instrument made;
  made.name = std::move(name);
  made.underlying = std::move(underlying);
  made.settlement = "USDT";
  made.lot_size = {1, -3};
  return made;
}

Cases of_reference(const World& world) {
  market::Asset second = asset("USD");
  second.numeraire = true;
  Person nobody{"frank", Role::none, Hash{}, ""};
  Person memberless{"frank", Role::member, Hash{}, ""};
  const auto open = [](std::string account, std::string member, std::string model) {
    return OpenAccount{std::move(account),      std::move(member), "",
                       risk::MarginMode::joint, std::move(model),  {}};
  };
  OpenAccount doubled = open("a-9", "alice", "scenario_es");
  doubled.standing.assets = {"USDT", "USDT"};
  OpenAccount unheard = open("a-9", "alice", "scenario_es");
  unheard.standing.assets = {"XYZ"};
  market::Instrument shapeless = perpetual("BTC-X", "BTC");
  shapeless.lot_size = {};
  static_cast<void>(world);
  return {
      {"operator", Genesis{}, E::genesis_misplaced},
      {"operator", RegisterPerson{{"", Role::venue, Hash{}, ""}}, E::bad_name},
      {"operator", RegisterPerson{{"a/b", Role::venue, Hash{}, ""}}, E::bad_name},
      {"operator", RegisterPerson{nobody}, E::out_of_range},
      {"operator", RegisterPerson{memberless}, E::out_of_range},
      {"operator", RegisterPerson{{"alice", Role::venue, Hash{}, ""}}, E::name_taken},
      {"operator", RegisterAsset{asset("BTC")}, E::name_taken},
      {"operator", RegisterAsset{asset("")}, E::bad_name},
      {"operator", RegisterAsset{second}, E::numeraire_taken},
      {"operator", RegisterInstrument{perpetual(kPerp, "BTC")}, E::name_taken},
      {"operator", RegisterInstrument{perpetual("XYZ-PERP", "XYZ")}, E::asset_unknown},
      {"operator", RegisterInstrument{shapeless}, E::out_of_range},
      {"operator", RegisterSource{{"a:BTC", market::SubjectKind::asset_price, "BTC", "", {}}},
       E::name_taken},
      {"operator", RegisterSource{{"c:XYZ", market::SubjectKind::asset_price, "XYZ", "", {}}},
       E::asset_unknown},
      {"operator", RegisterSource{{"c:BTC", market::SubjectKind::asset_price, "BTC", "BTC", {}}},
       E::quote_cycle},
      {"operator", RegisterPlace{{"vault", market::PlaceKind::custodian, {}, {}, 0, 0, 0}},
       E::name_taken},
      {"venue", open("alice-1", "alice", "scenario_es"), E::name_taken},
      {"venue", open("a b", "alice", "scenario_es"), E::bad_name},
      {"venue", open("a-9", "", "scenario_es"), E::bad_name},
      {"venue", open("a-9", "alice", "guess"), E::out_of_range},
      {"venue", doubled, E::duplicate_field},
      {"venue", unheard, E::asset_unknown},
      {"alice", SetStandingInstruction{"a-9", {}}, E::account_unknown},
      {"alice", SetStandingInstruction{"bob-2", {}}, E::not_own_account},
      {"alice", SetStandingInstruction{"alice-1", {StandingMode::automatic, {"XYZ"}}},
       E::asset_unknown},
  };
}

// The four fields of every transfer, one wrong at a time.
template <class Transfer>
void add_transfer(Cases& cases, const char* actor, bool own_only) {
  const Amount one{1};
  const auto add = [&](Transfer body, ErrorCode code) { cases.push_back({actor, body, code}); };
  add({"nobody-1", "USDT", "internal", one}, E::account_unknown);
  add({"alice-1", "XYZ", "internal", one}, E::asset_unknown);
  add({"alice-1", "USDT", "nowhere", one}, E::place_unknown);
  add({"alice-1", "USDT", "vault", one}, E::holding_invalid);
  add({"alice-1", "USDT", "internal", {}}, E::amount_not_positive);
  add({"alice-1", "USDT", "internal", Amount{-1}}, E::amount_not_positive);
  if (own_only) add({"bob-2", "USDT", "internal", one}, E::not_own_account);
}

Cases of_transfers(const World& world) {
  Cases cases;
  add_transfer<Deposit>(cases, "operator", false);
  add_transfer<Withdraw>(cases, "alice", true);
  add_transfer<Pledge>(cases, "alice", true);
  add_transfer<Unpledge>(cases, "alice", true);
  add_transfer<Borrow>(cases, "alice", true);
  add_transfer<Repay>(cases, "alice", true);
  const Amount much = world.amount("USDT", "1000000000");
  const Amount most{Int128{1} << 120};
  cases.insert(cases.end(),
               {{"operator", Deposit{"alice-1", "USDT", "internal", most}, E::amount_overflow},
                {"alice", Withdraw{"alice-1", "USDT", "internal", much}, E::balance_exceeded},
                {"alice", Pledge{"alice-1", "USDT", "internal", much}, E::balance_exceeded},
                {"alice", Unpledge{"alice-1", "USDT", "internal", much}, E::balance_exceeded},
                {"alice",
                 Unpledge{"alice-1", "USDT", "internal",
                          world.held("alice-1", "USDT", "internal", ledger::Bucket::pledged)},
                 E::below_target},
                {"alice", Borrow{"alice-1", "BTC", "internal", world.amount("BTC", "100")},
                 E::margin_insufficient},
                {"alice", Repay{"alice-1", "USDT", "internal", Amount{1}}, E::debt_exceeded},
                {"operator", Deposit{"alice-1", "NEW", "internal", Amount{1}}, E::factor_missing}});
  return cases;
}

Cases of_trading(const World& world) {
  const Decimal limit{50'000, 0};
  const Amount none;
  return {
      {"alice", PlaceOrder{"nobody-1", "x", kPerp, Side::buy, 1, limit}, E::account_unknown},
      {"alice", PlaceOrder{"bob-2", "x", kPerp, Side::buy, 1, limit}, E::not_own_account},
      {"alice", PlaceOrder{"alice-1", "x", "XYZ", Side::buy, 1, limit}, E::instrument_unknown},
      {"alice", PlaceOrder{"alice-1", "x", kPerp, Side::buy, 0, limit}, E::lots_not_positive},
      {"alice", PlaceOrder{"alice-1", "x", kPerp, Side::buy, 1, {}}, E::price_invalid},
      {"alice", PlaceOrder{"alice-1", "", kPerp, Side::buy, 1, limit}, E::malformed},
      {"alice", PlaceOrder{"alice-1", "x", kPerp, Side::buy, 100'000, limit},
       E::margin_insufficient},
      {"alice", PlaceOrder{"alice-1", "x", kPerp, Side::buy, 9'000'000'000'000'000'000, limit},
       E::too_large},
      {"alice", PlaceOrder{"alice-1", "x", "BTC/USDT:USDT-231115", Side::buy, 1, limit},
       E::instrument_expired},
      {"alice", PlaceOrder{"alice-1", "x", "NEW/USDT:USDT", Side::buy, 1, limit},
       E::factor_missing},
      {"alice", PlaceOrder{"alice-1", "standing", kPerp, Side::buy, 1, limit}, E::order_exists},
      {"alice", AmendOrder{"alice-1", "x", 1, limit}, E::order_not_found},
      {"alice", AmendOrder{"alice-1", "standing", 0, limit}, E::lots_not_positive},
      {"alice", AmendOrder{"alice-1", "standing", 100'000, limit}, E::margin_insufficient},
      {"alice", AmendOrder{"nobody-1", "x", 1, limit}, E::account_unknown},
      {"alice", AmendOrder{"bob-2", "x", 1, limit}, E::not_own_account},
      {"alice", CancelOrder{"alice-1", "x"}, E::order_not_found},
      {"alice", CancelOrder{"nobody-1", "x"}, E::account_unknown},
      {"alice", CancelOrder{"bob-2", "x"}, E::not_own_account},
      {"venue", Fill{"nobody-1", kPerp, Side::buy, 1, limit, none, "", "", 0}, E::account_unknown},
      {"venue", Fill{"alice-1", "XYZ", Side::buy, 1, limit, none, "", "", 0},
       E::instrument_unknown},
      {"venue", Fill{"alice-1", kPerp, Side::buy, -1, limit, none, "", "", 0},
       E::lots_not_positive},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, {}, none, "", "", 0}, E::price_invalid},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, limit, none, "x", "", 0}, E::order_not_found},
      {"venue", Fill{"alice-1", kPerp, Side::sell, 1, limit, none, "standing", "", 0},
       E::order_not_found},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 9, limit, none, "standing", "", 0},
       E::order_overfilled},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, limit, none, "", "alice-1", 0}, E::same_party},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, limit, none, "", "nobody-1", 0},
       E::account_unknown},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, limit, none, "", "bob-1", 0},
       E::stage_forbids},
      {"venue", Fill{"alice-1", kPerp, Side::buy, 1, limit, none, "", "", 99'999},
       E::instruction_unknown},
      {"venue",
       Fill{"alice-1", kPerp, Side::buy, 9'223'372'036'854'775'807, limit, none, "", "", 0},
       E::lots_overflow},
      {"venue", FillSale{"alice-1", 99'999, "BTC", Amount{1}, "USDT", Amount{1}},
       E::instruction_unknown},
      {"venue", FillSale{"alice-1", 1, "XYZ", Amount{1}, "USDT", Amount{1}}, E::asset_unknown},
      {"venue", FillSale{"nobody-1", 1, "BTC", Amount{1}, "USDT", Amount{1}}, E::account_unknown},
      {"venue", Funding{"XYZ", {1, -4}}, E::instrument_unknown},
      {"venue", Funding{"NEW/USDT:USDT", {1, -4}}, E::price_not_good},
      {"operator", Interest{"XYZ", {1, -4}}, E::asset_unknown},
      {"operator", Interest{"USDC", {-1, -4}}, E::out_of_range},
      {"venue", Expire{"XYZ", limit}, E::instrument_unknown},
      {"venue", Expire{kPerp, limit}, E::out_of_range},
      {"venue", Expire{"BTC/USDT:USDT-231229-70000-C", limit}, E::out_of_range},
      {"venue", Expire{"BTC/USDT:USDT-231115", {-1, 0}}, E::price_invalid},
  };
  static_cast<void>(world);
}

pricing::ScenarioSet without_last_factor(pricing::ScenarioSet set) {
  const std::size_t factors = set.factors.size();
  for (pricing::ScenarioBlock* block : {&set.filtered, &set.stressed, &set.long_run}) {
    std::vector<double> kept;
    for (std::size_t i = 0; i < block->moves.size(); ++i) {
      if (i % factors + 1 != factors) kept.push_back(block->moves[i]);
    }
    block->moves = kept;
  }
  set.factors.pop_back();
  return set;
}

Cases of_market(World& world) {
  const Timestamp now = world.now();
  const Observations unknown{{{"z:BTC", 1, 0, now}}};
  const Observations negative{{{"a:BTC", -1, 0, now}}};
  const Observations narrow{{{"a:BTC", 1, -1, now}}};
  Observations many;
  many.items.resize(10'001);
  const pricing::ScenarioSet lacking = without_last_factor(world_set(9, now));
  const pricing::ScenarioSet good = world_set(10, now);
  pricing::ScenarioSet wrong = good;
  wrong.filtered.weights[1] += 1;
  const Hash lacking_hash = world.add_content(lacking);
  const Hash good_hash = world.add_content(good);
  const Hash wrong_hash = world.add_content(wrong);
  const Hash garbage = world.add_bytes({0xff, 0xff});
  const Timestamp window = good.window_begin;
  const Timestamp later = now + days(1);
  const Amount some{1};
  using K = GrantKind;
  return {
      {"feed", unknown, E::source_unknown},
      {"feed", negative, E::out_of_range},
      {"feed", narrow, E::out_of_range},
      {"feed", many, E::too_large},
      {"operator", AdoptScenarioSet{Hash{9}, now, window}, E::not_found},
      {"operator", AdoptScenarioSet{garbage, now, window}, E::malformed},
      {"operator", AdoptScenarioSet{wrong_hash, now, window}, E::scenario_set_invalid},
      {"operator", AdoptScenarioSet{lacking_hash, now, window}, E::factor_missing},
      {"operator", AdoptScenarioSet{good_hash, now - seconds(1), window}, E::scenario_set_unfit},
      {"operator", AdoptScenarioSet{good_hash, now, now}, E::scenario_set_unfit},
      {"operator", Grant{K::insurance_fund, "", "USDT", some, 1, later}, E::grant_stale},
      {"operator", Grant{K::insurance_fund, "", "USDT", some, 9, now}, E::grant_stale},
      {"operator", Grant{K::insurance_fund, "", "USDT", Amount{-1}, 9, later}, E::out_of_range},
      {"operator", Grant{K::insurance_fund, "x", "USDT", some, 9, later}, E::out_of_range},
      {"operator", Grant{K::insurance_fund, "", "XYZ", some, 9, later}, E::asset_unknown},
      {"operator", Grant{K::market_capacity, "XYZ", "", some, 9, later}, E::asset_unknown},
      {"operator", Grant{K::place_capacity, "XYZ", "", some, 9, later}, E::place_unknown},
      {"risk", SetHalt{"XYZ", true}, E::asset_unknown},
      {"risk", SetHalt{"USDT", true}, E::out_of_range},
      {"custodian",
       CustodyReceipt{"nobody-1", "USDT", "vault", 1, ReceiptStatus::applied, {}, now, true},
       E::account_unknown},
      {"custodian",
       CustodyReceipt{"dave-2", "XYZ", "vault", 1, ReceiptStatus::applied, {}, now, true},
       E::asset_unknown},
      {"custodian",
       CustodyReceipt{"dave-2", "USDT", "nowhere", 1, ReceiptStatus::applied, {}, now, true},
       E::place_unknown},
      {"custodian",
       CustodyReceipt{"dave-2", "USDT", "vault", 1, ReceiptStatus::applied, Amount{-1}, now, true},
       E::out_of_range},
      {"custodian",
       CustodyReceipt{"dave-2", "USDT", "vault", 99, ReceiptStatus::applied, {}, now, true},
       E::receipt_unasked},
  };
}

Cases of_governance(const World& world) {
  policy::ParameterSet next = world.state().parameters();
  ++next.version;
  policy::ParameterSet unordered = next;
  unordered.ladder.levels.watch_bp = 12'000;
  policy::ParameterSet disagreeing = next;
  disagreeing.risk.maintenance = 6'000;
  const Timestamp soon = world.now() + hours(1);
  const auto propose = [&](std::string name, const policy::ParameterSet& set, Timestamp expires,
                           Timestamp effective) {
    return Propose{std::move(name), expires, ParameterChange{set, effective}};
  };
  return {
      {"risk", propose("", next, soon, soon), E::bad_name},
      {"risk", propose("top-up-7", next, soon, soon), E::bad_name},
      {"risk", propose("x", next, world.now(), soon), E::out_of_range},
      {"risk", propose("x", next, soon, world.now() - seconds(1)), E::out_of_range},
      {"risk", Propose{"x", soon, {}}, E::missing_field},
      {"risk", propose("x", unordered, soon, soon), E::levels_out_of_order},
      {"risk", propose("x", disagreeing, soon, soon), E::parameters_disagree},
      {"approver-1", Approve{"never"}, E::proposal_closed},
  };
}

Cases of_calls(const World& world) {
  const Timestamp soon = world.now() + hours(1);
  const Amount one{1};
  using W = DeliveryWord;
  return {
      {"alice", PromiseDelivery{"nobody-1", "USDT", "custodian", one, soon}, E::account_unknown},
      {"alice", PromiseDelivery{"alice-1", "XYZ", "custodian", one, soon}, E::asset_unknown},
      {"alice", PromiseDelivery{"alice-1", "NEW", "custodian", one, soon}, E::out_of_range},
      {"alice", PromiseDelivery{"alice-1", "USDT", "nowhere", one, soon}, E::place_unknown},
      {"alice", PromiseDelivery{"bob-2", "USDT", "custodian", one, soon}, E::not_own_account},
      {"alice", PromiseDelivery{"alice-1", "USDT", "custodian", {}, soon}, E::amount_not_positive},
      {"alice", PromiseDelivery{"alice-1", "USDT", "custodian", one, world.now()}, E::out_of_range},
      {"alice", PromiseDelivery{"alice-1", "USDT", "custodian", one, soon + days(30)},
       E::out_of_range},
      {"custodian", ReportDelivery{99'999, W::seen, one}, E::delivery_unknown},
      {"alice",
       DisputeCall{99'999, DisputeSubject::price, "BTC", DisputeReason::wrong_value, usd(1)},
       E::dispute_closed},
      {"risk", ResolveDispute{99'999, usd(1)}, E::dispute_closed},
  };
}

// Whom the role forbids: each command by the auditor, who may do nothing.
Cases of_roles(const World& world) {
  Cases cases;
  std::set<std::string_view> seen;
  for (const Command& command : world.log()) {
    const bool first = std::visit(
        [&]<class Body>(const Body&) {
          if constexpr (std::is_same_v<Body, std::monostate> || std::is_same_v<Body, Genesis>) {
            return false;
          } else {
            return seen.insert(Body::kName).second;
          }
        },
        command.body);
    if (first) cases.push_back({"auditor", command.body, E::role_forbidden});
  }
  return cases;
}

void refuse_admission(World& world) {
  const auto given = [&](const Command& command, ErrorCode code) {
    const Applied& applied = world.give(command);
    ASSERT_TRUE(applied.refused.has_value());
    EXPECT_EQ(applied.refused->code, code) << to_string(*applied.refused);
  };
  given(world.command("nobody", Tick{}), E::actor_unknown);
  Command early = world.command("feed", Tick{});
  early.time = early.time - nanoseconds(1);
  given(early, E::time_decreases);
  Command unsigned_word = world.command("approver-1", Approve{"x"});
  unsigned_word.signature.clear();
  given(unsigned_word, E::signature_missing);
  given(world.command("feed", std::monostate{}), E::role_forbidden);
  Command first = world.command("operator", Deposit{"alice-1", "USDT", "internal", Amount{5}});
  world.give(first);
  given(first, E::command_repeated);
  std::get<Deposit>(first.body).amount = Amount{6};
  given(first, E::command_conflict);
}

}  // namespace

void play_refusals(World& world) {
  world.price("BTC", 60'000).ticks(5);
  market::Asset fresh = asset("NEW");
  fresh.adv = 1e6;
  world.must("operator", RegisterAsset{fresh});
  world.must("operator", RegisterInstrument{perpetual("NEW/USDT:USDT", "NEW")});
  world.must("alice", PlaceOrder{"alice-1", "standing", kPerp, Side::buy, 1, {50'000, 0}});
  for (const Cases& cases :
       {of_reference(world), of_transfers(world), of_trading(world), of_market(world),
        of_governance(world), of_calls(world), of_roles(world)}) {
    for (const Case& one : cases) world.refuse(one.actor, one.body, one.code);
  }
  refuse_admission(world);
  world.tick();
}

}  // namespace bulkhead::engine
