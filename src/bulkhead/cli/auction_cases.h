// Published cases of Dutch auctions (Maker's clip, dog and abaci), computed and compared one by
// one: what `bulkhead auction --cases` reads and answers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::cli {

enum class AuctionFigureOutcome : std::uint8_t { agrees, differs, not_computed, told };
BULKHEAD_ENUM_NAMES(AuctionFigureOutcome, "agrees", "differs", "not_computed", "told")

struct AuctionFigureAnswer {
  std::string name;
  std::string computed;  // empty: it could not be
  std::string expected;  // empty: nothing is
  AuctionFigureOutcome outcome = AuctionFigureOutcome::told;
  std::string note;  // why it could not be computed, or the case's own tolerance

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "computed", self.computed);
    visit(3, "expected", self.expected);
    visit(4, "outcome", self.outcome);
    visit(5, "note", self.note);
  }
};

enum class AuctionCaseOutcome : std::uint8_t { reproduced, differs, told };
BULKHEAD_ENUM_NAMES(AuctionCaseOutcome, "reproduced", "differs", "told")

struct AuctionCaseAnswer {
  std::string id;
  AuctionCaseOutcome outcome = AuctionCaseOutcome::told;  // told: it expects nothing
  std::vector<AuctionFigureAnswer> figures;
  std::vector<std::string> notes;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "outcome", self.outcome);
    visit(3, "figures", self.figures);
    visit(4, "notes", self.notes);
  }
};

struct AuctionCasesAnswer {
  std::string title;
  std::uint32_t reproduced = 0;
  std::uint32_t differing = 0;  // those with a figure that could not be computed among them
  std::uint32_t told = 0;
  std::vector<AuctionCaseAnswer> cases;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "title", self.title);
    visit(2, "reproduced", self.reproduced);
    visit(3, "differing", self.differing);
    visit(4, "told", self.told);
    visit(5, "cases", self.cases);
  }
};

// `relative` where a case states no tolerance of its own. A key that is not known is an error that
// names file, line, case and what is known.
Result<AuctionCasesAnswer> run_auction_cases(const std::string& path, double relative);

}  // namespace bulkhead::cli
