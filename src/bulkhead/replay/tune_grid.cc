// Reading the document, and changing the shipped parameters by it.
#include "bulkhead/replay/tune_grid.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "bulkhead/policy/defaults.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::replay {
namespace {

using wire::JsonKind;
using wire::JsonValue;

constexpr std::uint64_t kDrawsMax = 10'000;
// One prime per axis for the draws.
constexpr std::array<std::uint32_t, 16> kPrimes = {2,  3,  5,  7,  11, 13, 17, 19,
                                                   23, 29, 31, 37, 41, 43, 47, 53};

struct Setting {
  std::string name;
  const JsonValue* changes = nullptr;
  std::string path;  // where it stands: "axes[0].settings[1]"
};

struct Axis {
  std::string name;
  bool margin = false;
  std::vector<Setting> settings;
};

std::unexpected<Error> wrong(const JsonValue& at, const std::string& path, std::string_view wanted,
                             ErrorCode code = ErrorCode::malformed) {
  return std::unexpected(wire::json_error(code, at.line, path, wire::describe(at), wanted));
}

Status only_keys(const JsonValue& json, const std::string& path,
                 std::initializer_list<std::string_view> known) {
  if (json.kind != JsonKind::object) return wrong(json, path, "an object");
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    if (std::ranges::find(known, json.keys[i]) != known.end()) continue;
    std::string wanted;
    for (const std::string_view key : known) {
      wanted += (wanted.empty() ? "" : ", ") + std::string(key);
    }
    return wrong(json.items[i], path + (path.empty() ? "" : ".") + json.keys[i],
                 "one of: " + wanted);
  }
  return {};
}

Result<std::string> read_name(const JsonValue& json, const std::string& path) {
  const JsonValue* name = json.find("name");
  if (name == nullptr) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, path + ".name", "",
                                            "a name for the report"));
  }
  if (name->kind != JsonKind::string || name->string.empty() || name->string.size() > 60) {
    return wrong(*name, path + ".name", "a text of 1 to 60 bytes");
  }
  return name->string;
}

Result<Setting> read_setting(const JsonValue& json, const std::string& path) {
  BULKHEAD_TRY_STATUS(only_keys(json, path, {"name", "parameters"}));
  Setting setting;
  setting.path = path;
  BULKHEAD_TRY(setting.name, read_name(json, path));
  setting.changes = json.find("parameters");
  if (setting.changes == nullptr) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line,
                                            path + ".parameters", "", "what differs from shipped"));
  }
  if (setting.changes->kind != JsonKind::object) {
    return wrong(*setting.changes, path + ".parameters", "an object");
  }
  return setting;
}

Result<std::vector<Setting>> read_settings(const JsonValue& json, const std::string& path) {
  std::vector<Setting> settings;
  if (json.kind != JsonKind::array) return wrong(json, path, "an array");
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    BULKHEAD_TRY(Setting setting,
                 read_setting(json.items[i], path + "[" + std::to_string(i) + "]"));
    settings.push_back(std::move(setting));
  }
  return settings;
}

Result<bool> read_flag(const JsonValue& json, const std::string& path, std::string_view key,
                       bool standard) {
  const JsonValue* flag = json.find(key);
  if (flag == nullptr) return standard;
  if (flag->kind != JsonKind::boolean) {
    return wrong(*flag, path + (path.empty() ? "" : ".") + std::string(key), "true or false");
  }
  return flag->boolean;
}

Result<Axis> read_axis(const JsonValue& json, const std::string& path) {
  BULKHEAD_TRY_STATUS(only_keys(json, path, {"name", "margin", "settings"}));
  Axis axis;
  BULKHEAD_TRY(axis.name, read_name(json, path));
  BULKHEAD_TRY(axis.margin, read_flag(json, path, "margin", false));
  const JsonValue* settings = json.find("settings");
  if (settings == nullptr) {
    return std::unexpected(wire::json_error(ErrorCode::missing_field, json.line, path + ".settings",
                                            "", "a list of settings"));
  }
  BULKHEAD_TRY(axis.settings, read_settings(*settings, path + ".settings"));
  return axis;
}

// Objects are changed key by key, everything else as a whole.
void change(JsonValue& base, const JsonValue& by) {
  if (base.kind != JsonKind::object || by.kind != JsonKind::object) {
    base = by;
    return;
  }
  for (std::size_t i = 0; i < by.keys.size(); ++i) {
    const auto at = std::ranges::find(base.keys, by.keys[i]);
    if (at == base.keys.end()) {
      base.keys.push_back(by.keys[i]);
      base.items.push_back(by.items[i]);
    } else {
      change(base.items[static_cast<std::size_t>(at - base.keys.begin())], by.items[i]);
    }
  }
}

