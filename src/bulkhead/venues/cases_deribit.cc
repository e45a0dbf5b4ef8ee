// Cases of Deribit's portfolio margin engine and of OKX's tiers.
#include <algorithm>

#include "bulkhead/market/names.h"
#include "bulkhead/venues/case_reader.h"
#include "bulkhead/venues/deribit_pm.h"
#include "bulkhead/venues/okx_pm.h"

namespace bulkhead::venues {
namespace {

constexpr std::size_t kVolatilities = 3;

Result<DeribitPm> model_of(const CaseValue& params) {
  DeribitPm m;
  BULKHEAD_TRY(m.price_range, params.number("price_range"));
  BULKHEAD_TRY(const double buckets, params.number_or("buckets_per_side", 4));
  m.buckets_per_side = static_cast<std::uint32_t>(std::clamp(buckets, 0.0, 1000.0));
  BULKHEAD_TRY(m.volatility_range_up, params.number_or("volatility_range_up", 0));
  BULKHEAD_TRY(m.volatility_range_down, params.number_or("volatility_range_down", 0));
  BULKHEAD_TRY(m.min_volatility_for_shock_up, params.number_or("min_volatility_for_shock_up", 0));
  BULKHEAD_TRY(m.short_term_vega_power, params.number_or("short_term_vega_power", 0));
  BULKHEAD_TRY(m.long_term_vega_power, params.number_or("long_term_vega_power", 0));
  BULKHEAD_TRY(m.extended_table_factor, params.number_or("extended_table_factor", 1));
  BULKHEAD_TRY(m.extended_dampener, params.number_or("extended_dampener_usd", 0));
  BULKHEAD_TRY(m.pnl_offset, params.number_or("pnl_offset", 0));
  BULKHEAD_TRY(m.max_offsetable_pnl, params.number_or("max_offsetable_pnl_usd", 0));
  BULKHEAD_TRY(m.annualised_move_risk, params.number("annualised_move_risk"));
  BULKHEAD_TRY(m.min_annualised_move, params.number("min_annualised_move"));
  BULKHEAD_TRY(m.delta_total_liq_shock_threshold,
               params.number_or("delta_total_liq_shock_threshold_usd", 0));
  BULKHEAD_TRY(m.max_delta_shock, params.number_or("max_delta_shock", 0));
  BULKHEAD_TRY(m.m_inc, params.number_or("m_inc", 0));
  BULKHEAD_TRY(m.mm_factor, params.number("mm_factor"));
  m.extended_moves = {-0.66, -0.33, 0.5, 1, 2, 3, 4, 5};
  // The files state the dampener as one amount in USD.
  m.dampening = Dampening::once;
  return m;
}

// The moment of the case: input.timestamp in milliseconds, or the first date in `source`.
Result<Timestamp> moment_of(const CaseValue& one, const CaseValue& input) {
  if (input.has("timestamp")) {
    BULKHEAD_TRY(const double milliseconds, input.number("timestamp"));
    return from_unix_ms(static_cast<std::int64_t>(milliseconds));
  }
  const std::string source = one.has("source") ? one.text("source").value_or("") : "";
  for (std::size_t i = 0; i + 10 <= source.size(); ++i) {
    const std::string date = source.substr(i, 10);
    const bool shaped = date[4] == '-' && date[7] == '-';
    const Result<Timestamp> time = parse_timestamp(shaped ? date + "T00:00:00Z" : "");
    if (time) return *time;
  }
  return input.error(ErrorCode::missing_field, "",
                     "a timestamp in milliseconds, or a date in `source`: the book has expiries");
}

struct Builder {
  const CaseValue& one;
  const CaseValue& input;
  DeribitBook& book;

