#include "crowd_outside.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::bench {
namespace {

namespace en = engine;

constexpr std::int64_t kOpeningPercent = 112;
constexpr double kAnswered = 0.8;  // of calls; the others' members are silent
constexpr double kFirst = 60;      // seconds after the call, at least
constexpr double kLast = 900;      // at most

// The same instruction as the other engine numbers it; none: it has none.
std::optional<std::uint64_t> instruction_of(const en::State& state, const en::Fill& fill) {
  const AccountIndex account = state.find_account(fill.account);
  const std::int64_t lots = fill.side == en::Side::buy ? fill.lots : -fill.lots;
  for (const std::uint64_t number : state.instructions_of(account)) {
    const en::LiquidationOrder& order = state.instructions().at(number);
    const bool same = state.registry()[InstrumentIndex(order.instrument)].name == fill.instrument;
    if (same && order.lots == lots) return number;
  }
  return std::nullopt;
}

}  // namespace

Status CrowdOutside::true_up(Timestamp now) {
  BULKHEAD_TRY(en::Valuer * figures, engines_.fast().figures());
  figures->evaluate_all();
  const en::State& state = engines_.fast().state();
  std::vector<std::pair<std::string, Amount>> missing;
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const risk::Requirement& needed = figures->requirement(AccountIndex(i));
    const Usd usd = scale_up(needed.initial, kOpeningPercent, 100) - needed.equity_mid;
    if (usd > Usd{}) missing.emplace_back(state.account(AccountIndex(i)).name, Amount{usd.micros});
  }
  for (const auto& [account, amount] : missing) BULKHEAD_TRY_STATUS(pledge(now, account, amount));
  trued_up_ = missing.size();
  return {};
}

void CrowdOutside::hear(Timestamp now, const std::vector<en::Event>& events) {
  for (const en::Event& event : events) {
    Answer answer;
    answer.number = ++number_;
    answer.account = event.account;
    if (const auto* call = std::get_if<en::CallIssued>(&event.body)) {
      if (!random_.chance(kAnswered)) continue;
      const double after = kFirst + (kLast - kFirst) * random_.uniform();
      answer.time = now + seconds(std::llround(after));
      answer.pledge = Amount{call->amount.micros};
      answers_due_.push(std::move(answer));
    } else if (const auto* order = std::get_if<en::LiquidationInstructed>(&event.body)) {
      if (order->lots == 0) continue;
      answer.time = now;
      answer.fill.account = event.account;
      answer.fill.instrument = order->instrument;
      answer.fill.side = order->lots > 0 ? en::Side::buy : en::Side::sell;
      answer.fill.lots = std::abs(order->lots);
      answer.fill.instruction = order->instruction;
      answer.fill.price = {std::llround(order->limit * 1e6), -6};
      answers_due_.push(std::move(answer));
    }
  }
}

Status CrowdOutside::answer(Timestamp now) {
  while (!answers_due_.empty() && answers_due_.top().time <= now) {
    const Answer due = answers_due_.top();
    answers_due_.pop();
    if (due.pledge.is_positive()) {
      BULKHEAD_TRY_STATUS(pledge(now, due.account, due.pledge));
      ++answers_;
    } else {
      BULKHEAD_TRY_STATUS(fill(now, due.fill));
    }
  }
  return {};
}

Status CrowdOutside::pledge(Timestamp now, const std::string& account, Amount amount) {
  const bool sampled = engines_.is_sampled(account);
  BULKHEAD_TRY_STATUS(
      engines_.send(now, "operator", en::Deposit{account, "USDT", "internal", amount}, sampled));
  return engines_.send(now, "member", en::Pledge{account, "USDT", "internal", amount}, sampled);
}

// At the fair price, or at the limit where the market has come beyond it.
Status CrowdOutside::fill(Timestamp now, en::Fill fill) {
  const en::State& state = engines_.fast().state();
  if (!state.instructions().contains(fill.instruction)) return {};  // it has ended since
  const InstrumentIndex i = state.registry().find_instrument(fill.instrument);
  const market::InstrumentMark& mark = state.market.epoch().instruments[i.value];
  const double fair = state.registry()[i].is_option() ? mark.premium : mark.price;
  const std::int64_t limit = fill.price.mantissa;
  const std::int64_t asked = std::llround(fair * 1e6);
  fill.price.mantissa =
      fill.side == en::Side::buy ? std::min(asked, limit) : std::max(asked, limit);
  fill.price.mantissa = std::max<std::int64_t>(1, fill.price.mantissa);
  ++fills_;
  if (!engines_.is_sampled(fill.account)) {
    return engines_.send(now, "venue", std::move(fill), false);
  }
  en::Fill same = fill;
  const auto number = instruction_of(engines_.brute().state(), fill);
  if (!number) {
    return fail(ErrorCode::instruction_unknown, "account", fill.account,
                "an account that both engines have ordered the same of");
  }
  same.instruction = *number;
  return engines_.send(now, "venue", std::move(fill), std::move(same));
}

}  // namespace bulkhead::bench
