#include "bulkhead/venues/models.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

class Answer {
 public:
  explicit Answer(const VenueParameters& parameters) {
    out_.model = parameters.model;
    out_.version = parameters.version;
    out_.source = parameters.source;
    out_.date = parameters.date;
  }
  // Parts that charge nothing are left out.
  void part(std::string name, double initial, double maintenance, std::string why) {
    out_.initial += initial;
    out_.maintenance += maintenance;
    if (initial == 0 && maintenance == 0) return;
    out_.parts.push_back({std::move(name), initial, maintenance, std::move(why)});
  }
  void note(std::string text) {
    if (std::ranges::find(out_.notes, text) == out_.notes.end()) {
      out_.notes.push_back(std::move(text));
    }
  }
  void equity(double amount) { out_.equity += amount; }

  VenueMargin finish() {
    const auto largest =
        std::ranges::max_element(out_.parts, {}, [](const MarginPart& p) { return p.initial; });
    out_.driver =
        largest == out_.parts.end() ? "nothing is at risk" : largest->name + ": " + largest->why;
    return std::move(out_);
  }

 private:
  VenueMargin out_;
};

// The cash of Derive and Paradex beside the numéraire.
bool is_cash(const Holding& holding) { return holding.asset == "USDC"; }

// What a venue without dated or inverse contracts does with them, said once.
void note_substitutes(const Book& book, Answer& answer, bool dated) {
  for (const FuturePosition& future : book.futures) {
    if (future.inverse) {
      answer.note(
          "inverse contracts are taken as linear ones of the same delta: the venue lists "
          "none");
    }
    if (dated && future.seconds > 0) {
      answer.note("dated futures are taken as perpetuals: the venue lists none");
    }
  }
  for (const OptionGroup& group : book.options) {
    if (group.inverse) answer.note("options settled in the coin are taken as settled in the quote");
  }
}

double perps_of(const Book& book) {
  double coins = 0;
  for (const FuturePosition& future : book.futures) coins += future.coins;
  return coins;
}

// One mark that gives the same change of value as the futures' own.
double perp_mark(const Book& book) {
  double coins = 0, value = 0;
  for (const FuturePosition& future : book.futures) {
    coins += future.coins;
    value += future.coins * future.mark;
  }
  return coins != 0 && value / coins > 0 ? value / coins : book.spot;
}

DerivePortfolio derive_portfolio(const Book& book) {
  DerivePortfolio portfolio;
  portfolio.spot = book.spot;
  portfolio.perps = perps_of(book);
  portfolio.perp_price = perp_mark(book);
  for (const OptionGroup& group : book.options) {
    DeriveExpiry expiry;
    expiry.options = group.expiry;
    portfolio.expiries.push_back(std::move(expiry));
  }
  return portfolio;
}

// Coins owed are a short position in the coin: their value is in cash already.
void owe_coins(const Book& book, DerivePortfolio& portfolio, Answer& answer) {
  if (book.coins >= 0) return;
  const double value = portfolio.perps * portfolio.perp_price + book.coins * book.spot;
  portfolio.perps += book.coins;
  if (portfolio.perps != 0 && value / portfolio.perps > 0) {
    portfolio.perp_price = value / portfolio.perps;
  }
  answer.note("coins owed are taken as a short perpetual: the venue lends cash only");
}

void derive_parts(const std::string& underlying, const DeriveMargin& margin, double maintenance,
                  const std::string& why, Answer& answer) {
  answer.part(underlying + " scenarios", -margin.worst * margin.loss_factor,
              -margin.worst * maintenance, why);
  answer.part(underlying + " perpetuals", -margin.perp_contingency, -margin.perp_contingency,
              "a share of notional");
  answer.part(underlying + " short options", -margin.option_contingency, -margin.option_contingency,
              "a share of spot per option net short at a strike");
  answer.part(underlying + " collateral", -margin.base_contingency, -margin.base_contingency,
              "haircut of collateral");
  answer.part(underlying + " initial charges", -margin.initial_contingency, 0,
              "further shares of notional and haircuts for new risk");
  answer.part(underlying + " confidence", -margin.confidence_contingency, 0,
              "feeds below their confidence");
}

std::string worst_of(const std::vector<DeriveScenario>& scenarios, const DeriveMargin& margin) {
  return margin.worst_scenario < scenarios.size() ? describe(scenarios[margin.worst_scenario])
                                                  : "the forward moving apart from spot";
}

