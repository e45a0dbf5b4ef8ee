// QuantLib's formula, and its engine with quotes bumped per scenario.
#include "peers.h"

#ifdef BULKHEAD_QUANTLIB
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/payoff.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/pricingengines/vanilla/analyticeuropeanengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#endif

namespace bulkhead::bench {

#ifdef BULKHEAD_QUANTLIB
namespace {

namespace ql = QuantLib;

// One option of half a year; its spot and volatility are quotes.
class Engine {
 public:
  Engine() {
    const ql::Date today(2, ql::January, 2024);
    ql::Settings::instance().evaluationDate() = today;
    const ql::DayCounter days = ql::Actual365Fixed();
    const ql::Handle<ql::YieldTermStructure> flat(
        ql::ext::make_shared<ql::FlatForward>(today, 0.0, days));
    const ql::Handle<ql::BlackVolTermStructure> volatility(
        ql::ext::make_shared<ql::BlackConstantVol>(today, ql::NullCalendar(),
                                                   ql::Handle<ql::Quote>(volatility_), days));
    const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
        ql::Handle<ql::Quote>(spot_), flat, flat, volatility);
    option_ = ql::ext::make_shared<ql::VanillaOption>(
        ql::ext::make_shared<ql::PlainVanillaPayoff>(ql::Option::Call, 105.0),
        ql::ext::make_shared<ql::EuropeanExercise>(today + 180));
    option_->setPricingEngine(ql::ext::make_shared<ql::AnalyticEuropeanEngine>(process));
  }

  double value(double spot, double volatility) {
    spot_->setValue(spot);
    volatility_->setValue(volatility);
    return option_->NPV();
  }

 private:
  ql::ext::shared_ptr<ql::SimpleQuote> spot_ = ql::ext::make_shared<ql::SimpleQuote>(100.0);
  ql::ext::shared_ptr<ql::SimpleQuote> volatility_ = ql::ext::make_shared<ql::SimpleQuote>(0.5);
  ql::ext::shared_ptr<ql::VanillaOption> option_;
};

}  // namespace

std::vector<OptionPeer> quantlib_peers() {
  const auto formula = [](const OptionInputs& in, std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = ql::blackFormula(ql::Option::Call, in.strike[i], in.forward[i], in.deviation[i]);
    }
  };
  const auto engine = std::make_shared<Engine>();
  const auto bumped = [engine](const OptionInputs& in, std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = engine->value(in.forward[i], in.deviation[i]);
    }
  };
  return {{"QuantLib blackFormula", formula}, {"QuantLib AnalyticEuropeanEngine", bumped}};
}
#else
std::vector<OptionPeer> quantlib_peers() { return {}; }
#endif

std::vector<OptionPeer> option_peers() {
  const auto of = [](auto black) {
    return [black](const OptionInputs& in, std::vector<double>& values) {
      black(in.forward.data(), in.strike.data(), in.deviation.data(), values.data(), values.size());
    };
  };
  std::vector<OptionPeer> peers = {{"libm, scalar", of(black_of_libm)}};
#ifdef BULKHEAD_LIBMVEC
  peers.push_back({"libmvec, vectorised by the compiler", __builtin_cpu_supports("avx512f")
                                                              ? of(black_of_libmvec_512)
                                                              : of(black_of_libmvec_256)});
#endif
  for (OptionPeer& peer : quantlib_peers()) peers.push_back(std::move(peer));
  return peers;
}

}  // namespace bulkhead::bench
