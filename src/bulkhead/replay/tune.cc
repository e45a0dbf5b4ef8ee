#include "bulkhead/replay/tune.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>

#include "bulkhead/base/sha256.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/replay/run.h"
#include "bulkhead/replay/tune_store.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::replay {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSamples = 200;
constexpr std::string_view kCalmWindow = "calm-2023";

struct Cut {
  const char* window;
  const char* from;
  const char* to;
};
constexpr Cut kUsualCuts[] = {{"black-thursday-2020", "2020-03-11T00:00Z", "2020-03-16T00:00Z"},
                              {"terra-2022", "2022-05-09T00:00Z", "2022-05-13T12:00Z"},
                              {"usdc-depeg-2023", "2023-03-10T20:00Z", "2023-03-12T08:00Z"},
                              {"cascade-2025", "2025-10-10T12:00Z", "2025-10-12T12:00Z"},
                              {"calm-2023", "2023-07-01T00:00Z", "2023-08-01T00:00Z"}};

std::uint64_t ticks_of(const feeds::Window& window) {
  return static_cast<std::uint64_t>((window.to - window.from).ns / window.step.ns);
}

// Everything that was read for a scene; what follows from the program is in the program's hash.
std::string bits(double value) { return " " + std::to_string(std::bit_cast<std::uint64_t>(value)); }

void add_series(Sha256& hash, const calibration::PriceHistory& history) {
  std::string text = history.quote + "\n";
  for (const calibration::Close& close : history.closes) {
    text += std::to_string(close.time.ns) + bits(close.price) + "\n";
  }
  hash.update(text);
}

Hash hash_of(const Scene& scene) {
  Sha256 hash;
  std::string text = scene.window.name + " " + to_string(scene.window.from) + " " +
                     to_string(scene.window.to) + " " + to_string(scene.window.step) + "\n";
  for (const market::Asset& asset : scene.window.assets) {
    text += asset.name + bits(asset.adv) + bits(asset.initial_volatility) + "\n";
  }
  for (const market::Source& source : scene.feed.sources) text += source.name + "\n";
  for (const feeds::TimedObservation& o : scene.feed.observations) {
    text += std::to_string(o.time.ns) + " " + std::to_string(o.source) + bits(o.price) +
            bits(o.confidence) + "\n";
  }
  for (const feeds::TimedFunding& f : scene.feed.funding) {
    text += std::to_string(f.time.ns) + " " + f.instrument + bits(f.rate) + "\n";
  }
  hash.update(text);
  for (const calibration::AssetInput& asset : scene.histories.assets) {
    hash.update(asset.asset + "\n");
    add_series(hash, asset.spot);
    add_series(hash, asset.perpetual);
  }
  return hash.finish();
}

Result<Scene> load(const TuneOptions& options, TuneWindow window) {
  Scene scene;
  if (window.name == kSyntheticWindow) {
    const fs::path folder = fs::path(options.out) / "market";
    BULKHEAD_TRY(scene, generate_scene(default_market_plan(options.seed), folder));
    if (window.from.ns != 0 || window.to.ns != 0) {
      return fail(ErrorCode::out_of_range, "windows", window.name, "without a cut; see --hours");
    }
  } else {
    for (const Cut& cut : kUsualCuts) {
      if (window.name != cut.window || window.from.ns != 0 || window.to.ns != 0) continue;
      BULKHEAD_TRY(window.from, parse_timestamp(cut.from));
      BULKHEAD_TRY(window.to, parse_timestamp(cut.to));
    }
    if (options.length.ns > 0 && window.from.ns != 0) {
      const Timestamp end = window.from + options.length;
      window.to = window.to.ns == 0 ? end : std::min(window.to, end);
    }
    BULKHEAD_TRY(scene, load_scene({window.name, options.data_directory, window.from, window.to}));
  }
  if (options.length.ns > 0) {
    scene.window.to = std::min(scene.window.to, scene.window.from + options.length);
  }
  if (ticks_of(scene.window) == 0) {
    return fail(ErrorCode::out_of_range, "hours", to_string(options.length),
                "at least one tick of " + to_string(scene.window.step));
  }
  return scene;
}

// One run to be made: its place in the result, and what it needs.
struct Job {
  TuneRun* run = nullptr;
  std::string inputs;
  std::string book;  // key into the books
};

class Tuner {
 public:
  explicit Tuner(const TuneOptions& options, TuneStore store)
      : options_(options), store_(std::move(store)), pool_(options.threads) {}

  Status load_scenes();
  Status make(std::vector<TuneRun>& runs, const std::string& phase);
  TuneResult& result() { return result_; }

