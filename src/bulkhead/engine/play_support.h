// A log in which everything happens: every kind of command and of event, and every refusal that the
// engine can give. For the tests that compare runs of the same log.
#pragma once

#include "bulkhead/engine/world_support.h"

namespace bulkhead::engine {

// Each part leaves the world quiet enough for the next. All of them together: play_everything.
void play_trading(World& world);
void play_crash(World& world);
void play_deliveries(World& world);
void play_disputes(World& world);
void play_custody(World& world);
void play_vault(World& world);
void play_prices(World& world);
void play_governance(World& world);
void play_stops(World& world);
void play_break_glass(World& world);
void play_collateral(World& world);
void play_defaults(World& world);
void play_refusals(World& world);
void play_long_halt(World& world);
void play_model(World& world);
void play_everything(World& world);

// A new account, long a fifth of a coin from 60,000 with 1,800 USDT, at a price of 56,000: below
// the sequestration level in one step. Nothing has answered yet.
void open_short_of_margin(World& world, const std::string& account, const std::string& member);

// A fall of BTC by 500 a minute from one price to another, places and venue answering.
void fall(World& world, double from, double to);
void rise(World& world, double from, double to);

}  // namespace bulkhead::engine
