#include "bulkhead/engine/roles.h"

#include <array>

namespace bulkhead::engine {
namespace {

using Roles = std::uint32_t;

constexpr Roles bit(Role role) { return Roles{1} << static_cast<unsigned>(role); }

constexpr Roles kOperator = bit(Role::operator_);
constexpr Roles kMember = bit(Role::member);
constexpr Roles kVenue = bit(Role::venue);
constexpr Roles kTreasury = kVenue | kOperator;

template <class Body>
constexpr Roles kAllowed = 0;
template <>
constexpr Roles kAllowed<RegisterPerson> = kOperator;
template <>
constexpr Roles kAllowed<RenewCommitment> = kOperator;
template <>
constexpr Roles kAllowed<RegisterAsset> = kOperator;
template <>
constexpr Roles kAllowed<RegisterInstrument> = kOperator | kVenue;
template <>
constexpr Roles kAllowed<RegisterSource> = kOperator;
template <>
constexpr Roles kAllowed<RegisterPlace> = kOperator;
template <>
constexpr Roles kAllowed<OpenAccount> = kOperator | kVenue;
template <>
constexpr Roles kAllowed<SetStandingInstruction> = kMember;
template <>
constexpr Roles kAllowed<Deposit> = kTreasury | bit(Role::custodian);
template <>
constexpr Roles kAllowed<Withdraw> = kMember;
template <>
constexpr Roles kAllowed<Pledge> = kMember | kVenue;
template <>
constexpr Roles kAllowed<Unpledge> = kMember;
template <>
constexpr Roles kAllowed<Borrow> = kMember;
template <>
constexpr Roles kAllowed<Repay> = kMember;
template <>
constexpr Roles kAllowed<RepayLoss> = kMember;
template <>
constexpr Roles kAllowed<SubstituteCollateral> = kMember;
template <>
constexpr Roles kAllowed<ProposePlan> = kOperator;
template <>
constexpr Roles kAllowed<PlaceOrder> = kMember | kVenue;
template <>
constexpr Roles kAllowed<AmendOrder> = kMember | kVenue;
template <>
constexpr Roles kAllowed<CancelOrder> = kMember | kVenue;
template <>
constexpr Roles kAllowed<Fill> = kVenue;
template <>
constexpr Roles kAllowed<FillSale> = kVenue;
template <>
constexpr Roles kAllowed<Funding> = kVenue;
template <>
constexpr Roles kAllowed<Interest> = kTreasury;
template <>
constexpr Roles kAllowed<Expire> = kVenue;
template <>
constexpr Roles kAllowed<Observations> = bit(Role::feed);
template <>
constexpr Roles kAllowed<Tick> = bit(Role::feed) | kOperator;
template <>
constexpr Roles kAllowed<AdoptScenarioSet> = kOperator;
template <>
constexpr Roles kAllowed<Grant> = kOperator;
template <>
constexpr Roles kAllowed<SetHalt> = kOperator | kVenue | bit(Role::risk_manager);
template <>
constexpr Roles kAllowed<CustodyReceipt> = bit(Role::custodian);
template <>
constexpr Roles kAllowed<SetPlaceAlarm> =
    bit(Role::custodian) | kOperator | bit(Role::risk_manager);
template <>
constexpr Roles kAllowed<BidAuction> = kMember | kVenue;
template <>
constexpr Roles kAllowed<PressStop> = kTreasury | bit(Role::risk_manager) | bit(Role::approver);
template <>
constexpr Roles kAllowed<EndStop> = bit(Role::risk_manager) | bit(Role::approver);
template <>
constexpr Roles kAllowed<BreakGlass> = bit(Role::risk_manager) | bit(Role::approver);
template <>
constexpr Roles kAllowed<ReviewBreakGlass> = bit(Role::approver);
template <>
constexpr Roles kAllowed<Propose> = bit(Role::risk_manager);
template <>
constexpr Roles kAllowed<Approve> = bit(Role::approver) | kMember;
template <>
constexpr Roles kAllowed<PromiseDelivery> = kMember;
template <>
constexpr Roles kAllowed<ReportDelivery> = kVenue | bit(Role::custodian);
template <>
constexpr Roles kAllowed<DisputeCall> = kMember;
template <>
constexpr Roles kAllowed<ResolveDispute> = bit(Role::risk_manager);

}  // namespace

std::string_view kind_name(const CommandBody& body) {
  return std::visit(
      []<class Body>(const Body&) -> std::string_view {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return "";
        } else {
          return Body::kName;
        }
      },
      body);
}

bool role_may(Role role, const CommandBody& body) {
  return std::visit([role]<class Body>(const Body&) { return (kAllowed<Body> & bit(role)) != 0; },
                    body);
}

std::string roles_that_may(const CommandBody& body) {
  const auto names = enum_names(Role{});
  std::string roles;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!role_may(static_cast<Role>(i), body)) continue;
    roles += (roles.empty() ? "" : ", ") + std::string(names[i]);
  }
  return roles;
}

bool needs_signature(const CommandBody& body) {
  return std::holds_alternative<Propose>(body) || std::holds_alternative<Approve>(body) ||
         std::holds_alternative<EndStop>(body) || std::holds_alternative<BreakGlass>(body) ||
         std::holds_alternative<ReviewBreakGlass>(body);
}

}  // namespace bulkhead::engine
