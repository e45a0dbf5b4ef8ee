// Turns a window and a plan of accounts into the commands that open a log: genesis, registrations,
// first prices, first scenario set, accounts with their collateral, debts and positions.
#pragma once

#include <string>

#include "bulkhead/feeds/windows.h"
#include "bulkhead/policy/parameters.h"
#include "bulkhead/replay/commander.h"
#include "bulkhead/replay/synth_book.h"

namespace bulkhead::replay {

// Names of the persons that a replayed log has beside its members.
inline constexpr const char* kOperator = "operator";
inline constexpr const char* kVenue = "venue";
inline constexpr const char* kFeed = "feed";
inline constexpr const char* kCustodian = "custodian";

// Places of a replay: the venue's own ledger, its internal vault, a custodian.
inline constexpr const char* kInternal = "internal";
inline constexpr const char* kVault = "vault";
inline constexpr const char* kCustodianPlace = "custodian-a";

// A policy with what a window's data ask for: outage and confirmation by its tick step, terms for
// assets that its schedule does not name (eligible at 25 %).
policy::ParameterSet fit_to_window(policy::ParameterSet set, const feeds::Window& window);

// Genesis and registrations at window.from, with the sources that the loaded files became.
Status write_venue(Commander& commander, const feeds::Window& window,
                   const std::vector<market::Source>& sources,
                   const policy::ParameterSet& parameters, const Hash& approver_key);
// Prices at the start, as the book's generator wants them. Needs a closed epoch.
BookMarket book_market(const engine::State& state);
// Accounts, deposits, pledges; then debts and positions at the marks of the closed epoch. The
// insurance fund is granted as `insurance_value` of the numéraire.
Status write_accounts(Commander& commander, const feeds::Window& window, const BookPlan& plan);
Status write_positions(Commander& commander, const feeds::Window& window, const BookPlan& plan);
Status write_insurance(Commander& commander, const feeds::Window& window, double insurance_value);

// A decimal of nine significant digits nearest to a positive double.
Decimal decimal_of(double value);
// Minor units of `coins`, rounded down.
Amount amount_of_coins(const market::Asset& asset, double coins);

}  // namespace bulkhead::replay
