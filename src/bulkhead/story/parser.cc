#include "bulkhead/story/parser.h"

#include <array>

#include "bulkhead/story/commands.h"
#include "bulkhead/story/parser_parts.h"

namespace bulkhead::story {
namespace {

constexpr int kIncludeDepthMax = 8;
constexpr std::size_t kStatementsMax = 20'000;
constexpr int kRepeatMax = 1'000;

constexpr Form kForms[] = {
    {"rule", "rule D8.2 acts | rule D8.2 must not act", "which rule the scenario shows"},
    {"title", "title TEXT", "what happens, in a sentence"},
    {"because", "because TEXT", "why the rule is there; may stand more than once"},
    {"include", "include common/desk", "the statements of another file"},
    {"start", "start 2024-01-02T09:00Z", "when it begins"},
    {"parameter", "parameter PATH VALUE", "changes the shipped policy before the first command"},
    {"person", "person NAME ROLE [of MEMBER] [keeps TEXT]",
     "beside the usual persons; the log has a commitment to TEXT"},
    {"asset", "asset NAME coin|stablecoin|fiat|token|numeraire [field=value]", ""},
    {"instrument", "instrument NAME perpetual on ASSET settled in ASSET [field=value]", ""},
    {"place", "place NAME internal_ledger|internal_vault|custodian|smart_contract [field=value]",
     ""},
    {"sources", "sources a b c of ASSET [field=value]", "who prices it: a:ASSET, b:ASSET …"},
    {"account", "account NAME of MEMBER [field=value]", "opens an account"},
    {"scenario", "scenario set NAME", "a set of joint moves; the lines `move` belong to it"},
    {"move", "move 2.5% BTC -10% ETH -12%", "weight and moves of one scenario"},
    {"stressed", "stressed move 2.5% BTC -20%",
     "one of the stressed window, which is else the same"},
    {"adopt", "adopt NAME", "the scenario set is used from now on"},
    {"insurance", "insurance fund AMOUNT ASSET", "what may be drawn from the insurance fund"},
    {"price", "price BTC 60000 [wide 2%] [from a b]", "what sources report from now on"},
    {"silent", "silent BTC [from a b]", "sources report no more"},
    {"custodian", "custodian PLACE applies|refuses|is silent|loses receipts [after DURATION]",
     "how a place answers; also: reports AMOUNT ASSET less"},
    {"receipt", "receipt from PLACE for ACCOUNT ASSET applied|rejected|pending [holding AMOUNT]",
     "a word of a place, given now"},
    {"venue", "venue fills|is silent [after DURATION] [1% worse]",
     "how liquidation instructions are answered"},
    {"ticks", "ticks every DURATION", "the step of time"},
    {"tick", "tick [N times]", "the next step: prices are observed, the market epoch closes"},
    {"at", "at 10:30 | at day 2 10:30", "time passes, tick by tick"},
    {"after", "after 5 min", "time passes, tick by tick"},
    {"no", "no ticks for 20 min", "time passes, nobody ticks"},
    {"halt", "halt ASSET", "no price of it counts"},
    {"resume", "resume ASSET", ""},
    {"propose", "propose NAME PATH=VALUE … [effective TIME] [expires TIME]",
     "other parameters, to be approved"},
    {"command", "command NAME field=value …", "any command of the engine"},
    {"correct", "correct NAME the last fill of ACCOUNT because REASON",
     "a trade or deposit that two persons shall reverse"},
    {"again", "again [field=value]", "the command before under the same id, or another one"},
    {"repeat", "repeat 100: account part-{n} of bob", "the statement with 1, 2, … 100 for {n}"},
    {"by", "by PERSON: STATEMENT", "who gives the command of the statement"},
    {"expect", "expect …", "what must be true now"},
    {"ACCOUNT", "ACCOUNT deposits|pledges|unpledges|withdraws|borrows|repays AMOUNT ASSET", ""},
    {"ACCOUNT", "ACCOUNT repays AMOUNT ASSET for the loss of ACCOUNT", "that others bore"},
    {"ACCOUNT", "ACCOUNT buys|sells QUANTITY INSTRUMENT at PRICE [from ACCOUNT]", "a trade"},
    {"ACCOUNT", "ACCOUNT orders buy|sell QUANTITY INSTRUMENT at PRICE as NAME", ""},
    {"ACCOUNT", "ACCOUNT cancels NAME", ""},
    {"PERSON", "PERSON approves PROPOSAL | the top-up of ACCOUNT", ""},
    {"=>", "COMMAND => refused RULE ERROR [field=value]", "the command must be refused so"}};

using Parse = Parsed (*)(Words&, Names&);
struct Keyword {
  std::string_view word;
  Parse parse;
};
constexpr Keyword kKeywords[] = {{"start", parse_start},
                                 {"parameter", parse_parameter},
                                 {"person", parse_person},
                                 {"asset", parse_asset},
                                 {"instrument", parse_instrument},
                                 {"place", parse_place},
                                 {"sources", parse_sources},
                                 {"account", parse_account},
                                 {"move", parse_move},
                                 {"stressed", parse_stressed_move},
                                 {"adopt", parse_adopt},
                                 {"insurance", parse_insurance},
                                 {"price", parse_price},
                                 {"silent", parse_silent},
                                 {"custodian", parse_custodian},
                                 {"receipt", parse_receipt},
                                 {"venue", parse_venue},
                                 {"ticks", parse_ticks},
                                 {"tick", parse_tick},
                                 {"at", parse_at},
                                 {"after", parse_after},
                                 {"no", parse_no},
                                 {"propose", parse_propose},
                                 {"command", parse_command},
                                 {"again", parse_again},
                                 {"correct", parse_correct},
                                 {"expect", parse_expect}};

std::string known_words() {
  std::vector<std::string> words;
  for (const Form& form : kForms) {
    if (words.empty() || words.back() != form.word) words.emplace_back(form.word);
  }
  return join(words, ", ");
}

void set_actor(Action& action, const std::string& actor) {
  if (auto* give = std::get_if<Give>(&action)) give->actor = actor;
  if (auto* propose = std::get_if<ProposeParameters>(&action)) propose->actor = actor;
}

class Parser {
 public:
  Parser(Program& program, const ReadText& read) : program_(program), read_(read) {
    for (const char* person : {"operator", "venue", "feed", "custodian", "auditor", "risk",
                               "approver-1", "approver-2", "approver-3"}) {
      names_.persons.emplace(person);
    }
  }

