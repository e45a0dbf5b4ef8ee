// What a place says it holds enters the books, late, unasked or unexpected as it may be (D9.4).
//
//   physical  = posted − departed + suspense     what the books think the place holds
//   more:  legs on their way in, then what had departed, was lost or given back, then suspense
//   less:  legs on their way out, then suspense, then a loss of the owner's
// Every difference is a balanced movement against `external` or the owner's own pledged balance.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// `ended`: the instruction in force has ended, so that what its legs did not move goes back. Places
// at the other end of a leg that changed are instructed anew.
void book_report(Context& context, const LegKey& key, Amount observed, bool ended);

}  // namespace bulkhead::engine
