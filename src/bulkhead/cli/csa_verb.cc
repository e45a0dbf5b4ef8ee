// `bulkhead csa`: delivery and return amounts of credit support annexes, case by case (D8.1).
#include "bulkhead/base/assert.h"
#include "bulkhead/cli/csa_cases.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct Answer {
  std::string name;
  policy::CsaAmounts amounts;
  std::optional<Usd> expected;  // of the side that the case asks for
  bool as_expected = true;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "amounts", self.amounts);
    visit(3, "expected", self.expected);
    visit(4, "as_expected", self.as_expected);
  }
};

struct Answers {
  std::vector<Answer> cases;
  std::uint32_t otherwise = 0;  // than their case expects
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "cases", self.cases);
    visit(2, "otherwise", self.otherwise);
  }
};

Answers answer(const std::vector<CsaCase>& cases) {
  Answers answers;
  for (const CsaCase& one : cases) {
    const Result<policy::CsaAmounts> amounts = policy::csa_amounts(one.terms);
    BULKHEAD_ASSERT(amounts.has_value());
    Answer answer{one.name, *amounts, one.expected, true};
    if (one.expected) {
      const Usd found = one.side == CsaSide::delivery ? amounts->delivery : amounts->return_;
      answer.as_expected = found == *one.expected;
      if (!answer.as_expected) ++answers.otherwise;
    }
    answers.cases.push_back(answer);
  }
  return answers;
}

std::string text_of(const Answers& answers) {
  Table table(
      {"case", "required", "posted, adjusted", "to be delivered", "to be given back", "expected"},
      {false, true, true, true, true, true});
  for (const Answer& one : answers.cases) {
    std::string expected;
    if (one.expected) expected = money(*one.expected) + (one.as_expected ? "" : ", not so");
    table.add({one.name, money(one.amounts.required), money(one.amounts.adjusted_posted),
               money(one.amounts.delivery), money(one.amounts.return_), expected});
  }
  std::string text = table.text();
  if (answers.otherwise > 0) {
    text += "  " + with_commas(answers.otherwise) + " of " + with_commas(answers.cases.size()) +
            " cases are not what they expect\n";
  }
  return text;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("FILE") == arguments.has("--cases")) {
    return terminal.fail({ErrorCode::missing_field, "FILE", "", "cases, once: FILE or --cases"});
  }
  const std::string& path = arguments.text(arguments.has("FILE") ? "FILE" : "--cases");
  const Result<std::vector<CsaCase>> cases = read_csa_cases(path);
  if (!cases) return terminal.fail(cases.error(), path);
  const Answers answers = answer(*cases);
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(answers));
  } else {
    terminal.out(text_of(answers));
  }
  return answers.otherwise == 0 ? kOk : kCheckFailed;
}

}  // namespace

Verb csa_verb() {
  return {
      .name = "csa",
      .summary = "delivery and return amounts of a credit support annex",
      .details =
          "Computes what must be delivered or given back under a 2018 ISDA CSA for initial\n"
          "margin, from a file of cases. Haircuts add and count once; a minimum transfer is\n"
          "compared before rounding; deliveries round up to the unit, returns down.\n"
          "\n"
          "  {\"cases\": [{\"name\": \"base\", \"terms\": {\n"
          "    \"posted\": [{\"value\": \"5\", \"haircut_bp\": 1000, \"fx_haircut_bp\": 800}],\n"
          "    \"margin\": \"15\", \"rounding\": \"0.01\"}}]}\n"
          "\n"
          "Left out or 0: disputed_posted, prior_delivery, prior_return, disputed_transferred,\n"
          "threshold, minimum_transfer, disputed, additional_haircut_bp. independent_amount, if\n"
          "given, is the other side of \"greater of\".\n"
          "\n"
          "A case may also stand as the published cases of DeliveryAmount and ReturnAmount do:\n"
          "\n"
          "  {\"cases\": [{\"fn\": \"DeliveryAmount\", \"name\": \"base\", \"inputs\": {\n"
          "    \"posted\": 5, \"haircut\": 0.1, \"fxHaircut\": 0.08, \"marginAmount\": 15,\n"
          "    \"rounding\": 0.01}, \"expected_isda_rule\": 10.9}]}\n"
          "\n"
          "Other inputs: additionalHaircut, disputedPosted, priorDelivery, priorReturn,\n"
          "disputedTransferred, threshold, mta, disputedCall, marginAmountIA, and approach:\n"
          "Distinct, Allocated or GreaterOf. posted may be a list of items with haircuts of\n"
          "their own: {\"value\": 5, \"haircut\": 0.1}. What is left out or null is 0; a rounding\n"
          "of 0 rounds nothing; threshold and mta may be \"Infinity\". extra_cases are read like\n"
          "cases.\n"
          "\n"
          "What a case expects is compared: exit code 1 if one is otherwise.",
      .options = {optional_positional("FILE", "cases, JSON"),
                  value("--cases", "FILE", "the same, as other verbs have it"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
