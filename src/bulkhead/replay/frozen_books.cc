#include "bulkhead/replay/frozen_books.h"

#include <algorithm>

namespace bulkhead::replay {
namespace {

Timestamp first_expiry(const market::Registry& registry, const risk::Portfolio& book) {
  Timestamp first;
  for (const auto& position : book.positions) {
    const Timestamp expiry = registry[position.instrument].expiry;
    if (expiry.ns != 0 && (first.ns == 0 || expiry < first)) first = expiry;
  }
  return first;
}

}  // namespace

void FrozenBooks::freeze(engine::Engine& engine, const std::string& account, Timestamp now) {
  const auto figures = engine.figures();
  if (!figures) return;
  Frozen frozen;
  frozen.book = (*figures)->portfolio(engine.state().find_account(account));
  frozen.declared = now;
  frozen.first_expiry = first_expiry(engine.state().registry(), frozen.book);
  books_.insert_or_assign(account, std::move(frozen));
}

void FrozenBooks::note_sale(const std::string& account) {
  const auto at = books_.find(account);
  if (at == books_.end() || at->second.sold) return;
  at->second.sold = true;
  ++liquidations_;
  if (at->second.recovered) ++avoidable_;
}

void FrozenBooks::follow(engine::Engine& engine, Timestamp now) {
  const auto figures = engine.figures();
  if (!figures) return;
  for (auto& [account, frozen] : books_) {
    if (frozen.over) continue;
    const bool expired = frozen.first_expiry.ns != 0 && now >= frozen.first_expiry;
    if (expired || now - frozen.declared > kFollowed) {
      frozen.over = true;
      continue;
    }
    const AccountIndex index = engine.state().find_account(account);
    const risk::Requirement then = (*figures)->evaluate(index, frozen.book);
    frozen.recovered = !then.unpriced && then.equity_mid >= then.initial;
    frozen.over = frozen.recovered || then.unpriced || then.equity_mid <= Usd{};
    if (!frozen.recovered || !frozen.sold) continue;
    ++avoidable_;
    const Usd lost = then.equity_mid - (*figures)->requirement(index).equity_mid;
    avoidable_loss_ += std::max(0.0, static_cast<double>(lost.micros) / 1e6);
  }
}

void ReferenceMargin::open(engine::Engine& engine, Timestamp end) {
  const auto figures = engine.figures();
  if (!figures) return;
  const market::Registry& registry = engine.state().registry();
  const std::size_t accounts = engine.state().accounts().size();
  const std::size_t stride = std::max<std::size_t>(1, accounts / kBooks);
  for (std::size_t i = 0; i < accounts && books_.size() < kBooks; i += stride) {
    risk::Portfolio book = (*figures)->portfolio(AccountIndex(i));
    std::erase_if(book.positions, [&](const auto& position) {
      const Timestamp expiry = registry[position.instrument].expiry;
      return expiry.ns != 0 && expiry <= end;
    });
    books_.emplace_back(AccountIndex(i), std::move(book));
  }
}

void ReferenceMargin::sample(engine::Engine& engine, Timestamp now) {
  const auto figures = engine.figures();
  if (!figures || books_.empty()) return;
  double total = 0;
  for (const auto& [account, book] : books_) {
    const risk::Requirement needed = (*figures)->evaluate(account, book);
    total += static_cast<double>(needed.initial.micros) / 1e6;
  }
  if (!(total > 0)) return;
  least_ = least_ > 0 ? std::min(least_, total) : total;
  most_ = std::max(most_, total);
  while (!day_.empty() && now - day_.front().first > hours(24)) day_.pop_front();
  day_.emplace_back(now, total);
  for (const auto& [time, before] : day_) rise_ = std::max(rise_, total / before);
}

}  // namespace bulkhead::replay
