#include "bulkhead/venues/deribit_pm.h"

#include <algorithm>
#include <map>

#include "bulkhead/base/elementary.h"
#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

constexpr std::size_t kVolatilities = 3;
constexpr const char* kVolatilityWords[kVolatilities] = {"down", "unchanged", "up"};

double magnitude(double x) { return std::max(x, -x); }

double nine_digits(double x) {
  constexpr double kUnit = 1e9;
  return round_half_even(x * kUnit) / kUnit;
}

class Matrix {
 public:
  Matrix(const DeribitPm& model, const DeribitBook& book) : model_(model), book_(book) {}

  RiskVector of(const DeribitFuture& future) const {
    RiskVector result{future.name, {}, {}};
    for (const double move : bucket_moves()) {
      result.standard.insert(result.standard.end(), kVolatilities, future_pnl(future, move));
    }
    // Beyond the range a future could have been closed: it loses no more than at its edge.
    for (const double move : model_.extended_moves) {
      const double edge = std::clamp(move, -model_.price_range, model_.price_range);
      result.extended.push_back(future_pnl(future, edge));
    }
    return result;
  }

  RiskVector of(const OptionExpiry& expiry, std::string name) const {
    RiskVector result{std::move(name), {}, {}};
    for (const double move : bucket_moves()) {
      for (std::size_t v = 0; v < kVolatilities; ++v) {
        result.standard.push_back(option_pnl(expiry, move, shock(expiry, v)));
      }
    }
    for (const double move : model_.extended_moves) {
      result.extended.push_back(extended_pnl(expiry, move));
    }
    return result;
  }

  std::vector<double> bucket_moves() const {
    const int n = static_cast<int>(model_.buckets_per_side);
    std::vector<double> moves;
    for (int b = -n; b <= n; ++b) moves.push_back(model_.price_range * b / n);
    return moves;
  }

 private:
  double future_pnl(const DeribitFuture& future, double move) const {
    return book_.inverse ? future.size * (1 - 1 / (1 + move)) : future.size * future.mark * move;
  }

  // In coins an option is worth its value divided by the forward at which it is taken.
  double option_pnl(const OptionExpiry& expiry, double move, VolatilityShock shock) const {
    const double now = expiry_value(expiry, 1, {});
    const double moved = expiry_value(expiry, 1 + move, shock);
    if (!book_.inverse) return moved - now;
    const double fixed = expiry.fixed_forward;
    return moved / (expiry.forward * (1 + move) + fixed) - now / (expiry.forward + fixed);
  }

  double extended_pnl(const OptionExpiry& expiry, double move) const {
    const double share =
        model_.extended_table_factor * std::min(1.0, model_.price_range / magnitude(move));
    const double pnl = option_pnl(expiry, move, shock(expiry, 2)) * share;
    // Coins at the extreme price, stated as coins at the price of the range's edge.
    const double edge = std::clamp(move, -model_.price_range, model_.price_range);
    return book_.inverse ? pnl * (1 + move) / (1 + edge) : pnl;
  }

  VolatilityShock shock(const OptionExpiry& expiry, std::size_t volatility) const {
    if (volatility == 1) return {};
    const double reach = volatility_reach(
        {model_.short_term_vega_power, model_.long_term_vega_power, model_.dte_floor_days},
        expiry.seconds);
    if (volatility == 0) return {std::max(0.0, 1 - model_.volatility_range_down * reach), 0};
    return {1 + model_.volatility_range_up * reach, model_.min_volatility_for_shock_up};
  }

  const DeribitPm& model_;
  const DeribitBook& book_;
};

// What of a sum counts: all of a loss, and of a profit the share that may offset.
double offset(const DeribitPm& model, const DeribitBook& book, double sum) {
  if (sum <= 0) return sum;
  const double counted = sum * model.pnl_offset;
  if (model.max_offsetable_pnl == 0) return counted;
  const double unit = book.inverse ? book.index : 1;
  return std::min(counted, model.max_offsetable_pnl / unit);
}

