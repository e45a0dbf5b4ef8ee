// One line of text from an error, for people.
#include "bulkhead/base/result.h"

namespace bulkhead {

std::string to_string(const Error& error) {
  const ErrorInfo& info = error_info(error.code);
  std::string text(info.rule);
  text.append(" ").append(info.name).append(": ");
  if (!error.field.empty()) text.append(error.field);
  if (!error.value.empty()) text.append(error.field.empty() ? "" : " = ").append(error.value);
  if (!error.field.empty() || !error.value.empty()) text.append(": ");
  text.append(error.detail.empty() ? info.sentence : std::string_view(error.detail));
  return text;
}

}  // namespace bulkhead
