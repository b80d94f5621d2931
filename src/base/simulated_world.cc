#include "base/simulated_world.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/bytes.h"
#include "base/check.h"
#include "base/guarded.h"

// How a crash is made
//
// A disk holds nodes (files and folders). A node keeps two states: what a reader sees now, and what
// the disk is known to hold (`synced`), together with the list of changes made since. A sync of a
// node makes the two equal and forgets the list. A crash replays, on the synced state, none of the
// list (harsh), or a seeded choice of it (torn): for a file any subset of its writes, each cut at a
// sector; for a folder the changes of names up to a seeded point, since a journal keeps their
// order. What readers see then starts from that. The tree is rebuilt from the root's synced names,
// so a file whose name was never synced is gone, whatever was synced of its bytes.

namespace base {
namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kNever = UINT64_MAX;

std::unexpected<Error> Crashed() {
  return Fail(ErrorCode::kUnavailable, "The simulated machine has stopped");
}

struct Node;
using NodeRef = std::shared_ptr<Node>;

struct FileChange {
  std::uint64_t offset = 0;
  std::string bytes;       // what was written at the offset,
  bool truncates = false;  // or: the file was cut (or grown) to the size `offset`
};

struct NameChange {
  std::string name;
  NodeRef node;  // null: the name was removed
};

struct Node {
  bool is_folder = false;
  bool locked = false;
  std::string bytes, synced_bytes;                     // of a file
  std::vector<FileChange> file_changes;                // since the last sync
  std::map<std::string, NodeRef> names, synced_names;  // of a folder
  std::vector<NameChange> name_changes;                // since the last sync
};

void Apply(const FileChange& change, std::string& bytes) {
  if (change.truncates) {
    bytes.resize(change.offset);
    return;
  }
  if (bytes.size() < change.offset + change.bytes.size()) {
    bytes.resize(change.offset + change.bytes.size());
  }
  std::copy(change.bytes.begin(), change.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

void Apply(const NameChange& change, std::map<std::string, NodeRef>& names) {
  if (change.node == nullptr) {
    names.erase(change.name);
  } else {
    names[change.name] = change.node;
  }
}

struct DiskState {
  NodeRef root;
  std::uint64_t steps = 0;
  std::uint64_t crash_step = kNever;
  std::uint64_t life = 0;  // counts restarts
  std::uint64_t capacity = kNever;
  std::uint64_t used = 0;
  bool crashed = false;
  std::function<bool(std::string_view)> fails;
  std::function<bool(std::string_view)> lies;
  std::mt19937_64 random;
  Instant now;
  std::int64_t monotonic = 0;
};

// Settles what one node holds after a crash, and goes down into its folders.
void Settle(DiskState& disk, const NodeRef& node, CrashMode mode, std::set<Node*>& seen) {
  if (!seen.insert(node.get()).second) return;
  node->locked = false;
  if (mode == CrashMode::kTorn) {
    for (const FileChange& change : node->file_changes) {
      const std::uint64_t choice = disk.random() % 4;
      if (choice == 0) continue;
      FileChange kept = change;
      if (choice == 1 && !kept.truncates) {
        const std::uint64_t sectors = kept.bytes.size() / kSectorBytes + 1;
        kept.bytes.resize(
            std::min<std::uint64_t>(kept.bytes.size(), disk.random() % sectors * kSectorBytes));
      }
      Apply(kept, node->synced_bytes);
    }
    const std::size_t kept_names = disk.random() % (node->name_changes.size() + 1);
    for (std::size_t i = 0; i < kept_names; ++i) Apply(node->name_changes[i], node->synced_names);
  }
  node->bytes = node->synced_bytes;
  node->names = node->synced_names;
  node->file_changes.clear();
  node->name_changes.clear();
  disk.used += node->bytes.size();
  for (const auto& [name, child] : node->names) Settle(disk, child, mode, seen);
}

}  // namespace

class SimulatedWorld::Disk final : public Files, public std::enable_shared_from_this<Disk> {
 public:
  explicit Disk(std::uint64_t seed) {
    auto state = state_.Lock();
    state->root = std::make_shared<Node>();
    state->root->is_folder = true;
    state->random.seed(seed);
    state->now = Instant{1'790'000'000 * kMicrosecondsPerSecond};
  }

  Guarded<DiskState>& state() { return state_; }

  Result<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  Result<std::unique_ptr<Mapping>> MapReadOnly(std::string_view path) override;

  Result<std::optional<FileStatus>> Status(std::string_view path) override {
    auto state = state_.Lock();
    if (state->crashed) return Crashed();
    const NodeRef node = Find(*state, path);
    if (node == nullptr) return std::optional<FileStatus>{};
    return FileStatus{node->bytes.size(), node->is_folder};
  }

  Result<std::vector<std::string>> List(std::string_view folder) override {
    auto state = state_.Lock();
    if (state->crashed) return Crashed();
    const NodeRef node = Find(*state, folder);
    if (node == nullptr || !node->is_folder) return Absent(folder);
    std::vector<std::string> names;
    for (const auto& [name, child] : node->names) names.push_back(name);
    return names;
  }

  Result<void> MakeFolder(std::string_view path) override {
    auto state = state_.Lock();
    if (!Step(*state)) return Crashed();
    const NodeRef parent = Find(*state, ParentOf(path));
    if (parent == nullptr || !parent->is_folder) return Absent(path);
    if (const NodeRef there = Find(*state, path)) {
      if (there->is_folder) return {};
      return Fail(ErrorCode::kConflict, "Making a folder failed: a file is there", Name(path));
    }
    auto node = std::make_shared<Node>();
    node->is_folder = true;
    Change(*parent, NameChange{Name(path), std::move(node)});
    return {};
  }

  Result<void> Rename(std::string_view from, std::string_view to) override {
    auto state = state_.Lock();
    if (!Step(*state)) return Crashed();
    const NodeRef node = Find(*state, from);
    const NodeRef source = Find(*state, ParentOf(from));
    const NodeRef target = Find(*state, ParentOf(to));
    if (node == nullptr || target == nullptr || !target->is_folder) return Absent(from);
    Change(*target, NameChange{Name(to), node});
    Change(*source, NameChange{Name(from), nullptr});
    return {};
  }

  Result<void> Remove(std::string_view path) override {
    auto state = state_.Lock();
    if (!Step(*state)) return Crashed();
    const NodeRef node = Find(*state, path);
    if (node == nullptr) return Absent(path);
    if (!node->names.empty()) {
      return Fail(ErrorCode::kConflict, "Removing failed: the folder is not empty", Name(path));
    }
    state->used -= node->bytes.size();
    Change(*Find(*state, ParentOf(path)), NameChange{Name(path), nullptr});
    return {};
  }

  Result<void> SyncFolder(std::string_view path) override {
    auto state = state_.Lock();
    const NodeRef node = Find(*state, path);
    TRY(SyncStep(*state, path));
    if (node == nullptr || !node->is_folder) return Absent(path);
    if (state->lies && state->lies(path)) return {};
    node->synced_names = node->names;
    node->name_changes.clear();
    return {};
  }

  // One step of the machine; false: it has stopped.
  static bool Step(DiskState& state) {
    if (state.steps == state.crash_step) state.crashed = true;
    if (state.crashed) return false;
    ++state.steps;
    return true;
  }

  static Result<void> SyncStep(DiskState& state, std::string_view path) {
    if (!Step(state)) return Crashed();
    if (state.fails && state.fails(path)) {
      return Fail(ErrorCode::kUnavailable, "Syncing failed: input/output error", Name(path));
    }
    return {};
  }

  static std::unexpected<Error> Absent(std::string_view path) {
    return Fail(ErrorCode::kNotFound, "There is no such file or folder", Name(path));
  }

 private:
  static std::string Name(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
  }

  static NodeRef Find(const DiskState& state, std::string_view path) {
    NodeRef node = state.root;
    for (const std::string_view piece : Split(path, '/', path.size() + 1)) {
      if (piece.empty() || piece == ".") continue;
      const auto found = node->names.find(std::string(piece));
      if (found == node->names.end()) return nullptr;
      node = found->second;
    }
    return node;
  }

  static void Change(Node& folder, NameChange change) {
    Apply(change, folder.names);
    folder.name_changes.push_back(std::move(change));
  }

  Guarded<DiskState> state_;
};

namespace {

class SimulatedMapping final : public Mapping {
 public:
  explicit SimulatedMapping(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::string_view bytes() const override { return bytes_; }

 private:
  std::string bytes_;
};

// An open file of one life of the machine. `Step` is the disk's.
template <typename Disk>
class SimulatedFile final : public File {
 public:
  SimulatedFile(std::shared_ptr<Disk> disk, NodeRef node, std::uint64_t life, std::string path)
      : disk_(std::move(disk)), node_(std::move(node)), life_(life), path_(std::move(path)) {}

  ~SimulatedFile() override {
    auto state = disk_->state().Lock();
    if (holds_lock_ && life_ == state->life) node_->locked = false;
  }

  Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
    auto state = disk_->state().Lock();
    if (state->crashed || state->life != life_) return Crashed();
    if (offset >= node_->bytes.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), node_->bytes.size() - offset);
    std::copy_n(node_->bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }

  Result<void> WriteAt(std::uint64_t offset, std::string_view bytes) override {
    auto state = disk_->state().Lock();
    if (state->life != life_ || !Disk::Step(*state)) return Crashed();
    const std::uint64_t room = state->capacity - std::min(state->capacity, state->used);
    const std::uint64_t end = offset + bytes.size();
    const std::uint64_t size = node_->bytes.size();
    const bool fits = end <= size || end - size <= room;
    if (!fits) {  // as a real disk does: what fits is written
      const std::uint64_t writable = size + room > offset ? size + room - offset : 0;
      Change(*state, FileChange{offset, std::string(bytes.substr(0, writable)), false});
      return Fail(ErrorCode::kStorageFull, "Writing failed: no space left on the disk", path_);
    }
    Change(*state, FileChange{offset, std::string(bytes), false});
    return {};
  }

  Result<void> Truncate(std::uint64_t size) override {
    auto state = disk_->state().Lock();
    if (state->life != life_ || !Disk::Step(*state)) return Crashed();
    Change(*state, FileChange{size, {}, true});
    return {};
  }

  Result<std::uint64_t> Size() override {
    auto state = disk_->state().Lock();
    if (state->crashed || state->life != life_) return Crashed();
    return std::uint64_t{node_->bytes.size()};
  }

  Result<void> Sync() override {
    auto state = disk_->state().Lock();
    if (state->life != life_) return Crashed();
    TRY(Disk::SyncStep(*state, path_));
    if (state->lies && state->lies(path_)) return {};
    node_->synced_bytes = node_->bytes;
    node_->file_changes.clear();
    return {};
  }

  Result<bool> TryLock() override {
    auto state = disk_->state().Lock();
    if (state->crashed || state->life != life_) return Crashed();
    if (node_->locked && !holds_lock_) return false;
    node_->locked = holds_lock_ = true;
    return true;
  }

 private:
  void Change(DiskState& state, FileChange change) {
    const std::size_t before = node_->bytes.size();
    Apply(change, node_->bytes);
    node_->file_changes.push_back(std::move(change));
    state.used = state.used + node_->bytes.size() - before;
  }

  std::shared_ptr<Disk> disk_;
  NodeRef node_;
  std::uint64_t life_;
  std::string path_;
  bool holds_lock_ = false;
};

}  // namespace

Result<std::unique_ptr<File>> SimulatedWorld::Disk::Open(std::string_view path, OpenMode mode) {
  auto state = state_.Lock();
  if (state->crashed) return Crashed();
  NodeRef node = Find(*state, path);
  if (node != nullptr && (node->is_folder || mode == OpenMode::kCreateNew)) {
    return Fail(ErrorCode::kConflict, "Opening failed: the name is taken", Name(path));
  }
  if (node == nullptr) {
    if (mode == OpenMode::kRead || mode == OpenMode::kReadWrite) return Absent(path);
    const NodeRef parent = Find(*state, ParentOf(path));
    if (parent == nullptr || !parent->is_folder) return Absent(path);
    if (!Step(*state)) return Crashed();
    node = std::make_shared<Node>();
    Change(*parent, NameChange{Name(path), node});
  }
  return std::make_unique<SimulatedFile<Disk>>(shared_from_this(), std::move(node), state->life,
                                               std::string(path));
}

Result<std::unique_ptr<Mapping>> SimulatedWorld::Disk::MapReadOnly(std::string_view path) {
  auto state = state_.Lock();
  if (state->crashed) return Crashed();
  const NodeRef node = Find(*state, path);
  if (node == nullptr || node->is_folder) return Absent(path);
  return std::make_unique<SimulatedMapping>(node->bytes);
}

class SimulatedWorld::SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Disk& disk) : disk_(disk) {}
  Instant Now() override {
    auto state = disk_.state().Lock();
    return state->now;
  }
  std::int64_t MonotonicMicroseconds() override {
    auto state = disk_.state().Lock();
    return state->monotonic;
  }

 private:
  Disk& disk_;
};

class SimulatedWorld::SeededRandomness final : public Randomness {
 public:
  explicit SeededRandomness(std::uint64_t seed) : generator_(seed) {}
  std::string Bytes(std::size_t count) override {
    auto generator = generator_.Lock();
    std::string bytes;
    while (bytes.size() < count) AppendLittle64(bytes, (*generator)());
    bytes.resize(count);
    return bytes;
  }

