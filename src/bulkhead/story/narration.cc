#include "bulkhead/story/narration.h"

#include "bulkhead/story/commands.h"

namespace bulkhead::story {
namespace {

using namespace engine;

std::string words(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

// "1 result", "2 results".
std::string counted(std::uint64_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

std::string usd(Usd value) { return internal::show_usd(value); }

std::string figures(const Figures& figures) {
  return "equity " + usd(figures.equity) + ", initial margin " + usd(figures.initial) +
         ", maintenance " + usd(figures.maintenance);
}

// All fields of a record as "name value", nested ones in brackets.
class FieldWords {
 public:
  FieldWords(Siblings siblings, const Scope& scope)
      : siblings_(std::move(siblings)), scope_(scope) {}
  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if constexpr (OptionalField<T>) {
      if (value) (*this)(0, name, *value);
    } else if constexpr (RepeatedField<T>) {
      std::vector<std::string> items;
      for (const typename T::value_type& item : value) items.push_back(show(name, item));
      if (!items.empty()) add(name, "[" + join(items, "; ") + "]");
    } else {
      add(name, show(name, value));
    }
  }
  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>& value) {
    (alternative(std::get_if<A>(&value)), ...);
  }
  std::string text() const { return text_; }

 private:
  template <class T>
  std::string show(std::string_view name, const T& value) const {
    if constexpr (Record<T> && !std::same_as<T, Decimal>) {
      FieldWords inner(internal::siblings_of(value), scope_);
      T::fields(value, inner);
      return "(" + inner.text() + ")";
    } else {
      return internal::show_single(value, internal::asset_of(siblings_, name, scope_), scope_);
    }
  }
  template <class A>
  void alternative(const A* value) {
    if (value != nullptr) add(A::kName, show(A::kName, *value));
  }
  void add(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text_ += (text_.empty() ? "" : ", ") + words(name) + " " + value;
  }

  Siblings siblings_;
  const Scope& scope_;
  std::string text_;
};

class Narrator {
 public:
  explicit Narrator(const Scope& scope) : scope_(scope) {}

