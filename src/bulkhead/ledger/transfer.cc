// Ids of transfers, and how two of them are compared.
#include "bulkhead/ledger/transfer.h"

#include <algorithm>

namespace bulkhead::ledger {
namespace {

// The first byte keeps the two spaces of ids apart.
constexpr std::uint8_t kDerived = 1;
constexpr std::uint8_t kClient = 2;

template <class Integer>
void write_big_endian(Integer value, std::uint8_t* out) {
  for (std::size_t i = 0; i < sizeof(value); ++i) {
    out[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(value) - 1 - i)));
  }
}

}  // namespace

TransferId derived_id(std::uint64_t record, std::uint32_t ordinal) {
  TransferId id{};
  id[0] = kDerived;
  write_big_endian(record, &id[1]);
  write_big_endian(ordinal, &id[9]);
  return id;
}

TransferId client_id(std::uint32_t actor, std::span<const std::uint8_t, 16> id) {
  TransferId result{};
  result[0] = kClient;
  write_big_endian(actor, &result[1]);
  std::copy(id.begin(), id.end(), result.begin() + 5);
  return result;
}

bool is_none(const TransferId& id) { return id == TransferId{}; }

Transfer resolution(const Transfer& pending, Phase phase, const TransferId& id, Amount amount) {
  BULKHEAD_ASSERT(pending.phase == Phase::pend);
  BULKHEAD_ASSERT(phase == Phase::post_pending || phase == Phase::void_pending);
  Transfer transfer = pending;
  transfer.id = id;
  transfer.phase = phase;
  transfer.amount = amount;
  transfer.pending_id = pending.id;
  return transfer;
}

std::string_view first_difference(const Transfer& a, const Transfer& b) {
  if (a.id != b.id) return "id";
  if (a.kind != b.kind) return "kind";
  if (a.phase != b.phase) return "phase";
  if (a.debit != b.debit) return "debit";
  if (a.credit != b.credit) return "credit";
  if (a.amount != b.amount) return "amount";
  if (a.pending_id != b.pending_id) return "pending_id";
  return {};
}

}  // namespace bulkhead::ledger
