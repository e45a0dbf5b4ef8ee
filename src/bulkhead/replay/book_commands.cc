// The commands of a book, account by account.
#include "bulkhead/replay/book_commands.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::replay {
namespace {

using engine::Command;

constexpr double kLargestMantissa = 1e9;  // digits of a price in a fill

BookInstrumentKind kind_of(market::InstrumentKind kind) {
  switch (kind) {
    case market::InstrumentKind::perpetual:
      return BookInstrumentKind::perpetual;
    case market::InstrumentKind::future:
      return BookInstrumentKind::future;
    case market::InstrumentKind::call:
      return BookInstrumentKind::call;
    case market::InstrumentKind::put:
      break;
  }
  return BookInstrumentKind::put;
}

// value > 0 to nine significant digits.
Decimal nine_digits(double value) {
  BULKHEAD_ASSERT(value > 0);
  Decimal out;
  while (value * 10 < kLargestMantissa && out.exponent > -18) {
    value *= 10;
    --out.exponent;
  }
  out.mantissa = static_cast<std::int64_t>(round_half_even(value));
  return out.normal_form();
}

class BookWriter {
 public:
  BookWriter(const BookPlan& plan, const market::Registry& registry, const market::Epoch& epoch,
             const BookActors& actors)
      : plan_(plan), registry_(registry), epoch_(epoch), actors_(actors) {}

  Result<std::vector<Command>> write();

 private:
  void send(const std::string& actor, engine::CommandBody body);
  Result<Amount> minor_units(const PlannedAmount& planned) const;
  Result<engine::Fill> fill(const PlannedAccount& account, const PlannedPosition& position) const;
  Status deposits(const PlannedAccount& account);
  Status positions(const PlannedAccount& account);
  Status loans(const PlannedAccount& account);
  void open(const PlannedAccount& account);

  const BookPlan& plan_;
  const market::Registry& registry_;
  const market::Epoch& epoch_;
  const BookActors& actors_;
  std::vector<Command> commands_;
};

void BookWriter::send(const std::string& actor, engine::CommandBody body) {
  Command command;
  command.time = actors_.time;
  command.actor = actor;
  command.id = command_id("book", plan_.seed, commands_.size());
  command.body = std::move(body);
  commands_.push_back(std::move(command));
}

Result<Amount> BookWriter::minor_units(const PlannedAmount& planned) const {
  const AssetIndex index = registry_.find_asset(planned.asset);
  const bool known = index.valid() && index.value < epoch_.assets.size();
  if (!known || !epoch_.assets[index.value].priced()) {
    return fail(ErrorCode::not_found, "asset", planned.asset, "an asset with a price");
  }
  const std::optional<Int128> units =
      divide_round(1, planned.value, epoch_.assets[index.value].mid,
                   static_cast<int>(registry_[index].decimals), Rounding::down);
  if (!units) {
    return fail(ErrorCode::amount_overflow, planned.asset, std::to_string(planned.value),
                "at most 128 bits of minor units");
  }
  return Amount{*units};
}

void BookWriter::open(const PlannedAccount& account) {
  engine::OpenAccount body;
  body.account = account.name;
  body.member = account.member;
  body.mode = account.haircut_mode ? risk::MarginMode::haircut : risk::MarginMode::joint;
  body.model = actors_.model;
  if (!account.standing_instruction.empty()) {
    body.standing.mode = engine::StandingMode::automatic;
    body.standing.assets = account.standing_instruction;
  }
  send(actors_.operator_actor, std::move(body));
}

Status BookWriter::deposits(const PlannedAccount& account) {
  for (const auto* list : {&account.pledged, &account.free}) {
    for (const PlannedAmount& planned : *list) {
      BULKHEAD_TRY(const Amount amount, minor_units(planned));
      if (!amount.is_positive()) continue;
      send(actors_.operator_actor,
           engine::Deposit{account.name, planned.asset, actors_.place, amount});
      if (list != &account.pledged) continue;
      send(account.member, engine::Pledge{account.name, planned.asset, actors_.place, amount});
    }
  }
  return {};
}

Result<engine::Fill> BookWriter::fill(const PlannedAccount& account,
                                      const PlannedPosition& position) const {
  const InstrumentIndex index = registry_.find_instrument(position.instrument);
  if (!index.valid() || index.value >= epoch_.instruments.size() ||
      !(epoch_.instruments[index.value].price > 0)) {
    return fail(ErrorCode::not_found, "instrument", position.instrument,
                "an instrument with a mark");
  }
  const market::Instrument& instrument = registry_[index];
  const market::InstrumentMark& mark = epoch_.instruments[index.value];
  const double settlement = epoch_.assets[registry_.settlement(index).value].mid;
  const double underlying = epoch_.assets[registry_.underlying(index).value].mid;
  const bool in_numeraire = instrument.inverse && !instrument.is_option();
  const double lot_value = instrument.lot_size.to_double() * (in_numeraire ? 1.0 : underlying);
  const double size = position.notional < 0 ? -position.notional : position.notional;
  engine::Fill out;
  out.account = account.name;
  out.instrument = position.instrument;
  out.side = position.notional > 0 ? engine::Side::buy : engine::Side::sell;
  out.lots = static_cast<std::int64_t>(floor_fixed(std::min(size / lot_value, 9e15)));
  double price = mark.price;
  if (instrument.is_option()) {
    price = instrument.inverse ? mark.premium / mark.price : mark.premium / settlement;
  }
  if (price > 0) out.price = nine_digits(price);
  return out;
}

Status BookWriter::positions(const PlannedAccount& account) {
  for (const PlannedPosition& position : account.positions) {
    BULKHEAD_TRY(engine::Fill body, fill(account, position));
    if (body.lots > 0) send(actors_.venue_actor, std::move(body));
  }
  return {};
}

Status BookWriter::loans(const PlannedAccount& account) {
  for (const PlannedAmount& planned : account.debts) {
    BULKHEAD_TRY(const Amount amount, minor_units(planned));
    if (!amount.is_positive()) continue;
    const std::string& place = actors_.place;
    send(account.member, engine::Borrow{account.name, planned.asset, place, amount});
    send(account.member, engine::Unpledge{account.name, planned.asset, place, amount});
    send(account.member, engine::Withdraw{account.name, planned.asset, place, amount});
  }
  return {};
}

Result<std::vector<Command>> BookWriter::write() {
  for (const std::string& member : plan_.members) {
    engine::RegisterPerson body;
    body.person = {
        .name = member, .role = engine::Role::member, .public_key = {}, .member = member};
    send(actors_.operator_actor, std::move(body));
  }
  for (const PlannedAccount& account : plan_.accounts) {
    open(account);
    BULKHEAD_TRY_STATUS(deposits(account));
    BULKHEAD_TRY_STATUS(positions(account));
    BULKHEAD_TRY_STATUS(loans(account));
  }
  return std::move(commands_);
}

}  // namespace

