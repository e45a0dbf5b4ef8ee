// The report of a replay: one self-contained HTML page with inline SVG, pictures first, tables
// behind.
#pragma once

#include <string>

#include "bulkhead/replay/report_data.h"

namespace bulkhead::replay {

// UTF-8 HTML without any external resource or script that fetches one. Same data, same bytes.
std::string render_report(const ReportData& data);

}  // namespace bulkhead::replay
