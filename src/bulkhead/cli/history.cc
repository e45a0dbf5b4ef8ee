#include "bulkhead/cli/history.h"

#include "bulkhead/cli/text.h"

namespace bulkhead::cli {

std::string charges_in_words(const engine::LossCharges& charges) {
  std::string text;
  engine::LossCharges::fields(charges, [&text](int, std::string_view name, const Usd& value) {
    if (value == Usd{}) return;
    text += (text.empty() ? "" : ", ") + in_words(name) + " " + money(value);
  });
  return text;
}
namespace {

std::string figures_text(const engine::Figures& figures) {
  std::string text = "E " + money(figures.equity) + ", IM " + money(figures.initial);
  if (figures.initial > Usd{}) {
    const double coverage =
        static_cast<double>(figures.equity.micros) / static_cast<double>(figures.initial.micros);
    text += " (" + percent(coverage) + ")";
  }
  return text;
}

// Empty for events that are no decision about the account's standing.
struct Words {
  template <class Changed>
  static std::string stage(const char* part, const Changed& event) {
    return std::string(part) + " " + in_words(to_string(event.from)) + " to " +
           in_words(to_string(event.to)) + ", because " + in_words(to_string(event.reason)) + ": " +
           figures_text(event.figures);
  }
  std::string operator()(const engine::CoverageChanged& event) const {
    return stage("coverage", event);
  }
  std::string operator()(const engine::VaultChanged& event) const { return stage("vault", event); }
  std::string operator()(const engine::DefaultChanged& event) const {
    return stage("default", event);
  }
  std::string operator()(const engine::CallIssued& event) const {
    return "call " + std::to_string(event.call) + " of " + money(event.amount) + ", due " +
           to_string(event.deadline) + ": " + figures_text(event.figures);
  }
  std::string operator()(const engine::CallChanged& event) const {
    return "call " + std::to_string(event.call) + " " + in_words(to_string(event.to)) + ", " +
           money(event.delivered) + " of " + money(event.amount) + " delivered";
  }
  std::string operator()(const engine::TopUpProposed& event) const {
    return "top-up proposed for call " + std::to_string(event.call) + ", until " +
           to_string(event.expires);
  }
  std::string operator()(const engine::SequestrationOrdered& event) const {
    std::string text = "sequestration ordered, because " + in_words(to_string(event.trigger)) +
                       ": required " + money(event.required) + ", held " + money(event.held);
    for (const engine::SequestrationLeg& leg : event.legs) {
      text += "; " + leg.asset + " to " + leg.to_place + " (stressed value " +
              money(leg.stressed_value) + ")";
    }
    if (event.missing > Usd{}) text += "; missing " + money(event.missing);
    for (const engine::PassedOver& other : event.passed_over) {
      text += "; not " + other.asset + " to " + other.to_place + ": " + other.why;
    }
    return text;
  }
  std::string operator()(const engine::ReleaseOrdered& event) const {
    std::string text = "release ordered, because " + in_words(to_string(event.reason)) + ": " +
                       figures_text(event.figures);
    for (const engine::SequestrationLeg& leg : event.legs) {
      text += "; " + leg.asset + " from " + leg.from_place;
    }
    return text;
  }
  std::string operator()(const engine::CustodyLegChanged& event) const {
    return event.asset + " at " + event.place + ": " + in_words(to_string(event.from)) + " to " +
           in_words(to_string(event.to));
  }
  std::string operator()(const engine::SequestrationShort& event) const {
    std::string text = "nothing more can be sequestered, although " +
                       in_words(to_string(event.trigger)) + ": required " + money(event.required) +
                       ", held " + money(event.held) + ", missing " + money(event.missing);
    for (const engine::PassedOver& other : event.passed_over) {
      text += "; not " + other.asset + " to " + other.to_place + ": " + other.why;
    }
    return text;
  }
  std::string operator()(const engine::SequestrationScored& event) const {
    return "sequestration " + in_words(to_string(event.outcome)) + ": at most " +
           money(event.most) + " held, at a cost of " + money(event.cost);
  }
  std::string operator()(const engine::SequestrationHeldBack& event) const {
    return "not sequestered, although " + in_words(to_string(event.trigger)) + ": " +
           std::to_string(event.false_alarms) + " false alarms lately";
  }
  std::string operator()(const engine::SequestrationReviewed& event) const {
    return std::string("review of what is held since ") + to_string(event.held_since) + ": " +
           (event.released ? "released" : "kept, because " + in_words(to_string(event.reason))) +
           "; required " + money(event.required) + ", held " + money(event.held) + ", next " +
           to_string(event.next);
  }
  std::string operator()(const engine::SequestrationOrderChanged& event) const {
    std::string text = "order " + event.proposal + " to sequester ";
    text += event.value > Usd{} ? money(event.value) : "what R allows";
    if (!event.in_force) return text + " is no longer in force";
    text += ", of";
    for (const std::string& person : event.persons) text += " " + person;
    return text + ", until " + to_string(event.until) + ": " + event.reason;
  }
  std::string operator()(const engine::CustodyReconciled& event) const {
    std::string text = event.place + " holds " + to_string(event.observed) + " of " + event.asset +
                       " where the books had " + to_string(event.booked);
    const auto add = [&text](const char* words, Amount amount) {
      if (!amount.is_zero()) text += std::string("; ") + words + " " + to_string(amount);
    };
    add("marked down as lost", event.lost);
    add("found again", event.found);
    add("of the pledged balance", event.taken);
    add("put aside unexplained", event.suspense);
    return text;
  }
  std::string operator()(const engine::CustodyEscalated& event) const {
    return event.place + " has been asked " + std::to_string(event.asked) + " times since " +
           to_string(event.since) + " to hold " + to_string(event.target) + " of " + event.asset +
           " and says nothing: the operator is told";
  }
  std::string operator()(const engine::ActBlocked& event) const {
    const std::string act = in_words(to_string(event.act)) + " is blocked: ";
    if (event.subject.empty()) return act + in_words(to_string(event.reason));
    return act + "the price of " + event.subject + " is " + in_words(to_string(event.quality));
  }
  std::string operator()(const engine::LiquidationInstructed& event) const {
    if (event.instrument.empty()) return "liquidation: sell " + event.asset;
    return std::string(event.hedge ? "hedge: " : "liquidation: ") +
           std::string(event.lots > 0 ? "buy " : "sell ") +
           std::to_string(event.lots > 0 ? event.lots : -event.lots) + " lots of " +
           event.instrument;
  }
  std::string operator()(const engine::DeadlineMoved& event) const {
    return "call " + std::to_string(event.call) + " is due at " + to_string(event.to) +
           " instead of " + to_string(event.from) + ", by break-glass order " + event.order;
  }
  std::string operator()(const engine::BreakGlassChanged& event) const {
    return "break-glass order " + event.order + " (" + in_words(to_string(event.act)) + ") " +
           in_words(to_string(event.stage)) + " by " + event.persons.back() + ", until " +
           to_string(event.ends) + ": " + event.reason;
  }
  std::string operator()(const engine::ModelChanged& event) const {
    return "margin model " + event.from + " to " + event.to + ", by proposal " + event.proposal;
  }
  std::string operator()(const engine::LossCovered& event) const {
    std::string text = "loss: ";
    if (event.set_off_value > Usd{}) {
      text += "the member's other accounts paid " + money(event.set_off_value) + ", ";
    }
    if (event.house_value > Usd{}) text += "the house paid " + money(event.house_value) + ", ";
    text += "the insurance fund paid " + money(event.insurance_value);
    if (event.gains_value > Usd{}) {
      text += ", unpaid gains of others " + money(event.gains_value);
    }
    return text + ", bad debt " + money(event.bad_debt_value);
  }
  std::string operator()(const engine::LossDueChanged& event) const {
    std::string text = to_string(event.amount) + " of " + event.asset;
    if (event.change == engine::LossDue::borne) {
      return "others bore " + text + " of its loss; the member owes " + to_string(event.left) +
             ", and what it has here stays for it";
    }
    text += event.change == engine::LossDue::repaid ? " repaid" : " forgiven";
    return text + " of the loss that others bore, " + to_string(event.left) + " still owed";
  }
  std::string operator()(const engine::LossCharged& event) const {
    return "the default cost " + money(event.loss) + ": " + charges_in_words(event.charges);
  }
  std::string operator()(const engine::AuctionOpened& event) const {
    return "auction " + std::to_string(event.auction) + " of " + money(event.notional) + ", from " +
           percent(event.start_bp / 1e4) + " to " + percent(event.end_bp / 1e4) +
           " of fair until " + to_string(event.ends);
  }
  std::string operator()(const engine::AuctionFilled& event) const {
    const std::string who = "auction " + std::to_string(event.auction) + ": ";
    if (event.instrument.empty()) {
      return who + to_string(event.amount) + " of " + event.asset + " for " +
             to_string(event.paid) + " of " + event.paid_asset;
    }
    return who + (event.lots > 0 ? "bought " : "sold ") +
           std::to_string(event.lots > 0 ? event.lots : -event.lots) + " lots of " +
           event.instrument + " at " + to_string(event.price);
  }
  std::string operator()(const engine::AuctionEnded& event) const {
    return "auction " + std::to_string(event.auction) + " is " + in_words(to_string(event.end));
  }
  std::string operator()(const engine::GainsReduced& event) const {
    return money(event.value) + " of an unpaid gain of " + money(event.gain) + " in " +
           event.instrument + " pays for a default";
  }
  std::string operator()(const engine::PlanAccepted& event) const {
    return "a plan of " + event.planner + " is followed: " + std::to_string(event.lines.size()) +
           " lines at an expected cost of " + money(event.expected_cost) +
           (event.plain_cost > Usd{} ? ", the plain plan's being " + money(event.plain_cost) : "");
  }
  std::string operator()(const engine::PlanEnded& event) const {
    return "the plan of " + event.planner + " is " + in_words(to_string(event.end));
  }
  std::string operator()(const engine::Deleveraged& event) const {
    return std::string(event.lots > 0 ? "bought " : "sold ") +
           std::to_string(event.lots > 0 ? event.lots : -event.lots) + " lots of " +
           event.instrument + " at " + to_string(event.price) +
           (event.torn_up     ? ": torn up against the venue"
            : event.rank == 0 ? ": the market did not take them"
                              : ": deleveraged, rank " + std::to_string(event.rank));
  }
  std::string operator()(const engine::CollateralTaken& event) const {
    return "the pool takes " + to_string(event.amount) + " of " + event.asset + " for " +
           to_string(event.paid) + " owed of " + event.owed_asset;
  }
  std::string operator()(const engine::CorrectionMade& event) const {
    return "correction of record " + std::to_string(event.record) + ", " +
           in_words(to_string(event.kind)) + ": " + event.reason;
  }
  std::string operator()(const engine::CollateralSubstituted& event) const {
    return to_string(event.in) + " of " + event.in_asset + " for " + to_string(event.out) + " of " +
           event.out_asset + ": substituted";
  }
  std::string operator()(const engine::SubstitutionProposed& event) const {
    return "substitution proposed, because of " + in_words(to_string(event.cause)) + ": " +
           to_string(event.in.amount) + " of " + event.in.asset + " for " +
           to_string(event.out.amount) + " of " + event.out.asset + " at " + event.out.place +
           ", until " + to_string(event.expires) + "; now " + figures_text(event.before) +
           "; then " + figures_text(event.after);
  }
  std::string operator()(const engine::SubstitutionChanged& event) const {
    return "substitution at " + event.place + ", " + in_words(to_string(event.stage)) + ": " +
           to_string(event.in) + " of " + event.in_asset + " for " + to_string(event.out) + " of " +
           event.out_asset;
  }
  std::string operator()(const engine::Refused& event) const {
    return "refused, " + event.rule + " " + in_words(event.name) + ": " + event.detail;
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

Result<std::vector<HistoryLine>> history_of(const node::LogReader& log, const std::string& account,
                                            std::uint64_t end) {
  std::vector<HistoryLine> lines;
  node::RecordFilter filter;
  filter.end = end;
  filter.account = account;
  const Status read = node::for_each_record(
      log, filter, [&lines](std::uint64_t index, const engine::LogRecord& record) -> Status {
        const auto* said = std::get_if<engine::EventRecord>(&record.content);
        if (said == nullptr) return {};
        std::string text = std::visit(Words{}, said->event.body);
        if (text.empty()) return {};
        lines.push_back(
            {index, said->event.time, std::string(node::kind_of(record)), std::move(text)});
        return {};
      });
  if (!read) return std::unexpected(read.error());
  return lines;
}

}  // namespace bulkhead::cli
