// What the files of the parser share: names declared so far, and a function per statement.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "bulkhead/story/parser.h"
#include "bulkhead/story/words_of_line.h"

namespace bulkhead::story {

struct Names {
  std::set<std::string, std::less<>> accounts;
  std::set<std::string, std::less<>> persons;
  std::set<std::string, std::less<>> places;
  std::string scenario_set;  // the one being described

  std::string all() const;  // for errors
};

using Parsed = Result<Action>;

// parser_setup.cc
Parsed parse_start(Words& words, Names& names);
Parsed parse_parameter(Words& words, Names& names);
Parsed parse_person(Words& words, Names& names);
Parsed parse_asset(Words& words, Names& names);
Parsed parse_instrument(Words& words, Names& names);
Parsed parse_place(Words& words, Names& names);
Parsed parse_sources(Words& words, Names& names);
Parsed parse_account(Words& words, Names& names);
Parsed parse_move(Words& words, Names& names);
Parsed parse_stressed_move(Words& words, Names& names);
Parsed parse_adopt(Words& words, Names& names);
Parsed parse_insurance(Words& words, Names& names);

// parser_commands.cc
Parsed parse_command(Words& words, Names& names);
Parsed parse_again(Words& words, Names& names);
Parsed parse_correct(Words& words, Names& names);
Parsed parse_halt(Words& words, bool halted);
Parsed parse_propose(Words& words, Names& names);
Parsed parse_receipt(Words& words, Names& names);
Parsed parse_account_act(Words& words, const std::string& account);
Parsed parse_person_act(Words& words, std::string person);
// "=> refused RULE NAME field=value …", or the end of the line.
Status parse_refusal(Words& words, bool& refused, Refusal& refusal);

// parser_world.cc
Parsed parse_price(Words& words, Names& names);
Parsed parse_silent(Words& words, Names& names);
Parsed parse_custodian(Words& words, Names& names);
Parsed parse_venue(Words& words, Names& names);
Parsed parse_ticks(Words& words, Names& names);
Parsed parse_tick(Words& words, Names& names);
Parsed parse_no(Words& words, Names& names);
Parsed parse_at(Words& words, Names& names);
Parsed parse_after(Words& words, Names& names);

// parser_expectations.cc
Parsed parse_expect(Words& words, Names& names);

}  // namespace bulkhead::story
