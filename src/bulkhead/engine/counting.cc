#include "bulkhead/engine/counting.h"

#include <algorithm>

#include "bulkhead/base/decimal.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

constexpr int kMicroDigits = 6;

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::binary_search(names, name);
}

// What is left of what may no longer be pledged.
std::int64_t fading_share(const State& state, EligibilityOf of, const std::string& name) {
  const Fading* fading = state.fading(of, name);
  const Timestamp now = state.market.epoch().time;
  if (fading == nullptr || now >= fading->until) return 0;
  if (now <= fading->since) return kWholeShare;
  const Int128 left = static_cast<Int128>((fading->until - now).ns) * kWholeShare;
  return static_cast<std::int64_t>(left / (fading->until - fading->since).ns);
}

bool scheduled(const collateral::Parameters& parameters, const std::string& asset) {
  const collateral::AssetTerms* terms = collateral::find_terms(parameters, asset);
  return terms != nullptr && terms->eligible;
}

Usd notional(const State& state, const risk::EpochRisk& market, InstrumentIndex i,
             std::int64_t lots) {
  const AssetIndex underlying = state.registry().underlying(i);
  const double size = static_cast<double>(lots < 0 ? -lots : lots);
  return risk::usd_up(size * market.coins_per_lot(i) *
                      state.market.epoch().assets[underlying.value].mid);
}

// Notional of what is owed, all of it and what of it settles in the asset.
struct Owed {
  Int128 all = 0;
  Int128 in_asset = 0;
};

Owed owed_in(const State& state, const risk::EpochRisk& market, const risk::Portfolio& book,
             AssetIndex asset) {
  Owed owed;
  const auto add = [&](AssetIndex settles_in, Usd value) {
    owed.all += value.micros;
    if (settles_in == asset) owed.in_asset += value.micros;
  };
  for (const risk::PositionLots& line : book.positions) {
    add(state.registry().settlement(line.instrument),
        notional(state, market, line.instrument, line.lots));
  }
  for (const risk::OrderLots& line : book.orders) {
    add(state.registry().settlement(line.instrument),
        notional(state, market, line.instrument, line.lots));
  }
  for (const risk::PackageLots& package : book.packages) {
    for (const risk::PositionLots& leg : package.legs) {
      add(state.registry().settlement(leg.instrument),
          notional(state, market, leg.instrument, leg.lots * package.count));
    }
  }
  for (const risk::AssetAmount& line : book.debts) {
    add(line.asset, pricing::debt_value(state.registry()[line.asset], line.amount,
                                        state.market.epoch().assets[line.asset.value].mid));
  }
  return owed;
}

// --- fading -----------------------------------------------------------------------------------

void begin_fading(Context& context, Fading fading) {
  fading.since = context.now();
  fading.until = context.now() + context.parameters().collateral.eligibility_grace;
  context.state.put_fading(fading);
  context.emit(EligibilityChanged{fading.of, fading.name, EligibilityStage::fading, fading.until});
}

void restore(Context& context, EligibilityOf of, const std::string& name) {
  const Fading* fading = context.state.fading(of, name);
  if (fading == nullptr) return;
  context.state.erase_fading(Fading{*fading});
  context.emit(EligibilityChanged{of, name, EligibilityStage::restored, Timestamp{}});
}

void follow_list(Context& context, EligibilityOf of, const std::vector<std::string>& before,
                 const std::vector<std::string>& now) {
  for (const std::string& name : now) {
    if (!lists(before, name)) begin_fading(context, {of, name, {}, {}, std::nullopt});
  }
  for (const std::string& name : before) {
    if (!lists(now, name)) restore(context, of, name);
  }
}

// --- credit -----------------------------------------------------------------------------------

struct CreditLimit {
  GrantKind kind;
  std::string subject;
};

