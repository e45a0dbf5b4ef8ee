// What venue and places answer: fills, receipts, reports of deliveries, funding and expiry.
#include "generator.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::naive {
namespace {

namespace en = engine;

const std::vector<std::string> kContracts = {"AAA/USD:USD", "BBB/USD:USD", "AAA/USD:USD-F"};

}  // namespace

// What was instructed is filled at a fair price; or at one that is not allowed.
Command Generator::venue_answer(bool faults) {
  // Sometimes so long that positions are closed by rank.
  if (faults && now_ >= silent_until_ && random_.chance(0.02)) silent_until_ = now_ + minutes(45);
  if (faults && now_ < silent_until_) return trade();
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, order] : one.instructions) {
      const double worse = faults && random_.chance(0.1) ? 2 : 1;
      if (!order.instrument.empty() && model_.expired(order.instrument)) continue;
      if (!order.instrument.empty()) {
        const std::int64_t eighths = eighths_[order.instrument.substr(0, 3)];
        const auto price = static_cast<std::int64_t>(static_cast<double>(eighths * 125) *
                                                     (order.lots > 0 ? worse : 1 / worse));
        en::Fill fill{one.name,
                      order.instrument,
                      order.lots > 0 ? en::Side::buy : en::Side::sell,
                      std::abs(order.lots),
                      {price, -3},
                      {},
                      "",
                      "",
                      number};
        if (faults && random_.chance(0.3)) {
          fill.lots = std::max<std::int64_t>(1, fill.lots / 2);
        }
        return make("venue", fill);
      }
      const auto worth = [this](const std::string& name) {
        return name == "USD" ? 8.0 : static_cast<double>(eighths_[name]);
      };
      const double fair = static_cast<double>(order.amount.units) * worth(order.asset) /
                          worth(order.received_asset) / worse;
      return make("venue",
                  en::FillSale{one.name, number, order.asset, order.amount, order.received_asset,
                               Amount{static_cast<Int128>(std::ceil(fair))}});
    }
  }
  if (faults) return trade();
  return make("feed", en::Tick{});
}

// The newest instruction of an open leg is answered truthfully; with faults also refused, late,
// twice, about an older number, or with another amount.
Command Generator::place_answer(bool faults) {
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [where, leg] : one.legs) {
      if (faults ? random_.chance(0.6) : !leg.open()) continue;
      const auto at = one.vault.find(where);
      const Int128 held = at == one.vault.end() ? 0 : at->second;
      en::CustodyReceipt word{
          one.name,           where.first, where.second, leg.seq, en::ReceiptStatus::applied,
          Amount{leg.target}, now_,        true};
      if (faults) {
        switch (random_.below(12)) {
          case 0:
            word.status = en::ReceiptStatus::rejected;
            word.observed = Amount{held};
            break;
          case 1:
            word.status = en::ReceiptStatus::pending;
            word.final_ = false;
            word.observed = Amount{held};
            break;
          case 2:
            word.final_ = false;
            break;
          case 3:
            word.observed = Amount{std::max<Int128>(0, leg.target - 1 - Int128(random_.below(50)))};
            break;
          case 4:
            word.observed = Amount{leg.target + 7};
            break;
          case 5:
            word.seq = leg.seq > 1 ? leg.seq - 1 : leg.seq;
            break;
          case 6:
            word.seq = leg.seq + 1;
            break;
          case 7:
            word.as_of = now_ - minutes(20);
            break;
          default:
            break;
        }
      }
      return make("custodian", word);
    }
  }
  return make("feed", en::Tick{});
}

// What a place or the venue has seen of a promise: it is on its way, has come, in part, or will
// not.
Command Generator::report(bool faults) {
  for (const NaiveAccount& one : model_.accounts()) {
    for (const auto& [number, delivery] : one.deliveries) {
      if (faults && random_.chance(0.5)) continue;
      const bool seen = delivery.status == policy::DeliveryStatus::in_transit;
      en::ReportDelivery word{number, en::DeliveryWord::arrived, Amount{delivery.outstanding}};
      if (faults) {
        const std::uint64_t draw = random_.below(10);
        word.word = draw < (seen ? 1U : 5U) ? en::DeliveryWord::seen
                    : draw < 8              ? en::DeliveryWord::arrived
                                            : en::DeliveryWord::failed;
        const bool part =
            word.word == en::DeliveryWord::seen ? random_.chance(0.03) : random_.chance(0.4);
        if (part) word.amount = about(delivery.outstanding);
      }
      return make(random_.chance(0.5) ? "venue" : "custodian", word);
    }
  }
  if (!faults) return make("feed", en::Tick{});
  return make("venue", en::ReportDelivery{random_.below(50), en::DeliveryWord::seen, Amount{1}});
}

// Funding of what is open, and the end of what has come to its day.
Command Generator::contract_act() {
  const std::string contract = one_of(kContracts);
  if (random_.chance(0.4)) {
    const std::int64_t price = random_.chance(0.03) ? 0 : eighths_[contract.substr(0, 3)] * 125;
    const std::string which = random_.chance(0.8) ? "AAA/USD:USD-F" : contract;
    return make("venue", en::Expire{which, {price, -3}});
  }
  const auto rate = static_cast<std::int64_t>(random_.below(33)) - 16;
  const bool absurd = random_.chance(0.02);
  return make("venue", en::Funding{random_.chance(0.97) ? contract : "none",
                                   absurd ? Decimal{2, 0} : Decimal{rate * 15'625, -6}});
}

}  // namespace bulkhead::naive
