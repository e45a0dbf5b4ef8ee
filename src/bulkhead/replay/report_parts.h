// The sections of the report, one function each; report.h puts them on a page.
#pragma once

#include <string>

#include "bulkhead/replay/html_page.h"
#include "bulkhead/replay/report_data.h"
#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {

// HTML of one section, empty where the data has nothing for it.
std::string market_section(const ReportData& data);
std::string coverage_section(const ReportData& data);
std::string stages_section(const ReportData& data);
std::string collateral_section(const ReportData& data);
std::string calls_section(const ReportData& data);
std::string sequestrations_section(const ReportData& data);
std::string defaults_section(const ReportData& data);
std::string models_section(const ReportData& data);
std::string totals_section(const ReportData& data);
std::string notes_section(const ReportData& data);

// Evenly thinned rows for tables: at most `most`, first and last kept.
std::vector<std::size_t> table_rows(std::size_t size, std::size_t most);

// Stacked areas of samples with one colour per layer; direct labels on the right. Layers flagged in
// `hidden` are left out.
std::string stacked_chart(const ReportData& data, const std::vector<StackSample>& samples,
                          const std::vector<std::string>& names,
                          const std::vector<std::string_view>& colours, std::string_view unit,
                          Frame frame, std::string_view label);

}  // namespace bulkhead::replay