double dampened(const DeribitPm& model, const DeribitBook& book, double sum, double move) {
  double amount = model.extended_dampener;
  double unit = book.inverse ? book.index : 1;
  if (model.dampening == Dampening::by_move) {
    amount *= std::max(magnitude(move) / model.price_range, 1.0) - 1;
    if (book.inverse) unit *= 1 + std::clamp(move, -model.price_range, model.price_range);
  }
  return std::min(0.0, sum + amount / unit);
}

double roll_shock(const DeribitPm& model, const DeribitBook& book) {
  std::map<double, double> delta_by_expiry;  // seconds to expiry; perpetuals at 0
  for (const DeribitFuture& future : book.futures) delta_by_expiry[future.seconds] += future.size;
  for (const OptionExpiry& expiry : book.options) {
    delta_by_expiry[expiry.seconds] += expiry_delta(expiry);
  }
  double sum = 0;
  for (const auto& [seconds, delta] : delta_by_expiry) {
    const double move =
        std::max(model.min_annualised_move, model.annualised_move_risk * years_of(seconds));
    sum += magnitude(delta) * move;
  }
  return book.inverse ? sum : sum * book.index;
}

// Long options may be left to expire: they can lessen the delta that would have to be closed, not
// add to it.
double delta_shock(const DeribitPm& model, const DeribitBook& book) {
  double bought = 0, rest = 0;
  for (const DeribitFuture& future : book.futures) rest += future.size;
  for (const OptionExpiry& expiry : book.options) {
    for (const OptionLine& option : expiry.options) {
      const double delta =
          option.amount *
          option_delta(option, expiry.forward + expiry.fixed_forward, expiry.seconds);
      (option.amount > 0 ? bought : rest) += delta;
    }
  }
  double delta = 0;
  if (rest < 0) delta = std::min(std::max(bought + rest, rest), 0.0);
  if (rest > 0) delta = std::max(std::min(bought + rest, rest), 0.0);
  const double coins = magnitude(delta);
  const double above = std::max(coins - model.delta_total_liq_shock_threshold / book.index, 0.0);
  const double share = std::min(above * model.m_inc, model.max_delta_shock);
  return book.inverse ? share * coins : share * coins * book.index;
}

Status validate_book(const DeribitBook& book) {
  BULKHEAD_TRY_STATUS(above_zero("index", book.index));
  for (const DeribitFuture& future : book.futures) {
    BULKHEAD_TRY_STATUS(finite(future.name + ".size", future.size));
    BULKHEAD_TRY_STATUS(above_zero(future.name + ".mark", future.mark));
    BULKHEAD_TRY_STATUS(not_negative(future.name + ".seconds", future.seconds));
  }
  for (const OptionExpiry& expiry : book.options) {
    BULKHEAD_TRY_STATUS(above_zero("expiry.forward", expiry.forward + expiry.fixed_forward));
    BULKHEAD_TRY_STATUS(not_negative("expiry.seconds", expiry.seconds));
    for (const OptionLine& option : expiry.options) {
      BULKHEAD_TRY_STATUS(above_zero("option.strike", option.strike));
      BULKHEAD_TRY_STATUS(finite("option.amount", option.amount));
      BULKHEAD_TRY_STATUS(not_negative("option.volatility", option.volatility));
    }
  }
  return {};
}

void find_worst(const DeribitPm& model, const std::vector<double>& moves, DeribitMargin& margin) {
  double worst = 0;
  margin.worst_scenario = "no scenario loses";
  const RiskVector& sums = margin.aggregated;
  for (std::size_t i = 0; i < sums.standard.size(); ++i) {
    if (sums.standard[i] >= worst) continue;
    worst = sums.standard[i];
    margin.worst_scenario = "price " + signed_percent(moves[i / kVolatilities]) + ", volatility " +
                            kVolatilityWords[i % kVolatilities];
  }
  for (std::size_t i = 0; i < sums.extended.size(); ++i) {
    if (sums.extended[i] >= worst) continue;
    worst = sums.extended[i];
    margin.worst_scenario =
        "extended table, price " + signed_percent(model.extended_moves[i]) + ", volatility up";
  }
  margin.worst_case = -worst;
}

}  // namespace

