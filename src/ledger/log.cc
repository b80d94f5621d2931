#include "ledger/log.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"

namespace ledger {
namespace {

using base::ErrorCode;

constexpr std::string_view kEntriesName = "entries";
constexpr std::string_view kCheckpointName = "checkpoint";

base::Result<std::optional<Checkpoint>> ReadCheckpoint(base::Files& files, const std::string& path,
                                                       const KeyList& keys) {
  if (!TRY(files.Status(path))) return std::optional<Checkpoint>{};
  return OpenCheckpoint(TRY(base::ReadWholeFile(files, path, kMaxNoteBytes)), keys);
}

}  // namespace

base::Result<std::unique_ptr<Log>> Log::Open(base::World& world, std::string folder,
                                             std::string origin, base::SigningKey signing_key,
                                             const KeyList& keys,
                                             const EntriesFile::LeafReader& on_leaf,
                                             std::uint64_t least_size) {
  TRY(base::MakeFolders(world.files(), folder));
  // An opening before this one may have been stopped after making the folder, before syncing it.
  TRY(world.files().SyncFolder(base::ParentOf(folder)));
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Log> log(
      new Log(world, std::move(folder), std::move(origin), std::move(signing_key)));
  TRY(log->Load(keys, on_leaf, least_size));
  return log;
}

Log::Log(base::World& world, std::string folder, std::string origin, base::SigningKey signing_key)
    : world_(world),
      folder_(std::move(folder)),
      origin_(std::move(origin)),
      signing_key_(std::move(signing_key)),
      tree_(Tree{TileFolder(world.files(), folder_), {}, 0}),
      group_(kMaxLeavesPerCommit,
             [this](std::span<PendingEntry* const> batch) { CommitBatch(batch); }) {}

std::string Log::CheckpointPath() const { return base::JoinPath(folder_, kCheckpointName); }

// Replays the entries. The published checkpoint says how many leaves must be there, and what root
// the first so many must have: if they have another, either the entries or the checkpoint are not
// ours.
base::Result<void> Log::Load(const KeyList& keys, const EntriesFile::LeafReader& on_leaf,
                             std::uint64_t least_size) {
  const auto published = TRY(ReadCheckpoint(world_.files(), CheckpointPath(), keys));
  const std::uint64_t published_size = published ? published->size : 0;
  auto tree = tree_.Lock();
  std::optional<Hash> root_then;
  if (published_size == 0) root_then = EmptyRoot();
  const auto add = [&](std::uint64_t index, std::string_view leaf,
                       const Hash& hash) -> base::Result<void> {
    tree->tiles.Add(leaf, hash, index < published_size);
    if (index + 1 == published_size) root_then = tree->tiles.Root();
    // Rebuilding a large log must not hold all of its tiles in memory.
    if (tree->tiles.unwritten_bytes() > kMaxUnwrittenBytes) TRY(tree->tiles.Flush());
    return on_leaf(index, leaf, hash);
  };
  entries_ = TRY(EntriesFile::Open(world_.files(), base::JoinPath(folder_, kEntriesName),
                                   std::max(published_size, least_size), add));
  if (published && (published->origin != origin_ || root_then != published->root)) {
    return base::Fail(ErrorCode::kDamaged,
                      "The published checkpoint is not one of this log's entries",
                      CheckpointPath());
  }
  tree->published_size = published_size;
  Sign(*tree);
  return {};
}

void Log::Sign(Tree& tree) const {
  tree.checkpoint =
      SignCheckpoint(Checkpoint{origin_, tree.tiles.size(), tree.tiles.Root()}, signing_key_);
}

base::Result<std::uint64_t> Log::Append(std::string leaf) { return Wait(Submit(std::move(leaf))); }

Log::Ticket Log::Submit(std::string leaf) {
  return group_.Submit(PendingEntry{std::move(leaf), std::uint64_t{0}});
}

base::Result<std::uint64_t> Log::Wait(const Ticket& ticket) { return group_.Wait(ticket).outcome; }

// Cuts what has gathered into batches that fit the entries file.
void Log::CommitBatch(std::span<PendingEntry* const> batch) {
  std::vector<PendingEntry*> fitting;
  std::size_t bytes = 0;
  for (PendingEntry* each : batch) {
    if (each->leaf.empty() || each->leaf.size() > kMaxLeafBytes) {
      each->outcome = base::Fail(ErrorCode::kInvalid, "A leaf is empty or larger than 65,535 bytes",
                                 "leaf", "Make it smaller.");
      continue;
    }
    if (bytes + each->leaf.size() + 2 > kMaxBatchBytes) {
      CommitWhole(fitting);
      fitting.clear();
      bytes = 0;
    }
    bytes += each->leaf.size() + 2;
    fitting.push_back(each);
  }
  if (!fitting.empty()) CommitWhole(fitting);
}

// Tiles that cannot be written wait in memory. When too many do, the log takes no more.
base::Result<void> Log::CheckTilesKeepUp() {
  auto tree = tree_.Lock();
  if (tree->tiles.unwritten_bytes() <= kMaxUnwrittenBytes) return {};
  return tree->tiles.Flush();
}

void Log::CommitWhole(std::span<PendingEntry* const> batch) {
  if (const auto keeps_up = CheckTilesKeepUp(); !keeps_up) {
    for (PendingEntry* each : batch) each->outcome = base::Fail(keeps_up.error());
    return;
  }
  const std::uint64_t first_index = entries_->count();
  std::vector<std::string_view> leaves;
  for (const PendingEntry* each : batch) leaves.push_back(each->leaf);
  const auto hashes = entries_->Append(leaves);
  if (!hashes) {
    for (PendingEntry* each : batch) each->outcome = base::Fail(hashes.error());
    return;
  }
  // Milestone: the leaves are durable. Whatever happens now, they are in the log.
  auto tree = tree_.Lock();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    tree->tiles.Add(leaves[i], (*hashes)[i], false);
    batch[i]->outcome = first_index + i;
  }
  Sign(*tree);
  // Tiles can be rebuilt, so an error here takes nothing away from the callers; Publish reports it.
  if (tree->tiles.unwritten_bytes() > kMaxUnwrittenBytes / 2) {
    static_cast<void>(tree->tiles.Flush());
  }
}

