#include "bulkhead/engine/context.h"

#include "bulkhead/positions/settlement.h"

namespace bulkhead::engine {

void Context::append(AccountIndex account, EventBody body) {
  Event event{.cause = record,
              .ordinal = static_cast<std::uint32_t>(events_.size()),
              .time = command.time,
              .account = account.valid() ? state.account(account).name : std::string(),
              .body = std::move(body)};
  events_.push_back(std::move(event));
}

void Context::emit(AccountIndex account, EventBody body) {
  tell_movements();
  append(account, std::move(body));
}

void Context::tell_movements() {
  for (const ledger::Movement& movement : state.ledger.take_movements()) {
    const AccountIndex account = movement.key.owner.account();
    valuer.touch(account);
    append(account,
           BalanceChanged{.kind = movement.kind,
                          .asset = registry()[movement.key.asset].name,
                          .place = movement.key.place.valid() ? registry()[movement.key.place].name
                                                              : std::string(),
                          .bucket = movement.key.bucket,
                          .change = movement.change,
                          .balance = movement.posted});
  }
}

Result<AccountIndex> Context::account(std::string_view name, std::string_view field) const {
  const AccountIndex found = state.find_account(name);
  if (found.valid()) return found;
  return fail(ErrorCode::account_unknown, field, name, "the name of an open account");
}

Result<AssetIndex> Context::asset(std::string_view name, std::string_view field) const {
  const AssetIndex found = registry().find_asset(name);
  if (found.valid()) return found;
  return fail(ErrorCode::asset_unknown, field, name, "a registered asset");
}

Result<InstrumentIndex> Context::instrument(std::string_view name, std::string_view field) const {
  const InstrumentIndex found = registry().find_instrument(name);
  if (found.valid()) return found;
  return fail(ErrorCode::instrument_unknown, field, name, "a registered instrument");
}

Result<PlaceIndex> Context::place(std::string_view name, std::string_view field) const {
  const PlaceIndex found = registry().find_place(name);
  if (found.valid()) return found;
  return fail(ErrorCode::place_unknown, field, name, "a registered place");
}

Status Context::may_act_on(AccountIndex account) const {
  const Person& actor = state.persons().find(command.actor)->second;
  if (actor.role != Role::member || actor.member == state.account(account).member) return {};
  return fail(ErrorCode::not_own_account, "account", state.account(account).name,
              "an account of member " + actor.member);
}

ledger::Transfer Context::transfer(ledger::TransferKind kind, const ledger::HoldingKey& debit,
                                   const ledger::HoldingKey& credit, Amount amount) const {
  ledger::Transfer made;
  made.kind = kind;
  made.debit = debit;
  made.credit = credit;
  made.amount = amount;
  made.record = record;
  made.time = command.time;
  return made;
}

Status Context::post(const ledger::Transfer& transfer) {
  BULKHEAD_TRY_STATUS(state.ledger.apply(transfer));
  tell_movements();
  return {};
}

PlaceIndex Context::internal_place() const { return positions::internal_place(registry()); }

Figures Context::figures(AccountIndex account) {
  if (!valuer.ready()) return {};
  const risk::Requirement& needed = valuer.requirement(account);
  return {needed.equity_mid, needed.equity_least, needed.equity_greatest, needed.initial,
          needed.maintenance};
}

void Context::draw_in(AccountIndex account) {
  const risk::Requirement& needed = valuer.requirement(account);
  drawn_in.push_back({needed.maintenance - needed.equity_mid, account.value});
}

}  // namespace bulkhead::engine
