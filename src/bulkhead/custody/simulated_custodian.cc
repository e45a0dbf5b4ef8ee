// The simulated custodian: what happens at the custodian, and what reaches us of it.
#include "bulkhead/custody/simulated_custodian.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/custody/receipt_queue.h"

namespace bulkhead::custody {
namespace {

Duration scaled(Duration d, double factor) {
  return Duration{static_cast<std::int64_t>(static_cast<double>(d.ns) * factor)};
}

}  // namespace

SimulatedCustodian::SimulatedCustodian(std::string place, CustodianBehaviour behaviour,
                                       std::uint64_t seed)
    : place_(std::move(place)), behaviour_(behaviour), seed_(seed) {
  BULKHEAD_ASSERT(behaviour_.least <= behaviour_.mean && behaviour_.mean <= behaviour_.most);
}

RandomStream SimulatedCustodian::stream_of(const Instruction& instruction,
                                           std::uint32_t asked) const {
  // A hash of what is asked is the stream: no draw depends on another instruction.
  const std::string key = place_ + '\n' + instruction.account + '\n' + instruction.asset + '\n' +
                          std::to_string(instruction.seq) + '\n' + std::to_string(asked);
  const Hash digest = sha256(key);
  std::uint64_t stream = 0;
  for (std::size_t i = 0; i < 8; ++i) stream = stream << 8 | digest[i];
  return RandomStream(seed_, stream);
}

void SimulatedCustodian::instruct(const Instruction& instruction) {
  BULKHEAD_ASSERT(instruction.seq > 0 && !instruction.target.is_negative());
  BULKHEAD_ASSERT(instruction.sent >= now_);
  Holding& holding = holdings_[{instruction.account, instruction.asset}];
  if (instruction.seq < holding.seq) return;  // superseded before it arrived
  if (instruction.seq > holding.seq) {
    holding.seq = instruction.seq;
    holding.asked = 0;
  }
  ++holding.asked;
  schedule(instruction, holding);
}

void SimulatedCustodian::schedule(const Instruction& instruction, Holding& holding) {
  RandomStream random = stream_of(instruction, holding.asked);
  const bool silent = random.chance(behaviour_.silent);
  const bool refuse = random.chance(behaviour_.refuse);
  const bool lose = random.chance(behaviour_.lose_receipt);
  const bool repeat = random.chance(behaviour_.repeat_receipt);
  const bool delay = random.chance(behaviour_.delay_receipt);
  const Duration drawn =
      behaviour_.least + scaled(behaviour_.mean - behaviour_.least, random.exponential());
  const Duration latency = std::min(drawn, behaviour_.most);

  const bool ended = holding.ended.contains(instruction.seq);
  if (silent && !ended) return;
  Occurrence seen{
      instruction.sent + behaviour_.seen_after, {}, instruction, ReceiptStatus::pending, true};
  seen.received = seen.at;
  if (!ended) occurrences_.push_back(seen);

  // Asked again after the fact it answers soon, with what it did; a lost receipt is not lost twice.
  Occurrence end{instruction.sent + (ended ? behaviour_.seen_after : latency),
                 {},
                 instruction,
                 refuse ? ReceiptStatus::rejected : ReceiptStatus::applied,
                 !lose || ended};
  end.received = end.at + (delay ? behaviour_.most : Duration{});
  occurrences_.push_back(end);
  if (repeat) {
    end.received = end.received + behaviour_.seen_after;
    occurrences_.push_back(end);
  }
}

std::vector<Receipt> SimulatedCustodian::advance(Timestamp now) {
  BULKHEAD_ASSERT(now >= now_);
  now_ = now;
  std::vector<Occurrence> happened;
  std::vector<Occurrence> later;
  for (Occurrence& o : occurrences_) (o.at > now ? later : happened).push_back(std::move(o));
  occurrences_ = std::move(later);
  std::sort(happened.begin(), happened.end(), [](const Occurrence& a, const Occurrence& b) {
    const auto key = [](const Occurrence& o) {
      return std::tie(o.at, o.instruction.account, o.instruction.asset, o.instruction.seq, o.status,
                      o.received, o.sent, o.instruction.sent);
    };
    return key(a) < key(b);
  });
  for (const Occurrence& o : happened) happen(o);
  return take_received(receipts_, now);
}

void SimulatedCustodian::happen(const Occurrence& o) {
  Holding& holding = holdings_[{o.instruction.account, o.instruction.asset}];
  const std::uint64_t seq = o.instruction.seq;
  ReceiptStatus status = o.status;
  if (status != ReceiptStatus::pending) {
    // The first end of an instruction is its end; what was drawn for a repetition only tells it
    // again. Latest wins: what was superseded before it was done is not done any more.
    if (seq < holding.seq) status = ReceiptStatus::rejected;
    const auto [end, first] = holding.ended.try_emplace(seq, status);
    status = end->second;
    if (first && status == ReceiptStatus::applied) holding.held = o.instruction.target;
  }
  if (!o.sent) return;
  Receipt receipt;
  receipt.seq = seq;
  receipt.account = o.instruction.account;
  receipt.asset = o.instruction.asset;
  receipt.place = place_;
  receipt.status = status;
  receipt.observed = holding.held;
  receipt.as_of = o.at;
  receipt.received = o.received;
  receipt.final_ = status != ReceiptStatus::pending;
  receipts_.push_back(receipt);
}

std::optional<Timestamp> SimulatedCustodian::next_receipt() const {
  std::optional<Timestamp> least = earliest(receipts_);
  for (const Occurrence& o : occurrences_) {
    const Timestamp at = o.sent ? o.received : o.at;
    if (!least || at < *least) least = at;
  }
  return least;
}

Amount SimulatedCustodian::held(const std::string& account, const std::string& asset) const {
  const auto it = holdings_.find({account, asset});
  return it == holdings_.end() ? Amount{} : it->second.held;
}

}  // namespace bulkhead::custody
