#include "bulkhead/replay/replay.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "bulkhead/audit/note.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/node/node.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/replay/node_sink.h"
#include "bulkhead/replay/report.h"

namespace bulkhead::replay {
namespace {

namespace fs = std::filesystem;

Status write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(ErrorCode::io_error, "out", path.string(), "a file that can be written");
  return {};
}

// A folder of an earlier replay is replaced; any other folder with content is left alone.
Status make_folder(const fs::path& out) {
  std::error_code error;
  if (fs::exists(out / "log", error) && fs::exists(out / "log.vkey", error)) {
    for (const char* part : {"log", "market", "report.html", "checkpoint", "log.vkey", "book.jsonl",
                             "behaviour.json", "summary.json"}) {
      fs::remove_all(out / part, error);
    }
  }
  if (fs::exists(out / "log", error)) {
    return fail(ErrorCode::name_taken, "out", out.string(), "a folder without a log in it");
  }
  fs::create_directories(out, error);
  if (error) return fail(ErrorCode::io_error, "out", out.string(), "a folder that can be made");
  return {};
}

// A replay's log is evidence of arithmetic, not of an identity: its key follows from its seed, so
// that the same replay has the same bytes.
audit::SignerKey replay_key(const ReplayOptions& options) {
  audit::SignerKey key;
  key.name = "bulkhead.example/replay/" + std::to_string(options.seed);
  const Hash seed = sha256("bulkhead replay key " + std::to_string(options.seed));
  std::copy(seed.begin(), seed.end(), key.seed.begin());
  return key;
}

Result<Scene> make_scene(const ReplayOptions& options) {
  if (!options.window.empty()) {
    return load_scene({options.window, options.data_directory, options.from, options.to});
  }
  return generate_scene(default_market_plan(options.seed), fs::path(options.out) / "market");
}

Status check_inside(const Scene& scene, const char* field, Timestamp at) {
  if (at.ns == 0 || (at > scene.window.from && at <= scene.window.to)) return {};
  return fail(ErrorCode::out_of_range, field, to_string(at),
              "after " + to_string(scene.window.from) + ", until " + to_string(scene.window.to));
}

Result<Book> make_book(const ReplayOptions& options, const Scene& scene, Executor& executor) {
  BookRequest request;
  request.options.seed = options.seed;
  request.options.accounts = options.accounts;
  request.options.tightness = options.tightness;
  if (options.unlevered_only) {
    request.options.mix = {.perpetual_speculators = 0,
                           .basis_traders = 0,
                           .option_sellers = 0,
                           .market_makers = 0,
                           .borrowers = 0,
                           .unlevered = 1};
  }
  request.scenarios = options.scenarios;
  request.kind = options.kind;
  if (options.policy) request.parameters = options.policy->parameters;
  return generate_book_for(scene, request, executor);
}

// Those outside the core, by their names.
struct Outside {
  custody::CustodianBehaviour custodian;
  PlannerKind planner = PlannerKind::none;
};

Result<Outside> outside_of(const ReplayOptions& options) {
  Outside outside;
  BULKHEAD_TRY(outside.custodian, custodian_profile(options.custodian));
  BULKHEAD_TRY(outside.planner, planner_kind(options.planner));
  return outside;
}

RunOptions run_options(const ReplayOptions& options, const Outside& outside,
                       const std::string& phase) {
  RunOptions run;
  run.seed = options.seed;
  run.scenarios = options.scenarios;
  run.wallet_failure = options.wallet_failure;
  run.wallet_warning = options.wallet_warning;
  run.custodian = outside.custodian;
  run.planner = outside.planner;
  if (options.progress) {
    run.progress = [&options, phase](std::uint64_t done, std::uint64_t all) {
      options.progress(phase, done, all);
    };
  }
  return run;
}

Result<RunResult> run_in_node(const ReplayOptions& options, const Scene& scene, const Book& book,
                              const Outside& outside, ReplayResult& result) {
  node::NodeOptions settings;
  settings.directory = result.log;
  settings.key = replay_key(options);
  settings.threads = options.threads;
  settings.engine.plain = options.plain;
  settings.engine.check_every = options.check_every;
  settings.group_commands = 256;
  settings.snapshot_commands = 5'000;
  settings.outside_checkpoint = (fs::path(options.out) / "checkpoint").string();
  result.vkey = audit::to_string(settings.key.verifier());
  // First, so that the folder of a replay that was cut off is known as one.
  BULKHEAD_TRY_STATUS(write_text(fs::path(options.out) / "log.vkey", result.vkey + "\n"));
  BULKHEAD_TRY(const std::unique_ptr<node::Node> node, node::Node::create(settings));
  NodeSink sink(*node);
  BULKHEAD_TRY(RunResult done,
               run(sink, scene, book, run_options(options, outside, result.policy)));
  result.accounts = static_cast<std::uint32_t>(node->engine().state().accounts().size());
  result.state_root = node->engine().state_root();
  result.models = views::monitor_view(node->engine().state());
  if (const auto figures = node->engine().figures()) result.ticks = (*figures)->counts();
  BULKHEAD_TRY_STATUS(node->close());
  return done;
}

Result<node::VerifyReport> verify_log(const ReplayOptions& options, const ReplayResult& result) {
  std::ifstream file(fs::path(options.out) / "checkpoint", std::ios::binary);
  node::VerifyOptions settings;
  settings.vkey = result.vkey;
  settings.checkpoint.assign(std::istreambuf_iterator<char>(file), {});
  settings.threads = options.threads;
  if (options.progress) {
    settings.progress = [&options](const node::VerifyProgress& at) {
      options.progress("verify: " + std::string(to_string(at.step)), at.done, at.total);
    };
  }
  return node::verify(journal::posix_file_system(), result.log, settings);
}

void describe(ReportData& data, const ReplayResult& result, const Scene& scene) {
  data.title = result.title;
  data.numeraire = result.numeraire;
  data.policy = result.policy;
  data.other_policy = result.other_policy;
  data.models = result.models.lines;
  data.notes.push_back(scene.window.note);
  for (const feeds::FileCount& file : scene.feed.files) {
    if (file.gaps > 0) {
      data.notes.push_back(file.file + ": " + std::to_string(file.gaps) +
                           " missing stretches inside the window, not filled");
    }
  }
  data.provenance = {{"accounts", std::to_string(result.accounts)},
                     {"commands", std::to_string(result.totals.commands)},
                     {"records in the log", std::to_string(result.totals.records)},
                     {"state root", to_hex(result.state_root)},
                     {"log key", result.vkey}};
  if (result.verified) {
    data.provenance.emplace_back("verification", std::string(to_string(result.verified->outcome)));
  }
}

Book compared_book(const ReplayOptions& options, const Scene& scene, const Book& book) {
  if (options.compared) return with_policy(book, options.compared->parameters, scene.window);
  return with_ladder(book, policy::LadderKind::liquidate_only);
}

void name_policies(const ReplayOptions& options, ReplayResult& result) {
  if (options.kind == policy::LadderKind::liquidate_only) result.policy = "liquidate-only";
  if (options.policy) result.policy = options.policy->name;
  if (options.compared) result.other_policy = options.compared->name;
}

}  // namespace