Status pmrm1(const VenueParameters& parameters, const Account& account, Answer& answer) {
  const DerivePmrm1& model = *parameters.derive_pmrm1;
  for (const Holding& holding : account.holdings) {
    const bool coin = std::ranges::any_of(
        account.books, [&](const Book& book) { return book.underlying == holding.asset; });
    if (coin || holding.amount < 0 || is_cash(holding)) {
      answer.equity(holding.amount * holding.price);
    } else {
      answer.note(holding.asset +
                  " counts 0: cash and the underlying coin are the only collateral");
    }
  }
  for (const Book& book : account.books) {
    DerivePortfolio portfolio = derive_portfolio(book);
    portfolio.base = std::max(0.0, book.coins);
    owe_coins(book, portfolio, answer);
    note_substitutes(book, answer, true);
    BULKHEAD_TRY(DeriveMargin margin, evaluate(model, portfolio));
    // Static charges are multiplied with the loss in the initial requirement.
    const double extra = margin.loss_factor - 1;
    const double charges =
        margin.base_contingency + margin.perp_contingency + margin.option_contingency;
    margin.initial_contingency = charges * extra;
    derive_parts(book.underlying, margin, 1, worst_of(model.scenarios, margin), answer);
  }
  return {};
}

const DeriveHaircut* haircut_of(const DerivePmrm2& model, std::string_view asset,
                                std::string_view underlying) {
  for (const DeriveHaircut& one : model.haircuts) {
    if (one.asset == asset && one.underlying == underlying) return &one;
  }
  return nullptr;
}

DeriveCollateral collateral_of(const Holding& holding, const DeriveHaircut& haircut) {
  return {holding.asset,       holding.amount, holding.price, 1, !haircut.underlying.empty(),
          haircut.maintenance, haircut.initial};
}

Status pmrm2(const VenueParameters& parameters, const Account& account, Answer& answer) {
  const DerivePmrm2& model = *parameters.derive_pmrm2;
  std::vector<DerivePortfolio> portfolios;
  for (const Book& book : account.books) {
    portfolios.push_back(derive_portfolio(book));
    owe_coins(book, portfolios.back(), answer);
    note_substitutes(book, answer, true);
  }
  DerivePortfolio rest;  // collateral that no scenario moves
  rest.spot = 1;
  for (const Holding& holding : account.holdings) {
    const DeriveHaircut* cut = nullptr;
    DerivePortfolio* portfolio = &rest;
    for (std::size_t i = 0; i < account.books.size() && cut == nullptr; ++i) {
      cut = haircut_of(model, holding.asset, account.books[i].underlying);
      if (cut != nullptr) portfolio = &portfolios[i];
    }
    if (cut == nullptr) cut = haircut_of(model, holding.asset, "");
    if (holding.amount >= 0 && cut == nullptr) {
      answer.note(holding.asset + " counts 0: the venue does not take it as collateral");
      continue;
    }
    answer.equity(holding.amount * holding.price);
    if (holding.amount > 0) portfolio->collaterals.push_back(collateral_of(holding, *cut));
  }
  for (std::size_t i = 0; i < portfolios.size(); ++i) {
    BULKHEAD_TRY(const DeriveMargin margin, evaluate(model, portfolios[i]));
    derive_parts(account.books[i].underlying, margin, model.maintenance_factor,
                 worst_of(model.scenarios, margin), answer);
  }
  if (!rest.collaterals.empty()) {
    BULKHEAD_TRY(const DeriveMargin margin, evaluate(model, rest));
    derive_parts("other", margin, model.maintenance_factor, "", answer);
  }
  return {};
}

const DeribitPm* numbers_of(const std::vector<DeribitPm>& set, const std::string& index) {
  for (const DeribitPm& one : set) {
    if (one.index == index) return &one;
  }
  return nullptr;
}

Status deribit_side(const DeribitPmSet& set, const Book& book, bool inverse, Answer& answer) {
  DeribitBook side;
  side.index = book.spot;
  side.inverse = inverse;
  for (const FuturePosition& future : book.futures) {
    if (future.inverse != inverse) continue;
    side.futures.push_back({future.name, future.coins, future.mark, future.seconds});
  }
  for (const OptionGroup& group : book.options) {
    if (group.inverse == inverse) side.options.push_back(group.expiry);
  }
  // Coins owed move as a short future in USD would.
  if (!inverse && book.coins < 0) {
    side.futures.push_back({book.underlying + " owed", book.coins, book.spot, 0});
    answer.note("coins owed are taken as a short perpetual");
  }
  if (side.futures.empty() && side.options.empty()) return {};
  const std::string name = book.underlying + (inverse ? ", settled in coins" : "");
  const DeribitPm* model =
      numbers_of(inverse ? set.coin_settled : set.stable_settled, book.underlying);
  if (model == nullptr) {
    return fail(ErrorCode::not_found, "model", name,
                "no numbers for it among the parameters of deribit-pm");
  }
  BULKHEAD_TRY(const DeribitMargin margin, evaluate(*model, side));
  const double unit = inverse ? book.spot : 1;
  const auto add = [&](const char* part, double amount, const std::string& why) {
    answer.part(name + " " + part, amount * unit, amount * unit * model->mm_factor, why);
  };
  add("risk matrix", margin.worst_case_charged, margin.worst_scenario);
  add("roll shock", margin.roll_shock, "expiries moving apart from spot");
  add("delta shock", margin.delta_shock, "delta that the market could not take at once");
  return {};
}

