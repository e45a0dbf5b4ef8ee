#include "naive_figures.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::naive {
namespace {

struct Points {
  std::int64_t low = 0;
  std::int64_t mid = 0;
  std::int64_t high = 0;
};

Points scaled(Int128 count, const PriceFact& price, bool up) {
  const auto at = [&](double p) { return up ? micros_up(count, p) : micros_down(count, p); };
  return {at(price.low), at(price.mid), at(price.high)};
}

struct Rates {
  double asset = 0;
  double liability = 2;
};

Rates asset_rates(const Terms& terms, const std::string& asset) {
  for (const risk::FlatAssetRate& rate : terms.parameters.models.flat.assets) {
    if (rate.asset == asset) return {rate.asset_weight, rate.liability_weight};
  }
  return asset == terms.numeraire ? Rates{1, 1} : Rates{};
}

risk::FlatInstrumentRate contract_rates(const Terms& terms, const std::string& contract) {
  for (const risk::FlatInstrumentRate& rate : terms.parameters.models.flat.instruments) {
    if (rate.instrument == contract) return rate;
  }
  return {contract, 0, 2, 0, 0, 0};
}

// Health of D5.10's flat in numéraire: what counts, weighed. Exact as long as prices and weights
// are short binary fractions, which the tests see to.
long double health(const Terms& terms, const Facts& facts, const Book& book, bool collateral) {
  long double contracts = static_cast<long double>(book.leg);
  long double overall = 1;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> open;  // buys, sells
  for (const auto& [name, lots] : book.positions) open[name];
  for (const OpenOrder& order : book.orders) {
    (order.lots > 0 ? open[order.contract].first : open[order.contract].second) +=
        order.lots > 0 ? order.lots : -order.lots;
  }
  for (const OpenPackage& package : book.packages) {
    for (const auto& [name, lots] : package.legs) {
      auto& [buys, sells] = open[name];
      (lots > 0 ? buys : sells) += std::abs(lots) * package.count;
    }
  }
  for (const auto& [name, sides] : open) {
    const auto at = book.positions.find(name);
    const std::int64_t held = at == book.positions.end() ? 0 : at->second;
    const risk::FlatInstrumentRate rate = contract_rates(terms, name);
    const ContractTerms& contract = terms.contracts.at(name);
    const long double unit =
        static_cast<long double>(contract.lot) * facts.assets.at(contract.underlying).mid;
    const auto charge = [&](std::int64_t lots) {
      const long double share =
          lots < 0 ? rate.base_liability_weight - 1 : 1 - rate.base_asset_weight;
      return static_cast<long double>(lots < 0 ? -lots : lots) * unit * share;
    };
    contracts += static_cast<long double>(held) * facts.contracts.at(name).mid;
    contracts -= std::max(charge(held + sides.first), charge(held - sides.second));
    overall = std::min(overall, static_cast<long double>(rate.overall_asset_weight));
  }
  if (contracts > 0) contracts *= overall;
  long double sum = 0;
  for (const auto& [asset, eligible] : terms.assets) {
    long double own = 0;
    const long double price = facts.assets.at(asset).mid;
    if (const auto held = book.collateral.find(asset);
        collateral && held != book.collateral.end()) {
      own += static_cast<long double>(held->second) * price;
    }
    if (const auto owed = book.debts.find(asset); owed != book.debts.end()) {
      own -= static_cast<long double>(owed->second) * price;
    }
    if (asset == terms.numeraire) own += contracts;
    const Rates rates = asset_rates(terms, asset);
    sum += own * (own > 0 ? rates.asset : rates.liability);
  }
  return sum;
}

// What one package costs at the marks.
long double worth_of(const Facts& facts, const OpenPackage& package) {
  long double worth = 0;
  for (const auto& [name, lots] : package.legs) {
    worth += static_cast<long double>(lots) * facts.contracts.at(name).mid;
  }
  return worth;
}

// What the worse side of each contract's orders would lose at its limits, and each package.
std::int64_t order_loss(const Facts& facts, const Terms& terms, const Book& book) {
  std::map<std::string, std::pair<long double, long double>> sides;
  for (const OpenOrder& order : book.orders) {
    const long double mark = facts.contracts.at(order.contract).mid;
    const long double beyond =
        static_cast<long double>(terms.contracts.at(order.contract).lot) * order.limit - mark;
    auto& [buys, sells] = sides[order.contract];
    const long double loss = std::max(0.0L, order.lots > 0 ? beyond : -beyond);
    (order.lots > 0 ? buys : sells) += std::abs(static_cast<long double>(order.lots)) * loss;
  }
  long double sum = 0;
  for (const auto& [name, both] : sides) sum += std::max(both.first, both.second);
  for (const OpenPackage& package : book.packages) {
    sum += static_cast<long double>(package.count) *
           std::max(0.0L, package.limit - worth_of(facts, package));
  }
  return static_cast<std::int64_t>(std::ceil(sum * 1e6L));
}

std::int64_t gross(const Terms& terms, const Facts& facts, const Book& book) {
  long double sum = 0;
  for (const auto& [name, lots] : book.positions) {
    const ContractTerms& contract = terms.contracts.at(name);
    sum += std::abs(static_cast<long double>(lots)) * contract.lot *
           facts.assets.at(contract.underlying).mid;
  }
  for (const auto& [asset, owed] : book.debts) {
    sum += static_cast<long double>(owed) * facts.assets.at(asset).mid;
  }
  return static_cast<std::int64_t>(std::ceil(sum * 1e6L));
}

}  // namespace

