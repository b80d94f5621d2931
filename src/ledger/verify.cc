#include "ledger/verify.h"

#include <map>
#include <set>
#include <span>

#include "base/bytes.h"
#include "base/format.h"
#include "ledger/receipt.h"
#include "ledger/tile.h"

// One pass over the bundles decides everything. While the leaves go by, the tree grows at its right
// edge: each full or last tile of hashes that comes about is compared with its file, and whenever
// the size reaches one that somebody named (an older checkpoint, a receipt), the root of that
// moment is kept. So growth since an older checkpoint is proved by recomputing its root, which is
// stronger than a consistency proof and needs none. The pass ends with the leaves of the
// checkpoint's size; its cost is about two hashes and one read for each leaf.

namespace ledger {
namespace {

using base::ErrorCode;

std::unexpected<base::Error> Untrue(std::string what, std::string where) {
  return base::Fail(ErrorCode::kUntrue, std::move(what), std::move(where));
}

// The bytes of tile or bundle `index`, of which `width` items are needed. When the partial file of
// just this width is gone, the full one or any wider partial one serves as well.
class TileSource {
 public:
  TileSource(base::Files& files, const std::string& folder) : files_(files), folder_(folder) {}

  struct Found {
    std::string path;  // below the folder
    std::string bytes;
    std::uint64_t held = 0;  // how many items it holds, by its name
  };

  base::Result<Found> Read(const std::string& full_path, std::uint64_t width,
                           std::size_t max_bytes) {
    const std::string partial = full_path + ".p";
    std::vector<std::pair<std::string, std::uint64_t>> candidates;
    if (width < kTileWidth) candidates.emplace_back(base::Format("{}/{}", partial, width), width);
    candidates.emplace_back(full_path, kTileWidth);
    for (std::uint64_t wider = width + 1; wider < kTileWidth; ++wider) {
      candidates.emplace_back(base::Format("{}/{}", partial, wider), wider);
    }
    for (const auto& [path, held] : candidates) {
      const std::string file = base::JoinPath(folder_, path);
      const auto status = TRY(files_.Status(file));
      if (!status || status->is_folder) continue;
      auto bytes = base::ReadWholeFile(files_, file, max_bytes);
      if (!bytes && bytes.error().code == ErrorCode::kTooLarge) {
        return Untrue("A file of the log is larger than it may be", path);
      }
      if (!bytes) return base::Fail(bytes.error());
      return Found{path, std::move(*bytes), held};
    }
    return Untrue("A file of the log is missing", candidates.front().first);
  }

 private:
  base::Files& files_;
  const std::string& folder_;
};

// A leaf that a receipt names, to be compared with the log's.
struct ExpectedLeaf {
  std::uint64_t index = 0;
  Hash hash;
  std::string where;
};

// Walks over a log's leaves once.
class LogPass {
 public:
  LogPass(base::Files& files, const std::string& folder, std::uint64_t size)
      : source_(files, folder), size_(size), edges_(kMaxTileLevel + 1) {}

  // Before Run: remember the root at this size, and the leaf at this index.
  void WantRoot(std::uint64_t size) { wanted_roots_.insert(size); }
  void WantLeaf(std::uint64_t index) { wanted_leaves_.insert(index); }

  base::Result<void> Run() {
    KeepRoot();
    for (std::uint64_t bundle = 0; bundle * kTileWidth < size_; ++bundle) {
      TRY(AddBundle(bundle, WidthOfTile(size_, bundle)));
    }
    for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
      if (!edges_[level].empty()) TRY(CompareTile(level));
    }
    return {};
  }

  [[nodiscard]] Hash Root() const { return frontier_.Root(); }
  [[nodiscard]] const Hash& RootOf(std::uint64_t size) const { return roots_.at(size); }
  [[nodiscard]] const Hash& LeafHashOf(std::uint64_t index) const { return leaves_.at(index); }

 private:
  base::Result<void> AddBundle(std::uint64_t bundle, std::uint64_t width) {
    const auto found = TRY(source_.Read(BundlePath(bundle, kTileWidth), width, kMaxBundleBytes));
    const auto leaves = ReadBundle(found.bytes, found.held, true);
    if (!leaves) return Untrue(leaves.error().what, found.path);
    for (const std::string_view leaf : std::span(*leaves).first(width)) {
      const Hash hash = LeafHash(leaf);
      if (wanted_leaves_.contains(frontier_.size())) leaves_[frontier_.size()] = hash;
      TRY(AddHash(hash));
      KeepRoot();
    }
    return {};
  }

