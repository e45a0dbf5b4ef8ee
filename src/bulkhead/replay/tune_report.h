// The page of a tuning: the frontier of each window and of all together, the ladder beside
// liquidate-only, sequestration by its score, every point's figures.
#pragma once

#include <string>

#include "bulkhead/replay/tune.h"
#include "bulkhead/replay/tune_judgement.h"

namespace bulkhead::replay {

struct TunePage {
  const TuneOptions* options = nullptr;
  const TuneResult* result = nullptr;
  const TuneJudgement* judgement = nullptr;
  std::string grid;  // where the grid came from, in words
};

std::string render_tuning(const TunePage& page);

// Sentences that the page, the terminal and the documentation share.
std::string distance_in_words(const TuneJudgement& judgement);
std::string dominance_in_words(const TuneResult& result, const TuneJudgement& judgement);

// Charts of tune_charts.cc.
enum class TuneChart : std::uint8_t { collateral, calls };
// `window`: an index, or of all together.
inline constexpr std::size_t kAllWindows = static_cast<std::size_t>(-1);
std::string frontier_chart(const TunePage& page, std::size_t window, TuneChart chart, double width);
std::string score_chart(const TunePage& page);
std::string frontier_legend(const TunePage& page);

}  // namespace bulkhead::replay