 private:
  Guarded<std::mt19937_64> generator_;
};

SimulatedWorld::SimulatedWorld(std::uint64_t seed)
    : disk_(std::make_shared<Disk>(seed)),
      clock_(std::make_unique<SimulatedClock>(*disk_)),
      randomness_(std::make_unique<SeededRandomness>(seed ^ 0x5eedULL)) {}

SimulatedWorld::~SimulatedWorld() = default;

Clock& SimulatedWorld::clock() { return *clock_; }
Randomness& SimulatedWorld::randomness() { return *randomness_; }
Files& SimulatedWorld::files() { return *disk_; }

std::uint64_t SimulatedWorld::steps() const {
  auto state = disk_->state().Lock();
  return state->steps;
}

void SimulatedWorld::CrashBefore(std::uint64_t step) {
  auto state = disk_->state().Lock();
  state->crash_step = step;
}

bool SimulatedWorld::crashed() const {
  auto state = disk_->state().Lock();
  return state->crashed;
}

void SimulatedWorld::Restart(CrashMode mode) {
  auto state = disk_->state().Lock();
  std::set<Node*> seen;
  state->used = 0;
  Settle(*state, state->root, mode, seen);
  state->crashed = false;
  state->crash_step = kNever;
  ++state->life;
}

void SimulatedWorld::SetCapacity(std::uint64_t bytes) {
  auto state = disk_->state().Lock();
  state->capacity = bytes;
}

void SimulatedWorld::FailSyncs(bool fail) {
  if (fail) {
    FailSyncsOf([](std::string_view) { return true; });
  } else {
    FailSyncsOf({});
  }
}

void SimulatedWorld::FailSyncsOf(std::function<bool(std::string_view)> fails) {
  auto state = disk_->state().Lock();
  state->fails = std::move(fails);
}

void SimulatedWorld::LieAboutSyncs(std::function<bool(std::string_view)> lies) {
  auto state = disk_->state().Lock();
  state->lies = std::move(lies);
}

void SimulatedWorld::SetNow(Instant now) {
  auto state = disk_->state().Lock();
  state->now = now;
}

void SimulatedWorld::Advance(std::int64_t microseconds) {
  CHECK(microseconds >= 0);
  auto state = disk_->state().Lock();
  state->now.microseconds += microseconds;
  state->monotonic += microseconds;
}

}  // namespace base
