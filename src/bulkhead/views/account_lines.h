// The lines of an account's view, read from state. Inner header of account_view.
#pragma once

#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/views/account_parts.h"

namespace bulkhead::views {

// An amount in whole units ("1.25").
std::string quantity_of(const engine::State& state, AssetIndex asset, Amount amount);
// In order of (asset, place, bucket), as the ledger keeps them.
std::vector<BalanceLine> balance_lines(const engine::State& state, const engine::Valuer& valuer,
                                       AccountIndex account);
// The same before there are prices: amounts without values.
std::vector<BalanceLine> bare_balances(const engine::State& state, AccountIndex account);
std::vector<CountingLine> counting_lines(const engine::State& state, const engine::Valuer& valuer,
                                         AccountIndex account);
std::vector<SubstitutionLine> substitution_lines(const engine::State& state,
                                                 const engine::Valuer& valuer,
                                                 AccountIndex account);
std::vector<DebtLine> debt_lines(const engine::State& state, AccountIndex account);
std::vector<PositionLine> position_lines(const engine::State& state, AccountIndex account);
std::vector<OrderLine> order_lines(const engine::State& state, AccountIndex account);
std::vector<CallLine> call_lines(const engine::State& state, AccountIndex account);
std::vector<CureLine> cure_lines(const engine::State& state,
                                 const std::vector<engine::CureOption>& cures);
std::vector<DeliveryLine> delivery_lines(const engine::State& state, AccountIndex account);
std::vector<InstructionLine> instruction_lines(const engine::State& state, AccountIndex account);
std::vector<SequesteredLine> sequestered_lines(const engine::State& state,
                                               const engine::Valuer& valuer, AccountIndex account);
std::vector<LegLine> leg_lines(const engine::State& state, AccountIndex account);
// Stop buttons, break-glass orders and the grace of an outage that concern it, in words.
std::vector<std::string> forces(const engine::State& state, AccountIndex account);

}  // namespace bulkhead::views
