// The entries file: the one file of a log that must be on disk before anybody is told that a leaf
// is recorded. See docs/formats/entries.md.
//
// Invariants: the file holds whole batches, each synced before the next is written; only the last
// may be torn, by a crash before its sync. After a failed sync nothing more is appended.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "ledger/merkle.h"

namespace ledger {

inline constexpr std::size_t kMaxBatchBytes = 8U << 20U;
inline constexpr std::size_t kMaxBatchLeaves = 65'536;

class EntriesFile {
 public:
  // Told of each leaf, with its hash, in order while the file is read.
  using LeafReader = std::function<base::Result<void>(std::uint64_t index, std::string_view leaf,
                                                      const Hash& leaf_hash)>;

  // Opens or makes the file and reads it from the start. A torn last batch is cut off, unless the
  // leaves before it are fewer than `least_count`, which are known to have been synced: then, and
  // for any other damage, kDamaged, naming the byte, and nothing is written.
  static base::Result<std::unique_ptr<EntriesFile>> Open(base::Files& files,
                                                         const std::string& path,
                                                         std::uint64_t least_count,
                                                         const LeafReader& on_leaf);

  // Appends leaves as one batch and syncs. When it returns well they are durable; it gives their
  // hashes. kStorageFull: there was no room, the file is as before. kUnavailable: the disk failed;
  // no more can be appended until it is opened again. The leaves together must fit a batch.
  base::Result<std::vector<Hash>> Append(std::span<const std::string_view> leaves);

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  EntriesFile(std::unique_ptr<base::File> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  base::Result<void> Replay(base::Files& files, std::uint64_t least_count,
                            const LeafReader& on_leaf);
  base::Result<void> Begin(base::Files& files);

  std::unique_ptr<base::File> file_;
  std::string path_;
  std::uint64_t size_bytes_ = 0;  // of whole batches
  std::uint64_t count_ = 0;       // of leaves in them
  bool failed_ = false;           // a sync, or the repair after a failed write, failed
};

}  // namespace ledger
