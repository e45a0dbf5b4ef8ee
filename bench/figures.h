// What the benchmark reports: repeated measurements and the figures made of them.
#pragma once

#include <string>
#include <vector>

namespace bulkhead::bench {

// Seconds per item of one repeated measurement.
struct Timing {
  double least = 0;
  double median = 0;
  int repeats = 0;
};

Timing summarise(std::vector<double> seconds_per_item);

// Seconds of wall clock, and of processor time of the calling thread: the latter holds on a busy
// machine too.
double wall_seconds();
double thread_seconds();

// Calls work() at least `repeats` times and for about half a second; work() returns how many items
// it did.
template <class Work>
Timing measure(int repeats, double (*clock)(), Work work) {
  std::vector<double> seconds;
  double total = 0;
  while (static_cast<int>(seconds.size()) < repeats || (total < 0.5 && seconds.size() < 200)) {
    const double start = clock();
    const double items = work();
    const double spent = clock() - start;
    total += spent;
    seconds.push_back(spent / items);
  }
  return summarise(std::move(seconds));
}

struct Figure {
  std::string name;
  std::string unit;  // what `least` and `median` count
  double least = 0;
  double median = 0;
  int repeats = 1;
  std::string per_second;  // what the inverse counts; empty: not a time
  double ratio = 0;        // against a ceiling of the same run; 0: none
  std::string ratio_of;
};

// A time per item, in microseconds.
Figure timed(std::string name, std::string item, const Timing& timing);
// A plain figure.
Figure plain(std::string name, std::string unit, double value);

std::string to_text(const std::vector<Figure>& figures);
std::string to_json(const std::vector<Figure>& figures);

}  // namespace bulkhead::bench
