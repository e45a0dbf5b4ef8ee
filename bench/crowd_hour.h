// The measured hour: opening, first arming, ticks with a fall in one of them, a new scenario set.
#pragma once

#include <vector>

#include "crowd_accounts.h"
#include "crowd_outside.h"
#include "memory.h"

namespace bulkhead::bench {

struct CrowdOptions {
  std::uint32_t accounts = 10'000;
  std::uint32_t ticks = 3'600;
  std::uint32_t milliseconds = 1'000;
  std::uint32_t underlyings = 20;
  std::uint32_t sample = 10'000;  // accounts compared with brute force; 0: none
  std::uint32_t check_every = 0;
  std::uint32_t plain = 0;
  CrowdShape shape;
  std::string data;  // empty: prices are drawn
  Timestamp from;
  std::string json;
};

struct TickFigures {
  Spent spent;
  double prices = 0;          // seconds that the observations before it took
  double share = 0;           // of all accounts, evaluated
  double for_nothing = 0;     // of all accounts, evaluated and at rest
  std::uint64_t changes = 0;  // of stages
};

struct HourFigures {
  std::uint64_t positions = 0;
  std::uint64_t commands = 0;  // of the opening
  std::uint64_t trued_up = 0;  // accounts that had to pledge more before the first tick
  std::uint64_t answers = 0;   // to calls
  std::uint64_t fills = 0;     // of liquidations
  Spent opening;
  Spent adoption;  // of the first set
  Spent new_set;
  Spent digest;
  std::vector<TickFigures> ticks;  // the first arms everyone, another follows the new set
  std::uint32_t new_set_at = 0;
  std::uint32_t jump_at = 0;
  engine::TickCounts counts;
  StageCheck check;
  std::size_t sample = 0;
  std::map<std::string, Spent> longest;
  Memory market;    // before the first account
  Memory opened;    // with all accounts
  Memory end;       // after the hour
  double rows = 0;  // bytes of instruments' rows, part of the market
  double ids = 0;   // bytes of commands remembered
};

Result<HourFigures> run_hour(const CrowdOptions& options);

}  // namespace bulkhead::bench
