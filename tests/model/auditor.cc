#include "auditor.h"

#include <algorithm>

namespace bulkhead::naive {
namespace {

namespace en = engine;
using ledger::Bucket;
using ledger::TransferKind;

// Whose books a command may change beside those it names. A tick may change anyone's.
std::optional<std::set<std::string>> touched_by(const en::CommandBody& body) {
  std::set<std::string> names;
  return std::visit(
      [&names]<class C>(const C& c) -> std::optional<std::set<std::string>> {
        if constexpr (requires { c.account; }) {
          names.insert(c.account);
          if constexpr (requires { c.counterparty; }) names.insert(c.counterparty);
          return names;
        } else {
          return std::nullopt;
        }
      },
      body);
}

bool stays_with_owner(TransferKind kind) {
  return kind == TransferKind::pledge || kind == TransferKind::unpledge ||
         kind == TransferKind::sequester || kind == TransferKind::release ||
         kind == TransferKind::move;
}

}  // namespace

void Auditor::complain(const en::Event& event, const std::string& what) {
  complaints_.push_back("audit, " + event.account + ": " + what);
}

void Auditor::apply(const en::Command& command, const std::vector<en::Event>& events) {
  const bool tick = std::holds_alternative<en::Tick>(command.body);
  const auto touched = touched_by(command.body);
  exchanged_.clear();
  for (const en::Event& event : events) {
    if (std::holds_alternative<en::CollateralSubstituted>(event.body)) {
      exchanged_.insert(event.account);
    }
  }
  for (const en::Event& event : events) {
    if (const auto* moved = std::get_if<en::BalanceChanged>(&event.body)) {
      // Of what is paid back for a loss, a part is a gain that somebody was not paid.
      const bool paid_back = std::holds_alternative<en::RepayLoss>(command.body) &&
                             moved->kind == TransferKind::trade && moved->change.is_positive();
      if (!tick && touched && !touched->contains(event.account) && !paid_back) {
        complain(event, "its books moved by a command that is not about it");
      }
      movement(command, event, *moved);
    }
    check_stage(event);
  }
  check_transfers(events);
}

void Auditor::movement(const en::Command& command, const en::Event& event,
                       const en::BalanceChanged& moved) {
  Int128& balance = balances_[{event.account, moved.asset, moved.place, moved.bucket}];
  balance += moved.change.units;
  if (balance != moved.balance.units) complain(event, "a balance is not the sum of its changes");
  if (balance < 0) complain(event, "a negative balance of " + moved.asset);
  const bool tick = std::holds_alternative<en::Tick>(command.body);
  const bool leaves = moved.change.units < 0;
  if (moved.bucket == Bucket::sequestered) {
    if (moved.kind != TransferKind::sequester && moved.kind != TransferKind::release &&
        moved.kind != TransferKind::move && moved.kind != TransferKind::receipt) {
      complain(event, "sequestered assets moved by something else");
    }
    if (!std::holds_alternative<en::CustodyReceipt>(command.body)) {
      complain(event, "sequestered assets moved without a receipt");
    }
  }
  if (moved.kind == TransferKind::withdrawal &&
      !std::holds_alternative<en::Withdraw>(command.body)) {
    complain(event, "withdrawn without being asked");
  }
  if (moved.kind == TransferKind::unpledge && !exchanged_.contains(event.account) &&
      !std::holds_alternative<en::Unpledge>(command.body)) {
    complain(event, "unpledged without being asked");
  }
  // By what is closed by rank, to pay for what liquidation lost, or for another account of the
  // member that agreed to it.
  const bool closes = moved.kind == TransferKind::trade || moved.kind == TransferKind::waterfall ||
                      moved.kind == TransferKind::repay;
  if (tick && leaves && moved.bucket == Bucket::free && moved.kind != TransferKind::pledge &&
      !closes) {
    complain(event, "free assets taken by a tick");
  }
}

// What moves between an owner's own buckets adds up to nothing.
void Auditor::check_transfers(const std::vector<en::Event>& events) {
  std::map<std::tuple<std::string, std::string, TransferKind>, Int128> sums;
  const en::Event* last = nullptr;
  for (const en::Event& event : events) {
    const auto* moved = std::get_if<en::BalanceChanged>(&event.body);
    if (moved == nullptr || !stays_with_owner(moved->kind)) continue;
    sums[{event.account, moved->asset, moved->kind}] += moved->change.units;
    last = &event;
  }
  for (const auto& [what, sum] : sums) {
    if (sum != 0) complain(*last, "a move between own buckets made or lost " + std::get<1>(what));
  }
}

void Auditor::check_stage(const en::Event& event) {
  if (const auto* c = std::get_if<en::CoverageChanged>(&event.body)) {
    if (coverage_[event.account] != c->from) complain(event, "coverage left another stage");
    coverage_[event.account] = c->to;
  } else if (const auto* v = std::get_if<en::VaultChanged>(&event.body)) {
    if (vault_[event.account] != v->from) complain(event, "the vault left another stage");
    vault_[event.account] = v->to;
  } else if (const auto* d = std::get_if<en::DefaultChanged>(&event.body)) {
    if (default_[event.account] != d->from) complain(event, "default left another stage");
    default_[event.account] = d->to;
  } else if (const auto* issued = std::get_if<en::CallIssued>(&event.body)) {
    if (!calls_.try_emplace(issued->call, policy::CallStatus::issued).second) {
      complain(event, "a call's number is used twice");
    }
  } else if (const auto* call = std::get_if<en::CallChanged>(&event.body)) {
    const auto at = calls_.find(call->call);
    if (at == calls_.end() || at->second != call->from || !policy::is_open(at->second)) {
      complain(event, "a call that had ended changed");
    } else {
      at->second = call->to;
    }
  } else if (const auto* told = std::get_if<en::CustodyInstructed>(&event.body)) {
    std::uint64_t& seq = sequences_[{event.account, told->asset, told->place}];
    if (told->repeated ? told->seq != seq : told->seq != seq + 1) {
      complain(event, "the numbers of a place's instructions do not rise by one");
    }
    seq = told->seq;
    if (told->target.is_negative()) complain(event, "a negative target");
  }
}

}  // namespace bulkhead::naive
