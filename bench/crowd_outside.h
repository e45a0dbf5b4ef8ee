// Who is outside the engine in the crowd's hour: members who are trued up at the opening as a
// venue does, and answer calls or not, and a venue that fills what a liquidation asks for.
#pragma once

#include <queue>

#include "bulkhead/base/random.h"
#include "crowd_engines.h"

namespace bulkhead::bench {

class CrowdOutside {
 public:
  CrowdOutside(CrowdEngines& engines, RandomStream& random) : engines_(engines), random_(random) {}

  // Whoever stands below 112 % of IM pledges what is missing; a set is adopted.
  Status true_up(Timestamp now);
  // What the last tick's events ask for comes later, some of it never.
  void hear(Timestamp now, const std::vector<engine::Event>& events);
  Status answer(Timestamp now);

  std::uint64_t trued_up() const { return trued_up_; }
  std::uint64_t answers() const { return answers_; }
  std::uint64_t fills() const { return fills_; }

 private:
  struct Answer {
    Timestamp time;
    std::uint64_t number = 0;
    std::string account;
    Amount pledge;      // numéraire; zero: `fill` instead
    engine::Fill fill;  // price still to be set
  };
  struct Later {
    bool operator()(const Answer& a, const Answer& b) const {
      return std::pair(a.time, a.number) > std::pair(b.time, b.number);
    }
  };
  Status pledge(Timestamp now, const std::string& account, Amount amount);
  Status fill(Timestamp now, engine::Fill fill);

  CrowdEngines& engines_;
  RandomStream& random_;
  std::priority_queue<Answer, std::vector<Answer>, Later> answers_due_;
  std::uint64_t number_ = 0;
  std::uint64_t trued_up_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t fills_ = 0;
};

}  // namespace bulkhead::bench