  Status parse(const std::string& path, int depth) {
    BULKHEAD_TRY(const std::string text, read_(path));
    std::uint32_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = std::string_view(text).substr(begin, end - begin);
      begin = end + 1;
      BULKHEAD_TRY(Words words, Words::of(line, {path, ++number}));
      if (words.empty()) continue;
      BULKHEAD_TRY_STATUS(statement(words, depth));
      if (program_.statements.size() > kStatementsMax) {
        return words.refuse("at most 20,000 statements");
      }
    }
    return {};
  }

 private:
  Status statement(Words& words, int depth) {
    if (words.take("include")) return include(words, depth);
    if (words.take("rule")) return rule(words);
    if (words.take("title")) {
      program_.title = words.rest();
      return {};
    }
    if (words.take("because")) {
      program_.because.push_back(words.rest());
      return {};
    }
    if (words.take("scenario")) {
      BULKHEAD_TRY_STATUS(words.expect("set"));
      BULKHEAD_TRY(names_.scenario_set, words.word("the set's name"));
      return words.end();
    }
    if (words.take("repeat")) return repeat(words, depth);
    const std::string text = words.text();
    Parsed action = acting(words);
    if (!action) return std::unexpected(action.error());
    program_.statements.push_back({words.line(), text, std::move(*action)});
    return {};
  }

