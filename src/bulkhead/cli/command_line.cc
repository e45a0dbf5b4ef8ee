// The one file that knows CLI11: turns the verbs' descriptions into a parser and its answers into
// Arguments.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <deque>

#include "bulkhead/cli/verb.h"

namespace bulkhead::cli {
namespace {

constexpr const char* kAbout =
    "bulkhead: real-time margin and collateral for crypto derivatives and lending.\n"
    "It knows at every price move what each account must hold, calls for more, sequesters\n"
    "collateral before a default, liquidates only after one, and proves every decision.";
constexpr const char* kClosing =
    "Begin with:\n"
    "  bulkhead margin examples/portfolio.json      what one portfolio must hold, and why\n"
    "  bulkhead replay --synthetic --out out/demo   a crash through the whole engine\n"
    "  bulkhead VERB --help                         options and examples of a verb\n"
    "\n"
    "Exit codes: 0 ok, 1 a check failed, 2 wrong use or bad input, 3 self-consistent only\n"
    "(verify without --key), 4 data loss.";

// What CLI11 writes into, kept for the verb that ran.
struct Bound {
  const Option* option;
  std::string text;
  std::vector<std::string> texts;  // of positionals
  bool given = false;
  CLI::Option* handle = nullptr;
};

struct Binding {
  const Verb* verb;
  CLI::App* app;
  std::deque<Bound> bounds;
};

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(26); }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string text = "Usage: ";
    if (app->get_parent() != nullptr && app->get_parent()->get_parent() != nullptr) {
      text += "bulkhead " + app->get_parent()->get_name() + " ";
    } else if (app->get_parent() != nullptr) {
      text += "bulkhead ";
    }
    text += name.empty() ? app->get_name() : name;
    for (const CLI::Option* option : app->get_options()) {
      if (!option->nonpositional()) {
        text += option->get_required() ? " " + option->get_name() : " [" + option->get_name() + "]";
      }
    }
    const bool group = !app->get_subcommands({}).empty();
    return text + (group ? " VERB" : "") + " [OPTIONS]\n";
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text;
    if (!option->get_type_name().empty()) text += " " + option->get_type_name();
    if (!option->get_default_str().empty()) text += " [" + option->get_default_str() + "]";
    if (option->get_required() && option->nonpositional()) text += " (required)";
    return text;
  }
};

void bind(CLI::App& parent, const Verb& verb, std::deque<Binding>& bindings) {
  CLI::App* app = parent.add_subcommand(verb.name, verb.summary);
  app->footer(verb.details);
  app->fallthrough(false);
  Binding& binding = bindings.emplace_back(Binding{&verb, app, {}});
  for (const Option& option : verb.options) {
    Bound& bound = binding.bounds.emplace_back(Bound{&option, option.standard, {}, false, nullptr});
    if (option.kind == OptionKind::flag) {
      bound.handle = app->add_flag(option.name, bound.given, option.help);
    } else if (option.kind == OptionKind::positionals) {
      bound.handle = app->add_option(option.name, bound.texts, option.help);
      bound.handle->type_name("...")->required(option.required);
    } else {
      bound.handle = app->add_option(option.name, bound.text, option.help);
      bound.handle->type_name(option.value);
      if (!option.standard.empty()) bound.handle->default_str(option.standard);
      bound.handle->required(option.required);
    }
  }
  if (!verb.verbs.empty()) app->require_subcommand(1);
  for (const Verb& inner : verb.verbs) bind(*app, inner, bindings);
}

Arguments arguments_of(const Binding& binding) {
  Arguments arguments;
  for (const Bound& bound : binding.bounds) {
    if (bound.option->kind == OptionKind::flag) {
      if (bound.given) arguments.set(bound.option->name, "true");
    } else if (bound.option->kind == OptionKind::positionals) {
      std::string text;
      for (const std::string& one : bound.texts) text += one + kBetweenPositionals;
      arguments.set(bound.option->name, text);
    } else if (bound.handle->count() > 0 || !bound.option->standard.empty()) {
      arguments.set(bound.option->name, bound.text);
    }
  }
  return arguments;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const std::vector<Verb>& verbs) {
  CLI::App app(kAbout, "bulkhead");
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(kClosing);
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this help");
  std::deque<Binding> bindings;
  for (const Verb& verb : verbs) bind(app, verb, bindings);
  Terminal terminal;
  if (argc < 2) {
    terminal.out(app.help());
    return kUsage;
  }
  const std::string_view first = argv[1];
  if (!first.starts_with('-') &&
      std::ranges::none_of(verbs, [first](const Verb& verb) { return verb.name == first; })) {
    std::fprintf(stderr, "bulkhead: %s: no such verb (see bulkhead --help)\n", argv[1]);
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    // The help of the innermost verb that was named.
    const CLI::App* asked = &app;
    while (!asked->get_subcommands().empty()) asked = asked->get_subcommands().front();
    terminal.out(asked->help());
    return kOk;
  } catch (const CLI::ParseError& error) {
    const CLI::App* asked = &app;
    std::string path = "bulkhead";
    while (!asked->get_subcommands().empty()) {
      asked = asked->get_subcommands().front();
      path += " " + asked->get_name();
    }
    std::fprintf(stderr, "bulkhead: %s (see %s --help)\n", error.what(), path.c_str());
    return kUsage;
  }
  for (const Binding& binding : bindings) {
    if (binding.app->parsed() && binding.verb->run) {
      const int code = binding.verb->run(arguments_of(binding), terminal);
      terminal.finish_progress();
      if (std::fflush(stdout) != 0) return kUsage;
      return code;
    }
  }
  return kUsage;
}

}  // namespace bulkhead::cli
