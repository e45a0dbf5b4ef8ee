// Carries out a scenario on a real engine: gives its commands, lets time pass, plays the places and
// the venue, and checks what is expected.
//
//   SerialExecutor executor;
//   replay::MemorySink sink(executor);
//   Result<Outcome> outcome = run(program, sink);
//   if (!outcome->passed()) …
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/replay/command_sink.h"
#include "bulkhead/story/program.h"

namespace bulkhead::story {

enum class NoteKind : std::uint8_t { statement, event, set_up, met, unmet };

// One line of what happened.
struct Note {
  NoteKind kind = NoteKind::event;
  std::string time;  // as people read it
  std::string text;
  Line line;             // of a statement or expectation
  std::string expected;  // of an expectation that is not met
  std::string actual;
  std::string json;  // of an event
};

struct Outcome {
  std::vector<Note> notes;
  std::size_t expectations = 0;  // refusals that were expected included
  std::size_t unmet = 0;
  std::size_t commands = 0;
  bool passed() const { return unmet == 0 && expectations > 0; }
};

// Errors: what a statement names is not known, or its values cannot be read; FILE:LINE is named.
Result<Outcome> run(const Program& program, replay::CommandSink& sink);

}  // namespace bulkhead::story
