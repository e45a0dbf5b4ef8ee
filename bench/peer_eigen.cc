// Accounts as a sparse matrix times scenarios as a dense one, then a partial sort.
#include "peers.h"

#ifdef BULKHEAD_EIGEN
#include <Eigen/Dense>
#include <Eigen/Sparse>
#include <algorithm>
#include <memory>
#endif

namespace bulkhead::bench {

#ifdef BULKHEAD_EIGEN
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Matrices {
  Eigen::SparseMatrix<double, Eigen::RowMajor> lots;
  Dense moves;
  Dense pnl;
  std::vector<double> losses;
};

double shortfalls(Matrices& m) {
  m.pnl.noalias() = m.lots * m.moves;
  const auto scenarios = static_cast<std::size_t>(m.pnl.cols());
  const std::size_t tail = scenarios / 40;
  double sum = 0;
  for (Eigen::Index account = 0; account < m.pnl.rows(); ++account) {
    const double* const row = m.pnl.data() + account * m.pnl.cols();
    std::copy_n(row, scenarios, m.losses.begin());
    const auto boundary = m.losses.begin() + static_cast<std::ptrdiff_t>(tail);
    std::nth_element(m.losses.begin(), boundary, m.losses.end());
    for (auto loss = m.losses.begin(); loss != boundary; ++loss) sum += *loss;
  }
  return sum;
}

}  // namespace

std::function<double()> eigen_peer(const AccountInputs& inputs) {
  const auto m = std::make_shared<Matrices>();
  const auto scenarios = static_cast<Eigen::Index>(inputs.scenarios);
  std::vector<Eigen::Triplet<double>> entries;
  for (std::size_t a = 0; a < inputs.accounts.size(); ++a) {
    for (const auto& [instrument, lots] : inputs.accounts[a]) {
      entries.emplace_back(static_cast<int>(a), static_cast<int>(instrument),
                           static_cast<double>(lots));
    }
  }
  m->lots.resize(static_cast<Eigen::Index>(inputs.accounts.size()),
                 static_cast<Eigen::Index>(inputs.instruments));
  m->lots.setFromTriplets(entries.begin(), entries.end());
  m->moves.resize(static_cast<Eigen::Index>(inputs.instruments), scenarios);
  std::copy_n(inputs.ticks, inputs.instruments * inputs.scenarios, m->moves.data());
  m->pnl.resize(m->lots.rows(), scenarios);
  m->losses.resize(inputs.scenarios);
  return [m] { return shortfalls(*m); };
}
#else
std::function<double()> eigen_peer(const AccountInputs&) { return {}; }
#endif

}  // namespace bulkhead::bench
