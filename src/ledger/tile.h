// The names and bytes of tiles and bundles (C2SP tlog-tiles). See docs/formats/log.md.
//
// Pure functions of values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"

namespace ledger {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr unsigned kTileHeight = 8;    // a tile holds this many levels of the tree
inline constexpr unsigned kMaxTileLevel = 6;  // 2^53 leaves have hashes on levels 0 to 6
inline constexpr std::size_t kHashBytes = 32;
inline constexpr std::size_t kMaxLeafBytes = 65'535;
inline constexpr std::size_t kMaxBundleBytes = kTileWidth * (2 + kMaxLeafBytes);

// The path of a tile of hashes below the log's folder; width 256 is the full one.
std::string TilePath(unsigned level, std::uint64_t index, std::uint64_t width);
// The path of a bundle of leaves.
std::string BundlePath(std::uint64_t index, std::uint64_t width);

// The number of hashes that a tree of this size has on a tile level.
constexpr std::uint64_t HashesOnTileLevel(std::uint64_t size, unsigned level) {
  return size >> (kTileHeight * level);
}

// The width of tile `index` when its level has `count` hashes; 0 when the tile does not exist.
constexpr std::uint64_t WidthOfTile(std::uint64_t count, std::uint64_t index) {
  const std::uint64_t begin = index * kTileWidth;
  if (count <= begin) return 0;
  return count - begin < kTileWidth ? count - begin : kTileWidth;
}

// A leaf as it stands in a bundle: its length in two bytes, big-endian, and itself. CHECKs 1 to
// 65,535 bytes.
void AppendToBundle(std::string& bundle, std::string_view leaf);

// The first `count` leaves of a bundle; kDamaged when the bytes end too early, or, with `whole`, go
// on.
base::Result<std::vector<std::string_view>> ReadBundle(std::string_view bundle, std::uint64_t count,
                                                       bool whole);

// The root of up to 256 = 2^8 hashes in a row, whose number is a power of two.
Hash RootOfHashes(const std::vector<Hash>& hashes);

// The hashes of a tile; kDamaged when there are not at least `count`.
base::Result<std::vector<Hash>> ReadTile(std::string_view bytes, std::uint64_t count);
std::string WriteTile(const std::vector<Hash>& hashes);

}  // namespace ledger
