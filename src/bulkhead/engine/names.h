// What may be a name: of persons, members, groups, accounts and proposals.
#pragma once

#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::engine {

// 1 to 64 printable ASCII characters, no space and no '/', which parts the keys of state; bad_name
// names the field.
Status check_name(std::string_view name, std::string_view field);

}  // namespace bulkhead::engine
