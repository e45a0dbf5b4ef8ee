#include "bulkhead/replay/book.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "bulkhead/replay/book_writer.h"
#include "bulkhead/replay/driver.h"
#include "bulkhead/wire/command_json.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::replay {
namespace {

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(ErrorCode::io_error, "path", path, "a file that can be read");
  return text.str();
}

Status write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(ErrorCode::io_error, "path", path, "a file that can be written");
  return {};
}

std::unexpected<Error> in_file(const std::string& path, Error error) {
  error.field = path + ": " + error.field;
  return std::unexpected(std::move(error));
}

double total_equity(engine::Engine& engine) {
  const auto figures = engine.figures();
  if (!figures) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < engine.state().accounts().size(); ++i) {
    sum += static_cast<double>((*figures)->requirement(AccountIndex(i)).equity_mid.micros) / 1e6;
  }
  return sum;
}

// Initial collateralization: who stands below the opening level pledges what is missing, in the
// numéraire. The generator only estimates margin.
Status true_up(Commander& commander, const feeds::Window& window) {
  constexpr std::int64_t kOpeningPercent = 112;
  const auto figures = commander.engine().figures();
  if (!figures) return std::unexpected(figures.error());
  const engine::State& state = commander.state();
  const market::Asset& numeraire = state.registry()[state.registry().numeraire()];
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const risk::Requirement& needed = (*figures)->requirement(AccountIndex(i));
    const Usd missing = scale_up(needed.initial, kOpeningPercent, 100) - needed.equity_mid;
    if (needed.unpriced || missing <= Usd{}) continue;
    const Amount amount = amount_of_coins(numeraire, static_cast<double>(missing.micros) / 1e6 + 1);
    const engine::AccountState account = state.account(AccountIndex(i));
    BULKHEAD_TRY_STATUS(commander.must(
        window.from, kVenue, engine::Deposit{account.name, numeraire.name, kInternal, amount}));
    BULKHEAD_TRY_STATUS(
        commander.must(window.from, account.member,
                       engine::Pledge{account.name, numeraire.name, kInternal, amount}));
  }
  return {};
}

policy::ParameterSet opening_parameters(const Scene& scene, const BookRequest& request) {
  policy::ParameterSet set = fit_to_window(request.parameters, scene.window);
  set.ladder.kind = request.kind;
  return set;
}

}  // namespace

Result<Book> generate_book_for(const Scene& scene, const BookRequest& request, Executor& executor) {
  Book book;
  MemorySink sink(executor);
  DriverInput input;
  input.window = &scene.window;
  input.feed = &scene.feed;
  input.histories = &scene.histories;
  input.scenarios.scenarios = request.scenarios;
  Driver driver(sink, input, [&book](const engine::Command& command, const engine::Applied&) {
    book.commands.push_back(command);
  });
  Commander& commander = driver.commander();
  BULKHEAD_TRY_STATUS(write_venue(commander, scene.window, scene.feed.sources,
                                  opening_parameters(scene, request), Hash{}));
  BULKHEAD_TRY_STATUS(driver.open());
  BULKHEAD_TRY(const BookPlan plan,
               generate_book(book_market(sink.engine().state()), request.options));
  BULKHEAD_TRY_STATUS(write_accounts(commander, scene.window, plan));
  BULKHEAD_TRY_STATUS(write_positions(commander, scene.window, plan));
  BULKHEAD_TRY_STATUS(true_up(commander, scene.window));
  BULKHEAD_TRY_STATUS(write_insurance(commander, scene.window,
                                      total_equity(sink.engine()) * request.insurance_share));
  book.behaviours.seed = request.options.seed;
  book.behaviours.members = plan.behaviours;
  std::ranges::sort(book.behaviours.members, {}, &MemberBehaviour::member);
  return book;
}

Result<Book> read_book(const std::string& commands_file, const std::string& behaviour_file) {
  Book book;
  BULKHEAD_TRY(const std::string commands, read_text(commands_file));
  Result<std::vector<engine::Command>> parsed = wire::parse_command_lines(commands);
  if (!parsed) return in_file(commands_file, parsed.error());
  book.commands = std::move(*parsed);
  BULKHEAD_TRY(const std::string behaviours, read_text(behaviour_file));
  Result<BehaviourFile> file = wire::from_json<BehaviourFile>(behaviours);
  if (!file) return in_file(behaviour_file, file.error());
  book.behaviours = std::move(*file);
  if (const Status fine = validate(book.behaviours); !fine) {
    return in_file(behaviour_file, fine.error());
  }
  return book;
}

Status write_book(const Book& book, const std::string& commands_file,
                  const std::string& behaviour_file) {
  std::string text;
  for (const engine::Command& command : book.commands) {
    text += wire::to_json_text(command);
    text += '\n';
  }
  BULKHEAD_TRY_STATUS(write_text(commands_file, text));
  return write_text(behaviour_file, wire::to_json(book.behaviours) + "\n");
}

Book with_ladder(Book book, policy::LadderKind kind) {
  for (engine::Command& command : book.commands) {
    if (auto* genesis = std::get_if<engine::Genesis>(&command.body)) {
      genesis->parameters.ladder.kind = kind;
    }
  }
  return book;
}

Book with_policy(Book book, policy::ParameterSet parameters, const feeds::Window& window) {
  const policy::ParameterSet fitted = fit_to_window(std::move(parameters), window);
  for (engine::Command& command : book.commands) {
    if (auto* genesis = std::get_if<engine::Genesis>(&command.body)) genesis->parameters = fitted;
  }
  return book;
}

}  // namespace bulkhead::replay