std::vector<CreditLimit> limits_of(const Context& context, AssetIndex asset) {
  const market::Asset& terms = context.registry()[asset];
  std::vector<CreditLimit> limits;
  const auto add = [&](GrantKind kind, const std::string& subject) {
    if (subject.empty() || context.state.grant(kind, subject) == nullptr) return;
    limits.push_back({kind, subject});
  };
  if (terms.numeraire) return limits;
  add(GrantKind::asset_credit, terms.name);
  add(GrantKind::issuer_credit, terms.issuer);
  add(GrantKind::chain_credit, terms.chain);
  return limits;
}

bool concerns(const CreditLimit& limit, const market::Asset& asset) {
  if (asset.numeraire) return false;
  if (limit.kind == GrantKind::asset_credit) return asset.name == limit.subject;
  if (limit.kind == GrantKind::issuer_credit) return asset.issuer == limit.subject;
  return asset.chain == limit.subject;
}

// Market value of what counts now, and of what is promised.
Usd taken(const Context& context, const CreditLimit& limit) {
  const State& state = context.state;
  Usd sum;
  for (std::size_t a = 0; a < state.accounts().size(); ++a) {
    for (const ledger::AssetTotal& held : state.ledger.counted(AccountIndex(a))) {
      if (!concerns(limit, context.registry()[held.asset])) continue;
      sum += context.valuer.market_value(
          held.asset, context.valuer.counts_of(AccountIndex(a), held.asset, held.amount));
    }
  }
  for (const auto& [number, delivery] : state.deliveries()) {
    const AssetIndex asset(delivery.asset);
    if (!concerns(limit, context.registry()[asset])) continue;
    sum += context.valuer.market_value(asset, delivery.outstanding());
  }
  return sum;
}

Usd room_of(const Context& context, const CreditLimit& limit) {
  const GrantState& granted = *context.state.grant(limit.kind, limit.subject);
  if (granted.grant.expires < context.now()) return {};
  return max(Usd{}, saturate_usd(granted.grant.amount.units - taken(context, limit).micros));
}

bool takes_credit(const Context& context, AccountIndex account, AssetIndex asset) {
  return context.valuer.ready() && context.valuer.eligible(account, asset);
}

}  // namespace

Amount share_of(Amount amount, std::int64_t share) {
  if (share >= kWholeShare) return amount;
  const Int128 whole = amount.units / kWholeShare;
  const Int128 rest = amount.units % kWholeShare;
  return Amount{whole * share + rest * share / kWholeShare};
}

const collateral::AssetTerms* terms_of(const State& state, AssetIndex asset) {
  const std::string& name = state.registry()[asset].name;
  const collateral::AssetTerms* terms = collateral::find_terms(state.parameters().collateral, name);
  if (terms != nullptr || state.fadings().empty()) return terms;
  const Fading* fading = state.fading(EligibilityOf::asset, name);
  return fading != nullptr && fading->terms ? &*fading->terms : nullptr;
}

std::int64_t asset_share(const State& state, AssetIndex index) {
  const market::Asset& asset = state.registry()[index];
  const collateral::Parameters& parameters = state.parameters().collateral;
  std::int64_t share = kWholeShare;
  if (!scheduled(parameters, asset.name)) {
    share = std::min(share, fading_share(state, EligibilityOf::asset, asset.name));
  }
  if (lists(parameters.ineligible_issuers, asset.issuer)) {
    share = std::min(share, fading_share(state, EligibilityOf::issuer, asset.issuer));
  }
  if (lists(parameters.ineligible_chains, asset.chain)) {
    share = std::min(share, fading_share(state, EligibilityOf::chain, asset.chain));
  }
  return share;
}

std::int64_t place_share(const State& state, PlaceIndex place) {
  const std::string& name = state.registry()[place].name;
  if (!lists(state.parameters().collateral.ineligible_places, name)) return kWholeShare;
  return fading_share(state, EligibilityOf::place, name);
}

bool is_fading(const State& state, AssetIndex index) {
  const market::Asset& asset = state.registry()[index];
  return state.fading(EligibilityOf::asset, asset.name) != nullptr ||
         state.fading(EligibilityOf::issuer, asset.issuer) != nullptr ||
         state.fading(EligibilityOf::chain, asset.chain) != nullptr;
}

