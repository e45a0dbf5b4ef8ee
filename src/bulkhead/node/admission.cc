// Shape and signature of commands (D11.1).
#include "bulkhead/node/admission.h"

#include <algorithm>

#include "bulkhead/audit/ed25519.h"
#include "bulkhead/base/field_types.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

const engine::Person* find_person(const engine::State& state, const engine::Command& command) {
  if (const auto* genesis = std::get_if<engine::Genesis>(&command.body)) {
    const auto at = std::ranges::find(genesis->persons, command.actor, &engine::Person::name);
    return at == genesis->persons.end() ? nullptr : &*at;
  }
  const auto at = state.persons().find(command.actor);
  return at == state.persons().end() ? nullptr : &at->second;
}

// What a value of the right types may still be that the encoding has no form for.
class ShapeCheck {
 public:
  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if constexpr (OptionalField<T>) {
      if (value) check(name, *value);
    } else if constexpr (RepeatedField<T>) {
      for (const typename T::value_type& item : value) check(name, item);
    } else {
      check(name, value);
    }
  }
  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>& value) {
    (check_alternative(std::get_if<A>(&value)), ...);
  }
  Status result() const {
    if (!error_) return {};
    return std::unexpected(*error_);
  }

 private:
  template <class A>
  void check_alternative(const A* value) {
    if (value != nullptr) check(A::kName, *value);
  }
  template <class T>
  void check(std::string_view name, const T& value) {
    if constexpr (std::same_as<T, double>) {
      if (value - value != 0) refuse(ErrorCode::number_not_finite, name, "a finite number");
    } else if constexpr (NamedEnum<T>) {
      if (static_cast<std::size_t>(value) >= enum_names(value).size()) {
        refuse(ErrorCode::out_of_range, name, "one of its names");
      }
    } else if constexpr (Record<T>) {
      T::fields(value, *this);
    }
  }
  void refuse(ErrorCode code, std::string_view name, std::string_view detail) {
    if (!error_) error_ = Error{code, std::string(name), "", std::string(detail)};
  }

  std::optional<Error> error_;
};

}  // namespace

Status check_signature(const engine::State& state, const engine::Command& command) {
  if (command.signature.empty()) return {};
  const engine::Person* const person = find_person(state, command);
  if (person == nullptr || person->public_key == Hash{}) {
    return fail(ErrorCode::bad_signature, "signature", command.actor,
                "an actor with a registered key");
  }
  return audit::ed25519_verify(person->public_key, wire::signed_bytes(command), command.signature);
}

Status check_content(const journal::ContentStore& content, const engine::Command& command) {
  const auto* adopt = std::get_if<engine::AdoptScenarioSet>(&command.body);
  if (adopt == nullptr || content.contains(adopt->hash)) return {};
  return fail(ErrorCode::not_found, "adopt_scenario_set.hash", to_hex(adopt->hash),
              "content that was put into the store before");
}

Result<AdmittedCommand> admit_shape(const engine::Command& command) {
  ShapeCheck shape;
  engine::Command::fields(command, shape);
  BULKHEAD_TRY_STATUS(shape.result());
  BULKHEAD_TRY(Bytes record, wire::encode_record(command));
  BULKHEAD_TRY(engine::LogRecord read, wire::decode_record(record));
  return AdmittedCommand{std::get<engine::CommandRecord>(std::move(read.content)).command,
                         std::move(record)};
}

}  // namespace bulkhead::node