 private:
  std::string inputs_of(const TuneRun& run) const;
  std::string book_key(const TuneRun& run) const;
  void find_pending(std::vector<TuneRun>& runs, std::vector<Job>& pending);
  Status make_books(const std::vector<Job>& pending);
  Status make_book(const Job& job, Book& book) const;
  Status run_job(const Job& job);
  Status each(std::size_t count, const std::function<Status(std::size_t)>& body);
  void begin_progress(const std::string& phase, std::uint64_t all);
  void tell_progress(std::uint64_t ticks);

  const TuneOptions& options_;
  TuneStore store_;
  node::ThreadPool pool_;
  TuneResult result_;
  std::vector<Scene> scenes_;
  std::vector<std::string> hashes_;  // of the scenes, hexadecimal
  std::map<std::string, Book> books_;
  std::mutex telling_;
  std::string phase_;
  std::uint64_t done_ = 0, all_ = 0;  // ticks of this phase
  std::chrono::steady_clock::time_point begun_;
};

// The first error by place; once there is one, nothing more is begun.
Status Tuner::each(std::size_t count, const std::function<Status(std::size_t)>& body) {
  std::vector<Status> ends(count);
  std::atomic<bool> failed = false;
  pool_.parallel_for(count, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && !failed; ++i) {
      ends[i] = body(i);
      if (!ends[i]) failed = true;
    }
  });
  for (Status& end : ends) {
    if (!end) return std::move(end);
  }
  return {};
}

void Tuner::begin_progress(const std::string& phase, std::uint64_t all) {
  phase_ = phase;
  done_ = 0;
  all_ = all;
  begun_ = std::chrono::steady_clock::now();
}

void Tuner::tell_progress(std::uint64_t ticks) {
  const std::lock_guard lock(telling_);
  done_ += ticks;
  if (!options_.progress || done_ == 0) return;
  const double spent =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  const double left = spent * static_cast<double>(all_ - done_) / static_cast<double>(done_);
  options_.progress(phase_, done_, all_, left);
}

Status Tuner::load_scenes() {
  const std::size_t count = options_.windows.size();
  scenes_.resize(count);
  hashes_.resize(count);
  begin_progress("reading the markets", count);
  BULKHEAD_TRY_STATUS(each(count, [this](std::size_t i) -> Status {
    BULKHEAD_TRY(scenes_[i], load(options_, options_.windows[i]));
    hashes_[i] = to_hex(hash_of(scenes_[i]));
    tell_progress(1);
    return {};
  }));
  for (const Scene& scene : scenes_) {
    TunedWindow window;
    window.name = scene.window.name;
    window.title = scene.window.title;
    window.numeraire = scene.window.assets.front().name;
    window.from = scene.window.from;
    window.to = scene.window.to;
    window.calm = window.name == kCalmWindow;
    result_.windows.push_back(window);
  }
  return {};
}

std::string Tuner::book_key(const TuneRun& run) const {
  return to_hex(sha256(hashes_[run.window] + " " + std::to_string(run.seed) + " " +
                       wire::to_json(options_.grid.points[run.point].opening)));
}

std::string Tuner::inputs_of(const TuneRun& run) const {
  const TunePoint& point = options_.grid.points[run.point];
  std::string text = "bulkhead tune, a run\n" + options_.program + "\n" + hashes_[run.window];
  for (const std::uint64_t number :
       {run.seed, std::uint64_t{options_.accounts}, std::uint64_t{options_.scenarios},
        std::uint64_t{kSamples}, std::bit_cast<std::uint64_t>(options_.tightness)}) {
    text += "\n" + std::to_string(number);
  }
  text += "\n" + wire::to_json(point.opening) + "\n" + wire::to_json(point.parameters);
  return to_hex(sha256(text));
}

void Tuner::find_pending(std::vector<TuneRun>& runs, std::vector<Job>& pending) {
  for (TuneRun& run : runs) {
    const std::string inputs = inputs_of(run);
    switch (store_.find(inputs, run.figures)) {
      case Stored::good:
        ++result_.reused;
        continue;
      case Stored::torn:
        ++result_.torn;
        break;
      case Stored::absent:
        break;
    }
    pending.push_back({&run, inputs, book_key(run)});
  }
  result_.computed += static_cast<std::uint32_t>(pending.size());
}

Status Tuner::make_book(const Job& job, Book& book) const {
  SerialExecutor executor;
  BookRequest request;
  request.options.seed = job.run->seed;
  request.options.accounts = options_.accounts;
  request.options.tightness = options_.tightness;
  request.scenarios = options_.scenarios;
  request.parameters = options_.grid.points[job.run->point].opening;
  BULKHEAD_TRY(book, generate_book_for(scenes_[job.run->window], request, executor));
  return {};
}

