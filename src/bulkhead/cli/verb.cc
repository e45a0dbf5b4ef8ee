#include "bulkhead/cli/verb.h"

#include <charconv>

namespace bulkhead::cli {
namespace {

Error refused(std::string_view name, std::string_view text, std::string detail) {
  return {ErrorCode::malformed, std::string(name), std::string(text), std::move(detail)};
}

std::vector<std::string> parts_of(std::string_view text, char between) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(between), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

Option flag(std::string name, std::string help) {
  return {std::move(name), std::move(help), "", OptionKind::flag, false, ""};
}

Option value(std::string name, std::string placeholder, std::string help, std::string standard) {
  return {std::move(name),   std::move(help), std::move(placeholder),
          OptionKind::value, false,           std::move(standard)};
}

Option required_value(std::string name, std::string placeholder, std::string help) {
  return {std::move(name), std::move(help), std::move(placeholder), OptionKind::value, true, ""};
}

Option positional(std::string placeholder, std::string help) {
  return {std::move(placeholder), std::move(help), "", OptionKind::positional, true, ""};
}

Option optional_positional(std::string placeholder, std::string help) {
  return {std::move(placeholder), std::move(help), "", OptionKind::positional, false, ""};
}

Option positionals(std::string placeholder, std::string help) {
  return {std::move(placeholder), std::move(help), "", OptionKind::positionals, true, ""};
}

Option json_option() { return flag("--json", "print JSON instead of text"); }

const std::string& Arguments::text(std::string_view name) const {
  static const std::string kNone;
  const auto at = texts_.find(std::string(name));
  return at == texts_.end() ? kNone : at->second;
}

Result<std::uint64_t> Arguments::number(std::string_view name, std::uint64_t least,
                                        std::uint64_t most) const {
  const std::string& text = this->text(name);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number < least ||
      number > most) {
    std::string wanted = "a whole number, " + std::to_string(least) + " or more";
    if (most != UINT64_MAX) {
      wanted = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    }
    return std::unexpected(refused(name, text, wanted));
  }
  return number;
}

Result<double> Arguments::real(std::string_view name, double least, double most) const {
  const std::string& text = this->text(name);
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() ||
      !(number >= least && number <= most)) {
    char wanted[80];
    std::snprintf(wanted, sizeof wanted, "a number from %g to %g", least, most);
    return std::unexpected(refused(name, text, wanted));
  }
  return number;
}

Result<Timestamp> Arguments::time(std::string_view name) const {
  const Result<Timestamp> time = parse_timestamp(text(name));
  if (!time) {
    return std::unexpected(
        refused(name, text(name), "a time in UTC, 2020-03-12 or 2020-03-12T10:45:00Z"));
  }
  return *time;
}

Result<Duration> Arguments::duration(std::string_view name) const {
  const Result<Duration> duration = parse_duration(text(name));
  if (!duration) return std::unexpected(refused(name, text(name), "a duration, 10m or 1d2h"));
  return *duration;
}

Result<Arguments::Range> Arguments::range(std::string_view name) const {
  const std::string& text = this->text(name);
  const std::size_t dots = text.find("..");
  Range range;
  const auto read = [](std::string_view part, std::uint64_t& into) {
    if (part.empty()) return true;
    const auto parsed = std::from_chars(part.data(), part.data() + part.size(), into);
    return parsed.ec == std::errc{} && parsed.ptr == part.data() + part.size();
  };
  const std::string_view whole = text;
  const bool one = dots == std::string::npos;
  const bool fine =
      one ? !whole.empty() && read(whole, range.first)
          : read(whole.substr(0, dots), range.first) && read(whole.substr(dots + 2), range.last);
  if (one) range.last = range.first;
  if (!fine || range.last < range.first) {
    return std::unexpected(refused(name, text, "A..B with A <= B, or one index"));
  }
  return range;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  return parts_of(text(name), ',');
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  return parts_of(text(name), kBetweenPositionals);
}

}  // namespace bulkhead::cli
