// The verbs of `bulkhead`, one file each; their order here is that of --help.
#pragma once

#include "bulkhead/cli/verb.h"

namespace bulkhead::cli {

Verb margin_verb();
Verb venues_verb();
Verb backtest_verb();
Verb tune_verb();
Verb calibrate_verb();
Verb csa_verb();
Verb auction_verb();
Verb scenarios_verb();
Verb scenario_verb();
Verb synth_verb();
Verb replay_verb();
Verb log_verb();
Verb impact_verb();
Verb plan_verb();
Verb explain_verb();
Verb monitor_verb();
Verb verify_verb();
Verb export_verb();
Verb prove_verb();
Verb check_proof_verb();
Verb commit_verb();
Verb check_commitment_verb();
Verb parameters_verb();
Verb version_verb();

}  // namespace bulkhead::cli
