// Public verbs of a node, and the way of a command from submit to its group.
#include "bulkhead/node/node.h"

#include <algorithm>
#include <utility>

#include "bulkhead/node/admission.h"
#include "bulkhead/node/node_impl.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

// A frame takes 64 MiB; a group that grows beyond this is committed early.
constexpr std::size_t kGroupBytes = 16U << 20;

Status check_options(const NodeOptions& options) {
  if (options.files != nullptr && options.store == StateStore::rocksdb) {
    return fail(ErrorCode::out_of_range, "options.store", "rocksdb",
                "memory, with files that are not the machine's");
  }
  if (options.directory.empty()) {
    return fail(ErrorCode::missing_field, "options.directory", "", "where the log stands");
  }
  if (options.group_commands == 0 || options.head_commands == 0) {
    return fail(ErrorCode::out_of_range, "options", "0 commands in a group", "at least 1");
  }
  // A key whose name no checkpoint can carry is found here, not at the first commit.
  BULKHEAD_TRY_STATUS(
      audit::sign_checkpoint({options.key.name, 0, audit::empty_root(), {}}, options.key));
  return {};
}

std::optional<Error> refusal_of(const engine::Applied& applied) {
  if (applied.events.empty()) return std::nullopt;
  const auto* const refused = std::get_if<engine::Refused>(&applied.events.front().body);
  if (refused == nullptr) return std::nullopt;
  return Error{static_cast<ErrorCode>(refused->code), refused->field, refused->value,
               refused->detail};
}

}  // namespace

Node::Impl::Impl(const NodeOptions& given)
    : options(given),
      files(given.files != nullptr ? *given.files : journal::posix_file_system()),
      pool(given.threads),
      tile_files(files, tile_root(LogForm::node_directory, given.directory)),
      tiles(tile_files, false) {}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::create(const NodeOptions& options) {
  BULKHEAD_TRY_STATUS(check_options(options));
  auto impl = std::make_unique<Impl>(options);
  if (impl->files.exists(vkey_path(options.directory)) ||
      impl->files.exists(journal_directory(options.directory))) {
    return fail(ErrorCode::io_error, "directory", options.directory, "a log stands here already");
  }
  BULKHEAD_TRY_STATUS(impl->start(true));
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

Result<std::unique_ptr<Node>> Node::open(const NodeOptions& options) {
  BULKHEAD_TRY_STATUS(check_options(options));
  auto impl = std::make_unique<Impl>(options);
  BULKHEAD_TRY_STATUS(impl->start(false));
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

Result<engine::Applied> Node::Impl::submit(const engine::Command& command) {
  if (failed) return std::unexpected(*failed);
  if (closed) return fail(ErrorCode::io_error, "node", options.directory, "it was closed");
  BULKHEAD_TRY(AdmittedCommand admitted, admit_shape(command));
  BULKHEAD_TRY_STATUS(check_signature(engine->state(), admitted.command));
  BULKHEAD_TRY_STATUS(check_content(*content, admitted.command));
  if (const auto answer = engine->find_answer(admitted.command)) {
    if (!*answer) return std::unexpected(answer->error());
    return first_answer(**answer);
  }
  engine::Applied applied = engine->apply(admitted.command);
  BULKHEAD_ASSERT(applied.record == journal->size() + pending.size());
  absorb(engine->changes());
  pending_bytes += admitted.record.size();
  pending.push_back(std::move(admitted.record));
  for (const engine::Event& event : applied.events) {
    auto bytes = wire::encode_record(event);
    if (!bytes) {
      failed = bytes.error();  // the state is ahead of any log that could be written
      return std::unexpected(*failed);
    }
    pending_bytes += bytes->size();
    pending.push_back(std::move(*bytes));
  }
  pending_ends.push_back(pending.size());
  if (pending_ends.size() >= options.group_commands || pending_bytes >= kGroupBytes) {
    BULKHEAD_TRY_STATUS(flush());
  }
  return applied;
}

Result<engine::Applied> Node::Impl::first_answer(std::uint64_t record) const {
  engine::Applied applied;
  applied.record = record;
  const std::uint64_t end = journal->size() + pending.size();
  for (std::uint64_t i = record + 1; i < end; ++i) {
    BULKHEAD_TRY(const Bytes bytes, read(i));
    BULKHEAD_TRY(engine::LogRecord decoded, wire::decode_record(bytes));
    auto* const event = std::get_if<engine::EventRecord>(&decoded.content);
    if (event == nullptr) break;
    applied.events.push_back(std::move(event->event));
  }
  applied.refused = refusal_of(applied);
  return applied;
}

Result<Bytes> Node::Impl::read(std::uint64_t index) const {
  const std::uint64_t durable = journal->size();
  if (index < durable) return journal->read(index);
  if (index - durable < pending.size()) return pending[static_cast<std::size_t>(index - durable)];
  return fail(ErrorCode::out_of_range, "record", std::to_string(index),
              "below " + std::to_string(durable + pending.size()));
}

Result<engine::Applied> Node::submit(const engine::Command& command) {
  return impl_->submit(command);
}
Status Node::flush() { return impl_->flush(); }

Result<Hash> Node::put_content(const Bytes& bytes) { return impl_->content->put(bytes); }

Status Node::publish() {
  BULKHEAD_TRY_STATUS(impl_->flush());
  return impl_->publish();
}

Result<std::uint64_t> Node::write_snapshot() {
  BULKHEAD_TRY_STATUS(impl_->flush());
  return impl_->write_snapshot();
}

Status Node::close() {
  if (impl_->closed) return {};
  BULKHEAD_TRY_STATUS(publish());
  impl_->closed = true;
  impl_->journal.reset();  // ends the lock
  impl_->store.reset();
  return {};
}

engine::Engine& Node::engine() { return *impl_->engine; }
std::uint64_t Node::size() const { return durable_size() + impl_->pending.size(); }
std::uint64_t Node::durable_size() const { return impl_->tiles.size(); }
std::string Node::checkpoint() const { return impl_->published; }
Result<Bytes> Node::read(std::uint64_t index) const {
  if (impl_->closed) {
    return fail(ErrorCode::io_error, "node", impl_->options.directory, "it was closed");
  }
  return impl_->read(index);
}
const journal::ContentStore& Node::content() const { return *impl_->content; }

}  // namespace bulkhead::node
