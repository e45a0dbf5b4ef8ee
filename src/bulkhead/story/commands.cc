#include "bulkhead/story/commands.h"

#include <algorithm>

namespace bulkhead::story {
namespace {

template <class Variant>
struct Alternatives;
template <class... A>
struct Alternatives<std::variant<std::monostate, A...>> {
  static std::vector<std::string> names() { return {std::string(A::kName)...}; }
  // Calls act(A{}) of the alternative with that name; false if there is none.
  template <class Act>
  static bool with(std::string_view name, Act&& act) {
    return ((A::kName == name && (act(A{}), true)) || ...);
  }
};
using Commands = Alternatives<engine::CommandBody>;
using Events = Alternatives<engine::EventBody>;

// Amounts are read last: the asset that they are of stands in another field.
bool is_amount(std::string_view path) {
  for (const char* name :
       {"amount", "fee", "sold", "received", "observed", "target", "in", "out", "paid"}) {
    if (path == name || path.ends_with(std::string(".") + name)) return true;
  }
  return false;
}

template <class Body>
Status fill_in(Body& body, std::span<const Assign> assigns, const Scope& scope) {
  for (const bool amounts : {false, true}) {
    for (const Assign& assign : assigns) {
      if (is_amount(assign.path) != amounts) continue;
      const Status set = set_field(body, assign, scope);
      if (set) continue;
      Error error = set.error();
      error.field = std::string(Body::kName) + "." + assign.path;
      if (error.value.empty()) error.value = assign.text;
      return std::unexpected(error);
    }
  }
  return {};
}

constexpr std::int64_t kPackagesMax = 1'000'000;

std::string leg_path(std::size_t n) { return "legs[" + std::to_string(n) + "]."; }

std::string field_of(const Give& give, std::string_view path) {
  const auto at = std::ranges::find(give.fields, path, &Assign::path);
  return at == give.fields.end() ? std::string() : at->text;
}

}  // namespace

std::vector<std::string> command_names() { return Commands::names(); }
std::vector<std::string> event_names() { return Events::names(); }

Result<engine::CommandBody> make_command(std::string_view name, std::span<const Assign> assigns,
                                         const Scope& scope) {
  Result<engine::CommandBody> made;
  const bool known = Commands::with(name, [&](auto body) {
    const Status filled = fill_in(body, assigns, scope);
    if (filled) {
      made = std::move(body);
    } else {
      made = std::unexpected(filled.error());
    }
  });
  if (known) return made;
  return fail(ErrorCode::unknown_field, "command", name, "one of " + join(command_names(), ", "));
}

Status check_event_fields(std::string_view name, std::span<const Assign> wanted) {
  Scope scope;
  scope.names_only = true;
  Status status;
  const bool known = Events::with(name, [&](const auto& body) {
    for (const Assign& assign : wanted) {
      const Result<Found> found = compare_field(body, assign, scope);
      if (found) continue;
      Error error = found.error();
      error.field = std::string(name) + "." + assign.path;
      status = std::unexpected(error);
    }
  });
  if (known) return status;
  return fail(ErrorCode::unknown_field, "event", name, "one of " + join(event_names(), ", "));
}

std::string_view event_name(const engine::Event& event) {
  return std::visit(
      []<class Body>(const Body&) -> std::string_view {
        if constexpr (std::same_as<Body, std::monostate>) {
          return "";
        } else {
          return Body::kName;
        }
      },
      event.body);
}

Result<std::vector<std::string>> unmet_fields(const engine::Event& event,
                                              std::span<const Assign> wanted, const Scope& scope) {
  return std::visit(
      [&]<class Body>(const Body& body) -> Result<std::vector<std::string>> {
        std::vector<std::string> unmet;
        if constexpr (!std::same_as<Body, std::monostate>) {
          for (const Assign& assign : wanted) {
            BULKHEAD_TRY(const Found found, compare_field(body, assign, scope));
            if (!found.met) unmet.push_back(assign.path + " = " + found.actual);
          }
        }
        return unmet;
      },
      event.body);
}

Result<std::vector<Assign>> lots_of(const Give& give, const Scope& scope) {
  std::vector<Assign> lots;
  const auto add = [&](const std::string& of, const std::string& quantity) -> Status {
    const auto instrument = std::ranges::find(give.fields, of + "instrument", &Assign::path);
    const market::Instrument* const known = scope.instrument(instrument->text);
    if (known == nullptr) {
      return fail(ErrorCode::instrument_unknown, of + "instrument", instrument->text,
                  "a registered instrument");
    }
    BULKHEAD_TRY(const std::int64_t read, read_lots(quantity, *known));
    lots.push_back({of + "lots", "=", std::to_string(read)});
    return {};
  };
  if (!give.quantity.empty()) BULKHEAD_TRY_STATUS(add("", give.quantity));
  for (std::size_t n = 0; n < give.leg_quantities.size(); ++n) {
    BULKHEAD_TRY_STATUS(add(leg_path(n), give.leg_quantities[n]));
  }
  return lots;
}

Result<std::vector<Assign>> filled_legs(const Give& give,
                                        std::span<const engine::Command> commands) {
  const engine::PlaceOrder* placed = nullptr;  // the last of that name
  for (const engine::Command& before : commands) {
    const auto* order = std::get_if<engine::PlaceOrder>(&before.body);
    const bool named = order != nullptr && order->account == field_of(give, "account") &&
                       order->order == field_of(give, "order");
    if (named) placed = order;
  }
  if (placed == nullptr || placed->legs.size() != give.prices.size()) {
    return fail(ErrorCode::order_not_found, "order", field_of(give, "order"),
                "an order for a package, with a price for each of its legs");
  }
  std::int64_t packages = 0;
  BULKHEAD_TRY_STATUS(internal::read_integer(field_of(give, "lots"), packages));
  if (packages <= 0 || packages > kPackagesMax) {
    return fail(ErrorCode::out_of_range, "lots", field_of(give, "lots"), "1 to 1,000,000 packages");
  }
  std::vector<Assign> fields;
  for (std::size_t n = 0; n < placed->legs.size(); ++n) {
    const engine::OrderLeg& leg = placed->legs[n];
    const bool buys = (field_of(give, "side") == "buy") == (leg.side == engine::Side::buy);
    fields.push_back({leg_path(n) + "instrument", "=", leg.instrument});
    fields.push_back({leg_path(n) + "side", "=", buys ? "buy" : "sell"});
    fields.push_back({leg_path(n) + "lots", "=", std::to_string(leg.lots * packages)});
    fields.push_back({leg_path(n) + "price", "=", give.prices[n]});
  }
  return fields;
}

Result<engine::Propose> correction_of(const Correct& correct,
                                      std::span<const engine::Command> commands,
                                      std::span<const std::uint64_t> records, Timestamp now) {
  engine::Propose propose;
  propose.proposal = correct.name;
  propose.expires = now + days(1);
  for (std::size_t i = commands.size(); i-- > 0;) {
    const engine::Command& before = commands[i];
    const auto* fill = std::get_if<engine::Fill>(&before.body);
    const auto* deposit = std::get_if<engine::Deposit>(&before.body);
    if (correct.what == "fill" && fill != nullptr && fill->account == correct.account) {
      propose.content =
          engine::BustTrade{records[i], correct.reason, before.actor, before.id, *fill};
      return propose;
    }
    if (correct.what == "deposit" && deposit != nullptr && deposit->account == correct.account) {
      propose.content =
          engine::ReverseDeposit{records[i], correct.reason, before.actor, before.id, *deposit};
      return propose;
    }
  }
  return fail(ErrorCode::not_found, correct.what, correct.account, "an account that had one");
}

}  // namespace bulkhead::story