Status Tuner::make_books(const std::vector<Job>& pending) {
  std::vector<const Job*> wanted;
  std::vector<Book*> books;
  for (const Job& job : pending) {
    const auto [at, fresh] = books_.try_emplace(job.book);
    if (!fresh) continue;
    wanted.push_back(&job);
    books.push_back(&at->second);
  }
  begin_progress("opening the books", wanted.size());
  return each(wanted.size(), [&](std::size_t i) -> Status {
    BULKHEAD_TRY_STATUS(make_book(*wanted[i], *books[i]));
    tell_progress(1);
    return {};
  });
}

Status Tuner::run_job(const Job& job) {
  TuneRun& run_of = *job.run;
  const TunePoint& point = options_.grid.points[run_of.point];
  const Scene& scene = scenes_[run_of.window];
  SerialExecutor executor;
  MemorySink sink(executor);
  RunOptions settings;
  settings.seed = run_of.seed;
  settings.scenarios = options_.scenarios;
  settings.samples = kSamples;
  settings.progress = [this](std::uint64_t, std::uint64_t) { tell_progress(1); };
  const Book book = with_policy(books_.at(job.book), point.parameters, scene.window);
  BULKHEAD_TRY(const RunResult done, run(sink, scene, book, settings));
  run_of.figures =
      figures_of(done.totals, static_cast<std::uint32_t>(sink.engine().state().accounts().size()));
  StoredRun stored;
  stored.inputs = job.inputs;
  stored.point = point.name;
  stored.window = scene.window.name;
  stored.seed = run_of.seed;
  stored.figures = run_of.figures;
  return store_.put(std::move(stored));
}

Status Tuner::make(std::vector<TuneRun>& runs, const std::string& phase) {
  std::vector<Job> pending;
  find_pending(runs, pending);
  BULKHEAD_TRY_STATUS(make_books(pending));
  std::uint64_t ticks = 0;
  for (const Job& job : pending) ticks += ticks_of(scenes_[job.run->window].window);
  begin_progress(phase + ", " + std::to_string(pending.size()) + " runs", ticks);
  return each(pending.size(), [&](std::size_t i) -> Status {
    Status end = run_job(pending[i]);
    if (end) return end;
    Error error = end.error();
    error.field = options_.grid.points[pending[i].run->point].name + " in " +
                  result_.windows[pending[i].run->window].name + ": " + error.field;
    return std::unexpected(std::move(error));
  });
}

// Points whose members hold other equity at the opening than those of the first point with the same
// margin.
std::vector<std::size_t> opened_otherwise(const std::vector<TuneRun>& runs, const TuneGrid& grid) {
  std::map<std::pair<std::size_t, std::string>, double> first;
  std::vector<std::size_t> points;
  for (const TuneRun& run : runs) {
    const std::string opening = wire::to_json(grid.points[run.point].opening);
    const auto at = first.try_emplace({run.window, opening}, run.figures.opening_equity).first;
    const bool same = run.figures.opening_equity == at->second;
    if (!same && (points.empty() || points.back() != run.point)) points.push_back(run.point);
  }
  return points;
}

}  // namespace

std::vector<TuneWindow> usual_tune_windows() {
  std::vector<TuneWindow> windows;
  for (const Cut& cut : kUsualCuts) windows.push_back({cut.window, {}, {}});
  return windows;
}

Result<TuneResult> tune(const TuneOptions& options, const PickCandidates& candidates) {
  if (options.windows.empty()) {
    return fail(ErrorCode::missing_field, "windows", "", "at least one window");
  }
  BULKHEAD_TRY(TuneStore store, TuneStore::open(fs::path(options.out) / "points"));
  Tuner tuner(options, std::move(store));
  BULKHEAD_TRY_STATUS(tuner.load_scenes());
  TuneResult& result = tuner.result();
  for (std::size_t p = 0; p < options.grid.points.size(); ++p) {
    for (std::size_t w = 0; w < options.windows.size(); ++w) {
      result.runs.push_back({p, w, options.seed, {}});
    }
  }
  BULKHEAD_TRY_STATUS(tuner.make(result.runs, "replaying"));
  result.opened_otherwise = opened_otherwise(result.runs, options.grid);
  if (options.confirm > 0) {
    for (const std::size_t p : candidates(result)) {
      for (std::size_t w = 0; w < options.windows.size(); ++w) {
        for (std::uint32_t s = 1; s <= options.confirm; ++s) {
          result.confirmed.push_back({p, w, options.seed + s, {}});
        }
      }
    }
    BULKHEAD_TRY_STATUS(tuner.make(result.confirmed, "with other seeds"));
  }
  return std::move(result);
}

}  // namespace bulkhead::replay
