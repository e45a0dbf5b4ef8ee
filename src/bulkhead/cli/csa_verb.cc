// `bulkhead csa`: delivery and return amounts of credit support annexes, case by case (D8.1).
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/policy/csa.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct Case {
  std::string name;
  policy::CsaTerms terms;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "terms", self.terms);
  }
};

struct Cases {
  std::vector<Case> cases;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "cases", self.cases);
  }
};

struct Answer {
  std::string name;
  policy::CsaAmounts amounts;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "amounts", self.amounts);
  }
};

struct Answers {
  std::vector<Answer> cases;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "cases", self.cases);
  }
};

Result<Answers> answer(const std::string& path) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<wire::JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  const Result<Cases> cases = wire::from_json<Cases>(*json);
  if (!cases) return in_file(path, cases.error());
  if (cases->cases.empty()) {
    return in_file(path, wire::json_error(ErrorCode::missing_field, json->line, "cases", "",
                                          "at least one case"));
  }
  const wire::JsonValue* const lines = json->find("cases");
  Answers answers;
  for (std::size_t i = 0; i < cases->cases.size(); ++i) {
    const Case& one = cases->cases[i];
    const Result<policy::CsaAmounts> amounts = policy::csa_amounts(one.terms);
    if (!amounts) {
      const Error& error = amounts.error();
      return in_file(path, wire::json_error(error.code, lines->items[i].line,
                                            "cases[" + std::to_string(i) + "].terms." + error.field,
                                            error.value, error.detail));
    }
    answers.cases.push_back({one.name, *amounts});
  }
  return answers;
}

std::string text_of(const Answers& answers) {
  Table table({"case", "required", "posted, adjusted", "to be delivered", "to be given back"},
              {false, true, true, true, true});
  for (const Answer& one : answers.cases) {
    table.add({one.name, money(one.amounts.required), money(one.amounts.adjusted_posted),
               money(one.amounts.delivery), money(one.amounts.return_)});
  }
  return table.text();
}

int run(const Arguments& arguments, Terminal& terminal) {
  const Result<Answers> answers = answer(arguments.text("FILE"));
  if (!answers) return terminal.fail(answers.error(), arguments.text("FILE"));
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answers));
  } else {
    terminal.out(text_of(*answers));
  }
  return kOk;
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
          "given, is the other side of \"greater of\".",
      .options = {positional("FILE", "cases, JSON"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
