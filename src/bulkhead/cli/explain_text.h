// An account's view in words (`bulkhead explain`).
#pragma once

#include <string>
#include <vector>

#include "bulkhead/cli/history.h"
#include "bulkhead/views/account_view.h"

namespace bulkhead::cli {

// `history_lines`: how many of the newest decisions are shown.
std::string text_of(const views::AccountView& view, const std::vector<HistoryLine>& history,
                    std::size_t history_lines);

}  // namespace bulkhead::cli
