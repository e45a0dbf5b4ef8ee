#include "bulkhead/policy/csa.h"

#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/policy/calls.h"

namespace bulkhead::policy {
namespace {

constexpr BasisPoints kWhole = 10'000;

Status in_range(std::string_view field, Usd value) {
  if (value >= Usd{} && value <= kCsaMost) return {};
  return fail(ErrorCode::out_of_range, field, to_string(value), "0 or more, at most 1e12");
}

Status validate(const CsaPosted& item, std::size_t index) {
  const std::string path = "posted[" + std::to_string(index) + "].";
  BULKHEAD_TRY_STATUS(in_range(path + "value", item.value));
  for (const auto& [name, haircut] :
       {std::pair{"haircut_bp", item.haircut}, std::pair{"fx_haircut_bp", item.fx_haircut},
        std::pair{"additional_haircut_bp", item.additional_haircut}}) {
    if (haircut < 0 || haircut > kWhole) {
      return fail(ErrorCode::out_of_range, path + name, std::to_string(haircut),
                  "0 to 10000 basis points");
    }
  }
  return {};
}

Status validate(const CsaTerms& terms) {
  for (std::size_t i = 0; i < terms.posted.size(); ++i) {
    BULKHEAD_TRY_STATUS(validate(terms.posted[i], i));
  }
  for (const auto& [name, value] :
       {std::pair{"disputed_posted", terms.disputed_posted},
        std::pair{"prior_delivery", terms.prior_delivery},
        std::pair{"prior_return", terms.prior_return},
        std::pair{"disputed_transferred", terms.disputed_transferred},
        std::pair{"margin", terms.margin}, std::pair{"threshold", terms.threshold},
        std::pair{"disputed", terms.disputed}}) {
    BULKHEAD_TRY_STATUS(in_range(name, value));
  }
  if (terms.minimum_transfer < Usd{} || terms.minimum_transfer > kCsaMostTransfer) {
    return fail(ErrorCode::out_of_range, "minimum_transfer", to_string(terms.minimum_transfer),
                "0 or more, at most 5e12");
  }
  if (terms.independent_amount) {
    BULKHEAD_TRY_STATUS(in_range("independent_amount", *terms.independent_amount));
  }
  if (terms.rounding > Usd{} && terms.rounding <= kCsaMost) return {};
  return fail(ErrorCode::out_of_range, "rounding", to_string(terms.rounding),
              "more than 0, at most 1e12");
}

Usd counted(const CsaPosted& item) {
  const BasisPoints cut = item.haircut + item.fx_haircut + item.additional_haircut;
  return cut >= kWhole ? Usd{} : scale_down(item.value, kWhole - cut, kWhole);
}

}  // namespace

Result<CsaAmounts> csa_amounts(const CsaTerms& terms) {
  BULKHEAD_TRY_STATUS(validate(terms));
  CsaAmounts amounts;
  for (const CsaPosted& item : terms.posted) {
    amounts.adjusted_posted += counted(item);
    BULKHEAD_TRY_STATUS(in_range("posted", amounts.adjusted_posted));
  }
  amounts.adjusted_posted += terms.prior_delivery - terms.disputed_posted - terms.prior_return -
                             terms.disputed_transferred;
  amounts.required =
      max(max(Usd{}, terms.margin - terms.threshold), terms.independent_amount.value_or(Usd{}));
  const Usd missing = amounts.required - amounts.adjusted_posted;
  amounts.delivery =
      delivery_amount(max(Usd{}, missing) - terms.disputed, terms.minimum_transfer, terms.rounding);
  amounts.return_ = return_amount(max(Usd{}, Usd{} - missing) - terms.disputed,
                                  terms.minimum_transfer, terms.rounding);
  return amounts;
}

}  // namespace bulkhead::policy
