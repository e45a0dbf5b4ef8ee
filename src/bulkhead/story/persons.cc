#include "bulkhead/story/persons.h"

#include "bulkhead/audit/commitment.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::story {

audit::Ed25519Seed seed_of(const std::string& person) {
  return sha256("bulkhead scenario person " + person);
}

Hash commitment_to(const std::string& person, std::string_view kept) {
  const Bytes payload(kept.begin(), kept.end());
  return audit::commit(sha256("bulkhead scenario salt " + person), payload);
}

engine::Person make_person(std::string name, engine::Role role, std::string member,
                           std::string_view kept) {
  const Hash key = audit::ed25519_public_key(seed_of(name));
  const Hash commitment = kept.empty() ? Hash{} : commitment_to(name, kept);
  return {std::move(name), role, key, std::move(member), commitment};
}

std::vector<engine::Person> usual_persons() {
  using engine::Role;
  std::vector<engine::Person> persons;
  const auto add = [&persons](const char* name, Role role) {
    persons.push_back(make_person(name, role, ""));
  };
  add("operator", Role::operator_);
  add("venue", Role::venue);
  add("feed", Role::feed);
  add("custodian", Role::custodian);
  add("auditor", Role::auditor);
  add("risk", Role::risk_manager);
  for (const char* name : {"approver-1", "approver-2", "approver-3"}) add(name, Role::approver);
  return persons;
}

void sign(engine::Command& command) {
  const auto signature = audit::ed25519_sign(seed_of(command.actor), wire::signed_bytes(command));
  command.signature.assign(signature.begin(), signature.end());
}

}  // namespace bulkhead::story
