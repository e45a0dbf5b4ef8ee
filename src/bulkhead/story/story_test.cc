// The language of scenarios: what it refuses, and that a scenario which is not true fails.
#include <gtest/gtest.h>

#include <map>

#include "bulkhead/base/random.h"
#include "bulkhead/story/commands.h"
#include "bulkhead/story/parser.h"
#include "bulkhead/story/rules.h"
#include "bulkhead/story/runner.h"

namespace bulkhead::story {
namespace {

constexpr const char* kDesk = R"(
parameter risk.grid_weight 0%
parameter risk.impact 0
parameter risk.perpetual_basis 0
parameter market.volatile_limit 60%
asset USD numeraire
asset BTC coin adv=1000000000
place internal internal_ledger
instrument BTC-PERP perpetual on BTC settled in USD lot_size=0.001
sources a b c of BTC
price BTC 60000
scenario set plain
move 2.5% BTC -10%
move 2.5% BTC +10%
tick
adopt plain
account alice-1 of alice
alice-1 deposits 9000 USD and pledges 6000
alice-1 buys 1 BTC-PERP at 60000
)";

Result<Program> parse(const std::string& text) {
  const std::map<std::string, std::string> files = {{"dir/story.scn", text},
                                                    {"dir/desk.inc", kDesk}};
  return parse_file("dir/story.scn", [&](const std::string& path) -> Result<std::string> {
    const auto at = files.find(path);
    if (at != files.end()) return at->second;
    return fail(ErrorCode::io_error, path, "", "a file that can be read");
  });
}

Result<Outcome> tell(const std::string& text) {
  BULKHEAD_TRY(const Program program, parse("include desk\n" + text));
  SerialExecutor executor;
  replay::MemorySink sink(executor);
  return run(program, sink);
}

// The notes of what was not met: "text | expected | actual".
std::vector<std::string> unmet(const std::string& text) {
  const Result<Outcome> outcome = tell(text);
  if (!outcome) return {"error: " + to_string(outcome.error())};
  std::vector<std::string> found;
  for (const Note& note : outcome->notes) {
    if (note.kind == NoteKind::unmet) {
      found.push_back(note.text + " | " + note.expected + " | " + note.actual);
    }
  }
  EXPECT_EQ(found.size(), outcome->unmet);
  return found;
}

using Lines = std::vector<std::string>;

TEST(Story, WhatIsTrueIsMet) {
  EXPECT_EQ(unmet("expect alice-1 figures equity=6000 initial=6000 maintenance=4200"), Lines{});
  EXPECT_EQ(unmet("price BTC 59000\nafter 1 min\nexpect alice-1 is called\n"
                  "expect alice-1 call amount=1200 status=issued\n"
                  "alice-1 withdraws 2000 USD => refused D6.1 reserved_for_call"),
            Lines{});
}

TEST(Story, WhatIsNotTrueIsNamedWithExpectedAndActual) {
  EXPECT_EQ(unmet("expect alice-1 is called"),
            Lines{"expect alice-1 is called | coverage called | normal"});
  EXPECT_EQ(unmet("expect alice-1 figures equity=6001"),
            Lines{"expect alice-1 figures equity=6001 | equity = 6001 | equity = 6000"});
  EXPECT_EQ(unmet("expect alice-1 has 3001 USD free"),
            Lines{"expect alice-1 has 3001 USD free | 3001 USD | 3000 USD"});
  EXPECT_EQ(unmet("expect event call_issued").size(), 1U);
  EXPECT_EQ(unmet("expect no event trade_booked").size(), 1U);
  EXPECT_EQ(unmet("expect 2 events trade_booked of alice-1").size(), 1U);
  EXPECT_EQ(unmet("expect alice-1 call amount=1").size(), 1U);
  EXPECT_EQ(unmet("expect alice-1 position 2 BTC-PERP"),
            Lines{"expect alice-1 position 2 BTC-PERP | 2 | 1"});
  EXPECT_EQ(unmet("expect price BTC quality=stale").size(), 1U);
  EXPECT_EQ(unmet("expect regime BTC extreme").size(), 1U);
  EXPECT_EQ(unmet("expect parameter ladder.levels.call_bp 89%").size(), 1U);
}

TEST(Story, ARefusalMustBeTheOneThatWasExpected) {
  EXPECT_EQ(unmet("alice-1 withdraws 1 USD => refused D6.1 reserved_for_call"),
            Lines{"alice-1 withdraws 1 USD => refused D6.1 reserved_for_call | "
                  "refused by D6.1 reserved_for_call | accepted"});
  EXPECT_EQ(unmet("alice-1 withdraws 9999 USD").size(), 1U);
  EXPECT_EQ(unmet("alice-1 withdraws 9999 USD => refused D6.1 reserved_for_call").size(), 1U);
  EXPECT_EQ(unmet("alice-1 withdraws 9999 USD => refused D2.5 balance_exceeded"), Lines{});
}

TEST(Story, AStoryWithoutExpectationsHasNotPassed) {
  const Result<Outcome> outcome = tell("after 1 min");
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->passed());
}

