// Of the state: the records of the watch over the model, and when each has something to do.
#include <utility>

#include "bulkhead/engine/state.h"

namespace bulkhead::engine {

void State::note_due(const MonitorRecord& record) {
  std::vector<Timestamp>& due = monitors_due_[static_cast<std::size_t>(record.of)];
  if (due.size() <= record.index) due.resize(record.index + std::size_t{1});
  due[record.index] = record.forecast ? record.forecast->due : kNoForecast;
}

void State::put_monitor(MonitorRecord record) {
  note_due(record);
  const MonitorKey key{record.of, record.index};
  changed_monitors_.insert(key);
  monitors_.insert_or_assign(key, std::move(record));
}

void State::erase_monitor(const MonitorKey& key) {
  if (monitor_due(key) == Timestamp{}) return;
  monitors_.erase(key);
  changed_monitors_.insert(key);
  monitors_due_[static_cast<std::size_t>(key.first)][key.second] = Timestamp{};
}

Timestamp State::monitor_due(const MonitorKey& key) const {
  const std::vector<Timestamp>& due = monitors_due_[static_cast<std::size_t>(key.first)];
  return key.second < due.size() ? due[key.second] : Timestamp{};
}

}  // namespace bulkhead::engine
