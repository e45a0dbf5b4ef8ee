// Every way in which a command or an input can be refused, in one table. The table gives the enum,
// the names in JSON and docs, the rule of DOMAIN.md, and a sentence for people. Numbers stand in
// logs: never change or reuse one. Each room owns a hundred.
//
// X(number, name, rule, sentence)
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#define BULKHEAD_ERROR_CODES(X)                                                                    \
  /* base and wire: shape */                                                                       \
  X(1, amount_overflow, "D2.1", "an amount does not fit 128 bits")                                 \
  X(2, number_not_finite, "DESIGN 4", "a number is NaN or infinite")                               \
  X(3, malformed, "DESIGN 4", "the bytes or text do not have the form required")                   \
  X(4, not_canonical, "DESIGN 4", "the bytes are not the canonical form of their value")           \
  X(5, unknown_field, "DESIGN 4", "a field or key is not known")                                   \
  X(6, duplicate_field, "DESIGN 4", "a key stands twice")                                          \
  X(7, missing_field, "DESIGN 4", "a required field is missing")                                   \
  X(8, out_of_range, "D2.6", "a value lies outside its stated range")                              \
  X(9, too_large, "D2.6", "a stated limit is exceeded")                                            \
  X(10, io_error, "DESIGN 5", "a file could not be read or written")                               \
  X(11, corrupt, "DESIGN 5", "stored bytes do not match their checksum")                           \
  X(12, bad_signature, "D11.1", "a signature does not verify")                                     \
  X(13, data_loss, "DESIGN 6", "the log is shorter than its newest checkpoint")                    \
  X(14, fork, "DESIGN 6", "two histories disagree")                                                \
  X(15, replay_mismatch, "D11.2", "re-execution gives another result than the log holds")          \
  X(16, not_found, "DESIGN 4", "what is named does not exist")                                     \
  X(17, untrusted, "DESIGN 6", "checked against itself only: no key was given")                    \
  /* market: registry and names */                                                                 \
  X(100, name_taken, "D2.6", "a thing of that name is registered already")                         \
  X(101, bad_name, "D3.1", "a name does not have a form that is read")                             \
  X(102, asset_unknown, "D3.1", "no asset of that name is registered")                             \
  X(103, instrument_unknown, "D3.1", "no instrument of that name is registered")                   \
  X(104, source_unknown, "D4.1", "no source of that name is registered")                           \
  X(105, place_unknown, "D6.1", "no place of that name is registered")                             \
  X(106, numeraire_taken, "D1", "there is one numeraire")                                          \
  X(107, quote_cycle, "D4.1", "an asset would be priced through itself")                           \
  X(108, state_incomplete, "DESIGN 3", "records of the state do not fit one another")              \
  /* ledger: transfers */                                                                          \
  X(200, transfer_id_missing, "DESIGN 7",                                                          \
    "a pending transfer, or the resolution of one, needs an id")                                   \
  X(201, transfer_conflict, "D11.4", "the id was used before with other content")                  \
  X(202, amount_not_positive, "D2.1", "the amount of a transfer must be above zero")               \
  X(203, holding_invalid, "D6.1", "no such holding can exist")                                     \
  X(204, holdings_equal, "DESIGN 7", "a transfer from a holding to itself")                        \
  X(205, asset_mismatch, "D2.5",                                                                   \
    "a transfer must stay within one asset, and within debts or holdings")                         \
  X(206, kind_not_allowed, "D6.1", "this kind of transfer may not join these holdings")            \
  X(207, pending_not_found, "DESIGN 7", "no such pending transfer")                                \
  X(208, pending_resolved, "DESIGN 7", "the pending transfer is resolved already")                 \
  X(209, pending_mismatch, "DESIGN 7", "the resolution does not fit its pending transfer")         \
  X(210, balance_exceeded, "D2.5", "the holding has less than that available")                     \
  X(211, invariant_broken, "D2.5", "the books do not balance")                                     \
  /* positions and orders */                                                                       \
  X(300, position_limit, "D2.6", "an account has at most 1,000 positions")                         \
  X(301, lots_overflow, "D2.3", "the lots of a position do not fit 64 bits")                       \
  X(302, lots_not_positive, "D2.3", "a quantity of lots must be above zero")                       \
  X(303, price_invalid, "D2.2", "a price must be finite and above zero (a premium may be zero)")   \
  X(304, same_party, "D3.3", "a trade has two different sides")                                    \
  X(305, party_invalid, "D3.3", "a side of a trade is an account or the market")                   \
  X(307, no_internal_place, "D6.1", "no place of kind internal_ledger is registered")              \
  X(308, order_exists, "D11.4", "the account has an open order of this id")                        \
  X(309, order_not_found, "D11.4", "the account has no open order of this id")                     \
  X(310, order_limit, "D2.6", "an account has at most 1,000 open orders")                          \
  X(311, order_overfilled, "D3.3", "a fill exceeds what is open of its order")                     \
  /* pricing and risk */                                                                           \
  X(400, scenario_set_invalid, "D5.1", "a scenario set breaks one of its rules")                   \
  X(401, factor_missing, "D5.1", "the scenario set has no such factor for what is in use")         \
  /* policy: parameters */                                                                         \
  X(600, levels_out_of_order, "D7.1", "each level must lie below the one before")                  \
  X(601, parameters_disagree, "D13", "two rooms state one number differently")                     \
  /* engine: commands */                                                                           \
  X(650, genesis_misplaced, "DESIGN 10", "the first record, and only the first, is a genesis")     \
  X(651, time_decreases, "D2.4", "command time never decreases in a log")                          \
  X(652, actor_unknown, "D11.1", "every command names a registered person as its actor")           \
  X(653, role_forbidden, "D11.1", "the actor's role may not issue this command")                   \
  X(654, command_repeated, "D11.4", "the command was given before; its first answer stands")       \
  X(655, command_conflict, "D11.4", "the id was used before for another command")                  \
  X(656, signature_missing, "D11.1", "this command counts only with a signature")                  \
  X(657, account_unknown, "D1", "no account of that name is open")                                 \
  X(658, not_own_account, "D11.1", "a member acts on its own accounts only")                       \
  X(659, stage_forbids, "D7.2", "the stage of the account does not allow this")                    \
  X(660, margin_insufficient, "D4.4", "new risk must be covered at the lowest edge of its prices") \
  X(661, below_target, "D8.6", "a withdrawal must leave target and stressed margin covered")       \
  X(662, reserved_for_call, "D6.1", "free assets are reserved for an open call")                   \
  X(663, price_not_good, "D4.4", "a price that the act touches is below good")                     \
  X(664, no_scenario_set, "D5.2", "no scenario set is adopted")                                    \
  X(666, scenario_set_unfit, "D5.2", "the scenario set does not fit its name, time or the book")   \
  X(667, proposal_closed, "D11.1", "the proposal is not open")                                     \
  X(668, approval_not_independent, "D11.1",                                                        \
    "an approval must come from a person who has not spoken yet")                                  \
  X(669, grant_stale, "DESIGN 3", "a grant must be newer than the last and not expired")           \
  X(670, instruction_unknown, "D10.2", "no open liquidation instruction of this number fits")      \
  X(671, receipt_unasked, "D9.4", "no instruction of this number was sent to the place")           \
  X(672, version_not_newer, "D11.1", "a new version must have a higher number")                    \
  X(673, vault_short, "D9.2", "what is sequestered must keep covering its requirement")            \
  X(674, debt_exceeded, "D1", "a repayment is at most the debt")                                   \
  X(675, instrument_expired, "D3.5", "the instrument has expired")                                 \
  /* engine: calls (900 to 919) */                                                                 \
  X(900, delivery_unknown, "D6.2", "no open delivery of this number")                              \
  X(901, dispute_closed, "D8.3", "no such call is open, or its dispute is not as required")        \
  X(902, group_short, "D8.6", "while an affiliate is called its group must stay at the target")    \
  X(903, substitution_worsens, "D8.5", "what comes in must make up for what goes out")             \
  X(904, credit_limit, "D6.4", "no more of this may be taken as collateral than is granted")       \
  /* engine: sequestration */                                                                      \
  X(920, alarm_not_raised, "D9.1", "no alarm of this place is raised")                             \
  X(921, nothing_to_release, "D9.5", "nothing final lies in the vault that could be released")     \
  /* engine: default (940 to 959) */                                                               \
  X(940, plan_impossible, "D10.2", "a plan closes what is held and can be traded now")             \
  X(941, plan_misses_exit, "D10.2", "a plan must reach the exit level, or close the book")         \
  X(942, plan_dearer, "D10.2", "a plan may cost no more than the plain plan")                      \
  X(943, account_healthy, "D10.1", "an account at its target is not declared in default")          \
  X(950, not_halted_long, "D4.7", "the asset has not been halted for more than seven days")        \
  /* engine: governance (960 to 979) */                                                            \
  X(960, stop_in_force, "D11.6", "a stop button is pressed")                                       \
  X(961, stop_not_pressed, "D11.6", "no such stop is pressed")                                     \
  X(962, correction_unfounded, "D11.5", "no such command was accepted at that record lately")      \
  X(963, corrected_before, "D11.5", "the record has been corrected already")                       \
  /* audit, journal, node */                                                                       \
  X(700, proof_mismatch, "D11.2", "a Merkle proof does not lead to the root")                      \
  X(701, locked, "DESIGN 5", "another process writes here")                                        \
  X(702, commitment_unopened, "D11.3", "data and salt are not what was committed to")              \
  /* feeds: data files */                                                                          \
  X(800, feed_unreadable, "DESIGN 5", "a data file cannot be opened or read")                      \
  X(801, feed_truncated, "DESIGN 5", "a data file ends too early")                                 \
  X(802, feed_corrupt, "DESIGN 5", "a compressed data file is damaged")                            \
  X(803, feed_malformed, "DESIGN 5", "a row of a data file does not have the form required")       \
  X(804, feed_bad_number, "D2.2", "a field of a data file is not a finite number")                 \
  X(805, feed_bad_price, "D4.1", "a price in a data file is not possible")                         \
  X(806, feed_out_of_order, "D2.4", "a row of a data file is older than the one before")           \
  X(807, feed_duplicate_time, "D4.6", "two rows of a data file have one time")                     \
  X(808, feed_future_time, "D4.6", "a row of a data file lies after the permitted time")

namespace bulkhead {

enum class ErrorCode : std::uint16_t {
  kNone = 0,
#define BULKHEAD_ERROR_ENUM(number, name, rule, sentence) name = number,
  BULKHEAD_ERROR_CODES(BULKHEAD_ERROR_ENUM)
#undef BULKHEAD_ERROR_ENUM
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;
  std::string_view rule;
  std::string_view sentence;
};

// Every code of the table, in its order.
std::span<const ErrorInfo> all_errors();

// Info of a code; asserts that the code is one of the table.
const ErrorInfo& error_info(ErrorCode code);

}  // namespace bulkhead
