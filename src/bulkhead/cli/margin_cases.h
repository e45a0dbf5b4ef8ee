// `bulkhead margin --cases FILE`: published cases computed and compared, for people and as JSON.
#pragma once

#include <string>

#include "bulkhead/cli/verb.h"

namespace bulkhead::cli {

// Exit code 0 if every case that has a model is reproduced, 1 otherwise.
int run_margin_cases(const Arguments& arguments, Terminal& terminal);

}  // namespace bulkhead::cli
