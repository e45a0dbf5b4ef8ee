// Files of cases for `bulkhead csa`, in Bulkhead's own form and in that of the published cases of
// DeliveryAmount and ReturnAmount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/policy/csa.h"

namespace bulkhead::cli {

enum class CsaSide : std::uint8_t { both, delivery, return_ };

struct CsaCase {
  std::string name;
  policy::CsaTerms terms;
  CsaSide side = CsaSide::both;
  std::optional<Usd> expected;  // of that side; none of both
};

// At least one case. Errors name file, line, field, value and what is accepted, out-of-range terms
// among them.
Result<std::vector<CsaCase>> read_csa_cases(const std::string& path);

}  // namespace bulkhead::cli