  Status include(Words& words, int depth) {
    if (depth >= kIncludeDepthMax) return words.refuse("includes at most 8 deep");
    BULKHEAD_TRY(std::string name, words.word("a file"));
    BULKHEAD_TRY_STATUS(words.end());
    const std::size_t slash = words.line().file.rfind('/');
    if (slash != std::string::npos && !name.starts_with('/')) {
      name = words.line().file.substr(0, slash + 1) + name;
    }
    const Status parsed = parse(name + ".inc", depth + 1);
    if (!parsed && parsed.error().code == ErrorCode::io_error) {
      return words.refuse(name + ".inc", "a file that can be read");
    }
    return parsed;
  }

  // The rest of the line N times, with {n} replaced by 1 to N.
  Status repeat(Words& words, int depth) {
    BULKHEAD_TRY(std::string count, words.word("how many times"));
    if (count.ends_with(':')) count.pop_back();
    const Result<double> times = read_number(count);
    if (!times || *times < 1 || *times > kRepeatMax || *times != static_cast<int>(*times)) {
      return words.refuse(count, "a whole number from 1 to 1,000");
    }
    const std::string pattern = words.rest();
    if (pattern.starts_with("repeat")) return words.refuse("repeat", "a statement to repeat");
    for (int n = 1; n <= static_cast<int>(*times); ++n) {
      std::string text = pattern;
      for (std::size_t at = text.find("{n}"); at != std::string::npos; at = text.find("{n}")) {
        text.replace(at, 3, std::to_string(n));
      }
      BULKHEAD_TRY(Words repeated, Words::of(text, words.line()));
      if (repeated.empty()) return words.refuse("a statement to repeat");
      BULKHEAD_TRY_STATUS(statement(repeated, depth));
    }
    return {};
  }

  Status rule(Words& words) {
    RuleShown shown;
    BULKHEAD_TRY(shown.rule, words.word("a rule: D8.2"));
    if (words.take({"must", "not", "act"})) {
      shown.acts = false;
    } else if (!words.take("acts")) {
      return words.refuse("acts, or must not act");
    }
    program_.rules.push_back(std::move(shown));
    return words.end();
  }

  Parsed acting(Words& words) {
    std::string actor;
    if (words.take("by")) {
      BULKHEAD_TRY(actor, words.word("a person"));
      if (actor.ends_with(':')) actor.pop_back();
    }
    Parsed action = action_of(words);
    if (action && !actor.empty()) {
      if (!std::holds_alternative<Give>(*action) &&
          !std::holds_alternative<ProposeParameters>(*action)) {
        return words.refuse("by " + actor, "a statement that is one command");
      }
      set_actor(*action, actor);
    }
    return action;
  }

  Parsed action_of(Words& words) {
    const std::string first(words.peek());
    for (const Keyword& keyword : kKeywords) {
      if (keyword.word != first) continue;
      words.take(first);
      if (first == "venue" && words.peek() == "approves") return parse_person_act(words, first);
      return keyword.parse(words, names_);
    }
    if (words.take("halt")) return parse_halt(words, true);
    if (words.take("resume")) return parse_halt(words, false);
    if (names_.accounts.contains(first)) {
      words.take(first);
      return parse_account_act(words, first);
    }
    if (names_.persons.contains(first)) {
      words.take(first);
      return parse_person_act(words, first);
    }
    return words.refuse(known_words() + "; accounts and persons declared here: " + names_.all());
  }

  Program& program_;
  const ReadText& read_;
  Names names_;
};

}  // namespace

std::string Names::all() const {
  std::vector<std::string> all(accounts.begin(), accounts.end());
  return join(all, ", ");
}

std::span<const Form> forms() { return kForms; }

Result<Program> parse_file(const std::string& path, const ReadText& read) {
  Program program;
  program.file = path;
  BULKHEAD_TRY_STATUS(Parser(program, read).parse(path, 0));
  return program;
}

}  // namespace bulkhead::story
