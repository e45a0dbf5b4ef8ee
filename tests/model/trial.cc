#include "trial.h"

#include <algorithm>

#include "bulkhead/base/sha256.h"
#include "bulkhead/pricing/values.h"
#include "generator.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

Result<Bytes> content(const Hash& hash) {
  static const Bytes bytes = still_scenarios();
  if (sha256(std::span<const std::uint8_t>(bytes)) == hash) return bytes;
  return fail(ErrorCode::not_found, "hash", "", "the set that moves nothing");
}

// The first command that goes wrong, or the size.
std::size_t first_wrong(const std::vector<Command>& commands) {
  Trial trial;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (!trial.give(commands[i])) return i;
  }
  return commands.size();
}

template <class T>
std::string text(const T& value) {
  if constexpr (std::is_same_v<T, Int128>) {
    return to_string(value);
  } else {
    return std::to_string(value);
  }
}

}  // namespace

Trial::Trial()
    : engine_(std::make_unique<en::Engine>(content, executor_,
                                           en::EngineOptions{.digest_interval = 1'000'000'000})) {}
Trial::~Trial() = default;

Facts Trial::facts() {
  Facts facts;
  const auto valuer = engine_->figures();
  if (!valuer) return facts;
  const en::State& state = engine_->state();
  const market::Epoch& epoch = state.market.epoch();
  for (std::size_t i = 0; i < state.registry().assets().size(); ++i) {
    const market::AssetPrice& price = epoch.assets[i];
    facts.assets[state.registry().assets()[i].name] = {
        price.low, price.mid, price.high, static_cast<int>(price.quality), price.stable};
  }
  const risk::EpochRisk& rows = (*valuer)->whole_risk();
  for (std::size_t i = 0; i < state.registry().instruments().size(); ++i) {
    const InstrumentIndex index(i);
    using pricing::PricePoint;
    const double stable = epoch.assets[state.registry().underlying(index).value].stable;
    facts.contracts[state.registry().instruments()[i].name] = {
        rows.lot_value(index, PricePoint::low), rows.lot_value(index, PricePoint::mid),
        rows.lot_value(index, PricePoint::high), static_cast<int>(rows.quality(index)),
        stable > 0 ? pricing::lot_value(state.registry(), epoch, index, stable) : 0};
  }
  return facts;
}

bool Trial::give(const Command& command) {
  const en::Applied applied = engine_->apply(command);
  reach_.note(command, model_, applied);
  const bool market = std::holds_alternative<en::Tick>(command.body) ||
                      std::holds_alternative<en::AdoptScenarioSet>(command.body) ||
                      facts_.assets.empty();
  if (market) facts_ = facts();
  model_.apply(command, facts_, applied.events,
               applied.refused ? std::optional(applied.refused->code) : std::nullopt);
  auditor_.apply(command, applied.events);
  wrong_ = model_.complaints();
  if (!wrong_.empty() && applied.refused) {
    const Error& error = *applied.refused;
    wrong_.push_back("of " + error.field + ", " + error.value + ": " + error.detail);
  }
  wrong_.insert(wrong_.end(), auditor_.complaints().begin(), auditor_.complaints().end());
  compare();
  if (std::holds_alternative<en::Tick>(command.body)) compare_figures();
  return wrong_.empty();
}

void Trial::differ(const std::string& what, const std::string& engine, const std::string& model) {
  if (engine != model) wrong_.push_back(what + ": engine " + engine + ", model " + model);
}

void Trial::compare() {
  const en::State& state = engine_->state();
  if (state.accounts().size() != model_.accounts().size()) {
    wrong_.emplace_back("another number of accounts");
    return;
  }
  for (const NaiveAccount& account : model_.accounts()) compare(account);
  std::size_t open = 0;
  for (const NaiveAccount& account : model_.accounts()) open += account.open_calls();
  std::size_t calls = 0;
  for (const auto& [number, call] : state.calls()) calls += policy::is_open(call.status) ? 1U : 0U;
  differ("open calls", text(calls), text(open));
  compare_losses();
}

void Trial::compare_losses() {
  const en::State& state = engine_->state();
  differ("losses that others bore", text(state.losses().size()), text(model_.losses().size()));
  for (const auto& [closed, loss] : state.losses()) {
    const std::string& name = state.account(AccountIndex(closed)).name;
    const auto here = model_.losses().find(name);
    if (here == model_.losses().end()) {
      differ(name + " loss", "owed", "not owed");
      continue;
    }
    differ(name + " loss, parts", text(loss.parts.size()), text(here->second.size()));
    for (std::size_t i = 0; i < std::min(loss.parts.size(), here->second.size()); ++i) {
      const std::string what = name + " loss, part " + text(i);
      differ(what, text(loss.parts[i].amount.units), text(here->second[i].amount));
      differ(what + " asset", state.registry()[AssetIndex(loss.parts[i].asset)].name,
             here->second[i].asset);
    }
  }
}

void Trial::compare_figures() {
  const auto valuer = engine_->figures();
  if (!valuer) return;
  for (const NaiveAccount& account : model_.accounts()) {
    const Figures model = model_.figures_of(account);
    const risk::Requirement& engine =
        (*valuer)->requirement(engine_->state().find_account(account.name));
    const auto same = [&](const char* what, Usd there, std::int64_t here) {
      differ(account.name + " " + what, text(there.micros), text(here));
    };
    same("E", engine.equity_mid, model.mid);
    same("E_least", engine.equity_least, model.least);
    same("E_greatest", engine.equity_greatest, model.greatest);
    same("IM", engine.initial, model.initial);
    same("MM", engine.maintenance, model.maintenance);
    same("IM of obligations", engine.obligations_initial, model.obligations_initial);
  }
}

void Trial::compare(const NaiveAccount& account) {
  const en::State& state = engine_->state();
  const AccountIndex index = state.find_account(account.name);
  const en::AccountState& there = state.account(index);
  const std::string& name = account.name;
  std::map<std::tuple<ledger::Bucket, std::string, std::string>, Int128> lines;
  const auto put = [&lines](ledger::Bucket bucket, const std::string& asset,
                            const std::string& place, Int128 amount) {
    if (amount != 0) lines[{bucket, asset, place}] = amount;
  };
  for (const auto& [asset, n] : account.free) put(ledger::Bucket::free, asset, "internal", n);
  for (const auto& [asset, n] : account.pledged) put(ledger::Bucket::pledged, asset, "internal", n);
  for (const auto& [asset, n] : account.debts) put(ledger::Bucket::debt, asset, "", n);
  for (const auto& [at, n] : account.vault)
    put(ledger::Bucket::sequestered, at.first, at.second, n);
  for (const ledger::Holding& line : state.ledger.holdings(index)) {
    const std::string asset = state.registry()[line.asset].name;
    const std::string place =
        line.bucket == ledger::Bucket::debt ? "" : state.registry()[line.place].name;
    const auto at = lines.find({line.bucket, asset, place});
    const Int128 model = at == lines.end() ? 0 : at->second;
    if (line.balance.posted.units != model) {
      differ(name + " " + std::string(to_string(line.bucket)) + " " + asset + " " + place,
             text(line.balance.posted.units), text(model));
    }
    if (at != lines.end()) lines.erase(at);
    if (line.bucket != ledger::Bucket::sequestered) continue;
    const Int128 in = account.incoming({asset, place});
    const Int128 out = account.outgoing({asset, place});
    if (line.balance.pending_in.units != in || line.balance.pending_out.units != out) {
      differ(name + " on its way " + asset + " " + place,
             text(line.balance.pending_in.units) + "/" + text(line.balance.pending_out.units),
             text(in) + "/" + text(out));
    }
  }
  for (const auto& [key, amount] : lines) {
    differ(name + " " + std::get<1>(key) + " " + std::get<2>(key), "nothing", text(amount));
  }
  differ(name + " coverage", text(static_cast<int>(there.ladder.coverage)),
         text(static_cast<int>(account.cover)));
  const auto since = [](const std::optional<Timestamp>& at) { return at ? text(at->ns) : "never"; };
  differ(name + " at target since", since(there.ladder.exit_dwell.since),
         since(account.exit.since));
  differ(name + " vault", text(static_cast<int>(there.ladder.vault)),
         text(static_cast<int>(account.vault_stage)));
  differ(name + " default", text(static_cast<int>(there.ladder.default_)),
         text(static_cast<int>(account.default_stage)));
  for (const auto& [number, call] : account.calls) {
    const auto at = state.calls().find(number);
    if (!call.open()) continue;
    const std::string what = name + " call " + text(number);
    if (at == state.calls().end()) {
      differ(what, "ended", "open");
      continue;
    }
    differ(what + " amount", text(at->second.amount.micros), text(call.amount));
    differ(what + " delivered", text(at->second.delivered.micros), text(call.delivered));
    differ(what + " deadline", text(at->second.deadline.ns), text(call.deadline.ns));
    differ(what + " unrounded", text(at->second.unrounded.micros), text(call.unrounded));
    differ(what + " disputed", text(at->second.disputed.micros), text(call.disputed));
    differ(what + " stayed", text(at->second.stayed_until.ns), text(call.stayed_until.ns));
  }
  compare_deliveries(account);
  for (const auto& [where, leg] : account.legs) {
    const auto at = state.legs().find({index, state.registry().find_asset(where.first),
                                       state.registry().find_place(where.second)});
    if (at == state.legs().end()) {
      differ(name + " leg", "none", where.first);
      continue;
    }
    const std::string what = name + " leg " + where.first + " " + where.second;
    differ(what + " seq", text(at->second.seq), text(leg.seq));
    differ(what + " target", text(at->second.target.units), text(leg.target));
    differ(what + " status", text(static_cast<int>(at->second.status)),
           text(static_cast<int>(leg.status)));
  }
}

void Trial::compare_deliveries(const NaiveAccount& account) {
  const en::State& state = engine_->state();
  const AccountIndex index = state.find_account(account.name);
  const std::vector<policy::Delivery> open = state.open_deliveries(index);
  differ(account.name + " deliveries", text(open.size()), text(account.deliveries.size()));
  for (const policy::Delivery& there : open) {
    const auto at = account.deliveries.find(there.number);
    const std::string what = account.name + " delivery " + text(there.number);
    if (at == account.deliveries.end()) {
      differ(what, "open", "ended");
      continue;
    }
    const NaiveDelivery& here = at->second;
    differ(what + " outstanding", text(there.outstanding().units), text(here.outstanding));
    differ(what + " status", text(static_cast<int>(there.status)),
           text(static_cast<int>(here.status)));
    differ(what + " netted", text(there.netted.micros), text(here.netted));
    differ(what + " deadline", text(there.deadline.ns), text(here.deadline.ns));
  }
  const en::AccountState& there = state.account(index);
  differ(account.name + " failed", text(there.failed_due.micros), text(account.failed_due));
}

std::vector<std::string> Trial::unfinished() const {
  std::vector<std::string> left;
  for (const NaiveAccount& account : model_.accounts()) {
    if (account.open_calls() > 0) left.push_back(account.name + ": an open call");
    if (account.any_leg_open()) left.push_back(account.name + ": an open leg");
    if (account.default_stage == DefaultStage::declared ||
        account.default_stage == DefaultStage::liquidating) {
      const Figures f = model_.figures_of(account);
      left.push_back(account.name + ": a default that has not ended, E " + text(f.mid) + ", IM " +
                     text(f.initial) + ", " + text(account.positions.size()) + " positions, " +
                     text(account.instructions.size()) + " instructions");
      for (const auto& [asset, debt] : account.debts) {
        if (debt != 0) left.push_back("  owes " + text(debt) + " " + asset);
      }
    }
    if (account.default_stage == DefaultStage::closed && model_.figures_of(account).owes) {
      left.push_back(account.name + ": closed, and something is owed or held open");
    }
    if (account.vault_stage == VaultStage::moving || account.vault_stage == VaultStage::releasing) {
      left.push_back(account.name + ": a vault that is still moving");
    }
    if (!account.top_ups.empty()) left.push_back(account.name + ": an open proposal");
    if (!account.deliveries.empty()) left.push_back(account.name + ": an open delivery");
    if (!account.ways.empty()) left.push_back(account.name + ": something on its way");
  }
  if (!model_.proposals().empty()) left.push_back("a proposal that waits");
  if (!model_.stops().empty()) left.push_back("a stop");
  return left;
}

std::vector<Command> shrink(std::vector<Command> commands, std::size_t kept) {
  commands.resize(std::min(commands.size(), first_wrong(commands) + 1));
  for (std::size_t chunk = commands.size() / 2; chunk > 0; chunk /= 2) {
    for (std::size_t begin = kept; begin + chunk < commands.size();) {
      std::vector<Command> fewer = commands;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(begin),
                  fewer.begin() + static_cast<std::ptrdiff_t>(begin + chunk));
      const std::size_t wrong = first_wrong(fewer);
      if (wrong < fewer.size()) {
        fewer.resize(wrong + 1);
        commands = std::move(fewer);
      } else {
        begin += chunk;
      }
    }
  }
  return commands;
}

}  // namespace bulkhead::naive
