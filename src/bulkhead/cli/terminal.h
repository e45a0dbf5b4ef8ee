// What a verb says to people: results on stdout, one clear line per error on stderr, a progress bar
// only where a person watches.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead::cli {

// Exit codes, the same for every verb.
inline constexpr int kOk = 0;
inline constexpr int kCheckFailed = 1;         // a proof, a log or a scenario does not hold
inline constexpr int kUsage = 2;               // arguments or input that cannot be used
inline constexpr int kSelfConsistentOnly = 3;  // verify without --key
inline constexpr int kDataLoss = 4;            // a log shorter than its outside checkpoint

class Terminal {
 public:
  void out(std::string_view text);   // stdout, as it is
  void line(std::string_view text);  // stdout, with a newline
  // Prints `bulkhead: FILE:LINE: field = value: rule name: what is accepted` and returns the exit
  // code that the error asks for. `file`: where the value stood, if the error does not say.
  int fail(const Error& error, std::string_view file = {});
  // A note on stderr that is no error.
  void note(std::string_view text);

  // [#####     ] 42 %  what; erased by finish_progress(). Nothing unless stderr is a terminal.
  void progress(std::string_view what, std::uint64_t done, std::uint64_t all);
  void finish_progress();

 private:
  int shown_percent_ = -1;
};

// The line that Terminal::fail prints, without "bulkhead: " and newline: always one line.
std::string error_line(const Error& error, std::string_view file);
int exit_code_of(const Error& error);

}  // namespace bulkhead::cli
