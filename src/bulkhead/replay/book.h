// A book: the commands that open a replay's log and how its members behave; generated for a scene,
// or read from files (JSON lines of commands, one JSON document of behaviours).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/feeds/windows.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/replay/behaviour.h"
#include "bulkhead/replay/scene.h"
#include "bulkhead/replay/synth_book.h"

namespace bulkhead::replay {

struct Book {
  std::vector<engine::Command> commands;
  BehaviourFile behaviours;
};

struct BookRequest {
  BookOptions options;
  std::uint32_t scenarios = 1000;
  double insurance_share = 0.002;  // of the accounts' equity, granted to the insurance fund
  policy::ParameterSet parameters = policy::default_parameters();
  policy::LadderKind kind = policy::LadderKind::full;
};

// Runs the opening on an engine in memory, since positions are opened at its marks.
Result<Book> generate_book_for(const Scene& scene, const BookRequest& request, Executor& executor);

// Errors name file, line, field and value.
Result<Book> read_book(const std::string& commands_file, const std::string& behaviour_file);
Status write_book(const Book& book, const std::string& commands_file,
                  const std::string& behaviour_file);

// The same book under another policy: only the genesis changes. What a member asks for in it
// (loans, withdrawals) may then be refused.
Book with_ladder(Book book, policy::LadderKind kind);
Book with_policy(Book book, policy::ParameterSet parameters, const feeds::Window& window);

}  // namespace bulkhead::replay
