#include "ledger/tile_folder.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"

namespace ledger {

TileFolder::TileFolder(base::Files& files, std::string folder)
    : files_(files), folder_(std::move(folder)), edges_(kMaxTileLevel + 1) {}

void TileFolder::Add(std::string_view leaf, const Hash& hash, bool is_on_disk) {
  AppendToBundle(bundle_, leaf);
  if ((size() + 1) % kTileWidth == 0) {
    Keep(BundlePath(size() / kTileWidth, kTileWidth), std::move(bundle_), is_on_disk);
    bundle_.clear();
  }
  // The nodes of every eighth level of the tree are the hashes of the tiles: each is computed once.
  frontier_.Append(hash, [&](unsigned level, std::uint64_t, const Hash& node) {
    if (level % kTileHeight == 0) AddHash(level / kTileHeight, node, is_on_disk);
  });
}

void TileFolder::AddHash(unsigned level, const Hash& hash, bool is_on_disk) {
  Edge& edge = edges_[level];
  edge.hashes.push_back(hash);
  if (edge.hashes.size() < kTileWidth) return;
  Keep(TilePath(level, edge.index, kTileWidth), WriteTile(edge.hashes), is_on_disk);
  edge.hashes.clear();
  ++edge.index;
}

void TileFolder::Keep(std::string path, std::string bytes, bool is_on_disk) {
  if (is_on_disk) {
    const auto status = files_.Status(base::JoinPath(folder_, path));
    if (status && *status && (*status)->size == bytes.size()) return;
  }
  unwritten_bytes_ += bytes.size();
  unwritten_.insert_or_assign(std::move(path), std::move(bytes));
}

base::Result<void> TileFolder::WriteFile(const std::string& path, std::string_view bytes) {
  const std::string full = base::JoinPath(folder_, path);
  std::string parent = base::ParentOf(full);
  if (!known_folders_.contains(parent)) {
    TRY(base::MakeFolders(files_, parent));
    known_folders_.insert(std::move(parent));
  }
  // A file that readers of the published checkpoint may need must not be cut and written again:
  // they, or a crash, might find it empty.
  const auto there = base::ReadWholeFile(files_, full, bytes.size());
  if (there && *there == bytes) {
    unsynced_.insert(full);
    return {};
  }
  const auto file = TRY(files_.Open(full, base::OpenMode::kCreate));
  TRY(file->Truncate(0));
  TRY(file->WriteAt(0, bytes));
  unsynced_.insert(full);
  return {};
}

base::Result<void> TileFolder::Flush() {
  while (!unwritten_.empty()) {
    const auto first = unwritten_.begin();
    TRY(WriteFile(first->first, first->second));
    unwritten_bytes_ -= first->second.size();
    unwritten_.erase(first);
  }
  return {};
}

base::Result<void> TileFolder::WritePartial(std::vector<std::string>& paths) {
  const std::uint64_t leaves = size() % kTileWidth;
  if (leaves > 0) {
    paths.push_back(BundlePath(size() / kTileWidth, leaves));
    TRY(WriteFile(paths.back(), bundle_));
  }
  for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
    const Edge& edge = edges_[level];
    if (edge.hashes.empty()) continue;
    paths.push_back(TilePath(level, edge.index, edge.hashes.size()));
    TRY(WriteFile(paths.back(), WriteTile(edge.hashes)));
  }
  return {};
}

base::Result<void> TileFolder::Publish() {
  if (sync_failed_) {
    return base::Fail(base::ErrorCode::kUnavailable,
                      "The log's tiles cannot be published since their disk failed", folder_,
                      "Look after the disk, then start the server again.");
  }
  TRY(Flush());
  std::vector<std::string> partial;
  TRY(WritePartial(partial));
  std::set<std::string> parents;
  for (const std::string& path : unsynced_) {
    const auto file = TRY(files_.Open(path, base::OpenMode::kReadWrite));
    if (auto synced = file->Sync(); !synced) {
      // A second sync would say "well" although the bytes may be lost. Opening the log writes the
      // tiles anew.
      sync_failed_ = true;
      return synced;
    }
    parents.insert(base::ParentOf(path));
  }
  for (const std::string& parent : parents) TRY(files_.SyncFolder(parent));
  unsynced_.clear();
  partial_ = std::move(partial);
  return {};
}

