// The watch over the model of risk, product by product (D12.2).
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;
using risk::ModelZone;

// A day's core by the grid: shares of the value of a coin or a lot, of a stablecoin by its side.
constexpr double kCoin = 0.12;
constexpr double kPegHeld = 0.06;
constexpr double kPegOwed = 0.012;

// Of Basel, at one loss in a hundred.
ModelZone zone_of(std::size_t exceptions) {
  if (exceptions <= 4) return ModelZone::green;
  return exceptions <= 9 ? ModelZone::yellow : ModelZone::red;
}

}  // namespace

// The tests' scenarios move nothing: the core of one unit is what the grid makes of it, and as all
// quantiles are one, no alarm of drift can be had.
void NaiveModel::watch_models(const std::vector<Event>& events) {
  Monitored told;
  for (const Event& event : events) {
    if (const auto* said = std::get_if<en::ModelMonitored>(&event.body)) {
      told[{said->subject, said->side}].push_back(said);
    }
    if (std::holds_alternative<en::ModelDrifted>(event.body)) complain("a drift out of nothing");
  }
  for (const auto* prices : {&facts_.assets, &facts_.contracts}) {
    for (const auto& [name, price] : *prices) watch_model(name, price, told);
  }
  for (const auto& [product, said] : told) {
    complain(product.first + ": a result of the watch that is not due");
  }
}

void NaiveModel::watch_model(const std::string& name, const PriceFact& price, Monitored& told) {
  const auto contract = terms_.contracts.find(name);
  const Timestamp expiry =
      contract == terms_.contracts.end() ? Timestamp{} : contract->second.expiry;
  if (expiry != Timestamp{} && now_ >= expiry) {
    watches_.erase(name);
    return;
  }
  if (name == terms_.numeraire || price.quality != kGood) return;
  const auto at = watches_.find(name);
  if (at != watches_.end()) {
    NaiveWatch& watch = at->second;
    if (now_ < watch.made + days(1)) return;
    ++watch.results;
    const auto peg = pegged_.find(name);
    const bool pegged = peg != pegged_.end() && peg->second;
    const double days_since =
        static_cast<double>((now_ - watch.made).ns) / static_cast<double>(days(1).ns);
    const double more = watch.value * std::sqrt(days_since);
    judge_side(name, en::MonitorSide::held, watch.value - price.mid,
               (pegged ? kPegHeld : kCoin) * more, told);
    judge_side(name, en::MonitorSide::owed, price.mid - watch.value,
               (pegged ? kPegOwed : kCoin) * more, told);
  }
  NaiveWatch& next = watches_[name];
  next.made = now_;
  next.value = price.mid;
}

void NaiveModel::judge_side(const std::string& name, en::MonitorSide side, double loss,
                            double forecast, Monitored& told) {
  NaiveWatch& watch = watches_.at(name);
  std::vector<std::uint64_t>& exceptions = side == en::MonitorSide::held ? watch.held : watch.owed;
  const auto counted = [&exceptions](std::uint64_t last) {
    return static_cast<std::size_t>(std::ranges::count_if(
        exceptions, [last](std::uint64_t result) { return result + 250 > last; }));
  };
  const ModelZone from = zone_of(counted(watch.results - 1));
  const bool exceeded = loss > forecast;
  if (exceeded) exceptions.push_back(watch.results);
  const std::size_t count = counted(watch.results);
  const ModelZone to = zone_of(count);
  const auto node = told.extract(std::pair(name, side));
  const auto said = node ? node.mapped() : std::vector<const en::ModelMonitored*>{};
  if (!exceeded && from == to) {
    if (!said.empty()) complain(name + ": an exception that is none");
  } else if (said.size() != 1 || said[0]->exceeded != exceeded || said[0]->made != watch.made ||
             std::abs(said[0]->forecast - forecast) > 1e-6 * forecast ||
             said[0]->exceptions != count ||
             said[0]->results != std::min<std::uint64_t>(watch.results, 250) ||
             said[0]->from != from || said[0]->to != to) {
    std::string text = name + " " + std::string(to_string(side)) + ": result " +
                       std::to_string(watch.results) + " has lost " + std::to_string(loss) +
                       " beyond " + std::to_string(forecast) + ", " + std::to_string(count) +
                       " exceptions, " + std::string(to_string(to));
    for (const en::ModelMonitored* one : said) {
      text += "; told " + std::to_string(one->loss) + " beyond " + std::to_string(one->forecast) +
              ", " + std::to_string(one->exceptions) + " of " + std::to_string(one->results) +
              ", " + std::string(to_string(one->to));
    }
    complain(text);
  }
}

}  // namespace bulkhead::naive