  void KeepRoot() {
    if (wanted_roots_.contains(frontier_.size())) roots_[frontier_.size()] = frontier_.Root();
  }

  // The nodes of every eighth level of the tree are the hashes of the tiles.
  base::Result<void> AddHash(const Hash& hash) {
    base::Result<void> compared;
    frontier_.Append(hash, [&](unsigned level, std::uint64_t, const Hash& node) {
      if (level % kTileHeight != 0 || !compared) return;
      std::vector<Hash>& edge = edges_[level / kTileHeight];
      edge.push_back(node);
      if (edge.size() < kTileWidth) return;
      compared = CompareTile(level / kTileHeight);
      edge.clear();
    });
    return compared;
  }

  // The tile of the edge of this level must be in the folder, with just these hashes.
  base::Result<void> CompareTile(unsigned level) {
    const std::uint64_t count = HashesOnTileLevel(frontier_.size(), level);
    const std::uint64_t index = (count - 1) / kTileWidth;
    const auto found = TRY(source_.Read(TilePath(level, index, kTileWidth), edges_[level].size(),
                                        kTileWidth * kHashBytes));
    const std::string expected = WriteTile(edges_[level]);
    if (found.bytes.size() != found.held * kHashBytes) {
      return Untrue("A tile does not have the bytes of its hashes", found.path);
    }
    if (!found.bytes.starts_with(expected))
      return Untrue("A tile's hashes are not those of the leaves", found.path);
    return {};
  }

