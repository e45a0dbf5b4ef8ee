// The page that every report stands on: one self-contained HTML file with its style, head and key
// numbers, and the frames of its sections and figures.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead::replay {

// Texts are escaped; `tiles` and `body` are HTML. An empty lead is left out.
std::string html_page(std::string_view title, std::string_view window, std::string_view lead,
                      const std::string& tiles, const std::string& body, std::string_view footer);

// One key number in the head, with what it counts.
std::string tile(const std::string& number, std::string_view words);

// <figure> with a title that says what is seen, a sentence that says how to read it, and the
// picture.
std::string figure(std::string_view title, std::string_view how_to_read,
                   const std::string& picture);
std::string section(std::string_view name, const std::string& content);

}  // namespace bulkhead::replay