bool Book::owes() const {
  return !positions.empty() || !debts.empty() || !orders.empty() || !packages.empty();
}

Int128 whole_down(Int128 count, double price) {
  if (count == 0 || price == 0) return 0;
  int exponent = 0;
  const double fraction = std::frexp(price, &exponent);  // price = fraction·2^exponent
  const auto mantissa = static_cast<Int128>(std::ldexp(fraction, 53));
  const int shift = 53 - exponent;
  const Int128 product = count * mantissa;
  if (shift <= 0) return product << -shift;
  return shift >= 127 ? (product < 0 ? -1 : 0) : product >> shift;
}

std::int64_t micros_down(Int128 count, double price) {
  return static_cast<std::int64_t>(whole_down(count * 1'000'000, price));
}

std::int64_t micros_up(Int128 count, double price) { return -micros_down(-count, price); }

bool at_level(std::int64_t value, int bp, std::int64_t of) {
  return value >= 0 && static_cast<Int128>(value) * 10'000 >= static_cast<Int128>(of) * bp;
}

std::int64_t share_up(std::int64_t of, int bp) {
  const Int128 product = static_cast<Int128>(of) * bp;
  return static_cast<std::int64_t>((product + (product > 0 ? 9'999 : 0)) / 10'000);
}

std::int64_t share_down(std::int64_t of, int bp) {
  return static_cast<std::int64_t>(static_cast<Int128>(of) * bp / 10'000);
}

namespace {

// Every open order charged by its bound (D5.8), all of the collateral counted.
Figures at_bound(const Terms& terms, const Facts& facts, const Book& book) {
  Figures out;
  std::map<std::string, Points> values;  // by underlying
  const auto add = [&](const std::string& underlying, const Points& value, int sign) {
    Points& sum = values[underlying];
    sum.low += sign * value.low;
    sum.mid += sign * value.mid;
    sum.high += sign * value.high;
  };
  const auto touch = [&](int quality) {
    out.quality = std::max(out.quality, quality);
    out.is_volatile = out.is_volatile || quality == kVolatile;
  };
  for (const auto& [asset, amount] : book.collateral) {
    if (amount == 0) continue;
    touch(facts.assets.at(asset).quality);
    const Points value = scaled(amount, facts.assets.at(asset), false);
    add(asset, value, 1);
    out.mid += value.mid;
  }
  if (book.leg != 0) {
    add(terms.numeraire, scaled(book.leg, facts.assets.at(terms.numeraire), false), 1);
    out.positions += static_cast<std::int64_t>(book.leg * 1'000'000);
  }
  for (const auto& [asset, amount] : book.debts) {
    touch(facts.assets.at(asset).quality);
    const Points value = scaled(amount, facts.assets.at(asset), true);
    add(asset, value, -1);
    out.debts += value.mid;
  }
  for (const auto& [name, lots] : book.positions) {
    touch(facts.contracts.at(name).quality);
    const Points value = scaled(lots, facts.contracts.at(name), false);
    add(terms.contracts.at(name).underlying, value, 1);
    out.positions += value.mid;
  }
  out.mid += out.positions - out.debts;
  for (const auto& [asset, value] : values) {
    auto [low, high] = std::minmax({value.low, value.mid, value.high});
    if (facts.assets.at(asset).quality == kHalted) {
      if (value.high >= value.low) {
        low = std::min(value.low, value.mid);
        high = std::max(value.low, value.mid);
      } else {
        low = std::min(value.mid, value.high);
        high = std::max(value.mid, value.high);
      }
    }
    out.least += low;
    out.greatest += high;
  }
  out.owes = book.owes();
  if (!out.owes) return out;
  const risk::Parameters& rules = terms.parameters.risk;
  const std::int64_t floor =
      std::max(share_up(gross(terms, facts, book), rules.floor_rate), rules.floor_amount.micros);
  const std::int64_t loss = order_loss(facts, terms, book);
  const auto initial = [&](std::int64_t equity, bool collateral) {
    const long double weighed = health(terms, facts, book, collateral);
    const auto down = static_cast<std::int64_t>(std::floor(weighed * 1e6L));
    return std::max(equity - down + loss, floor);
  };
  out.initial = initial(out.mid, true);
  out.maintenance = share_up(out.initial, terms.parameters.models.flat.maintenance);
  out.obligations_initial = initial(out.positions - out.debts, false);
  out.obligations_maintenance =
      share_up(out.obligations_initial, terms.parameters.models.flat.maintenance);
  return out;
}

// What the closing orders of one contract, or the packages of the same legs, do when all are
// filled, each at the worse of its limit and the mark.
struct Closing {
  std::map<std::string, std::int64_t> lots;
  Int128 leg = 0;
};

// Takes from the book's orders what does no more than close, the lowest limits first.
std::vector<Closing> take_closing(const Terms& terms, const Facts& facts, Book& book) {
  std::vector<Closing> found;
  std::map<std::string, std::int64_t> held = book.positions;
  std::stable_sort(book.orders.begin(), book.orders.end(),
                   [](const OpenOrder& a, const OpenOrder& b) { return a.limit < b.limit; });
  for (OpenOrder& order : book.orders) {
    std::int64_t& left = held[order.contract];
    if (left == 0 || (left > 0) == (order.lots > 0)) continue;
    const std::int64_t size = std::min(std::abs(left), std::abs(order.lots));
    const std::int64_t lots = order.lots > 0 ? size : -size;
    const double lot = terms.contracts.at(order.contract).lot;
    const double mark = facts.contracts.at(order.contract).mid / lot;
    const double price = lots > 0 ? std::max(order.limit, mark) : std::min(order.limit, mark);
    const double worth = lot * price * static_cast<double>(lots);
    auto at = std::ranges::find_if(
        found, [&order](const Closing& one) { return one.lots.contains(order.contract); });
    if (at == found.end()) at = found.insert(found.end(), Closing{});
    at->lots[order.contract] += lots;
    at->leg -= static_cast<Int128>(std::ceil(worth));
    order.lots -= lots;
    left += lots;
  }
  std::erase_if(book.orders, [](const OpenOrder& order) { return order.lots == 0; });
  return found;
}

// Adds to what is filled in full or not the packages, the oldest first, while there are less than
// three kinds of fills; in the book nothing is left of them but their contracts.
void take_packages(const Facts& facts, Book& book, std::vector<Closing>& found) {
  std::vector<std::pair<std::map<std::string, std::int64_t>, std::size_t>> kinds;
  for (OpenPackage& package : book.packages) {
    auto kind = std::ranges::find(kinds, package.legs, [](const auto& one) { return one.first; });
    if (kind == kinds.end()) {
      if (found.size() >= 3) continue;
      kind = kinds.insert(kinds.end(), {package.legs, found.size()});
      found.emplace_back();
    }
    Closing& all = found[kind->second];
    for (const auto& [name, lots] : package.legs) all.lots[name] += lots * package.count;
    const long double price =
        std::max(static_cast<long double>(package.limit), worth_of(facts, package));
    all.leg -= static_cast<Int128>(std::ceil(price * static_cast<long double>(package.count)));
    package.count = 0;
  }
}

// What the worst set of `fills`, once done, would take from E − IM, on top of the book without
// them.
Figures with_worst(const Terms& terms, const Facts& facts, const Book& base,
                   const std::vector<Closing>& fills) {
  Figures out = at_bound(terms, facts, base);
  std::int64_t rise = 0;
  std::int64_t of_obligations = 0;
  for (unsigned filled = 1; filled < 1U << fills.size(); ++filled) {
    Book after = base;
    for (std::size_t i = 0; i < fills.size(); ++i) {
      if ((filled >> i & 1U) == 0) continue;
      for (const auto& [name, lots] : fills[i].lots) {
        if ((after.positions[name] += lots) == 0) after.positions.erase(name);
      }
      after.leg += fills[i].leg;
    }
    const Figures then = at_bound(terms, facts, after);
    const std::int64_t lost = out.mid - then.mid;
    rise = std::max(rise, then.initial - out.initial + lost);
    of_obligations =
        std::max(of_obligations, then.obligations_initial - out.obligations_initial + lost);
  }
  out.initial += rise;
  out.obligations_initial += of_obligations;
  return out;
}

// D5.8, D7.5: packages cost what filling the worst set of them would take from E − IM, those beyond
// three kinds their bound; orders their bound, or where that is less those that close count among
// that set, packages then as far as they leave room. All of the collateral counted.
Figures figures_of_counted(const Terms& terms, const Facts& facts, const Book& book) {
  Book only_packages = book;
  std::vector<Closing> packages;
  take_packages(facts, only_packages, packages);
  Figures out = with_worst(terms, facts, only_packages, packages);
  Book base = book;
  std::vector<Closing> closing = take_closing(terms, facts, base);
  if (!closing.empty() && closing.size() <= 3) {
    take_packages(facts, base, closing);
    const Figures exact = with_worst(terms, facts, base, closing);
    out.initial = std::min(out.initial, exact.initial);
    out.obligations_initial = std::min(out.obligations_initial, exact.obligations_initial);
  }
  out.maintenance = share_up(out.initial, terms.parameters.models.flat.maintenance);
  out.obligations_maintenance =
      share_up(out.obligations_initial, terms.parameters.models.flat.maintenance);
  return out;
}

// Notional of what is owed: contracts and orders settle in the numéraire, a debt in its own asset.
std::map<std::string, std::int64_t> owed_by_asset(const Terms& terms, const Facts& facts,
                                                  const Book& book) {
  std::map<std::string, std::int64_t> owed;
  const auto trade = [&](const std::string& name, std::int64_t lots) {
    const ContractTerms& contract = terms.contracts.at(name);
    const long double worth = std::abs(static_cast<long double>(lots)) * contract.lot *
                              facts.assets.at(contract.underlying).mid;
    owed[terms.numeraire] += static_cast<std::int64_t>(std::ceil(worth * 1e6L));
  };
  for (const auto& [name, lots] : book.positions) trade(name, lots);
  for (const OpenOrder& order : book.orders) trade(order.contract, order.lots);
  for (const OpenPackage& package : book.packages) {
    for (const auto& [name, lots] : package.legs) trade(name, lots * package.count);
  }
  for (const auto& [asset, amount] : book.debts) {
    owed[asset] += micros_up(amount, facts.assets.at(asset).mid);
  }
  return owed;
}

}  // namespace

std::optional<Int128> most_counted(const Terms& terms, const Facts& facts, const Book& book,
                                   const Figures& bare, const std::string& asset) {
  int limit = 10'000;
  for (const collateral::AssetTerms& line : terms.parameters.collateral.schedule) {
    if (line.asset == asset) limit = line.account_limit_bp;
  }
  if (limit >= 10'000 || asset == terms.numeraire || !book.owes()) return std::nullopt;
  std::map<std::string, std::int64_t> owed = owed_by_asset(terms, facts, book);
  Int128 all = 0;
  for (const auto& [name, value] : owed) all += value;
  if (all > 0 && owed[asset] == all) return std::nullopt;
  const std::int64_t base =
      std::max<std::int64_t>(0, bare.debts - bare.positions + bare.obligations_initial);
  std::int64_t most = share_down(base, limit);
  if (owed[asset] > 0) {
    most += static_cast<std::int64_t>(static_cast<Int128>(base) * owed[asset] / all);
  }
  const double price = facts.assets.at(asset).mid;
  if (!(price > 0)) return 0;
  auto count = static_cast<Int128>(static_cast<long double>(most) / (price * 1e6L));
  while (count > 0 && micros_up(count, price) > most) --count;
  while (micros_up(count + 1, price) <= most) ++count;
  return count;
}

Figures figures(const Terms& terms, const Facts& facts, const Book& book) {
  const Figures bare = figures_of_counted(terms, facts, book);
  Book counted = book;
  for (auto& [asset, amount] : counted.collateral) {
    const auto most = most_counted(terms, facts, book, bare, asset);
    if (most) amount = std::min(amount, *most);
  }
  if (counted.collateral == book.collateral) return bare;
  std::erase_if(counted.collateral, [](const auto& line) { return line.second == 0; });
  return figures_of_counted(terms, facts, counted);
}

}  // namespace bulkhead::naive
