// The books as keyed records (DESIGN 3), and back.
#include <algorithm>

#include "bulkhead/base/sha256.h"
#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

struct HoldingRecord {
  HoldingKey holding;
  Amount posted;
  Amount pending_in;
  Amount pending_out;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "holding", self.holding);
    visit(2, "posted", self.posted);
    visit(3, "pending_in", self.pending_in);
    visit(4, "pending_out", self.pending_out);
  }
};

struct FlowsRecord {
  std::uint32_t asset = 0;
  Flows flows;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "flows", self.flows);
  }
};

std::string padded(std::uint32_t number) {
  std::string digits = std::to_string(number);
  return std::string(10 - digits.size(), '0') + digits;
}

std::string record_key(const HoldingKey& key) {
  std::string text = "ledger/holding/" + padded(key.owner.code) + '/' + padded(key.asset.value) +
                     '/' + padded(key.place.value) + '/';
  text += bulkhead::to_string(key.bucket);
  return text;
}

std::string record_key(AssetIndex asset) { return "ledger/flows/" + padded(asset.value); }

std::string record_key(const TransferId& id) { return "ledger/transfer/" + to_hex(id); }

template <class T>
void sort_unique(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

Status corrupt_record(std::string_view key, std::string_view detail) {
  return fail(ErrorCode::corrupt, "key", key, detail);
}

}  // namespace

void Ledger::collect_changes(ChangeSet& out) {
  sort_unique(changed_holdings_);
  for (const HoldingKey& key : changed_holdings_) {
    const Balance now = balance(key);
    if (now.is_zero()) {
      out.erase(record_key(key));
    } else {
      out.put(record_key(key), HoldingRecord{key, now.posted, now.pending_in, now.pending_out});
    }
  }
  sort_unique(changed_transfers_);
  for (const TransferId& id : changed_transfers_) {
    if (const Remembered* remembered = find(id)) {
      out.put(record_key(id), *remembered);
    } else {
      out.erase(record_key(id));
    }
  }
  sort_unique(changed_flows_);
  for (const AssetIndex asset : changed_flows_) {
    out.put(record_key(asset), FlowsRecord{asset.value, flows(asset)});
  }
  changed_holdings_.clear();
  changed_transfers_.clear();
  changed_flows_.clear();
}

void Ledger::add_changed_accounts(std::vector<std::uint32_t>& out) const {
  for (const HoldingKey& key : changed_holdings_) {
    if (key.owner.is_account()) out.push_back(key.owner.account().value);
  }
}

Status Ledger::restore(std::string_view key, std::span<const std::uint8_t> value) {
  constexpr std::uint32_t kAccountsMax =
      1U << 26;  // a stated limit, so that bytes cannot ask for all memory
  if (key.starts_with("ledger/holding/")) {
    BULKHEAD_TRY(const HoldingRecord record, decode<HoldingRecord>(value));
    const Owner owner = record.holding.owner;
    if (record_key(record.holding) != key || (!owner.is_system() && owner.code >= kAccountsMax)) {
      return corrupt_record(key, "the key of its record");
    }
    const Holding line{record.holding.asset,
                       record.holding.place,
                       record.holding.bucket,
                       {record.posted, record.pending_in, record.pending_out}};
    for (const Amount amount : {record.posted, record.pending_in, record.pending_out}) {
      if (amount > kBalanceMax || amount < -kBalanceMax - kBalanceMax) {
        return corrupt_record(key, "amounts of at most 2^112");
      }
    }
    if (line.balance.is_zero()) return corrupt_record(key, "a balance that is not zero");
    lines(owner).push_back(line);
    return {};
  }
  if (key.starts_with("ledger/transfer/")) {
    BULKHEAD_TRY(Remembered remembered, decode<Remembered>(value));
    const TransferId id = remembered.transfer.id;
    if (record_key(id) != key) return corrupt_record(key, "the key of its record");
    remembered_.insert_or_assign(id, std::move(remembered));
    return {};
  }
  if (key.starts_with("ledger/flows/")) {
    BULKHEAD_TRY(const FlowsRecord record, decode<FlowsRecord>(value));
    if (record_key(AssetIndex(record.asset)) != key) {
      return corrupt_record(key, "the key of its record");
    }
    flows_[AssetIndex(record.asset)] = record.flows;
    return {};
  }
  return corrupt_record(key, "a key of the ledger");
}

Status Ledger::finish_restore() {
  pending_by_owner_.clear();
  pending_counts_.clear();
  pending_sums_.clear();
  pending_count_ = 0;
  resolved_by_time_.clear();
  for (const auto& [id, remembered] : remembered_) index(id, remembered, true);

  totals_.clear();
  const auto rebuild = [&](Lines& own) -> Status {
    std::sort(own.begin(), own.end(), [](const Holding& a, const Holding& b) {
      return std::tuple(a.asset, a.place, a.bucket) < std::tuple(b.asset, b.place, b.bucket);
    });
    for (const Holding& line : own) {
      Totals& totals = totals_[line.asset];
      Amount& total = line.bucket == Bucket::debt ? totals.debts : totals.held;
      BULKHEAD_TRY(total, add(total, line.balance.posted));
    }
    return {};
  };
  for (Lines& own : system_) BULKHEAD_TRY_STATUS(rebuild(own));
  for (Lines& own : accounts_) BULKHEAD_TRY_STATUS(rebuild(own));
  return check_invariants();
}

}  // namespace bulkhead::ledger
