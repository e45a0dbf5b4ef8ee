#include "bulkhead/replay/html_page.h"

#include "bulkhead/replay/svg.h"

namespace bulkhead::replay {
namespace {

constexpr std::string_view kStyle = R"(
:root{--ink:#1d2733;--soft:#5b6b79;--line:#dfe5ea;--blue:#0072b2}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);
  font:15px/1.5 "Inter","Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif;
  font-variant-numeric:tabular-nums}
main{max-width:1208px;margin:0 auto;padding:36px 24px 64px}
header h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
header .window{color:var(--soft);margin:0 0 14px}
header .lead{font-size:17px;max-width:820px;margin:0 0 22px}
.tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:0;border-top:2px solid var(--ink);
  border-bottom:1px solid var(--line)}
.tile{padding:12px 14px 12px 0}.tile+.tile{padding-left:14px;border-left:1px solid var(--line)}
.tile b{display:block;font-size:25px;line-height:1.2;font-weight:650}
.tile span{color:var(--soft);font-size:13px;line-height:1.3;display:block}
section{margin-top:44px}
h2{font-size:13px;text-transform:uppercase;letter-spacing:.09em;color:var(--soft);margin:0 0 10px;
  border-bottom:1px solid var(--line);padding-bottom:6px}
figure{margin:18px 0 26px}
figure h3{font-size:19px;line-height:1.3;margin:0;font-weight:650}
.how{color:var(--soft);margin:2px 0 10px;max-width:900px;font-size:14px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg .t{font-size:12px;fill:var(--ink)}svg .b{font-weight:650}
svg .u{fill:var(--soft);font-size:11.5px}svg .w{fill:#fff}
svg .h{paint-order:stroke;stroke:#fff;stroke-width:3px}
.legend{margin:0 0 6px;font-size:13px;color:var(--soft);display:flex;flex-wrap:wrap;gap:4px 18px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:6px;
  vertical-align:-1px}
details{margin:6px 0;font-size:13.5px}summary{cursor:pointer;color:var(--blue);padding:2px 0}
.scroll{max-height:420px;overflow:auto;border:1px solid var(--line);border-radius:4px;
  margin:6px 0 12px}
table{border-collapse:collapse;width:100%;font-size:12.5px}
th,td{padding:4px 10px;text-align:left;border-bottom:1px solid #eef1f4;white-space:nowrap}
th{position:sticky;top:0;background:#f6f8fa;font-weight:600;color:var(--soft)}
td.r,th.r{text-align:right}
.cards{display:grid;grid-template-columns:1fr 1fr;gap:18px 28px}
.card{border-top:1px solid var(--line);padding-top:8px;break-inside:avoid}
.card h4{margin:0;font-size:15px}.card .how{margin-bottom:4px;font-size:13px}
.timeline{list-style:none;margin:4px 0;padding:0;font-size:13px}.timeline li{padding:2px 0}
.timeline i{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:8px}
.timeline time{color:var(--soft);display:inline-block;min-width:92px}
.notes{margin:8px 0 18px;padding-left:18px;max-width:900px}.notes li{margin:3px 0}
.provenance{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;font-size:13px;
  margin:0}
.provenance dt{color:var(--soft)}.provenance dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:40px;color:var(--soft);font-size:12.5px;border-top:1px solid var(--line);
  padding-top:8px}
@media (max-width:800px){.tiles{grid-template-columns:repeat(2,1fr)}
.cards{grid-template-columns:1fr}}
@media print{main{max-width:none;padding:0}figure{break-inside:avoid}
.scroll{max-height:none;overflow:visible}
body{font-size:11pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
details:not([open]){display:none}}
)";

}  // namespace

std::string tile(const std::string& number, std::string_view words) {
  return "<div class=\"tile\"><b>" + escape(number) + "</b><span>" + escape(words) +
         "</span></div>\n";
}

std::string figure(std::string_view title, std::string_view how_to_read,
                   const std::string& picture) {
  return "<figure><h3>" + escape(title) + "</h3><p class=\"how\">" + escape(how_to_read) +
         "</p>\n" + picture + "</figure>\n";
}

std::string section(std::string_view name, const std::string& content) {
  return "<section><h2>" + escape(name) + "</h2>\n" + content + "</section>\n";
}

std::string html_page(std::string_view title, std::string_view window, std::string_view lead,
                      const std::string& tiles, const std::string& body, std::string_view footer) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" +
      escape(title) + "</title>\n<style>" + std::string(kStyle) +
      "</style></head>\n<body><main>\n<header><h1>" + escape(title) +
      "</h1>\n<p class=\"window\">" + escape(window) + "</p>\n";
  if (!lead.empty()) page += "<p class=\"lead\">" + escape(lead) + "</p>\n";
  page += tiles + "</header>\n" + body;
  return page + "<footer>" + escape(footer) + "</footer>\n</main></body></html>\n";
}

}  // namespace bulkhead::replay