void say_changes(const JsonValue& json, const std::string& path, std::string& out) {
  if (json.kind == JsonKind::object) {
    for (std::size_t i = 0; i < json.keys.size(); ++i) {
      say_changes(json.items[i], path + (path.empty() ? "" : ".") + json.keys[i], out);
    }
    return;
  }
  const std::size_t room = path.find('.');
  out += (out.empty() ? "" : ", ") + (room == std::string::npos ? path : path.substr(room + 1)) +
         " " + wire::describe(json);
}

// The deepest line of the changes that a path of the parameter set leads to.
std::uint32_t line_of(const JsonValue& json, std::string_view path) {
  const std::size_t dot = std::min(path.find('.'), path.size());
  const JsonValue* next = json.find(path.substr(0, dot));
  if (next == nullptr || dot == path.size()) return next == nullptr ? json.line : next->line;
  return line_of(*next, path.substr(dot + 1));
}

class GridMaker {
 public:
  Result<TuneGrid> make(const JsonValue& json) {
    BULKHEAD_TRY_STATUS(only_keys(json, "", {"axes", "one_by_one", "draws", "points"}));
    BULKHEAD_TRY_STATUS(add_references());
    BULKHEAD_TRY_STATUS(read_axes(json));
    BULKHEAD_TRY(const bool one_by_one, read_flag(json, "", "one_by_one", true));
    if (one_by_one) BULKHEAD_TRY_STATUS(add_single());
    BULKHEAD_TRY_STATUS(add_draws(json));
    if (const JsonValue* points = json.find("points")) {
      BULKHEAD_TRY(const std::vector<Setting> own, read_settings(*points, "points"));
      for (const Setting& setting : own) {
        BULKHEAD_TRY_STATUS(add_alone(setting, setting.name, "point"));
      }
    }
    return std::move(grid_);
  }

 private:
  Status add_references() {
    shipped_ = *wire::parse_json(wire::to_json(policy::default_parameters()));
    for (const bool ladder : {true, false}) {
      TunePoint point;
      point.name = ladder ? "as shipped" : "liquidate-only";
      point.parameters = policy::default_parameters();
      point.opening = point.parameters;
      if (!ladder) point.parameters.ladder.kind = policy::LadderKind::liquidate_only;
      BULKHEAD_TRY_STATUS(append(std::move(point), nullptr, ""));
    }
    return {};
  }

  Status read_axes(const JsonValue& json) {
    const JsonValue* axes = json.find("axes");
    if (axes == nullptr) return {};
    if (axes->kind != JsonKind::array) return wrong(*axes, "axes", "an array");
    if (axes->items.size() > kPrimes.size()) {
      return wrong(*axes, "axes", "at most " + std::to_string(kPrimes.size()) + " axes",
                   ErrorCode::out_of_range);
    }
    for (std::size_t i = 0; i < axes->items.size(); ++i) {
      BULKHEAD_TRY(Axis axis, read_axis(axes->items[i], "axes[" + std::to_string(i) + "]"));
      axes_.push_back(std::move(axis));
    }
    return {};
  }

  Status add_single() {
    for (const Axis& axis : axes_) {
      for (const Setting& setting : axis.settings) {
        const std::string name = axis.name + ": " + setting.name;
        BULKHEAD_TRY_STATUS(add_alone(setting, name, axis.name));
        if (!axis.margin) continue;
        TunePoint plain = grid_.points.back();
        plain.name = "liquidate-only, " + name;
        plain.parameters.ladder.kind = policy::LadderKind::liquidate_only;
        BULKHEAD_TRY_STATUS(append(std::move(plain), setting.changes, setting.path));
      }
    }
    return {};
  }

  Status add_alone(const Setting& setting, const std::string& name, const std::string& axis) {
    BULKHEAD_TRY(TunePoint point, point_of({&setting}));
    point.name = name;
    point.axis = axis;
    return append(std::move(point), setting.changes, setting.path);
  }

  // Points of a low-discrepancy sequence: the k-th takes of each axis the setting, or none, at the
  // radical inverse of k in that axis's base.
  Status add_draws(const JsonValue& json) {
    const JsonValue* draws = json.find("draws");
    if (draws == nullptr) return {};
    const bool whole = draws->kind == JsonKind::integer && draws->integer >= 0 &&
                       static_cast<std::uint64_t>(draws->integer) <= kDrawsMax;
    if (!whole) {
      return wrong(*draws, "draws", "a whole number from 0 to " + std::to_string(kDrawsMax),
                   ErrorCode::out_of_range);
    }
    for (std::int64_t k = 1; k <= draws->integer; ++k) {
      BULKHEAD_TRY_STATUS(add_draw(static_cast<std::uint64_t>(k)));
    }
    return {};
  }

