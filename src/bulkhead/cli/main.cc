// The `bulkhead` command.
#include "bulkhead/cli/verbs.h"

int main(int argc, char** argv) {
  using namespace bulkhead::cli;
  return run_command_line(argc, argv,
                          {margin_verb(), scenarios_verb(), synth_verb(), replay_verb(), log_verb(),
                           explain_verb(), verify_verb(), export_verb(), prove_verb(),
                           check_proof_verb(), parameters_verb(), version_verb()});
}