std::array<std::uint8_t, 16> command_id(std::string_view writer, std::uint64_t seed,
                                        std::uint64_t n) {
  std::string text(writer);
  text += '|' + std::to_string(seed) + '|' + std::to_string(n);
  const Hash hash = sha256(text);
  std::array<std::uint8_t, 16> id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

BookMarket book_market(const market::Registry& registry, const market::Epoch& epoch,
                       Duration horizon, double margin_multiple) {
  BookMarket out;
  const AssetIndex numeraire = registry.numeraire();
  if (numeraire.valid()) out.numeraire = registry[numeraire].name;
  std::vector<char> priced(registry.assets().size(), 0);
  for (std::size_t i = 0; i < registry.assets().size() && i < epoch.assets.size(); ++i) {
    const market::Asset& asset = registry.assets()[i];
    if (asset.numeraire || !epoch.assets[i].priced()) continue;
    priced[i] = 1;
    const double volatility =
        i < epoch.underlyings.size() ? epoch.underlyings[i].volatility_slow : 0.0;
    const bool stable = asset.kind == market::AssetKind::stablecoin;
    BookAsset item;
    item.name = asset.name;
    item.price = epoch.assets[i].mid;
    item.margin_rate = std::clamp(0.01 + margin_multiple * volatility, stable ? 0.005 : 0.02, 0.60);
    item.stablecoin = stable;
    item.weight = 0.2 + sqrt_fixed(std::max(asset.adv, 0.0) / 1e9);
    out.assets.push_back(std::move(item));
  }
  for (std::size_t i = 0; i < registry.instruments().size() && i < epoch.instruments.size(); ++i) {
    const market::Instrument& instrument = registry.instruments()[i];
    const InstrumentIndex index(i);
    const bool expires = instrument.kind != market::InstrumentKind::perpetual;
    if (!(epoch.instruments[i].price > 0) || priced[registry.underlying(index).value] == 0)
      continue;
    if (expires && instrument.expiry <= epoch.time + horizon) continue;
    out.instruments.push_back({instrument.name, instrument.underlying, kind_of(instrument.kind),
                               instrument.strike.to_double()});
  }
  return out;
}

Result<std::vector<Command>> book_commands(const BookPlan& plan, const market::Registry& registry,
                                           const market::Epoch& epoch, const BookActors& actors) {
  return BookWriter(plan, registry, epoch, actors).write();
}

}  // namespace bulkhead::replay