void TileFolder::RemoveSuperseded() {
  for (const std::string& old : previous_partial_) {
    const auto is_in = [&](const auto& list) { return std::ranges::find(list, old) != list.end(); };
    if (is_in(partial_) || is_in(last_partial_)) continue;
    // A file that stays behind does no harm.
    static_cast<void>(files_.Remove(base::JoinPath(folder_, old)));
  }
  previous_partial_ = std::exchange(last_partial_, partial_);
}

base::Result<std::string> TileFolder::ReadBack(const std::string& path, std::size_t max_bytes) {
  const auto waiting = unwritten_.find(path);
  if (waiting != unwritten_.end()) return waiting->second;
  auto bytes = base::ReadWholeFile(files_, base::JoinPath(folder_, path), max_bytes);
  // It has to be there, so its absence is not that of a leaf or a node.
  if (!bytes && (bytes.error().code == base::ErrorCode::kNotFound ||
                 bytes.error().code == base::ErrorCode::kTooLarge)) {
    return base::Fail(base::ErrorCode::kDamaged, "A tile of the log is missing or too large", path);
  }
  return bytes;
}

base::Result<const std::vector<Hash>*> TileFolder::Tile(unsigned level, std::uint64_t index) {
  if (index == edges_[level].index) return &edges_[level].hashes;
  const auto found = cache_.find({level, index});
  if (found != cache_.end()) return &found->second;
  const std::string path = TilePath(level, index, kTileWidth);
  auto hashes = ReadTile(TRY(ReadBack(path, kTileWidth * kHashBytes)), kTileWidth);
  if (!hashes) return base::Fail(base::ErrorCode::kDamaged, hashes.error().what, path);
  if (cache_.size() >= kCachedTiles) cache_.clear();
  return &cache_.insert_or_assign({level, index}, std::move(*hashes)).first->second;
}

base::Result<Hash> TileFolder::Node(unsigned level, std::uint64_t index) {
  const unsigned tile_level = level / kTileHeight;
  const std::uint64_t first = index << (level % kTileHeight);  // of the hashes below the node
  const std::uint64_t count = 1ULL << (level % kTileHeight);
  CHECK(tile_level <= kMaxTileLevel);
  if (first + count > HashesOnTileLevel(size(), tile_level)) {
    return base::Fail(base::ErrorCode::kNotFound, "The tree has no such node yet",
                      base::Format("level {} node {}", level, index));
  }
  const auto* hashes = TRY(Tile(tile_level, first / kTileWidth));
  const auto begin = hashes->begin() + static_cast<std::ptrdiff_t>(first % kTileWidth);
  return RootOfHashes(std::vector<Hash>(begin, begin + static_cast<std::ptrdiff_t>(count)));
}

base::Result<std::string> TileFolder::Leaf(std::uint64_t index) {
  if (index >= size()) {
    return base::Fail(base::ErrorCode::kNotFound, "The log has no such leaf yet",
                      base::Format("leaf {}", index));
  }
  const std::uint64_t bundle = index / kTileWidth;
  const std::uint64_t within = index % kTileWidth;
  const std::string path = BundlePath(bundle, kTileWidth);
  const std::string bytes =
      bundle == size() / kTileWidth ? bundle_ : TRY(ReadBack(path, kMaxBundleBytes));
  const auto leaves = ReadBundle(bytes, within + 1, false);
  if (!leaves) return base::Fail(base::ErrorCode::kDamaged, leaves.error().what, path);
  return std::string(leaves->back());
}

}  // namespace ledger
