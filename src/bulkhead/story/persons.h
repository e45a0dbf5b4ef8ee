// The persons of a story, with keys that follow from their names: a story's log is evidence of
// rules, not of identities.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/audit/ed25519.h"
#include "bulkhead/engine/commands.h"

namespace bulkhead::story {

audit::Ed25519Seed seed_of(const std::string& person);
// `kept` is what stands outside the log; empty: no commitment.
engine::Person make_person(std::string name, engine::Role role, std::string member,
                           std::string_view kept = {});
// To what is kept of this person, under a salt that follows from its name.
Hash commitment_to(const std::string& person, std::string_view kept);
// Operator, venue, feed, custodian, auditor, risk, three approvers.
std::vector<engine::Person> usual_persons();
void sign(engine::Command& command);

}  // namespace bulkhead::story