Status validate(const DeribitPm& m) {
  if (!(m.price_range > 0 && m.price_range < 1)) {
    return fail(ErrorCode::out_of_range, "price_range", number_text(m.price_range),
                "above 0 and below 1 (0.16 = 16 %)");
  }
  BULKHEAD_TRY_STATUS(within("buckets_per_side", m.buckets_per_side, 1, 100));
  for (std::size_t i = 0; i < m.extended_moves.size(); ++i) {
    const double move = m.extended_moves[i];
    if (move > -1 && move != 0 && move <= 1000) continue;
    return fail(ErrorCode::out_of_range, "extended_moves[" + std::to_string(i) + "]",
                number_text(move), "above -1, not 0");
  }
  const std::pair<const char*, double> numbers[] = {
      {"volatility_range_up", m.volatility_range_up},
      {"volatility_range_down", m.volatility_range_down},
      {"min_volatility_for_shock_up", m.min_volatility_for_shock_up},
      {"short_term_vega_power", m.short_term_vega_power},
      {"long_term_vega_power", m.long_term_vega_power},
      {"extended_table_factor", m.extended_table_factor},
      {"extended_dampener", m.extended_dampener},
      {"pnl_offset", m.pnl_offset},
      {"max_offsetable_pnl", m.max_offsetable_pnl},
      {"annualised_move_risk", m.annualised_move_risk},
      {"min_annualised_move", m.min_annualised_move},
      {"delta_total_liq_shock_threshold", m.delta_total_liq_shock_threshold},
      {"max_delta_shock", m.max_delta_shock},
      {"m_inc", m.m_inc},
      {"mm_factor", m.mm_factor}};
  for (const auto& [name, value] : numbers) BULKHEAD_TRY_STATUS(not_negative(name, value));
  return above_zero("dte_floor_days", m.dte_floor_days);
}

Result<DeribitMargin> evaluate(const DeribitPm& model, const DeribitBook& book) {
  BULKHEAD_TRY_STATUS(validate(model));
  BULKHEAD_TRY_STATUS(validate_book(book));
  const Matrix matrix(model, book);
  const std::vector<double> moves = matrix.bucket_moves();
  DeribitMargin margin;
  for (const DeribitFuture& future : book.futures) margin.instruments.push_back(matrix.of(future));
  for (const OptionExpiry& expiry : book.options) {
    margin.instruments.push_back(
        matrix.of(expiry, "options, " + number_text(days_of(expiry.seconds)) + " days"));
  }
  RiskVector& sums = margin.aggregated;
  sums.standard.assign(moves.size() * kVolatilities, 0);
  sums.extended.assign(model.extended_moves.size(), 0);
  for (const RiskVector& one : margin.instruments) {
    for (std::size_t i = 0; i < sums.standard.size(); ++i) sums.standard[i] += one.standard[i];
    for (std::size_t i = 0; i < sums.extended.size(); ++i) sums.extended[i] += one.extended[i];
  }
  for (double& sum : sums.standard) sum = offset(model, book, sum);
  for (std::size_t i = 0; i < sums.extended.size(); ++i) {
    sums.extended[i] = dampened(model, book, sums.extended[i], model.extended_moves[i]);
  }
  find_worst(model, moves, margin);
  margin.roll_shock = roll_shock(model, book);
  margin.delta_shock = delta_shock(model, book);
  margin.worst_case_charged = nine_digits(margin.worst_case);
  margin.risk_matrix_margin = margin.worst_case_charged + margin.roll_shock + margin.delta_shock;
  margin.maintenance = margin.risk_matrix_margin * model.mm_factor;
  return margin;
}

double deribit_initial_margin(double risk_matrix_margin, double mmp_margin, double open_orders,
                              double spot_margin) {
  return nine_digits(risk_matrix_margin + mmp_margin + open_orders + spot_margin);
}

}  // namespace bulkhead::venues
