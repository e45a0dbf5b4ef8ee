#include "bulkhead/cli/terminal.h"

#include <unistd.h>

#include <cctype>

namespace bulkhead::cli {
namespace {

constexpr std::size_t kValueShown = 120;  // characters of a value in an error
constexpr int kBarWidth = 30;

// One line of printable text, whatever was in the input.
std::string plain(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
  if (text.size() > most) out += "…";
  return out;
}

// "line 3: fill.lots" -> "3: fill.lots" behind a file's name; other texts stay.
std::string with_line_number(std::string_view file, std::string_view field) {
  std::string place(file);
  std::string_view rest = field;
  if (!file.empty() && rest.starts_with(file)) {
    rest.remove_prefix(file.size());
    if (rest.starts_with(": ")) rest.remove_prefix(2);
    if (rest.starts_with(":")) rest.remove_prefix(1);
  }
  const std::size_t at = rest.find("line ");
  if (at != std::string_view::npos && at + 5 < rest.size() &&
      std::isdigit(static_cast<unsigned char>(rest[at + 5])) != 0) {
    std::string head(rest.substr(0, at));
    if (head.ends_with(": ")) head.resize(head.size() - 2);
    if (!head.empty()) place += (place.empty() ? "" : ": ") + head;
    place += place.empty() ? "line " : ":";
    place += rest.substr(at + 5);
    return place;
  }
  if (place.empty()) return std::string(rest);
  if (rest.empty()) return place;
  const bool line_follows = std::isdigit(static_cast<unsigned char>(rest.front())) != 0;
  return place + (line_follows ? ":" : ": ") + std::string(rest);
}

}  // namespace

void Terminal::out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Terminal::line(std::string_view text) {
  out(text);
  out("\n");
}

void Terminal::note(std::string_view text) {
  finish_progress();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

std::string error_line(const Error& error, std::string_view file) {
  const ErrorInfo& info = error_info(error.code);
  std::string text = plain(with_line_number(file, error.field), 400);
  if (!error.value.empty()) {
    text += (text.empty() ? "" : " = ") + plain(error.value, kValueShown);
  }
  if (!text.empty()) text += ": ";
  text += std::string(info.rule) + " " + std::string(info.name) + ": ";
  text += error.detail.empty() ? std::string(info.sentence) : plain(error.detail, 400);
  return text;
}

int exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::data_loss:
      return kDataLoss;
    case ErrorCode::corrupt:
    case ErrorCode::bad_signature:
    case ErrorCode::fork:
    case ErrorCode::replay_mismatch:
    case ErrorCode::proof_mismatch:
      return kCheckFailed;
    default:
      return kUsage;
  }
}

int Terminal::fail(const Error& error, std::string_view file) {
  finish_progress();
  std::fflush(stdout);
  std::fprintf(stderr, "bulkhead: %s\n", error_line(error, file).c_str());
  return exit_code_of(error);
}

void Terminal::progress(std::string_view what, std::uint64_t done, std::uint64_t all) {
  if (all == 0 || isatty(STDERR_FILENO) == 0) return;
  const int percent = static_cast<int>(100 * done / all);
  if (percent == shown_percent_) return;
  shown_percent_ = percent;
  std::string bar(static_cast<std::size_t>(kBarWidth * percent / 100), '#');
  std::fprintf(stderr, "\r[%-*s] %3d %%  %.*s", kBarWidth, bar.c_str(), percent,
               static_cast<int>(what.size()), what.data());
  std::fflush(stderr);
}

void Terminal::finish_progress() {
  if (shown_percent_ < 0) return;
  shown_percent_ = -1;
  std::fprintf(stderr, "\r\x1b[K");
}

}  // namespace bulkhead::cli
