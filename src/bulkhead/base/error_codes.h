// Every way in which a command or an input can be refused, in one table. The table gives the enum,
// the names in JSON and docs, the rule of DOMAIN.md, and a sentence for people. Numbers stand in
// logs: never change or reuse one. Each room owns a hundred.
//
// X(number, name, rule, sentence)
#pragma once

#include <cstdint>
#include <string_view>

#define BULKHEAD_ERROR_CODES(X)                                                                  \
  /* base and wire: shape */                                                                     \
  X(1, amount_overflow, "D2.1", "an amount does not fit 128 bits")                               \
  X(2, number_not_finite, "DESIGN 4", "a number is NaN or infinite")                             \
  X(3, malformed, "DESIGN 4", "the bytes or text do not have the form required")                 \
  X(4, not_canonical, "DESIGN 4", "the bytes are not the canonical form of their value")         \
  X(5, unknown_field, "DESIGN 4", "a field or key is not known")                                 \
  X(6, duplicate_field, "DESIGN 4", "a key stands twice")                                        \
  X(7, missing_field, "DESIGN 4", "a required field is missing")                                 \
  X(8, out_of_range, "D2.6", "a value lies outside its stated range")                            \
  X(9, too_large, "D2.6", "a stated limit is exceeded")                                          \
  X(10, io_error, "DESIGN 5", "a file could not be read or written")                             \
  X(11, corrupt, "DESIGN 5", "stored bytes do not match their checksum")                         \
  X(12, bad_signature, "D11.1", "a signature does not verify")                                   \
  X(13, data_loss, "DESIGN 6", "the log is shorter than its newest checkpoint")                  \
  X(14, fork, "DESIGN 6", "two histories disagree")                                              \
  X(15, replay_mismatch, "D11.2", "re-execution gives another result than the log holds")        \
  X(16, not_found, "DESIGN 4", "what is named does not exist")                                   \
  X(17, untrusted, "DESIGN 6", "checked against itself only: no key was given")                   \
  /* audit, journal, node */                                                                    \
  X(700, proof_mismatch, "D11.2", "a Merkle proof does not lead to the root")                    \
  X(701, locked, "DESIGN 5", "another process writes here")

namespace bulkhead {

enum class ErrorCode : std::uint16_t {
  kNone = 0,
#define BULKHEAD_ERROR_ENUM(number, name, rule, sentence) name = number,
  BULKHEAD_ERROR_CODES(BULKHEAD_ERROR_ENUM)
#undef BULKHEAD_ERROR_ENUM
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;
  std::string_view rule;
  std::string_view sentence;
};

// Info of a code; asserts that the code is one of the table.
const ErrorInfo& error_info(ErrorCode code);

}  // namespace bulkhead