bool is_eligible(const State& state, AssetIndex index) {
  const market::Asset& asset = state.registry()[index];
  const collateral::Parameters& parameters = state.parameters().collateral;
  return scheduled(parameters, asset.name) && !lists(parameters.ineligible_issuers, asset.issuer) &&
         !lists(parameters.ineligible_chains, asset.chain);
}

std::optional<Usd> account_limit(const State& state, const risk::EpochRisk& market,
                                 const risk::Portfolio& book, const risk::Requirement& figures,
                                 AssetIndex asset) {
  const collateral::AssetTerms* terms = terms_of(state, asset);
  if (terms == nullptr || terms->account_limit_bp >= 10'000) return std::nullopt;
  if (state.registry()[asset].numeraire || !book.has_obligations()) return std::nullopt;
  const Owed owed = owed_in(state, market, book, asset);
  if (owed.all > 0 && owed.in_asset == owed.all) return std::nullopt;
  const Usd base =
      max(Usd{}, saturate_usd(static_cast<Int128>(figures.debts.micros) - figures.positions.micros +
                              figures.obligations_initial.micros));
  const Usd share = scale_down(base, terms->account_limit_bp, 10'000);
  if (owed.in_asset == 0) return share;
  return saturate_usd(share.micros + static_cast<Int128>(base.micros) * owed.in_asset / owed.all);
}

Amount amount_worth(const State& state, AssetIndex asset, Usd value) {
  const double price = state.market.epoch().assets[asset.value].mid;
  const int exponent = static_cast<int>(state.registry()[asset].decimals) - kMicroDigits;
  if (!(price > 0)) return {};
  const auto units = divide_round(value.micros, 1.0, price, exponent, Rounding::down);
  return units ? Amount{*units} : Amount{kInt128Max / 4};
}

void follow_eligibility(Context& context, const policy::ParameterSet& before) {
  const collateral::Parameters& was = before.collateral;
  const collateral::Parameters now = context.parameters().collateral;
  for (const market::Asset& asset : context.registry().assets()) {
    const bool counted = scheduled(was, asset.name);
    if (counted && !scheduled(now, asset.name)) {
      begin_fading(
          context,
          {EligibilityOf::asset, asset.name, {}, {}, *collateral::find_terms(was, asset.name)});
    }
    if (!counted && scheduled(now, asset.name)) restore(context, EligibilityOf::asset, asset.name);
  }
  follow_list(context, EligibilityOf::issuer, was.ineligible_issuers, now.ineligible_issuers);
  follow_list(context, EligibilityOf::chain, was.ineligible_chains, now.ineligible_chains);
  follow_list(context, EligibilityOf::place, was.ineligible_places, now.ineligible_places);
}

void end_fading(Context& context) {
  if (context.state.fadings().empty()) return;
  const auto fadings = context.state.fadings();
  for (const auto& [key, fading] : fadings) {
    if (context.now() < fading.until) continue;
    context.state.erase_fading(fading);
    context.emit(EligibilityChanged{fading.of, fading.name, EligibilityStage::ended, Timestamp{}});
  }
}

Status check_credit(const Context& context, AccountIndex account, AssetIndex asset, Amount amount) {
  if (!takes_credit(context, account, asset)) return {};
  const Usd value = context.valuer.market_value(asset, amount);
  for (const CreditLimit& limit : limits_of(context, asset)) {
    const Usd room = room_of(context, limit);
    if (value <= room) continue;
    return fail(ErrorCode::credit_limit, "amount", to_string(amount),
                "at most " + to_string(amount_worth(context.state, asset, room)) + ": the " +
                    std::string(to_string(limit.kind)) + " of " + limit.subject + " leaves " +
                    to_string(room));
  }
  return {};
}

Amount credit_left(const Context& context, AccountIndex account, AssetIndex asset, Amount wanted) {
  if (!takes_credit(context, account, asset)) return wanted;
  for (const CreditLimit& limit : limits_of(context, asset)) {
    wanted = min(wanted, amount_worth(context.state, asset, room_of(context, limit)));
  }
  return wanted;
}

}  // namespace bulkhead::engine
