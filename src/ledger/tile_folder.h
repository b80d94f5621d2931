// A log's tiles and bundles as files, and the nodes of its tree read back from them.
//
// Tiles can always be rebuilt from the entries file, so adding a leaf never fails and never waits
// for the disk: full tiles are kept in memory until Flush has written them. What is needed of the
// right edge of the tree (fewer than 256 hashes a level and fewer than 256 leaves) stays in memory;
// everything else is read from files when a proof asks for it, with a small cache. Memory does not
// grow with the log.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"

namespace ledger {

inline constexpr std::size_t kCachedTiles = 1'024;
inline constexpr std::size_t kMaxUnwrittenBytes = 64U << 20U;

class TileFolder {
 public:
  TileFolder(base::Files& files, std::string folder);

  // The next leaf and its hash. `is_on_disk`: the full tiles that it completes were published
  // before, so they are written only if their files are missing.
  void Add(std::string_view leaf, const Hash& hash, bool is_on_disk);

  // Writes full tiles that wait in memory, without syncing them. Those that could not be written
  // stay.
  base::Result<void> Flush();
  [[nodiscard]] std::size_t unwritten_bytes() const { return unwritten_bytes_; }

  // Makes every tile and bundle of the present size durable, the partial ones too.
  base::Result<void> Publish();
  // Once the checkpoint of this size is in place: removes the partial tiles of sizes before the one
  // published before it. Whoever holds that one still finds its files.
  void RemoveSuperseded();

  // The hash of a complete node of the tree. kDamaged when its tile is not what it should be.
  base::Result<Hash> Node(unsigned level, std::uint64_t index);

  // The bytes of a leaf. kNotFound beyond the size.
  base::Result<std::string> Leaf(std::uint64_t index);

  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  // The root of all leaves so far.
  [[nodiscard]] Hash Root() const { return frontier_.Root(); }

 private:
  // The hashes of the last, partial tile of a level.
  struct Edge {
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
  };

  void AddHash(unsigned level, const Hash& hash, bool is_on_disk);
  void Keep(std::string path, std::string bytes, bool is_on_disk);
  base::Result<void> WriteFile(const std::string& path, std::string_view bytes);
  base::Result<void> WritePartial(std::vector<std::string>& paths);
  base::Result<const std::vector<Hash>*> Tile(unsigned level, std::uint64_t index);
  base::Result<std::string> ReadBack(const std::string& path, std::size_t max_bytes);

  base::Files& files_;
  const std::string folder_;
  Frontier frontier_;
  std::vector<Edge> edges_;  // one a tile level
  std::string bundle_;       // of the last, partial bundle
  std::map<std::string, std::string> unwritten_;
  std::size_t unwritten_bytes_ = 0;
  bool sync_failed_ = false;
  std::set<std::string> unsynced_;             // files written since the last Publish
  std::set<std::string> known_folders_;        // folders that are there, durably
  std::vector<std::string> partial_;           // of the last Publish
  std::vector<std::string> last_partial_;      // of the checkpoint in place
  std::vector<std::string> previous_partial_;  // of the one before it
  std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> cache_;
};

}  // namespace ledger