Result<ReplayResult> replay(const ReplayOptions& options) {
  BULKHEAD_TRY(const Outside outside, outside_of(options));
  BULKHEAD_TRY_STATUS(make_folder(options.out));
  node::ThreadPool executor(options.threads);
  Book book;
  if (!options.book_file.empty()) {
    BULKHEAD_TRY(book, read_book(options.book_file, options.behaviour_file));
  }
  if (options.progress) options.progress("reading the market", 0, 0);
  BULKHEAD_TRY(const Scene scene, make_scene(options));
  BULKHEAD_TRY_STATUS(check_inside(scene, "wallet_failure", options.wallet_failure));
  BULKHEAD_TRY_STATUS(check_inside(scene, "wallet_warning", options.wallet_warning));
  if (options.book_file.empty()) {
    BULKHEAD_TRY(book, make_book(options, scene, executor));
  } else if (options.policy) {
    book = with_policy(std::move(book), options.policy->parameters, scene.window);
  }
  make_hostile(book.behaviours, options.hostile, options.seed);
  BULKHEAD_TRY_STATUS(
      write_book(book, options.out + "/book.jsonl", options.out + "/behaviour.json"));
  ReplayResult result;
  name_policies(options, result);
  result.title = scene.window.title;
  result.numeraire = scene.window.assets.front().name;
  result.from = scene.window.from;
  result.to = scene.window.to;
  result.log = (fs::path(options.out) / "log").string();
  result.report_file = (fs::path(options.out) / "report.html").string();
  const auto started = std::chrono::steady_clock::now();
  BULKHEAD_TRY(RunResult journaled, run_in_node(options, scene, book, outside, result));
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  result.totals = journaled.totals;
  if (result.ticks.missed > 0) {
    return fail(ErrorCode::replay_mismatch, "sleepers", std::to_string(result.ticks.missed),
                "no account at rest that a tick would have moved, of " +
                    std::to_string(result.ticks.checked) + " checked");
  }
  if (options.verify) {
    BULKHEAD_TRY(result.verified, verify_log(options, result));
  }
  if (options.compare && (options.compared || options.kind == policy::LadderKind::full)) {
    MemorySink sink(executor, {.plain = options.plain});
    BULKHEAD_TRY(const RunResult other, run(sink, scene, compared_book(options, scene, book),
                                            run_options(options, outside, result.other_policy)));
    result.other = other.totals;
    journaled.data.totals = compare(journaled.totals, other.totals, result.numeraire);
  }
  describe(journaled.data, result, scene);
  BULKHEAD_TRY_STATUS(write_text(result.report_file, render_report(journaled.data)));
  BULKHEAD_TRY_STATUS(write_text(fs::path(options.out) / "summary.json", summary_json(result)));
  return result;
}

}  // namespace bulkhead::replay
