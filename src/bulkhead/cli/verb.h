// A verb of the command line as data: its options, its help and what it does. Every verb gives one;
// command_line.cc alone knows the library that reads arguments.
//
//   Verb version_verb() {
//     return {.name = "version", .summary = "print versions", .options = {json_option()},
//             .run = [](const Arguments& arguments, Terminal& terminal) { …; return kOk; }};
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/cli/terminal.h"

namespace bulkhead::cli {

enum class OptionKind : std::uint8_t { value, flag, positional, positionals };

struct Option {
  std::string name;  // "--json"; a positional's is its placeholder, "FILE"
  std::string help;
  std::string value;  // placeholder of a value: "N", "FILE"
  OptionKind kind = OptionKind::value;
  bool required = false;
  std::string standard = {};  // used when not given; shown in help
};

Option flag(std::string name, std::string help);
Option value(std::string name, std::string placeholder, std::string help,
             std::string standard = {});
Option required_value(std::string name, std::string placeholder, std::string help);
Option positional(std::string placeholder, std::string help);           // required
Option optional_positional(std::string placeholder, std::string help);  // may be left out
Option positionals(std::string placeholder, std::string help);          // one or more
Option json_option();

// Stands between several positionals in one text; no path has it.
inline constexpr char kBetweenPositionals = '\n';

// What was given, by option name. Typed readers name the option in their errors.
class Arguments {
 public:
  void set(std::string name, std::string text) { texts_[std::move(name)] = std::move(text); }
  bool has(std::string_view name) const { return texts_.contains(std::string(name)); }
  // Empty if not given and without standard.
  const std::string& text(std::string_view name) const;
  Result<std::uint64_t> number(std::string_view name, std::uint64_t least,
                               std::uint64_t most) const;
  Result<double> real(std::string_view name, double least, double most) const;
  Result<Timestamp> time(std::string_view name) const;
  Result<Duration> duration(std::string_view name) const;
  // "A..B", each end may be left out: then 0 or the largest number. B is inclusive.
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = UINT64_MAX;
  };
  Result<Range> range(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;  // parts between commas
  std::vector<std::string> all(std::string_view name) const;   // of `positionals`

 private:
  std::map<std::string, std::string> texts_;
};

struct Verb {
  std::string name;
  std::string summary;  // one line, in the list of verbs
  std::string details;  // what --help says below the options: sentences and examples
  std::vector<Option> options;
  std::function<int(const Arguments&, Terminal&)> run;  // empty for a group
  std::vector<Verb> verbs;                              // of a group: `synth market`
};

// Parses argv and runs the verb; returns the program's exit code.
int run_command_line(int argc, const char* const* argv, const std::vector<Verb>& verbs);

}  // namespace bulkhead::cli