Status deribit(const VenueParameters& parameters, const Account& account, Answer& answer) {
  for (const Holding& holding : account.holdings) answer.equity(holding.amount * holding.price);
  for (const Book& book : account.books) {
    for (const bool inverse : {true, false}) {
      BULKHEAD_TRY_STATUS(deribit_side(*parameters.deribit_pm, book, inverse, answer));
    }
  }
  if (account.books.size() > 1) {
    answer.note("each index counts its own worst case: what offsets between indices is not public");
  }
  return {};
}

Status paradex(const VenueParameters& parameters, const Account& account, Answer& answer) {
  const ParadexPm& model = *parameters.paradex_pm;
  for (const Holding& holding : account.holdings) {
    if (holding.amount < 0 || is_cash(holding)) {
      answer.equity(holding.amount * holding.price);
    } else {
      answer.note(holding.asset + " counts 0: the venue's collateral is USDC");
    }
  }
  for (const Book& book : account.books) {
    const ParadexAsset* asset = find_asset(model, book.underlying);
    if (asset == nullptr) {
      return fail(ErrorCode::not_found, "model", book.underlying,
                  "no scenarios for it among the parameters of paradex-pm");
    }
    ParadexBook side;
    side.spot = book.spot;
    side.perps = perps_of(book);
    side.perp_mark = perp_mark(book);
    if (book.coins < 0) {
      side.perps += book.coins;
      answer.note("coins owed are taken as a short perpetual: the venue lends cash only");
    }
    for (const OptionGroup& group : book.options) side.options.push_back(group.expiry);
    note_substitutes(book, answer, true);
    BULKHEAD_TRY(const ParadexMargin margin, evaluate(model, *asset, side));
    const double net = std::max(margin.scan_risk, margin.min_delta_risk);
    std::string why = "the least requirement, by delta";
    if (margin.scan_risk >= margin.min_delta_risk &&
        margin.worst_scenario < asset->scenarios.size()) {
      const ParadexScenario& worst = asset->scenarios[margin.worst_scenario];
      why = "spot " + signed_percent(worst.spot) + ", volatility " +
            signed_percent(worst.volatility) + ", counted at " + percent_text(worst.weight);
    }
    answer.part(book.underlying + " scenarios", net, net * model.maintenance_factor, why);
    answer.part(book.underlying + " funding", margin.funding_provision, margin.funding_provision,
                "expected within eight hours");
    answer.part(book.underlying + " fees", margin.fee_provision, margin.fee_provision,
                "to close the positions");
  }
  return {};
}

Status okx(const VenueParameters& parameters, const Account& account, Answer& answer) {
  const OkxPm& model = *parameters.okx_pm;
  for (const Holding& holding : account.holdings) answer.equity(holding.amount * holding.price);
  for (const Book& book : account.books) {
    const OkxAssetClass* numbers = find_class(model, book.underlying);
    if (numbers == nullptr) {
      return fail(ErrorCode::not_found, "model", book.underlying,
                  "no class for it among the parameters of okx-pm");
    }
    OkxUnit unit;
    unit.spot = book.spot;
    unit.coins = book.coins;
    for (const FuturePosition& future : book.futures) {
      unit.futures.push_back({future.coins, future.mark, future.seconds});
    }
    for (const OptionGroup& group : book.options) unit.options.push_back(group.expiry);
    // Coins without derivatives are collateral, not a risk unit.
    if (unit.futures.empty() && unit.options.empty() && unit.coins >= 0) continue;
    BULKHEAD_TRY(const OkxMargin margin, evaluate(model, *numbers, unit));
    const double factor = model.initial_factor;
    const double worst = std::max({margin.spot_shock, margin.theta, margin.extreme});
    if (margin.minimum > worst + margin.basis) {
      answer.part(book.underlying + " minimum charge", margin.minimum * factor, margin.minimum,
                  "MR7, tiers of what closing costs");
      continue;
    }
    answer.part(book.underlying + " stress", worst * factor, worst, margin.worst_scenario);
    answer.part(book.underlying + " basis", margin.basis * factor, margin.basis,
                "MR4, expiries moving apart from spot");
  }
  return {};
}

}  // namespace

Result<VenueMargin> evaluate(const VenueParameters& parameters, const Account& account) {
  BULKHEAD_TRY_STATUS(validate(parameters));
  Answer answer(parameters);
  answer.equity(account.cash + account.futures_profit + account.option_value);
  Status status;
  if (parameters.derive_pmrm1) {
    status = pmrm1(parameters, account, answer);
  } else if (parameters.derive_pmrm2) {
    status = pmrm2(parameters, account, answer);
  } else if (parameters.deribit_pm) {
    status = deribit(parameters, account, answer);
  } else if (parameters.paradex_pm) {
    status = paradex(parameters, account, answer);
  } else {
    BULKHEAD_ASSERT(parameters.okx_pm.has_value());
    status = okx(parameters, account, answer);
  }
  if (!status) return std::unexpected(status.error());
  for (const std::string& note : parameters.notes) answer.note(note);
  return answer.finish();
}

}  // namespace bulkhead::venues
