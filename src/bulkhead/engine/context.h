// What a verb of the engine is given: state, figures, the command's place in the log, and a way to
// say what happened.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/engine/books.h"
#include "bulkhead/engine/events.h"
#include "bulkhead/engine/state.h"
#include "bulkhead/engine/valuer.h"
#include "bulkhead/policy/default.h"

namespace bulkhead::engine {

class Context {
 public:
  Context(State& books, Valuer& figures, const Command& what, std::uint64_t index,
          std::vector<Event>& out)
      : state(books), valuer(figures), command(what), record(index), events_(out) {}

  State& state;
  Valuer& valuer;
  const Command& command;
  const std::uint64_t record;
  // Accounts that another's turn in this tick has changed, with their shortfall before it.
  std::vector<policy::TripOrder> drawn_in;

  Books books() const { return {state, valuer}; }
  Timestamp now() const { return command.time; }
  const policy::ParameterSet& parameters() const { return state.parameters(); }
  const policy::LadderParameters& ladder() const { return state.parameters().ladder; }
  const market::Registry& registry() const { return state.registry(); }
  ledger::Cause cause() const { return {record, command.time}; }

  // Appends an event; an invalid account stands for none. Movements of the books that came before
  // are told first.
  void emit(AccountIndex account, EventBody body);
  void emit(EventBody body) { emit(AccountIndex(), std::move(body)); }
  // Tells what moved in the books and drops what was known of the accounts concerned.
  void tell_movements();

  // Names to indices; the error names the field.
  Result<AccountIndex> account(std::string_view name, std::string_view field = "account") const;
  Result<AssetIndex> asset(std::string_view name, std::string_view field = "asset") const;
  Result<InstrumentIndex> instrument(std::string_view name,
                                     std::string_view field = "instrument") const;
  Result<PlaceIndex> place(std::string_view name, std::string_view field = "place") const;
  // A member acts on its own accounts only; other roles on all.
  Status may_act_on(AccountIndex account) const;

  // An id for the next pending transfer of this command.
  ledger::TransferId next_transfer_id() { return ledger::derived_id(record, transfers_++); }
  ledger::Transfer transfer(ledger::TransferKind kind, const ledger::HoldingKey& debit,
                            const ledger::HoldingKey& credit, Amount amount) const;
  Status post(const ledger::Transfer& transfer);

  PlaceIndex internal_place() const;
  Figures figures(AccountIndex account);

  // To be called before another's turn changes an account's positions: it may need a turn itself.
  void draw_in(AccountIndex account);

 private:
  void append(AccountIndex account, EventBody body);

  std::vector<Event>& events_;
  std::uint32_t transfers_ = 0;
};

}  // namespace bulkhead::engine
