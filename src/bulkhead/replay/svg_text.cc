// Numbers, times and tables as text for the report.
#include <charconv>
#include <cmath>

#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

std::string fixed(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  char buffer[400];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits);
  std::string text(buffer, end.ptr);
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
  return text;
}

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two_digits(std::int64_t n) {
  const char text[] = {static_cast<char>('0' + n / 10 % 10), static_cast<char>('0' + n % 10)};
  return std::string(text, 2);
}

std::string hour_and_minute(Timestamp t) {
  const std::int64_t minute = (t - start_of_day(t)).ns / minutes(1).ns;
  return two_digits(minute / 60) + ":" + two_digits(minute % 60);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string coordinate(double value) { return fixed(value, 1); }

std::string with_commas(double value) {
  std::string text = fixed(value, 0);
  const std::size_t first = text.front() == '-' ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) text.insert(i -= 3, 1, ',');
  return text;
}

std::string with_digits(double value, int digits) { return fixed(value, digits); }

std::string in_short(double value) {
  const double size = std::abs(value);
  const auto scaled = [&](double unit, std::string_view name) {
    const double v = value / unit;
    const int digits = std::abs(v) >= 99.95 ? 0 : std::abs(v) >= 9.995 ? 1 : 2;
    return fixed(v, digits) + std::string(name);
  };
  if (size >= 0.9995e9) return scaled(1e9, " bn");
  if (size >= 0.9995e6) return scaled(1e6, " M");
  if (size >= 999.5) return scaled(1e3, " k");
  if (size == std::floor(size)) return fixed(value, 0);
  return fixed(value, size >= 10 ? 0 : 2);
}

std::string axis_number(double value) {
  std::string text = in_short(value);
  const std::size_t point = text.find('.');
  if (point == std::string::npos) return text;
  std::size_t end = text.find(' ');
  if (end == std::string::npos) end = text.size();
  std::size_t keep = end;
  while (text[keep - 1] == '0') --keep;
  if (keep == point + 1) --keep;
  return text.erase(keep, end - keep);
}

std::string percent(double share) {
  const double v = share * 100;
  return fixed(v, std::abs(v) < 9.95 && std::abs(v - std::round(v)) > 0.05 ? 1 : 0) + " %";
}

std::string clock_text(Timestamp t) {
  const CivilDate date = civil_date(t);
  return std::to_string(date.day) + " " + std::string(kMonths[date.month - 1]) + " " +
         hour_and_minute(t);
}

std::string full_time(Timestamp t) {
  if (t == Timestamp{}) return "–";
  return to_string(t).substr(0, 10) + " " + hour_and_minute(t);
}

std::string span_text(Duration d) {
  const std::int64_t whole = d.ns / minutes(1).ns;
  if (whole < 1) return std::to_string(d.ns / seconds(1).ns) + " s";
  if (whole < 60) return std::to_string(whole) + " min";
  const std::int64_t h = whole / 60, m = whole % 60;
  if (h >= 48)
    return std::to_string(h / 24) + " d" + (h % 24 ? " " + std::to_string(h % 24) + " h" : "");
  return std::to_string(h) + " h" + (m ? " " + std::to_string(m) + " min" : "");
}

std::string plural(std::size_t n, std::string_view one, std::string_view many) {
  return with_commas(static_cast<double>(n)) + " " + std::string(n == 1 ? one : many);
}

std::string legend(const std::vector<LegendItem>& items) {
  std::string out = "<p class=\"legend\">";
  for (const LegendItem& item : items) {
    out += "<span><i style=\"background:" + std::string(item.colour) + "\"></i>" +
           escape(item.text) + "</span>";
  }
  return out + "</p>\n";
}

std::string table(const std::vector<std::string>& header,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  std::vector<bool> right;
  for (const std::string& name : header) {
    right.push_back(!name.empty() && name.front() == '>');
    out += right.back() ? "<th class=\"r\">" : "<th>";
    out += escape(right.back() ? std::string_view(name).substr(1) : name) + "</th>";
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i < right.size() && right[i] ? "<td class=\"r\">" : "<td>";
      out += escape(row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string details(std::string_view summary, const std::string& content) {
  return "<details><summary>" + escape(summary) + "</summary>\n" + content + "</details>\n";
}

}  // namespace bulkhead::replay
