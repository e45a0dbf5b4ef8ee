#include "bulkhead/replay/custodians.h"

#include <array>
#include <string>

namespace bulkhead::replay {
namespace {

struct Profile {
  std::string_view name;
  double refuse, silent, lose_receipt, repeat_receipt, delay_receipt;
};

constexpr std::array<Profile, 6> kProfiles{{{"usual", 0.02, 0.01, 0.01, 0.02, 0},
                                            {"reliable", 0, 0, 0, 0, 0},
                                            {"refusing", 0.5, 0, 0, 0, 0},
                                            {"silent", 0, 0.5, 0, 0, 0},
                                            {"forgetful", 0, 0, 0.5, 0.2, 0.2},
                                            {"down", 0, 1, 0, 0, 0}}};

custody::CustodianBehaviour behaviour_of(const Profile& profile) {
  custody::CustodianBehaviour behaviour;
  behaviour.refuse = profile.refuse;
  behaviour.silent = profile.silent;
  behaviour.lose_receipt = profile.lose_receipt;
  behaviour.repeat_receipt = profile.repeat_receipt;
  behaviour.delay_receipt = profile.delay_receipt;
  return behaviour;
}

}  // namespace

custody::CustodianBehaviour usual_custodian() { return behaviour_of(kProfiles.front()); }

Result<custody::CustodianBehaviour> custodian_profile(std::string_view name) {
  std::string known;
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return behaviour_of(profile);
    known += (known.empty() ? "" : ", ") + std::string(profile.name);
  }
  return fail(ErrorCode::out_of_range, "custodian", std::string(name), "one of " + known);
}

}  // namespace bulkhead::replay
