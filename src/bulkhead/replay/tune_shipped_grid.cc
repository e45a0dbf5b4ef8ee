// The grid that is tried where no document is given: each axis of the ladder alone, and draws over
// all of them.
#include "bulkhead/replay/tune_grid.h"

namespace bulkhead::replay {

std::string_view shipped_grid() {
  return R"({
 "axes": [
  {"name": "levels", "settings": [
   {"name": "all earlier", "parameters": {"ladder": {"levels": {"release_bp": 12500,
    "watch_bp": 10300, "call_bp": 9500, "sequester_bp": 8700}}}},
   {"name": "all later", "parameters": {"ladder": {"levels": {"release_bp": 11000,
    "watch_bp": 9500, "call_bp": 8500, "sequester_bp": 7500}}}},
   {"name": "call at 0.95", "parameters": {"ladder": {"levels": {"call_bp": 9500}}}},
   {"name": "call at 0.85", "parameters": {"ladder": {"levels": {"call_bp": 8500}}}},
   {"name": "sequester at 0.88", "parameters": {"ladder": {"levels": {"sequester_bp": 8800}}}},
   {"name": "release at 1.30", "parameters": {"ladder": {"levels": {"release_bp": 13000}}}}]},
  {"name": "dwell", "settings": [
   {"name": "2 min", "parameters": {"ladder": {"dwell":
    {"calm": "2m", "normal": "2m", "high": "2m", "extreme": "2m"}}}},
   {"name": "1 h", "parameters": {"ladder": {"dwell":
    {"calm": "1h", "normal": "1h", "high": "1h", "extreme": "1h"}}}}]},
  {"name": "k", "settings": [
   {"name": "half", "parameters": {"ladder": {"sequestration": {"multiple_bp":
    {"calm": 4000, "normal": 5000, "high": 6250, "extreme": 7500}}}}},
   {"name": "one and a half", "parameters": {"ladder": {"sequestration": {"multiple_bp":
    {"calm": 12000, "normal": 15000, "high": 18750, "extreme": 22500}}}}}]},
  {"name": "deadline", "settings": [
   {"name": "a quarter", "parameters": {"ladder": {"calls": {"deadline":
    {"calm": "6h", "normal": "2h", "high": "30m", "extreme": "10m"}}}}},
   {"name": "half", "parameters": {"ladder": {"calls": {"deadline":
    {"calm": "12h", "normal": "4h", "high": "1h", "extreme": "15m"}}}}},
   {"name": "double", "parameters": {"ladder": {"calls": {"deadline":
    {"calm": "48h", "normal": "16h", "high": "4h", "extreme": "1h"}}}}},
   {"name": "8 h always", "parameters": {"ladder": {"calls": {"deadline":
    {"calm": "8h", "normal": "8h", "high": "8h", "extreme": "8h"}}}}}]},
  {"name": "look-ahead", "settings": [
   {"name": "15 min", "parameters": {"ladder": {"sequestration":
    {"look_ahead": {"calm": "15m", "normal": "15m", "high": "15m", "extreme": "15m"}}}}},
   {"name": "4 h", "parameters": {"ladder": {"sequestration":
    {"look_ahead": {"calm": "4h", "normal": "4h", "high": "4h", "extreme": "4h"}}}}},
   {"name": "P at 20 %", "parameters": {"ladder": {"sequestration":
    {"breach_weight_bp": 2000, "breach_weight_clear_bp": 1000}}}}]},
  {"name": "omega", "margin": true, "settings": [
   {"name": "0.10", "parameters": {"risk": {"stress_weight": 1000}}},
   {"name": "0.40", "parameters": {"risk": {"stress_weight": 4000}}},
   {"name": "0.60", "parameters": {"risk": {"stress_weight": 6000}}}]},
  {"name": "rho", "margin": true, "settings": [
   {"name": "0.50", "parameters": {"risk": {"maintenance": 5000},
    "models": {"flat": {"maintenance": 5000},
    "scenario_grid": {"maintenance": 5000}}, "ladder": {"levels": {"maintenance_bp": 5000}}}},
   {"name": "0.60", "parameters": {"risk": {"maintenance": 6000},
    "models": {"flat": {"maintenance": 6000},
    "scenario_grid": {"maintenance": 6000}}, "ladder": {"levels": {"maintenance_bp": 6000}}}},
   {"name": "0.74", "parameters": {"risk": {"maintenance": 7400},
    "models": {"flat": {"maintenance": 7400},
    "scenario_grid": {"maintenance": 7400}}, "ladder": {"levels": {"maintenance_bp": 7400}}}}]}],
 "draws": 12})";
}

}  // namespace bulkhead::replay