struct Wrong {
  const char* text;
  const char* field;
  const char* value;
};

TEST(Story, EveryWrongWordIsNamedWithItsLine) {
  const Wrong cases[] = {
      {"expct alice-1 is called", "dir/story.scn:2: word", "expct"},
      {"expect alice-1 is caled", "dir/story.scn:2: word", "caled"},
      {"expect bob-1 is called", "dir/story.scn:2: word", "bob-1"},
      {"alice-1 deposit 5 USD", "dir/story.scn:2: word", "deposit"},
      {"alice-1 deposits 5 USD and pledge 4", "dir/story.scn:2: word", "and"},
      {"price BTC -5", "dir/story.scn:2: word", "the end of the line"},
      {"after five min", "dir/story.scn:2: word", "five"},
      {"at 25:00", "dir/story.scn:2: word", "25:00"},
      {"parameter ladder.levels.cal_bp 1", "dir/story.scn:2: ladder.levels.cal_bp: cal_bp", ""},
      {"command plegde account=alice-1", "dir/story.scn:2: command", "plegde"},
      {"command pledge acount=alice-1", "dir/story.scn:2: pledge.acount", "alice-1"},
      {"expect event call_isued", "dir/story.scn:2: event", "call_isued"},
      {"expect event call_issued cal=1", "dir/story.scn:2: call_issued.cal", ""},
      {"expect alice-1 figures equty=1", "dir/story.scn:2: equty", ""},
      {"alice-1 withdraws 1 USD => refused D6.1 no_such_error", "dir/story.scn:2: word",
       "no_such_error"},
      {"alice-1 withdraws 1 USD => refused D6.2 reserved_for_call", "dir/story.scn:2: word",
       "D6.2"},
      {"title \"no end", "dir/story.scn:2: word", "no end"},
      {"include nowhere", "dir/story.scn:2: word", "dir/nowhere.inc"},
      {"rule D8.2 might act", "dir/story.scn:2: word", "might"}};
  for (const Wrong& wrong : cases) {
    const Result<Program> program = parse(std::string("include desk\n") + wrong.text);
    ASSERT_FALSE(program.has_value()) << wrong.text;
    EXPECT_EQ(program.error().field, wrong.field) << wrong.text;
    EXPECT_EQ(program.error().value, wrong.value) << wrong.text;
    EXPECT_FALSE(program.error().detail.empty()) << wrong.text;
  }
}

TEST(Story, WhatOnlyRunningCanTellNamesItsLineToo) {
  for (const char* text : {"alice-1 deposits 5 XYZ", "price XYZ 5", "adopt nothing", "at 08:00",
                           "alice-1 buys 0.0005 BTC-PERP at 60000", "start 2025-01-01T00:00Z",
                           "alice-1 deposits 0.0000001 USD"}) {
    const Result<Outcome> outcome = tell(text);
    ASSERT_FALSE(outcome.has_value()) << text;
    EXPECT_TRUE(outcome.error().field.starts_with("dir/story.scn:2")) << outcome.error().field;
  }
}

// Commands and events that are added to the engine are reached without a change of the parser.
TEST(Story, EveryCommandAndEventHasAName) {
  const Scope scope;
  EXPECT_GE(command_names().size(), 30U);
  for (const std::string& name : command_names()) {
    const auto made = make_command(name, {}, scope);
    ASSERT_TRUE(made.has_value()) << name;
    EXPECT_NE(made->index(), 0U) << name;
  }
  for (const std::string& name : event_names()) {
    EXPECT_TRUE(check_event_fields(name, {}).has_value()) << name;
  }
}