base::Result<void> Log::Publish() {
  auto tree = tree_.Lock();
  const std::uint64_t size = tree->tiles.size();
  TRY(tree->tiles.Publish());
  TRY(base::ReplaceFile(world_.files(), CheckpointPath(), tree->checkpoint));
  tree->published_size = size;
  tree->tiles.RemoveSuperseded();
  return {};
}

std::uint64_t Log::size() {
  auto tree = tree_.Lock();
  return tree->tiles.size();
}

std::uint64_t Log::published_size() {
  auto tree = tree_.Lock();
  return tree->published_size;
}

std::string Log::SignedCheckpoint() {
  auto tree = tree_.Lock();
  return tree->checkpoint;
}

base::Result<std::string> Log::Leaf(std::uint64_t index) {
  auto tree = tree_.Lock();
  return tree->tiles.Leaf(index);
}

base::Result<Log::ProvedLeaves> Log::Prove(const std::vector<std::uint64_t>& indices) {
  auto tree = tree_.Lock();
  const std::uint64_t size = tree->tiles.size();
  const Hash root = tree->tiles.Root();
  const NodeReader read = [&](unsigned level, std::uint64_t index) {
    return tree->tiles.Node(level, index);
  };
  ProvedLeaves proved;
  for (const std::uint64_t index : indices) {
    std::string leaf = TRY(tree->tiles.Leaf(index));
    Proof proof = TRY(InclusionProof(index, size, read));
    if (!VerifyInclusion(index, size, LeafHash(leaf), proof, root)) {
      return base::Fail(ErrorCode::kDamaged, "The log's tiles do not lead to its signed root",
                        base::Format("{} leaf {}", folder_, index),
                        "Remove the folder `tile` of this log and start again: it is rebuilt.");
    }
    proved.leaves.push_back({index, std::move(leaf), std::move(proof)});
  }
  proved.checkpoint = tree->checkpoint;
  return proved;
}

base::Result<Proof> Log::ProveConsistency(std::uint64_t old_size, std::uint64_t size) {
  auto tree = tree_.Lock();
  return ConsistencyProof(old_size, size, [&](unsigned level, std::uint64_t index) {
    return tree->tiles.Node(level, index);
  });
}

}  // namespace ledger
