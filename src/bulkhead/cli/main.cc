// The `bulkhead` program: the table of verbs.
#include "bulkhead/cli/verbs.h"

int main(int argc, char** argv) {
  using namespace bulkhead::cli;
  return run_command_line(
      argc, argv, {replay_verb(),    scenario_verb(),    margin_verb(),     venues_verb(),
                   backtest_verb(),  tune_verb(),        calibrate_verb(),  csa_verb(),
                   auction_verb(),   explain_verb(),     monitor_verb(),    impact_verb(),
                   plan_verb(),      log_verb(),         verify_verb(),     export_verb(),
                   prove_verb(),     check_proof_verb(), commit_verb(),     check_commitment_verb(),
                   scenarios_verb(), synth_verb(),       parameters_verb(), version_verb()});
}
