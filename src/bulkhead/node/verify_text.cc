// A report of verification for people and for programs.
#include "bulkhead/base/sha256.h"
#include "bulkhead/node/verify.h"
#include "bulkhead/wire/json_text.h"

namespace bulkhead::node {

namespace {

constexpr std::size_t kShownFindings = 20;

class Members {
 public:
  template <class T>
  void add(std::string_view name, const T& value) {
    text_ += text_.empty() ? "{" : ",";
    wire::append_json(text_, name);
    text_ += ':';
    wire::append_json(text_, value);
  }
  void add_raw(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    wire::append_json(text_, name);
    text_ += ':';
    text_ += json;
  }
  std::string finish() const { return text_ + "}"; }

 private:
  std::string text_;
};

std::string finding_json(const VerifyFinding& finding) {
  Members members;
  members.add("step", to_string(finding.step));
  members.add("record", finding.record);
  members.add("code", error_info(finding.error.code).name);
  members.add("error", std::string_view(to_string(finding.error)));
  return members.finish();
}

}  // namespace

std::string to_json(const VerifyReport& report) {
  Members members;
  members.add("outcome", to_string(report.outcome));
  members.add("message", std::string_view(report.message));
  if (report.first_bad_record) members.add("first_bad_record", *report.first_bad_record);
  if (report.step) members.add("step", to_string(*report.step));
  members.add("origin", std::string_view(report.origin));
  members.add("records", report.records);
  members.add("commands", report.commands);
  members.add("signed_commands", report.signed_commands);
  members.add("digests", report.digests);
  members.add("root", std::string_view(to_hex(report.root)));
  if (report.state_root) members.add("state_root", std::string_view(to_hex(*report.state_root)));
  std::string passed = "[";
  for (const VerifyStep step : report.passed) {
    if (passed.size() > 1) passed += ',';
    wire::append_json(passed, to_string(step));
  }
  members.add_raw("passed", passed + "]");
  std::string findings = "[";
  for (std::size_t i = 0; i < report.findings.size() && i < kShownFindings; ++i) {
    if (i > 0) findings += ',';
    findings += finding_json(report.findings[i]);
  }
  members.add_raw("findings", findings + "]");
  return members.finish();
}

std::string to_text(const VerifyReport& report) {
  std::string text;
  text += std::string(to_string(report.outcome)) + ": " + report.message + "\n";
  text += "log " + report.origin + ", " + std::to_string(report.records) + " records, root " +
          to_hex(report.root) + "\n";
  if (report.state_root) {
    text += "re-executed " + std::to_string(report.commands) + " commands (" +
            std::to_string(report.signed_commands) + " signed, " + std::to_string(report.digests) +
            " digests), state " + to_hex(*report.state_root) + "\n";
  } else {
    text += "not re-executed to the end\n";
  }
  text += "passed:";
  for (const VerifyStep step : report.passed) text += " " + std::string(to_string(step));
  text += "\n";
  for (std::size_t i = 0; i < report.findings.size() && i < kShownFindings; ++i) {
    const VerifyFinding& finding = report.findings[i];
    text += "record " + std::to_string(finding.record) + ", " +
            std::string(to_string(finding.step)) + ": " + to_string(finding.error) + "\n";
  }
  return text;
}

}  // namespace bulkhead::node