  static double radical_inverse(std::uint64_t k, std::uint32_t base) {
    double value = 0, digit = 1.0 / base;
    for (; k > 0; k /= base, digit /= base) value += static_cast<double>(k % base) * digit;
    return value;
  }

  Status add_draw(std::uint64_t k) {
    std::vector<const Setting*> taken;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      const auto choices = static_cast<double>(axes_[a].settings.size() + 1);
      const auto choice = static_cast<std::size_t>(radical_inverse(k, kPrimes[a]) * choices);
      if (choice > 0) taken.push_back(&axes_[a].settings[choice - 1]);
    }
    const std::string name = "draw " + std::to_string(k);
    if (taken.empty()) {
      grid_.skipped.push_back(name + ": as shipped");
      return {};
    }
    Result<TunePoint> point = point_of(taken);
    if (!point) {
      grid_.skipped.push_back(name + ": " + point.error().field + " = " + point.error().value +
                              ": " + point.error().detail);
      return {};
    }
    if (const TunePoint* same = same_as(*point)) {
      grid_.skipped.push_back(name + ": the same as " + same->name);
      return {};
    }
    point->name = name;
    point->axis = "draw";
    return append(std::move(*point), taken.front()->changes, taken.front()->path);
  }

  Result<TunePoint> point_of(const std::vector<const Setting*>& settings) const {
    JsonValue changed = shipped_;
    TunePoint point;
    for (const Setting* setting : settings) {
      change(changed, *setting->changes);
      say_changes(*setting->changes, "", point.changes);
    }
    const Setting& first = *settings.front();
    Result<policy::ParameterSet> set = wire::from_json<policy::ParameterSet>(changed);
    if (!set) return within(set.error(), first.path);
    point.parameters = std::move(*set);
    if (const Status fine = policy::validate(point.parameters); !fine) {
      return refused(fine.error(), first, first.path);
    }
    point.opening = point.parameters;
    point.opening.ladder = policy::default_parameters().ladder;
    point.opening.ladder.levels.maintenance_bp = point.parameters.risk.maintenance;
    if (const Status fine = policy::validate(point.opening); !fine) {
      return refused(fine.error(), first, first.path + ", with the shipped ladder");
    }
    return point;
  }

  // "line 7: ladder.x" of the codec becomes "line 7: axes[0].settings[1].parameters.ladder.x".
  static std::unexpected<Error> within(Error error, const std::string& path) {
    const std::size_t colon = error.field.find(": ");
    const std::size_t at = colon == std::string::npos ? 0 : colon + 2;
    error.field.insert(at, path + ".parameters.");
    return std::unexpected(std::move(error));
  }

  static std::unexpected<Error> refused(const Error& error, const Setting& setting,
                                        const std::string& path) {
    return std::unexpected(wire::json_error(error.code, line_of(*setting.changes, error.field),
                                            path + ".parameters." + error.field, error.value,
                                            error.detail));
  }

  const TunePoint* same_as(const TunePoint& point) const {
    const auto at = texts_.find(wire::to_json(point.parameters));
    return at == texts_.end() ? nullptr : &grid_.points[at->second];
  }

  Status append(TunePoint point, const JsonValue* at, const std::string& path) {
    const std::uint32_t line = at == nullptr ? 0 : at->line;
    if (const TunePoint* same = same_as(point)) {
      return std::unexpected(wire::json_error(ErrorCode::name_taken, line, path, point.name,
                                              "another policy than \"" + same->name + "\""));
    }
    const auto named = std::ranges::find(grid_.points, point.name, &TunePoint::name);
    if (named != grid_.points.end()) {
      return std::unexpected(wire::json_error(ErrorCode::name_taken, line, path + ".name",
                                              point.name, "a name that no other point has"));
    }
    texts_.emplace(wire::to_json(point.parameters), grid_.points.size());
    grid_.points.push_back(std::move(point));
    return {};
  }

  JsonValue shipped_;
  std::vector<Axis> axes_;
  TuneGrid grid_;
  std::map<std::string, std::size_t> texts_;  // of every point's parameters
};

}  // namespace

Result<TuneGrid> read_grid(std::string_view text) {
  BULKHEAD_TRY(const JsonValue json, wire::parse_json(text));
  return GridMaker().make(json);
}

}  // namespace bulkhead::replay
