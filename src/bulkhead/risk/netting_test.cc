// Shortcuts of netting against the plain way: every core from its own full P&L vector, in 128 bits,
// sorted whole; every breach counted in doubles.
#include "bulkhead/risk/netting.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "bulkhead/base/elementary.h"
#include "bulkhead/risk/pnl.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

using pricing::Block;
using Wide = std::vector<Int128>;

class Netting : public RiskTest {
 protected:
  std::span<const Int128> block(const Wide& pnl, Block b) const {
    const pricing::BlockRange range = risk_->rows().ranges()[static_cast<std::size_t>(b)];
    return std::span(pnl).subspan(range.begin, range.size);
  }

  Usd shortfall(const Wide& pnl, Block b, int exponent) const {
    const std::span<const Int128> part = block(pnl, b);
    const auto weights = prepared_->weights(b);
    std::vector<std::size_t> order(part.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      return part[x] != part[y] ? part[x] < part[y] : x < y;
    });
    const Level level = parameters_.level;
    std::uint64_t left = tail_mass(level);
    Int128 sum = 0;
    for (const std::size_t s : order) {
      const auto mass = std::min(left, std::uint64_t{weights[s]} * level.denominator);
      sum -= static_cast<Int128>(mass) * part[s];
      left -= mass;
    }
    return es_usd(sum, exponent, level);
  }

  void expect_core(const Core& core, const Wide& pnl, int exponent) const {
    EXPECT_EQ(core.es_filtered, shortfall(pnl, Block::filtered, exponent));
    EXPECT_EQ(core.es_stressed, shortfall(pnl, Block::stressed, exponent));
    EXPECT_EQ(core.es_long_run, shortfall(pnl, Block::long_run, exponent));
    const std::span<const Int128> grid = block(pnl, Block::grid);
    const Int128 worst = std::min(Int128{0}, *std::min_element(grid.begin(), grid.end()));
    EXPECT_EQ(core.grid_worst, round_up_to_usd(-worst, exponent, 1));
  }

  // P&L of the lines of one underlying, or of all.
  Wide vector_of(const Book& book, AssetIndex only, bool collateral, int exponent) const {
    Wide pnl(risk_->rows().length(), 0);
    for (const InstrumentLine& line : book.instruments) {
      if (only.valid() && line.underlying != only) continue;
      add_row(risk_->rows().instrument(line.instrument), line.lots, exponent, std::span(pnl));
    }
    for (const AssetLine& line : book.assets) {
      if (only.valid() && line.asset != only) continue;
      const Int128 lots = collateral ? line.net() : line.obligations();
      add_row(risk_->rows().asset(line.asset), lots, exponent, std::span(pnl));
    }
    return pnl;
  }

  void expect_plain(const Portfolio& portfolio) {
    Book book;
    make_book(*risk_, portfolio, std::nullopt, book);
    net(*risk_, book, true, vectors_, result_);
    const int exponent = result_.exponent;
    expect_core(result_.obligations.netted, vector_of(book, {}, false, exponent), exponent);
    expect_core(result_.joint.netted, vector_of(book, {}, true, exponent), exponent);
    for (const UnderlyingCore& part : result_.underlyings) {
      expect_core(part.obligations, vector_of(book, part.underlying, false, exponent), exponent);
      expect_core(part.joint, vector_of(book, part.underlying, true, exponent), exponent);
    }
    for (const std::int64_t short_of : {-50'000, -1'000, 0, 1'000, 50'000, 2'000'000'000}) {
      const Usd level{short_of * 1'000'000};
      EXPECT_EQ(breach_weight(*risk_, vectors_, result_, Usd{}, level, hours(6)),
                plain_breach(vector_of(book, {}, true, exponent), level, hours(6)));
    }
    ++(result_.narrow ? narrow_ : wide_);
  }

  std::uint32_t plain_breach(const Wide& pnl, Usd level, Duration look_ahead) const {
    const double scale = sqrt_fixed(look_ahead.seconds() / prepared_->horizon().seconds());
    const double unit =
        std::bit_cast<double>(static_cast<std::uint64_t>(result_.exponent + 1023) << 52);
    const double threshold = static_cast<double>(level.micros) * 1e-6 / (scale * unit);
    const auto weights = prepared_->weights(Block::filtered);
    std::uint32_t weight = 0;
    for (std::size_t s = 0; s < weights.size(); ++s) {
      if (static_cast<double>(pnl[s]) < threshold) weight += weights[s];
    }
    return weight;
  }

  NettingScratch vectors_;
  NettingResult result_;
  int narrow_ = 0;
  int wide_ = 0;
};

TEST_F(Netting, EqualsThePlainWay) {
  build(700);
  RandomStream random(91, 0);
  for (int n = 0; n < 60 && !HasFailure(); ++n) expect_plain(random_portfolio(random));
  // One line, one underlying, nothing that moves.
  Portfolio book;
  expect_plain(book);
  book.collateral = {{m_.usd, usd_amount(1'000)}};
  expect_plain(book);
  book.positions = {{m_.perpetual, -300}};
  expect_plain(book);
  book.collateral = {{m_.btc, btc_amount(2'000)}};
  expect_plain(book);
  book.positions = {{m_.perpetual, -300}, {m_.call, 20}};
  expect_plain(book);
  book.collateral = {{m_.eth, eth_amount(2'000)}};
  expect_plain(book);
  EXPECT_GT(narrow_, 10);
}

// A stablecoin in lots of a millionth beside large positions needs 128 bits.
TEST_F(Netting, EqualsThePlainWayInWideSums) {
  build(700);
  RandomStream random(92, 0);
  for (int n = 0; n < 40 && !HasFailure(); ++n) {
    Portfolio book = random_portfolio(random);
    for (PositionLots& line : book.positions) line.lots *= 1'000'000;
    expect_plain(book);
  }
  Portfolio book;
  book.positions = {{m_.perpetual, -300'000'000'000}};
  book.collateral = {{m_.usdt, usdt_amount(1)}};
  expect_plain(book);
  EXPECT_GT(wide_, 5);
}

}  // namespace
}  // namespace bulkhead::risk
