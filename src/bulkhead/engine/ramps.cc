#include "bulkhead/engine/ramps.h"

#include <algorithm>

namespace bulkhead::engine {
namespace {

// From `from` to `to` as `done` of `whole` has passed; towards `from`, so that what is in order
// stays so.
class Between {
 public:
  Between(Duration done, Duration whole)
      : done_(whole.ns > 0 ? std::clamp<std::int64_t>(done.ns, 0, whole.ns) : 1),
        whole_(whole.ns > 0 ? whole.ns : 1) {}

  void move(BasisPoints from, BasisPoints& to) const {
    const Int128 part =
        static_cast<Int128>(to) * done_ + static_cast<Int128>(from) * (whole_ - done_);
    to = static_cast<BasisPoints>(part / whole_);
  }

 private:
  std::int64_t done_;
  std::int64_t whole_;
};

void move_levels(const Between& between, const policy::Levels& from, policy::Levels& to) {
  between.move(from.release_bp, to.release_bp);
  between.move(from.target_bp, to.target_bp);
  between.move(from.watch_bp, to.watch_bp);
  between.move(from.call_bp, to.call_bp);
  between.move(from.sequester_bp, to.sequester_bp);
  between.move(from.maintenance_bp, to.maintenance_bp);
}

void move_terms(const Between& between, const collateral::AssetTerms& from,
                collateral::AssetTerms& to) {
  between.move(from.haircut_floor_bp, to.haircut_floor_bp);
  between.move(from.fx_haircut_bp, to.fx_haircut_bp);
  between.move(from.additional_haircut_bp, to.additional_haircut_bp);
  between.move(from.account_limit_bp, to.account_limit_bp);
}

// `to` with what ramps where it is. What newly counts does so under its own terms, and what no
// longer does fades out.
policy::ParameterSet at(const Between& between, const policy::ParameterSet& from,
                        policy::ParameterSet to) {
  move_levels(between, from.ladder.levels, to.ladder.levels);
  const BasisPoints rho = to.ladder.levels.maintenance_bp;
  to.risk.maintenance = rho;
  to.models.flat.maintenance = rho;
  to.models.scenario_grid.maintenance = rho;
  for (collateral::AssetTerms& terms : to.collateral.schedule) {
    const collateral::AssetTerms* before = collateral::find_terms(from.collateral, terms.asset);
    if (before != nullptr && before->eligible && terms.eligible) {
      move_terms(between, *before, terms);
    }
  }
  return to;
}

bool differs(const policy::ParameterSet& a, const policy::ParameterSet& b) {
  return !(a.ladder.levels == b.ladder.levels && a.collateral == b.collateral);
}

}  // namespace

Timestamp begin_ramp(Context& context, const policy::ParameterSet& before) {
  if (context.state.ramp()) context.state.set_ramp(std::nullopt);
  const policy::ParameterSet to = context.parameters();
  const Duration length = to.ladder.parameter_ramp;
  const policy::ParameterSet now = at(Between(Duration{}, length), before, to);
  if (length <= Duration{} || !differs(now, to)) return {};
  const Timestamp ends = context.now() + length;
  context.state.set_ramp(ParameterRamp{context.now(), ends, before, to});
  context.state.set_parameters(now);
  return ends;
}

void follow_ramp(Context& context) {
  if (!context.state.ramp()) return;
  const ParameterRamp ramp = *context.state.ramp();
  const Between between(context.now() - ramp.begins, ramp.ends - ramp.begins);
  context.state.set_parameters(at(between, ramp.from, ramp.to));
  context.valuer.forget_parameters();
  if (context.now() < ramp.ends) return;
  context.state.set_ramp(std::nullopt);
  context.emit(ParametersAdopted{ramp.to.version, {}, Timestamp{}});
}

}  // namespace bulkhead::engine
