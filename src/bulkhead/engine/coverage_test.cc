// The log used by the other tests holds every kind of command, every kind of event, and every
// refusal that the engine can give; a table of them is printed, and a missing one fails (issue 2).
#include <cstdio>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

template <class Variant>
struct Kinds;
template <class... Body>
struct Kinds<std::variant<std::monostate, Body...>> {
  static std::vector<std::string> names() { return {std::string(Body::kName)...}; }
};

template <class Variant>
std::string kind_of(const Variant& variant) {
  return std::visit(
      []<class Body>(const Body&) -> std::string {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return "";
        } else {
          return std::string(Body::kName);
        }
      },
      variant);
}

struct Counts {
  std::map<std::string, int> accepted;
  std::map<std::string, std::map<std::string, int>> refused;  // by kind of command, by code
  std::map<std::string, int> events;
  std::map<std::string, int> codes;
};

Counts count(const World& world) {
  Counts counts;
  for (std::size_t i = 0; i < world.log().size(); ++i) {
    const std::string kind = kind_of(world.log()[i].body);
    const Applied& answer = world.answers()[i];
    if (answer.refused) {
      const std::string code(error_info(answer.refused->code).name);
      ++counts.refused[kind][code];
      ++counts.codes[code];
    } else {
      ++counts.accepted[kind];
    }
    for (const Event& event : answer.events) ++counts.events[kind_of(event.body)];
  }
  return counts;
}

TEST(Coverage, EveryCommandEventAndRefusalIsInTheLog) {
  WorldOptions options;
  options.engine.digest_interval = 100;
  World world(options);
  play_everything(world);
  const Counts counts = count(world);
  std::printf("%zu commands\n%-26s %8s  refused\n", world.log().size(), "command", "accepted");
  for (const std::string& kind : Kinds<CommandBody>::names()) {
    const auto done = counts.accepted.find(kind);
    std::printf("%-26s %8d ", kind.c_str(), done == counts.accepted.end() ? 0 : done->second);
    const auto refused = counts.refused.find(kind);
    if (refused != counts.refused.end()) {
      for (const auto& [code, n] : refused->second) std::printf(" %s", code.c_str());
    }
    std::printf("\n");
    EXPECT_NE(done, counts.accepted.end()) << kind << " was never accepted";
    EXPECT_NE(refused, counts.refused.end()) << kind << " was never refused";
  }
  std::printf("%-26s %8s\n", "event", "count");
  for (const std::string& kind : Kinds<EventBody>::names()) {
    const auto seen = counts.events.find(kind);
    std::printf("%-26s %8d\n", kind.c_str(), seen == counts.events.end() ? 0 : seen->second);
    EXPECT_NE(seen, counts.events.end()) << kind << " was never said";
  }
  // The engine's own codes, 650 to 699 and those of calls, without exception but one: without a
  // scenario set the world is another (first_steps_test).
  for (const ErrorInfo& info : all_errors()) {
    const auto number = static_cast<unsigned>(info.code);
    const bool of_engine = (number >= 650 && number <= 699) || (number >= 900 && number <= 920) ||
                           (number >= 940 && number <= 979);
    if (!of_engine || info.code == ErrorCode::no_scenario_set) continue;
    EXPECT_TRUE(counts.codes.contains(std::string(info.name))) << info.name << " was never given";
  }
}

}  // namespace
}  // namespace bulkhead::engine
