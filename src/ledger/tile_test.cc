#include "ledger/tile.h"

#include <doctest/doctest.h>

namespace ledger {

TEST_CASE("paths are written in groups of three digits") {
  REQUIRE(TilePath(0, 5, 256) == "tile/0/005");
  REQUIRE(TilePath(0, 1'234'067, 256) == "tile/0/x001/x234/067");
  REQUIRE(TilePath(1, 0, 1) == "tile/1/000.p/1");
  REQUIRE(TilePath(6, 1'000, 255) == "tile/6/x001/000.p/255");
  REQUIRE(TilePath(0, 999, 256) == "tile/0/999");
  REQUIRE(BundlePath(999'999, 256) == "tile/entries/x999/999");
  REQUIRE(BundlePath(1'000'000, 8) == "tile/entries/x001/x000/000.p/8");
  // The last bundle of the largest tree.
  REQUIRE(BundlePath(kMaxTreeSize / kTileWidth, 255) ==
          "tile/entries/x035/x184/x372/x088/831.p/255");
}

TEST_CASE("the number of hashes of a level and the width of a tile follow from the size") {
  static_assert(HashesOnTileLevel(255, 1) == 0);
  static_assert(HashesOnTileLevel(256, 1) == 1);
  static_assert(HashesOnTileLevel(65'535, 2) == 0);
  static_assert(HashesOnTileLevel(65'536, 2) == 1);
  static_assert(HashesOnTileLevel(kMaxTreeSize, kMaxTileLevel) == 31);
  static_assert(WidthOfTile(0, 0) == 0);
  static_assert(WidthOfTile(1, 0) == 1);
  static_assert(WidthOfTile(255, 0) == 255);
  static_assert(WidthOfTile(256, 0) == 256);
  static_assert(WidthOfTile(256, 1) == 0);
  static_assert(WidthOfTile(257, 0) == 256);
  static_assert(WidthOfTile(257, 1) == 1);
  static_assert(WidthOfTile(257, 2) == 0);
  REQUIRE(WidthOfTile(kMaxTreeSize, kMaxTreeSize / kTileWidth) == 255);
}

TEST_CASE("a bundle gives back its leaves, and no part of it passes for the whole") {
  const std::vector<std::string> leaves{"a", std::string(300, 'b'), std::string(kMaxLeafBytes, 'c'),
                                        std::string("\0\1", 2)};
  std::string bundle;
  for (const std::string& leaf : leaves) AppendToBundle(bundle, leaf);
  REQUIRE(bundle.substr(0, 5) == std::string("\0\1a\1\x2c", 5));
  const auto read = ReadBundle(bundle, 4, true).value();
  REQUIRE(std::equal(read.begin(), read.end(), leaves.begin(), leaves.end()));
  const std::string_view view = bundle;
  for (std::size_t cut = 0; cut < bundle.size(); cut += cut < 310 ? 1 : 97) {
    REQUIRE(ReadBundle(view.substr(0, cut), 4, true).error().code == base::ErrorCode::kDamaged);
  }
  REQUIRE(ReadBundle(view.substr(0, bundle.size() - 1), 4, true).error().where == "bundle");
}

TEST_CASE("a bundle that goes on is refused only where it has to be whole") {
  std::string bundle;
  AppendToBundle(bundle, "one");
  AppendToBundle(bundle, "two");
  REQUIRE(ReadBundle(bundle, 1, false).value() == std::vector<std::string_view>{"one"});
  REQUIRE(ReadBundle(bundle, 1, true).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadBundle(bundle, 3, false).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadBundle(bundle + '\0', 2, true).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadBundle("", 0, true).value().empty());
  REQUIRE(ReadBundle("", 1, true).error().code == base::ErrorCode::kDamaged);
}

TEST_CASE("a tile gives back its hashes, and a cut or crooked one is damaged") {
  const std::vector<Hash> hashes{LeafHash("a"), LeafHash("b"), LeafHash("c")};
  const std::string bytes = WriteTile(hashes);
  REQUIRE(bytes.size() == 3 * kHashBytes);
  REQUIRE(ReadTile(bytes, 3).value() == hashes);
  // A wider tile serves whoever wants a narrower one.
  REQUIRE(ReadTile(bytes, 2).value() == std::vector<Hash>(hashes.begin(), hashes.begin() + 2));
  REQUIRE(ReadTile(bytes, 4).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadTile(bytes.substr(1), 2).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadTile(bytes + "x", 3).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadTile("", 1).error().code == base::ErrorCode::kDamaged);
  REQUIRE(ReadTile("", 0).value().empty());
  REQUIRE(WriteTile({}).empty());
}

TEST_CASE("the root of a row of hashes is that of the tree above it") {
  std::vector<Hash> hashes;
  Frontier frontier;
  for (std::size_t count = 1; count <= kTileWidth; ++count) {
    hashes.push_back(LeafHash(std::to_string(count)));
    frontier.Append(hashes.back());
    if ((count & (count - 1)) == 0) REQUIRE(RootOfHashes(hashes) == frontier.Root());
  }
}

}  // namespace ledger
