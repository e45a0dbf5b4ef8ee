// Holdings in words, for errors and people.
#include "bulkhead/ledger/holding.h"

namespace bulkhead::ledger {

std::string to_string(Owner owner) {
  if (owner.is_account()) return "account " + std::to_string(owner.code);
  if (owner.is_system()) return std::string(bulkhead::to_string(owner.system()));
  return "nobody";
}

std::string to_string(const HoldingKey& key) {
  std::string text = to_string(key.owner) + ", asset " + std::to_string(key.asset.value);
  if (key.place.valid()) text += ", place " + std::to_string(key.place.value);
  text += ", ";
  text += bulkhead::to_string(key.bucket);
  return text;
}

}  // namespace bulkhead::ledger
