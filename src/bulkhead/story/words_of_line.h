// One line of a scenario as words: parted by spaces, "quoted" parts as one, a comma at the end of a
// word left out, `#` begins a comment.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/story/program.h"

namespace bulkhead::story {

class Words {
 public:
  // malformed: a quotation that does not end.
  static Result<Words> of(std::string_view text, Line line);

  bool empty() const { return words_.empty(); }
  bool done() const { return next_ >= words_.size(); }
  const Line& line() const { return line_; }
  // Text without its comment, trimmed.
  const std::string& text() const { return text_; }
  // The rest of the line, as written; takes all words.
  std::string rest();

  std::string_view peek(std::size_t ahead = 0) const;
  bool take(std::string_view word);
  bool take(std::initializer_list<std::string_view> words);  // all of them, in order
  Result<std::string> word(std::string_view wanted);
  Status expect(std::string_view word);
  Result<double> number(std::string_view wanted);
  // A whole number from 0 to 100,000.
  Result<std::uint32_t> count(std::string_view wanted);
  // Words that make a duration: "5 min", "1 h 30 min".
  Result<Duration> duration();
  // Words that make a time: "10:30", "day 2 10:30", "+8h".
  Result<std::string> time();
  // `path=text` words to the end, or to a word that is none.
  Result<std::vector<Assign>> assigns();
  // malformed, if there is anything left.
  Status end() const;
  // FILE:LINE: the word at hand, and what would be accepted there.
  std::unexpected<Error> refuse(std::string_view wanted) const;
  std::unexpected<Error> refuse(std::string_view found, std::string_view wanted) const;
  // An error of something that this line names.
  std::unexpected<Error> refuse(Error error) const;

 private:
  struct Word {
    std::string text;
    std::size_t begin = 0;  // in text_
  };
  Line line_;
  std::string text_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
};

std::string place_of(const Line& line);  // "scenarios/x.scn:12"

}  // namespace bulkhead::story