TEST(Story, TheGenericFormIsTheSameCommand) {
  EXPECT_EQ(unmet("command pledge account=alice-1 asset=USD place=internal amount=\"100 USD\"\n"
                  "command pledge account=alice-1 asset=USD place=internal amount=\"7 units\"\n"
                  "expect alice-1 has 6100.000007 USD pledged"),
            Lines{});
  EXPECT_EQ(unmet("by venue: command set_halt asset=BTC halted=yes\nexpect event halt_changed "
                  "asset=BTC halted=yes"),
            Lines{});
}

// Words taken out, doubled, exchanged and damaged: an error or a story, never more.
TEST(Story, DamagedTextsAreRefusedOrTold) {
  const std::string good = std::string(kDesk) + R"(
price BTC 59000 wide 1%
after 1 min
alice-1 orders sell 1 BTC-PERP at 59000.5 as o1
alice-1 withdraws 2000 USD => refused D6.1 reserved_for_call
propose other ladder.levels.call_bp=95% effective 12:00
repeat 3: alice-1 pledges {n} USD
expect alice-1 call 1 amount>=10 status=issued
expect 2 events call_issued of alice-1 cures[USD].amount<5 since day 1 09:00
)";
  constexpr int kTexts = 2'000;
  constexpr std::string_view kDamage = "0-%=.+:[]{}<> \"#eZ9,\xc3\n";
  int told = 0;
  for (int n = 0; n < kTexts; ++n) {
    RandomStream random(static_cast<std::uint64_t>(n), 1);
    const auto below = [&random](std::size_t most) {
      return static_cast<std::size_t>(random.below(most));
    };
    std::string text = good;
    for (std::size_t hits = 1 + below(3); hits > 0; --hits) {
      const std::size_t at = below(text.size());
      const std::size_t other = below(text.size());
      switch (below(4)) {
        case 0:
          text[at] = kDamage[below(kDamage.size())];
          break;
        case 1:
          text.erase(at, below(12));
          break;
        case 2:
          text.insert(at, text.substr(other, below(20)));
          break;
        default:
          std::swap(text[at], text[other]);
      }
    }
    const Result<Program> program = parse(text);
    if (!program) {
      EXPECT_TRUE(program.error().field.starts_with("dir/")) << program.error().field;
      continue;
    }
    ++told;
    SerialExecutor executor;
    replay::MemorySink sink(executor);
    const Result<Outcome> outcome = run(*program, sink);
    if (!outcome) {
      EXPECT_FALSE(outcome.error().detail.empty()) << text;
    }
  }
  EXPECT_GT(told, kTexts / 20);
}

TEST(Rules, TheTableSaysWhatIsMissing) {
  const auto rules =
      parse_rules("rule D1.1 One thing.\nrule D1.2 Another.\nunbuilt half of it\n", "rules.txt");
  ASSERT_TRUE(rules);
  Program one;
  one.file = "s/D1.1-a.scn";
  one.title = "A";
  one.rules = {{"D1.1", true}};
  EXPECT_TRUE(check_header(one, *rules));
  std::string table = rules_table(*rules, std::vector<Program>{one}, "../s/");
  EXPECT_NE(table.find("| [A](../s/D1.1-a.scn) | — | one side missing |"), std::string::npos);
  EXPECT_NE(table.find("| — | — | not built: half of it |"), std::string::npos);
  EXPECT_NE(table.find("0 of 2 rules"), std::string::npos);
  Program two = one;
  two.rules = {{"D1.1", false}};
  table = rules_table(*rules, std::vector<Program>{one, two}, "../s/");
  EXPECT_NE(table.find("| shown |"), std::string::npos);
  two.rules = {{"D9.9", false}};
  EXPECT_FALSE(check_header(two, *rules));
  two.rules = {{"D1.2", false}};
  EXPECT_FALSE(check_header(two, *rules)) << "the file begins with another rule";
}

}  // namespace
}  // namespace bulkhead::story
