#include "bulkhead/replay/tune_report.h"

#include <algorithm>
#include <map>

#include "bulkhead/replay/html_page.h"
#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

const TuneFigures& figures(const TunePage& page, std::size_t point, std::size_t window) {
  return page.result->runs[point * page.result->windows.size() + window].figures;
}

const std::string& name_of(const TunePage& page, std::size_t point) {
  return page.options->grid.points[point].name;
}

std::string change(double value, double shipped) {
  if (!(shipped > 0)) return value > 0 ? "from 0" : "–";
  const double share = value / shipped - 1;
  return (share > 0 ? "+" : "") + percent(share);
}

std::string pooled_section(const TunePage& page) {
  const EdgeJudgement& pooled = page.judgement->pooled;
  const std::string how =
      "Each point is one policy over all windows; lower and further left is better. Harm: what "
      "defaulters owe beyond all they had, and what avoidable liquidations took from those who "
      "would have recovered; as a share of that under liquidate-only, averaged over windows.";
  const std::string near = pooled.gap <= kNear ? "within 5 % of the efficient edge"
                                               : percent(pooled.gap) + " off the efficient edge";
  return section(
      "Frontier",
      figure(
          "The shipped policy is " + near + ", all windows together", how,
          frontier_legend(page) + frontier_chart(page, kAllWindows, TuneChart::collateral, 1160)) +
          figure("The same harm against calls", "The third cost: calls issued per account.",
                 frontier_chart(page, kAllWindows, TuneChart::calls, 1160)));
}

std::string windows_section(const TunePage& page) {
  std::string cards = "<div class=\"cards\">";
  for (std::size_t w = 0; w < page.result->windows.size(); ++w) {
    const TunedWindow& window = page.result->windows[w];
    const EdgeJudgement& edge = page.judgement->windows[w].edge;
    const std::string text = full_time(window.from) + " to " + full_time(window.to) + ", " +
                             window.numeraire + ". Shipped: gap to the edge " + percent(edge.gap) +
                             "; of " + std::to_string(edge.costs.size()) + " points " +
                             std::to_string(edge.edge.size()) + " on the edge.";
    for (const TuneChart chart : {TuneChart::collateral, TuneChart::calls}) {
      cards += "<div class=\"card\"><h4>" + escape(window.title) +
               (chart == TuneChart::collateral ? ": collateral" : ": calls") +
               "</h4><p class=\"how\">" + escape(text) + "</p>" +
               frontier_chart(page, w, chart, 560) + "</div>\n";
    }
  }
  return section("Window by window", frontier_legend(page) + cards + "</div>\n");
}

// The two references with every seed: how much of a difference is the draw of members.
std::string seeds_table(const TunePage& page) {
  std::map<std::pair<std::size_t, std::uint64_t>, std::pair<const TuneFigures*, const TuneFigures*>>
      both;
  for (const std::vector<TuneRun>* runs : {&page.result->runs, &page.result->confirmed}) {
    for (const TuneRun& run : *runs) {
      if (run.point == kShipped) both[{run.window, run.seed}].first = &run.figures;
      if (run.point == kLiquidateOnly) both[{run.window, run.seed}].second = &run.figures;
    }
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [where, figures] : both) {
    const auto& [shipped, plain] = figures;
    rows.push_back({page.result->windows[where.first].title, std::to_string(where.second),
                    in_short(shipped->bad_debt), in_short(plain->bad_debt),
                    in_short(shipped->harm()), in_short(plain->harm()), in_short(shipped->tied_up),
                    in_short(plain->tied_up), change(shipped->tied_up, plain->tied_up)});
  }
  return table({"window", ">seed", ">bad debt: shipped", ">liquidate-only", ">harm: shipped",
                ">liquidate-only", ">tied up: shipped", ">liquidate-only", ">difference"},
               rows);
}

std::string debt_of(const TunePage& page, bool any, std::size_t point, double debt, double tied) {
  if (!any) return "none ties up so little";
  return in_short(debt) + " at " + in_short(tied) + " (" + name_of(page, point) + ")";
}

std::string verdict(const WindowJudgement& window, const AgainstPlain& at) {
  if (window.nothing_to_save) return "none to save";
  return at.less ? "less" : at.equal ? "equal" : "not less";
}