  Status add(const std::string& name, const CaseValue& position) {
    double seconds = 0, strike = 0;
    bool option = false, call = false;
    const Result<market::InstrumentName> parsed = market::parse_instrument_name(name);
    if (parsed && parsed->expiry.ns != 0) {
      BULKHEAD_TRY(const Timestamp now, moment_of(one, input));
      seconds = std::max(0.0, (parsed->expiry - now).seconds());
      option = parsed->kind == market::InstrumentKind::call ||
               parsed->kind == market::InstrumentKind::put;
      call = parsed->kind == market::InstrumentKind::call;
      strike = parsed->strike.to_double();
    } else if (!parsed && !name.ends_with("-PERPETUAL")) {
      return position.error(ErrorCode::bad_name, name, "a name of Deribit's");
    }
    BULKHEAD_TRY(const double size, position.number("size"));
    if (!option) {
      BULKHEAD_TRY(const double mark, position.number("mark"));
      book.futures.push_back({name, size, mark, seconds});
      return {};
    }
    BULKHEAD_TRY(const double volatility, position.number("mark_iv"));
    BULKHEAD_TRY(const double forward, position.number_or("underlying", book.index));
    for (OptionExpiry& expiry : book.options) {
      if (expiry.seconds != seconds || expiry.forward != forward) continue;
      expiry.options.push_back({strike, call, size, volatility});
      return {};
    }
    OptionExpiry& expiry = book.options.emplace_back();
    expiry.seconds = seconds;
    expiry.forward = forward;
    expiry.options.push_back({strike, call, size, volatility});
    return {};
  }
};

// As the file writes a vector: one value per bucket, or all three per bucket.
std::vector<double> in_form(const std::vector<double>& standard, std::size_t wanted) {
  if (wanted == standard.size()) return standard;
  std::vector<double> buckets;
  for (std::size_t i = 1; i < standard.size(); i += kVolatilities) buckets.push_back(standard[i]);
  return buckets;
}

Status compare_vector(const CaseValue& wanted, const std::string& name,
                      const std::vector<double>& computed, Comparison& comparison) {
  BULKHEAD_TRY(const std::vector<double> expected, wanted.numbers());
  if (expected.size() != computed.size()) {
    return wanted.error(ErrorCode::malformed, std::to_string(expected.size()) + " values",
                        std::to_string(computed.size()) + " values");
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    comparison.add(name + "[" + std::to_string(i) + "]", computed[i], expected[i]);
  }
  return {};
}

// {"instrument": [values], …}
Status compare_instruments(const char* key, bool extended, const DeribitMargin& margin,
                           Comparison& comparison) {
  if (!comparison.expected().has(key)) return {};
  BULKHEAD_TRY(const CaseValue wanted, comparison.expected().at(key));
  for (std::size_t i = 0; i < wanted.keys().size(); ++i) {
    const std::string& name = wanted.keys()[i];
    const auto found = std::ranges::find(margin.instruments, name, &RiskVector::name);
    const CaseValue list = wanted.item(i);
    if (found == margin.instruments.end()) {
      return list.error(ErrorCode::not_found, name, "a future or perpetual of the book");
    }
    const std::vector<double> computed =
        extended ? found->extended : in_form(found->standard, list.size());
    BULKHEAD_TRY_STATUS(compare_vector(list, std::string(key) + "." + name, computed, comparison));
  }
  return {};
}

Status compare_aggregated(const char* key, const std::vector<double>& computed,
                          Comparison& comparison) {
  if (!comparison.expected().has(key)) return {};
  BULKHEAD_TRY(const CaseValue wanted, comparison.expected().at(key));
  return compare_vector(wanted, key, in_form(computed, wanted.size()), comparison);
}

// The extended vector of a book of one instrument may stand without its name.
Status compare_single_extended(const DeribitMargin& margin, Comparison& comparison) {
  constexpr const char* kKey = "extended_instrument";
  if (!comparison.expected().has(kKey)) return {};
  BULKHEAD_TRY(const CaseValue wanted, comparison.expected().at(kKey));
  if (wanted.json().kind == wire::JsonKind::object) {
    return compare_instruments(kKey, true, margin, comparison);
  }
  if (margin.instruments.size() != 1) {
    return wanted.error(ErrorCode::malformed, "", "vectors by instrument: the book has several");
  }
  return compare_vector(wanted, kKey, margin.instruments.front().extended, comparison);
}

Status compare_initial(const DeribitMargin& margin, Comparison& comparison) {
  const CaseValue& expected = comparison.expected();
  double mmp = 0, orders = 0, spot = 0;
  if (expected.has("other_im")) {
    // What the venue adds for orders and protection is given, not computed: no book is stated.
    BULKHEAD_TRY(const CaseValue other, expected.at("other_im"));
    BULKHEAD_TRY(mmp, other.number_or("mmp_margin", 0));
    BULKHEAD_TRY(orders, other.number_or("open_orders_margin", 0));
    BULKHEAD_TRY(spot, other.number_or("spot_margin", 0));
    comparison.given("other_im");
  }
  return comparison.figure("initial_margin",
                           deribit_initial_margin(margin.risk_matrix_margin, mmp, orders, spot));
}

}  // namespace

Status deribit_case(const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const CaseValue input, one.at("input"));
  BULKHEAD_TRY(const CaseValue params, input.at("params"));
  BULKHEAD_TRY(const DeribitPm model, model_of(params));
  DeribitBook book;
  BULKHEAD_TRY(book.index, input.number("index"));
  Builder builder{one, input, book};
  for (std::size_t i = 0; i < input.keys().size(); ++i) {
    if (!input.keys()[i].starts_with("positions_")) continue;
    BULKHEAD_TRY(const CaseValue positions, input.at(input.keys()[i]));
    for (std::size_t j = 0; j < positions.keys().size(); ++j) {
      BULKHEAD_TRY_STATUS(builder.add(positions.keys()[j], positions.item(j)));
    }
  }
  BULKHEAD_TRY(const DeribitMargin margin, evaluate(model, book));
  BULKHEAD_TRY_STATUS(
      compare_instruments("instrument_vectors_per_bucket", false, margin, comparison));
  BULKHEAD_TRY_STATUS(compare_single_extended(margin, comparison));
  BULKHEAD_TRY_STATUS(
      compare_aggregated("aggregated_per_bucket", margin.aggregated.standard, comparison));
  BULKHEAD_TRY_STATUS(
      compare_aggregated("extended_aggregated", margin.aggregated.extended, comparison));
  BULKHEAD_TRY_STATUS(comparison.figure("worst_case", margin.worst_case));
  BULKHEAD_TRY_STATUS(comparison.figure("roll_shock", margin.roll_shock));
  BULKHEAD_TRY_STATUS(comparison.figure("delta_shock", margin.delta_shock));
  BULKHEAD_TRY_STATUS(comparison.figure("risk_matrix_margin", margin.risk_matrix_margin));
  BULKHEAD_TRY_STATUS(comparison.figure("maintenance_margin", margin.maintenance));
  return compare_initial(margin, comparison);
}

Status okx_case(const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const CaseValue input, one.at("input"));
  BULKHEAD_TRY(const double core, input.number("mr_core"));
  BULKHEAD_TRY(const double raw, input.number("mr7_raw"));
  BULKHEAD_TRY(const CaseValue rows, input.at("tiers"));
  std::vector<OkxTier> tiers;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    OkxTier tier;
    BULKHEAD_TRY(tier.to, rows.item(i).number(0));
    BULKHEAD_TRY(tier.multiplier, rows.item(i).number(1));
    tiers.push_back(tier);
  }
  const double minimum = tiered_charge(raw, tiers);
  BULKHEAD_TRY_STATUS(comparison.figure("mr7_adj", minimum));
  return comparison.figure("mmr", okx_maintenance(core, minimum));
}

}  // namespace bulkhead::venues
