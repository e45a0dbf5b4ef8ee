// Statements of the world outside: prices, places, the venue, and time.
#include "bulkhead/story/parser_parts.h"

namespace bulkhead::story {
namespace {

Result<std::vector<std::string>> parse_from(Words& words, const std::string& subject) {
  std::vector<std::string> sources;
  if (!words.take("from")) return sources;
  while (!words.done()) {
    BULKHEAD_TRY(std::string name, words.word("a source's name"));
    sources.push_back(name.find(':') == std::string::npos ? name + ":" + subject : name);
  }
  if (sources.empty()) return words.refuse("a source's name");
  return sources;
}

}  // namespace

Parsed parse_price(Words& words, Names&) {
  SetPrice price;
  BULKHEAD_TRY(price.subject, words.word("an asset, or another thing that sources price"));
  BULKHEAD_TRY(price.value, words.number("a price"));
  if (price.value <= 0) return words.refuse("a price above zero");
  if (words.take("wide")) {
    price.width = 0.01;
    if (read_number(words.peek())) {
      BULKHEAD_TRY(price.width, words.number("half the width: 2%"));
    }
  }
  BULKHEAD_TRY(price.sources, parse_from(words, price.subject));
  BULKHEAD_TRY_STATUS(words.end());
  return price;
}

Parsed parse_silent(Words& words, Names&) {
  Silence silence;
  BULKHEAD_TRY(silence.subject, words.word("an asset, or another thing that sources price"));
  BULKHEAD_TRY(silence.sources, parse_from(words, silence.subject));
  BULKHEAD_TRY_STATUS(words.end());
  return silence;
}

Parsed parse_custodian(Words& words, Names& names) {
  PlaceBehaves behaves;
  BULKHEAD_TRY(behaves.place, words.word("a place"));
  if (!names.places.contains(behaves.place)) {
    return words.refuse(behaves.place, "a place that was declared");
  }
  if (words.take("refuses")) {
    behaves.manner = PlaceManner::refuses;
  } else if (words.take({"is", "silent"})) {
    behaves.manner = PlaceManner::silent;
  } else if (words.take({"loses", "receipts"})) {
    behaves.manner = PlaceManner::loses_receipts;
  } else if (words.take("reports")) {
    BULKHEAD_TRY(const std::string amount, words.word("an amount"));
    BULKHEAD_TRY(const std::string asset, words.word("an asset"));
    behaves.less = amount + " " + asset;
    BULKHEAD_TRY_STATUS(words.expect("less"));
  } else if (!words.take("applies")) {
    return words.refuse("applies, refuses, is silent, loses receipts, reports AMOUNT ASSET less");
  }
  if (words.take("after")) {
    BULKHEAD_TRY(behaves.after, words.duration());
  }
  BULKHEAD_TRY_STATUS(words.end());
  return behaves;
}

Parsed parse_venue(Words& words, Names&) {
  VenueBehaves behaves;
  if (words.take({"is", "silent"})) {
    behaves.silent = true;
  } else if (!words.take("fills")) {
    return words.refuse("fills, is silent");
  }
  if (words.take("after")) {
    BULKHEAD_TRY(behaves.after, words.duration());
  }
  if (!words.done()) {
    BULKHEAD_TRY(behaves.worse, words.number("a fraction of the price: 1%"));
    BULKHEAD_TRY_STATUS(words.expect("worse"));
  }
  BULKHEAD_TRY_STATUS(words.end());
  return behaves;
}

Parsed parse_ticks(Words& words, Names&) {
  BULKHEAD_TRY_STATUS(words.expect("every"));
  BULKHEAD_TRY(const Duration step, words.duration());
  BULKHEAD_TRY_STATUS(words.end());
  if (step.ns <= 0) return words.refuse("a step above zero");
  return TickEvery{step};
}

Parsed parse_tick(Words& words, Names&) {
  TickTimes ticks;
  if (!words.done()) {
    BULKHEAD_TRY(ticks.count, words.count("a whole number of ticks up to 100,000"));
    BULKHEAD_TRY_STATUS(words.expect("times"));
  }
  BULKHEAD_TRY_STATUS(words.end());
  return ticks;
}

Parsed parse_no(Words& words, Names&) {
  if (!words.take({"ticks", "for"})) return words.refuse("ticks for DURATION");
  BULKHEAD_TRY(const Duration length, words.duration());
  BULKHEAD_TRY_STATUS(words.end());
  return PassFor{length, false};
}

Parsed parse_at(Words& words, Names&) {
  BULKHEAD_TRY(const std::string time, words.time());
  BULKHEAD_TRY_STATUS(words.end());
  return PassUntil{time};
}

Parsed parse_after(Words& words, Names&) {
  BULKHEAD_TRY(const Duration length, words.duration());
  BULKHEAD_TRY_STATUS(words.end());
  return PassFor{length, true};
}

}  // namespace bulkhead::story