  TileSource source_;
  const std::uint64_t size_;
  Frontier frontier_;
  std::vector<std::vector<Hash>> edges_;
  std::set<std::uint64_t> wanted_roots_;
  std::set<std::uint64_t> wanted_leaves_;
  std::map<std::uint64_t, Hash> roots_;
  std::map<std::uint64_t, Hash> leaves_;
};

// A receipt as it was read, whichever its form.
struct ReadReceipt {
  std::string path;
  Checkpoint checkpoint;
  std::vector<Log::ProvedLeaf> leaves;
  std::optional<TlogProof> bare_proof;  // its leaf must come from the log
};

base::Result<ReadReceipt> LoadReceipt(base::Files& files, const std::string& path,
                                      const KeyList& keys) {
  const std::string text = TRY(base::ReadWholeFile(files, path, kMaxReceiptBytes));
  ReadReceipt receipt;
  receipt.path = path;
  if (LooksLikeTlogProof(text)) {
    receipt.bare_proof = TRY(ParseTlogProof(text));
    receipt.checkpoint = TRY(OpenCheckpoint(receipt.bare_proof->checkpoint, keys));
    return receipt;
  }
  Receipt parsed = TRY(ParseReceipt(text));
  receipt.checkpoint = TRY(VerifyReceipt(parsed, keys));
  receipt.leaves = std::move(parsed.leaves);
  return receipt;
}

// Names the receipt in an error from within it.
base::Result<ReadReceipt> LoadNamedReceipt(base::Files& files, const std::string& path,
                                           const KeyList& keys) {
  auto receipt = LoadReceipt(files, path, keys);
  if (receipt || receipt.error().code == ErrorCode::kNotFound) return receipt;
  base::Error error = receipt.error();
  error.where = base::Format("{}: {}", path, error.where);
  return base::Fail(std::move(error));
}

base::Result<void> CompareReceipt(const ReadReceipt& receipt, const Checkpoint& log,
                                  const LogPass& pass) {
  if (pass.RootOf(receipt.checkpoint.size) != receipt.checkpoint.root) {
    return Untrue("The receipt's checkpoint is not one of this log: the log was changed, or forked",
                  receipt.path);
  }
  for (const Log::ProvedLeaf& each : receipt.leaves) {
    if (pass.LeafHashOf(each.index) != LeafHash(each.leaf)) {
      return Untrue("The receipt's leaf is not the log's",
                    base::Format("{}: leaf {} of {}", receipt.path, each.index, log.size));
    }
  }
  if (!receipt.bare_proof) return {};
  const TlogProof& bare = *receipt.bare_proof;
  if (!VerifyInclusion(bare.index, receipt.checkpoint.size, pass.LeafHashOf(bare.index), bare.proof,
                       receipt.checkpoint.root)) {
    return Untrue("The proof does not lead from the log's leaf to the checkpoint's root",
                  receipt.path);
  }
  return {};
}

// What must hold of a receipt and a log before the log is read.
base::Result<void> CheckReceiptFitsLog(const ReadReceipt& receipt, const Checkpoint& log) {
  if (receipt.checkpoint.origin != log.origin) {
    return Untrue("The receipt is of another log", receipt.path);
  }
  if (receipt.checkpoint.size > log.size) {
    return base::Fail(ErrorCode::kUntrue, "The receipt is newer than this copy of the log",
                      receipt.path, "Get a newer copy of the log.");
  }
  if (receipt.bare_proof && receipt.bare_proof->index >= receipt.checkpoint.size) {
    return Untrue("The proof's index is beyond its checkpoint", receipt.path);
  }
  return {};
}

base::Result<Checkpoint> LoadCheckpoint(base::Files& files, const std::string& path,
                                        const KeyList& keys) {
  auto text = base::ReadWholeFile(files, path, kMaxNoteBytes);
  if (!text) return base::Fail(text.error());
  auto checkpoint = OpenCheckpoint(*text, keys);
  if (checkpoint) return checkpoint;
  base::Error error = checkpoint.error();
  error.where = base::Format("{}: {}", path, error.where);
  return base::Fail(std::move(error));
}

base::Result<Checkpoint> OpenLogCheckpoint(base::Files& files, const std::string& folder,
                                           const KeyList& keys) {
  const std::string path = base::JoinPath(folder, "checkpoint");
  if (!TRY(files.Status(folder))) {
    return base::Fail(ErrorCode::kNotFound, "There is no such folder", folder, "Check the path.");
  }
  if (!TRY(files.Status(path))) {
    const bool has_tiles = TRY(files.Status(base::JoinPath(folder, "tile"))).has_value();
    return base::Fail(ErrorCode::kUntrue, "A file of the log is missing", path,
                      has_tiles ? ""
                                : "If this is no log's folder, name one: in a home they are "
                                  "log/register and log/access.");
  }
  return LoadCheckpoint(files, path, keys);
}

base::Result<void> VerifyLog(base::Files& files, const VerifyRequest& request,
                             const std::vector<ReadReceipt>& receipts, VerifyReport& report) {
  const std::string& folder = *request.log_folder;
  const Checkpoint log = TRY(OpenLogCheckpoint(files, folder, request.keys));
  report.checkpoint = log;
  LogPass pass(files, folder, log.size);
  if (request.since_path) {
    report.since = TRY(LoadCheckpoint(files, *request.since_path, request.keys));
    if (report.since->origin != log.origin) {
      return Untrue("The older checkpoint is of another log", *request.since_path);
    }
    if (report.since->size > log.size) {
      return Untrue("The log is shorter than the older checkpoint: entries were taken away",
                    *request.since_path);
    }
    pass.WantRoot(report.since->size);
  }
  for (const ReadReceipt& receipt : receipts) {
    TRY(CheckReceiptFitsLog(receipt, log));
    pass.WantRoot(receipt.checkpoint.size);
    for (const Log::ProvedLeaf& each : receipt.leaves) pass.WantLeaf(each.index);
    if (receipt.bare_proof) pass.WantLeaf(receipt.bare_proof->index);
  }
  TRY(pass.Run());
  if (pass.Root() != log.root)
    return Untrue("The leaves do not have the signed root", "checkpoint");
  if (report.since && pass.RootOf(report.since->size) != report.since->root) {
    return Untrue(
        "The log does not begin with the older checkpoint's leaves: it was changed, or forked",
        *request.since_path);
  }
  for (const ReadReceipt& receipt : receipts) TRY(CompareReceipt(receipt, log, pass));
  return {};
}

}  // namespace

base::Result<VerifyReport> Verify(base::Files& files, const VerifyRequest& request) {
  if (!request.log_folder && request.receipt_paths.empty()) {
    return base::Fail(ErrorCode::kInvalid, "There is nothing to verify", "--log, --receipt",
                      "Name a log's folder or a receipt.");
  }
  if (request.since_path && !request.log_folder) {
    return base::Fail(ErrorCode::kInvalid, "An older checkpoint is compared with a log", "--since",
                      "Name the log's folder too.");
  }
  VerifyReport report;
  std::vector<ReadReceipt> receipts;
  for (const std::string& path : request.receipt_paths) {
    receipts.push_back(TRY(LoadNamedReceipt(files, path, request.keys)));
    report.receipts.push_back(receipts.back().checkpoint);
    if (receipts.back().bare_proof && !request.log_folder) {
      return base::Fail(ErrorCode::kInvalid, "A tlog-proof does not hold its leaf",
                        base::Format("--receipt {}", path), "Name the log's folder with --log.");
    }
  }
  if (request.log_folder) TRY(VerifyLog(files, request, receipts, report));
  return report;
}

}  // namespace ledger