  std::string operator()(const std::monostate&) const { return ""; }
  std::string operator()(const Refused& e) const {
    return "refused by " + e.rule + ", " + words(e.name) + ": " + e.field +
           (e.value.empty() ? "" : " = " + e.value) + "; accepted would be " + e.detail;
  }
  std::string operator()(const BalanceChanged& e) const {
    const bool in = e.change.is_positive();
    const std::string amount = internal::show_amount(in ? e.change : -e.change, e.asset, scope_);
    return words(to_string(e.kind)) + ": " + amount + (in ? " into " : " out of ") +
           std::string(to_string(e.bucket)) + (e.place.empty() ? "" : " at " + e.place) + ", now " +
           internal::show_amount(e.balance, e.asset, scope_);
  }
  std::string operator()(const TradeBooked& e) const {
    const market::Instrument* instrument = scope_.instrument(e.instrument);
    if (instrument == nullptr) return "a trade in " + e.instrument;
    return (e.lots > 0 ? "bought " : "sold ") +
           show_lots(e.lots > 0 ? e.lots : -e.lots, *instrument) + " " + e.instrument + " at " +
           to_string(e.price) + ", position now " + show_lots(e.position, *instrument) +
           (e.instruction != 0 ? " (liquidation " + std::to_string(e.instruction) + ")" : "");
  }
  std::string operator()(const QualityChanged& e) const {
    return "price of " + e.subject + " is now " + words(to_string(e.to)) + " (was " +
           words(to_string(e.from)) + ")";
  }
  std::string operator()(const RegimeChanged& e) const {
    return "regime of " + e.underlying + " is now " + std::string(to_string(e.to)) + " (was " +
           std::string(to_string(e.from)) + ")";
  }
  std::string operator()(const ModelMonitored& e) const {
    const std::string unit = "one " + e.subject + (e.side == MonitorSide::held ? " held" : " owed");
    const std::string count = counted(e.exceptions, "exception") + " of " +
                              counted(e.results, "result") + ", " + std::string(to_string(e.to));
    const std::string was = e.from == e.to ? "" : " (was " + std::string(to_string(e.from)) + ")";
    if (!e.exceeded) return unit + ": " + count + was;
    return unit + " lost " + internal::show_single(e.loss, "", scope_) + ", forecast was " +
           internal::show_single(e.forecast, "", scope_) + ": " + count + was;
  }
  std::string operator()(const ModelDrifted& e) const {
    return "moves of " + e.subject + " are " + std::string(to_string(e.drift)) +
           " than forecast (alarm " + std::to_string(e.alarms) + ", after " +
           counted(e.results, "result") + ")";
  }
  std::string operator()(const OutageNoticed& e) const {
    return "no tick came for " + show_duration(e.gap) + ": nothing destructive before " +
           show_time(e.until, scope_);
  }
  std::string operator()(const CoverageChanged& e) const { return moved("coverage", e); }
  std::string operator()(const VaultChanged& e) const { return moved("vault", e); }
  std::string operator()(const DefaultChanged& e) const { return moved("default", e); }
  std::string operator()(const CallIssued& e) const {
    std::string text = "margin call " + std::to_string(e.call) + ": " + usd(e.amount) + " due " +
                       show_time(e.deadline, scope_);
    for (std::size_t i = 0; i < e.cures.size(); ++i) {
      text += (i == 0 ? "; cured by " : " or ") +
              internal::show_amount(e.cures[i].amount, e.cures[i].asset, scope_);
    }
    return text;
  }
  std::string operator()(const CallChanged& e) const {
    return "call " + std::to_string(e.call) + " is " + words(to_string(e.to)) + ": " +
           usd(e.delivered) + " of " + usd(e.amount) + " delivered";
  }
  std::string operator()(const SequestrationOrdered& e) const {
    return "sequestration because of " + words(to_string(e.trigger)) + ": required " +
           usd(e.required) + ", held " + usd(e.held) + ", missing " + usd(e.missing) + legs(e.legs);
  }
  std::string operator()(const ReleaseOrdered& e) const { return "release" + legs(e.legs); }
  std::string operator()(const CustodyInstructed& e) const {
    return e.place + " is told" + (e.repeated ? " again" : "") + " to hold " +
           internal::show_amount(e.target, e.asset, scope_) + " (number " + std::to_string(e.seq) +
           ")";
  }
  std::string operator()(const CustodyLegChanged& e) const {
    return e.place + " on number " + std::to_string(e.seq) + ": " + words(to_string(e.to)) +
           ", holds " + internal::show_amount(e.observed, e.asset, scope_);
  }
  std::string operator()(const ActBlocked& e) const {
    return words(to_string(e.act)) + " waits: the price of " + e.subject + " is " +
           words(to_string(e.quality));
  }
  std::string operator()(const LossCovered& e) const {
    return "loss in " + e.asset + ": insurance pays " +
           internal::show_amount(e.insurance, e.asset, scope_) +
           (e.gains.is_positive()
                ? ", unpaid gains pay " + internal::show_amount(e.gains, e.asset, scope_)
                : "") +
           ", bad debt " + internal::show_amount(e.bad_debt, e.asset, scope_);
  }
  std::string operator()(const LossDueChanged& e) const {
    const char* did = e.change == LossDue::borne    ? "others bore "
                      : e.change == LossDue::repaid ? "repaid to those who bore the loss: "
                                                    : "forgiven of the loss that others bore: ";
    return did + internal::show_amount(e.amount, e.asset, scope_) + ", owed now " +
           internal::show_amount(e.left, e.asset, scope_);
  }
  std::string operator()(const LossCharged& e) const {
    std::string text = "charged for " + usd(e.loss) + ":";
    FieldWords fields(internal::siblings_of(e.charges), scope_);
    LossCharges::fields(e.charges, fields);
    return text + " " + fields.text();
  }
  // Every other kind, and those that are added later: the name and all fields.
  template <class Other>
  std::string operator()(const Other& e) const {
    FieldWords fields(internal::siblings_of(e), scope_);
    Other::fields(e, fields);
    return words(Other::kName) + (fields.text().empty() ? "" : ": " + fields.text());
  }

 private:
  template <class E>
  std::string moved(const char* part, const E& e) const {
    return std::string(part) + " " + words(to_string(e.from)) + " → " + words(to_string(e.to)) +
           " (" + words(to_string(e.reason)) + "): " + figures(e.figures);
  }
  std::string legs(const std::vector<SequestrationLeg>& legs) const {
    std::string text;
    for (const SequestrationLeg& leg : legs) {
      text += "; " + internal::show_amount(leg.amount, leg.asset, scope_) + " from " +
              leg.from_place + " to " + leg.to_place;
    }
    return text;
  }

  const Scope& scope_;
};

}  // namespace

std::string in_words(const engine::Event& event, const Scope& scope) {
  const std::string text = std::visit(Narrator(scope), event.body);
  return event.account.empty() ? text : event.account + ": " + text;
}

bool is_set_up(const engine::Event& event) {
  const std::string_view name = event_name(event);
  for (const char* kind : {"log_opened", "registered", "account_opened", "grant_taken",
                           "scenario_set_adopted", "standing_instruction_set", "state_digest"}) {
    if (name == kind) return true;
  }
  return false;
}

}  // namespace bulkhead::story
