#include "bulkhead/story/words_of_line.h"

namespace bulkhead::story {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Where `path=text` is parted; npos: it is no such word.
std::size_t operator_at(std::string_view word) {
  const std::size_t at = word.find_first_of("=!<>");
  if (at == 0 || at == std::string_view::npos || word == "=>") return std::string_view::npos;
  return at;
}

}  // namespace

std::string place_of(const Line& line) { return line.file + ":" + std::to_string(line.number); }

Result<Words> Words::of(std::string_view text, Line line) {
  Words words;
  words.line_ = std::move(line);
  std::size_t at = 0;
  std::size_t end = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '#') break;
    Word word{"", at};
    bool quoted = false;
    while (at < text.size() && (quoted || !is_space(text[at]))) {
      if (text[at] == '"') {
        quoted = !quoted;
      } else {
        word.text.push_back(text[at]);
      }
      ++at;
    }
    if (quoted) return words.refuse(word.text, "a closing quotation mark");
    if (word.text.size() > 1 && word.text.ends_with(',')) word.text.pop_back();
    end = at;
    words.words_.push_back(std::move(word));
  }
  const std::size_t begin = words.words_.empty() ? 0 : words.words_.front().begin;
  for (Word& word : words.words_) word.begin -= begin;
  words.text_ = std::string(text.substr(begin, end - begin));
  return words;
}

std::string Words::rest() {
  const std::string text = done() ? "" : text_.substr(words_[next_].begin);
  next_ = words_.size();
  return text;
}

std::string_view Words::peek(std::size_t ahead) const {
  return next_ + ahead < words_.size() ? std::string_view(words_[next_ + ahead].text)
                                       : std::string_view();
}

bool Words::take(std::string_view word) {
  if (done() || words_[next_].text != word) return false;
  ++next_;
  return true;
}

bool Words::take(std::initializer_list<std::string_view> words) {
  std::size_t ahead = 0;
  for (const std::string_view word : words) {
    if (next_ + ahead >= words_.size() || words_[next_ + ahead].text != word) return false;
    ++ahead;
  }
  next_ += ahead;
  return true;
}

Result<std::string> Words::word(std::string_view wanted) {
  if (done()) return refuse(wanted);
  return words_[next_++].text;
}

Status Words::expect(std::string_view word) {
  if (take(word)) return {};
  return refuse("`" + std::string(word) + "`");
}

Result<double> Words::number(std::string_view wanted) {
  const Result<double> value = done() ? Result<double>(refuse(wanted)) : read_number(peek());
  if (!value) return refuse(wanted);
  ++next_;
  return value;
}

Result<std::uint32_t> Words::count(std::string_view wanted) {
  constexpr double kMost = 100'000;
  const Result<double> value = done() ? Result<double>(refuse(wanted)) : read_number(peek());
  if (!value || *value < 0 || *value > kMost || *value != static_cast<std::uint32_t>(*value)) {
    return refuse(wanted);
  }
  ++next_;
  return static_cast<std::uint32_t>(*value);
}

Result<Duration> Words::duration() {
  std::string text;
  std::size_t taken = 0;
  std::size_t fits = 0;
  Duration found;
  while (next_ + taken < words_.size() && taken < 8) {
    text += (text.empty() ? "" : " ") + words_[next_ + taken].text;
    ++taken;
    if (const Result<Duration> read = read_duration(text)) {
      fits = taken;
      found = *read;
    }
  }
  if (fits == 0) return refuse("a duration: 30 s, 5 min, 8 h, 1 day");
  next_ += fits;
  return found;
}

Result<std::string> Words::time() {
  constexpr std::string_view kWanted = "a time: 10:30, 10:30:05, day 2 10:30 or +8h";
  std::string text(peek());
  std::size_t taken = 1;
  if (text == "day") {
    text += " " + std::string(peek(1)) + " " + std::string(peek(2));
    taken = 3;
  }
  if (!read_time(text, Scope{})) return refuse(kWanted);
  next_ += taken;
  return text;
}

Result<std::vector<Assign>> Words::assigns() {
  std::vector<Assign> found;
  while (!done()) {
    const std::string& word = words_[next_].text;
    const std::size_t at = operator_at(word);
    if (at == std::string::npos) break;
    const std::size_t length = at + 1 < word.size() && word[at + 1] == '=' ? 2 : 1;
    Assign assign{word.substr(0, at), word.substr(at, length), word.substr(at + length)};
    if (assign.op == "!" || assign.op == "==") return refuse("field=value, or != < <= > >=");
    found.push_back(std::move(assign));
    ++next_;
  }
  return found;
}

Status Words::end() const {
  if (done()) return {};
  return refuse("the end of the line");
}

std::unexpected<Error> Words::refuse(std::string_view wanted) const {
  return refuse(done() ? std::string_view("the end of the line") : peek(), wanted);
}

std::unexpected<Error> Words::refuse(std::string_view found, std::string_view wanted) const {
  return fail(ErrorCode::malformed, place_of(line_) + ": word", found, wanted);
}

std::unexpected<Error> Words::refuse(Error error) const {
  error.field = place_of(line_) + ": " + (error.field.empty() ? "word" : error.field);
  return std::unexpected(std::move(error));
}

}  // namespace bulkhead::story