std::string against_section(const TunePage& page) {
  std::vector<std::vector<std::string>> first, all;
  for (std::size_t w = 0; w < page.result->windows.size(); ++w) {
    const WindowJudgement& window = page.judgement->windows[w];
    const TuneFigures& shipped = figures(page, kShipped, w);
    const AgainstPlain& a = window.against.front();
    const AgainstPlain& s = window.at_shipped;
    const std::string& title = page.result->windows[w].title;
    first.push_back(
        {title, in_short(shipped.bad_debt) + " at " + in_short(shipped.tied_up),
         in_short(a.plain_debt) + " at " + in_short(a.plain_tied),
         debt_of(page, s.any, s.ladder, s.ladder_debt, s.ladder_tied),
         debt_of(page, window.any_plain, s.plain, s.plain_debt, s.plain_tied), verdict(window, s),
         debt_of(page, a.any, a.ladder, a.ladder_debt, a.ladder_tied), verdict(window, a)});
    for (const AgainstPlain& b : window.against) {
      all.push_back({title, name_of(page, b.plain), in_short(b.plain_debt), in_short(b.plain_tied),
                     debt_of(page, b.any, b.ladder, b.ladder_debt, b.ladder_tied),
                     b.less    ? "less"
                     : b.equal ? "equal"
                               : "not less"});
    }
  }
  return section(
      "Against liquidate-only at equal collateral",
      figure(dominance_in_words(*page.result, *page.judgement),
             "Bad debt at mean collateral tied up. Twice the same budget of collateral for both: "
             "what the shipped ladder ties up, and what liquidate-only does. Within it, the least "
             "bad debt of any ladder and of any point under liquidate-only, which differ in their "
             "margin.",
             table({"window", "as shipped", "liquidate-only", "budget of the shipped: best ladder",
                    "best liquidate-only", "ladder leaves", "budget of liquidate-only: best ladder",
                    "ladder leaves"},
                   first)) +
          details("Table: every point under liquidate-only",
                  table({"window", "under liquidate-only", ">bad debt", ">tied up",
                         "best ladder with no more", "ladder leaves"},
                        all)) +
          (page.result->confirmed.empty()
               ? ""
               : figure("The two as shipped, with every seed",
                        "Other members and positions on the same prices.", seeds_table(page))));
}

std::string choice_section(const TunePage& page) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const Candidate& c, const char* seeds) {
    rows.push_back({name_of(page, c.point), seeds, change(c.pooled[kHarm], c.shipped[kHarm]),
                    change(c.pooled[kTiedUp], c.shipped[kTiedUp]),
                    change(c.pooled[kCalls], c.shipped[kCalls]), std::to_string(c.worse_in),
                    page.options->grid.points[c.point].changes});
  };
  for (std::size_t i = 0; i < page.judgement->candidates.size(); ++i) {
    add(page.judgement->candidates[i], "first");
    if (i < page.judgement->confirmed.size()) add(page.judgement->confirmed[i], "others");
  }
  const std::string title = "Chosen: " + name_of(page, page.judgement->chosen);
  return section("Choice",
                 figure(title, page.judgement->why,
                        rows.empty() ? ""
                                     : table({"candidate", "seeds", ">harm", ">tied up", ">calls",
                                              ">windows with more harm", "changes"},
                                             rows)));
}

std::string score_section(const TunePage& page) {
  TuneFigures sum;
  for (std::size_t w = 0; w < page.result->windows.size(); ++w) {
    const TuneFigures& f = figures(page, kShipped, w);
    sum.needed += f.needed;
    sum.false_alarms += f.false_alarms;
    sum.missed += f.missed;
    sum.late += f.late;
  }
  return section(
      "Was sequestration right?",
      figure(
          "As shipped: precision " + percent(sum.precision()) + ", recall " + percent(sum.recall()),
          "By the engine's own score against doing nothing, summed over windows: needed if "
          "equity fell below maintenance while something was held, a false alarm if it never "
          "did, missed if it fell with nothing held. Shipped: " +
              std::to_string(sum.needed) + " needed, " + std::to_string(sum.false_alarms) +
              " false, " + std::to_string(sum.missed) + " missed, " + std::to_string(sum.late) +
              " late.",
          frontier_legend(page) + score_chart(page)));
}

std::string effects_section(const TunePage& page) {
  const std::vector<Costs>& costs = page.judgement->pooled.costs;
  const Costs& shipped = costs[kShipped];
  std::vector<std::vector<std::string>> rows;
  for (std::size_t p = 0; p < costs.size(); ++p) {
    const bool on_edge =
        std::ranges::find(page.judgement->pooled.edge, p) != page.judgement->pooled.edge.end();
    rows.push_back(
        {name_of(page, p), on_edge ? "edge" : "", percent(costs[p][kHarm]),
         percent(costs[p][kTiedUp]), with_digits(costs[p][kCalls], 2),
         change(costs[p][kHarm], shipped[kHarm]), change(costs[p][kTiedUp], shipped[kTiedUp]),
         change(costs[p][kCalls], shipped[kCalls]), page.options->grid.points[p].changes});
  }
  return section(
      "Every point, all windows",
      table({"point", "", ">harm of liquidate-only's", ">tied up of equity", ">calls per account",
             ">harm against shipped", ">tied up", ">calls", "changes"},
            rows));
}

