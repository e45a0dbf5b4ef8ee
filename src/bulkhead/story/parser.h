// From the text of a scenario to its program. Strict: a word that is not known is an error that
// names FILE:LINE, the word and what would be accepted there. docs/scenarios.md is the reference of
// the language.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bulkhead/story/program.h"

namespace bulkhead::story {

using ReadText = std::function<Result<std::string>(const std::string& path)>;

// Includes are read relative to the file that names them.
Result<Program> parse_file(const std::string& path, const ReadText& read);

// Which word begins which statement, with its form: for --help and errors.
struct Form {
  std::string_view word;
  std::string_view form;
  std::string_view sentence;
};
std::span<const Form> forms();

}  // namespace bulkhead::story