std::string figures_section(const TunePage& page) {
  std::string content;
  for (std::size_t w = 0; w < page.result->windows.size(); ++w) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t p = 0; p < page.options->grid.points.size(); ++p) {
      const TuneFigures& f = figures(page, p, w);
      rows.push_back({name_of(page, p), in_short(f.bad_debt), in_short(f.insurance),
                      std::to_string(f.liquidations), std::to_string(f.avoidable),
                      in_short(f.avoidable_loss), in_short(f.liquidated), in_short(f.tied_up),
                      in_short(f.sequestered), in_short(f.requirement), std::to_string(f.calls),
                      std::to_string(f.calls_met), in_short(f.most_called), percent(f.precision()),
                      percent(f.recall()), with_digits(f.margin_peak_to_trough, 2),
                      with_digits(f.margin_rise, 2)});
    }
    content += details(page.result->windows[w].title,
                       table({"point", ">bad debt", ">fund paid", ">liquidations", ">avoidable",
                              ">lost by them", ">liquidated", ">tied up", ">sequestered", ">margin",
                              ">calls", ">met", ">most called in 24 h", ">precision", ">recall",
                              ">margin peak / trough", ">rise in 24 h"},
                             rows));
  }
  return section("Figures, window by window", content);
}

std::string about_section(const TunePage& page) {
  std::string notes = "<ul class=\"notes\">";
  const TuneOptions& o = *page.options;
  notes += "<li>" +
           escape(
               "The same members, positions, prices and draws of behaviour under every policy. "
               "Where a policy moves the margin itself, members open with more or less "
               "collateral: all to 112 % of their own initial margin.") +
           "</li>\n";
  notes += "<li>" +
           escape("Grid: " + page.grid + "; " + std::to_string(o.grid.points.size()) + " points, " +
                  std::to_string(o.accounts) + " accounts, " + std::to_string(o.scenarios) +
                  " scenarios, seed " + std::to_string(o.seed) + ", confirmed with " +
                  plural(o.confirm, "other seed", "other seeds") + ".") +
           "</li>\n";
  for (const std::size_t p : page.result->opened_otherwise) {
    notes += "<li>" +
             escape("On no edge: " + name_of(page, p) +
                    ", under which members could not take out at the opening what they "
                    "could under the shipped ladder.") +
             "</li>\n";
  }
  for (const std::string& skipped : o.grid.skipped) {
    notes += "<li>" + escape("Left out: " + skipped) + "</li>\n";
  }
  return section("About this run", notes + "</ul>\n");
}

std::string tiles_of(const TunePage& page) {
  const TuneJudgement& judged = *page.judgement;
  std::size_t stress = 0, less = 0;
  for (std::size_t w = 0; w < judged.windows.size(); ++w) {
    if (page.result->windows[w].calm) continue;
    ++stress;
    if (judged.windows[w].at_shipped.less) ++less;
  }
  std::string tiles = "<div class=\"tiles\">\n";
  tiles += tile(std::to_string(page.options->grid.points.size()), "policies");
  tiles +=
      tile(std::to_string(page.result->runs.size() + page.result->confirmed.size()), "replays");
  tiles += tile(std::to_string(judged.pooled.edge.size()), "policies on the pooled edge");
  tiles += tile(percent(judged.pooled.gap), "gap of the shipped policy to it");
  tiles += tile(std::to_string(less) + " of " + std::to_string(stress),
                "stress windows with less bad debt than liquidate-only on the shipped collateral");
  tiles += tile(name_of(page, judged.chosen), "chosen");
  return tiles + "</div>\n";
}

}  // namespace

std::string distance_in_words(const TuneJudgement& judgement) {
  const EdgeJudgement& pooled = judgement.pooled;
  return "All its costs could fall at once by " + percent(pooled.gap) +
         " (the gap to the efficient edge); harm alone by " + percent(pooled.savings[kHarm]) +
         " at no more collateral and calls, collateral alone by " +
         percent(pooled.savings[kTiedUp]) + ", calls alone by " + percent(pooled.savings[kCalls]) +
         ".";
}

std::string dominance_in_words(const TuneResult& result, const TuneJudgement& judgement) {
  std::size_t stress = 0, plain = 0, shipped = 0, nothing = 0;
  for (std::size_t w = 0; w < result.windows.size(); ++w) {
    if (result.windows[w].calm) continue;
    ++stress;
    if (judgement.windows[w].against.front().less) ++plain;
    if (judgement.windows[w].at_shipped.less) ++shipped;
    if (judgement.windows[w].nothing_to_save) ++nothing;
  }
  std::string text =
      "With what the shipped ladder ties up, a ladder leaves less bad debt than "
      "any liquidate-only in " +
      std::to_string(shipped) + " of " + std::to_string(stress) +
      " stress windows; with what liquidate-only ties up, less than it in " + std::to_string(plain);
  if (nothing > 0) text += "; in " + std::to_string(nothing) + " there is none to save";
  return text;
}

std::string render_tuning(const TunePage& page) {
  return html_page("Tuning of the ladder",
                   plural(page.result->windows.size(), "window", "windows") + " · " +
                       plural(page.options->accounts, "account", "accounts") + " each",
                   distance_in_words(*page.judgement) + " " + page.judgement->why, tiles_of(page),
                   pooled_section(page) + windows_section(page) + against_section(page) +
                       choice_section(page) + score_section(page) + effects_section(page) +
                       figures_section(page) + about_section(page),
                   "Bulkhead tune. The same inputs give the same page with any number of threads.");
}

}  // namespace bulkhead::replay
