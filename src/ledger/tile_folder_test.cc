#include "ledger/tile_folder.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/simulated_world.h"
#include "ledger/testing.h"

namespace ledger {
namespace {

using base::ErrorCode;
using base::SimulatedWorld;

const std::string kFolder = "log";

std::string LeafOf(std::uint64_t index) { return "leaf " + std::to_string(index); }

// The same tree as a folder of tiles, kept as rows of hashes: row 0 holds the leaves'.
class PlainTree {
 public:
  void Append(const Hash& hash) {
    rows_[0].push_back(hash);
    for (std::size_t level = 0; rows_[level].size() % 2 == 0; ++level) {
      if (level + 1 == rows_.size()) rows_.emplace_back();
      rows_[level + 1].push_back(NodeHash(rows_[level].end()[-2], rows_[level].back()));
    }
  }
  [[nodiscard]] const std::vector<std::vector<Hash>>& rows() const { return rows_; }

 private:
  std::vector<std::vector<Hash>> rows_{1};
};

struct Grown {
  TileFolder tiles;
  PlainTree plain;

  explicit Grown(SimulatedWorld& world) : tiles(world.files(), kFolder) {}
  void GrowTo(std::uint64_t size, bool is_on_disk = false) {
    for (std::uint64_t index = tiles.size(); index < size; ++index) {
      const std::string leaf = LeafOf(index);
      tiles.Add(leaf, LeafHash(leaf), is_on_disk);
      plain.Append(LeafHash(leaf));
    }
  }
};

void RequireEqualNodes(Grown& grown) {
  const auto& rows = grown.plain.rows();
  for (unsigned level = 0; level < rows.size(); ++level) {
    for (std::size_t index = 0; index < rows[level].size(); ++index) {
      const auto node = grown.tiles.Node(level, index);
      if (!node || *node != rows[level][index]) FAIL("node ", level, " ", index);
    }
  }
}

// Of each level the last four nodes, and that there are no more.
void RequireEqualEdge(Grown& grown) {
  const auto& rows = grown.plain.rows();
  for (unsigned level = 0; level < rows.size(); ++level) {
    const std::size_t count = rows[level].size();
    for (std::size_t index = count - std::min<std::size_t>(count, 4); index < count; ++index) {
      REQUIRE(grown.tiles.Node(level, index).value() == rows[level][index]);
    }
    REQUIRE(grown.tiles.Node(level, count).error().code == ErrorCode::kNotFound);
  }
  REQUIRE(grown.tiles.Node(static_cast<unsigned>(rows.size()), 0).error().code ==
          ErrorCode::kNotFound);
}

void RequireEqualLeaves(TileFolder& tiles, std::uint64_t step = 1) {
  for (std::uint64_t index = 0; index < tiles.size(); index += step) {
    const auto leaf = tiles.Leaf(index);
    if (!leaf || *leaf != LeafOf(index)) FAIL("leaf ", index);
  }
  REQUIRE(tiles.Leaf(tiles.size()).error().code == ErrorCode::kNotFound);
}

// What docs/formats/log.md asks for: the full tiles, or the partial ones, of a size.
std::vector<std::string> FilesOf(std::uint64_t size, bool full) {
  std::vector<std::string> paths;
  const auto add = [&](std::uint64_t count, const auto& path_of) {
    for (std::uint64_t index = 0; full && index < count / 256; ++index) {
      paths.push_back(path_of(index, 256));
    }
    if (!full && count % 256 != 0) paths.push_back(path_of(count / 256, count % 256));
  };
  add(size, BundlePath);
  for (unsigned level = 0; size >> 8 * level > 0; ++level) {
    add(size >> 8 * level,
        [&](std::uint64_t index, std::uint64_t width) { return TilePath(level, index, width); });
  }
  return paths;
}

std::vector<std::string> Sorted(std::vector<std::string> paths) {
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

// The files of a size and the partial ones of the size before.
std::vector<std::string> FilesOfBoth(std::uint64_t size, std::uint64_t previous_size) {
  std::vector<std::string> paths = FilesOf(size, true);
  for (const std::uint64_t each : {size, previous_size}) {
    const auto partial = FilesOf(each, false);
    paths.insert(paths.end(), partial.begin(), partial.end());
  }
  return Sorted(std::move(paths));
}

std::vector<std::string> FilesThere(SimulatedWorld& world) {
  std::vector<std::string> paths;
  ListFiles(world.files(), kFolder, "", paths);
  return Sorted(std::move(paths));
}

std::string PathOf(const std::string& path) { return kFolder + "/" + path; }

}  // namespace

TEST_CASE(
    "nodes and leaves are those of the plain tree, whether they wait in memory or lie on the "
    "disk") {
  SimulatedWorld world(1);
  Grown grown(world);
  for (const std::uint64_t size : {0, 1, 2, 255, 256, 257, 511, 512, 513}) {
    CAPTURE(size);
    grown.GrowTo(size);
    RequireEqualNodes(grown);
    RequireEqualEdge(grown);
    RequireEqualLeaves(grown.tiles);
    REQUIRE(grown.tiles.Flush().has_value());
    REQUIRE(grown.tiles.unwritten_bytes() == 0);
    RequireEqualNodes(grown);
    RequireEqualLeaves(grown.tiles);
  }
}

TEST_CASE("nodes and leaves are those of the plain tree across the second level of tiles") {
  SimulatedWorld world(1);
  Grown grown(world);
  for (const std::uint64_t size :
       {65'534, 65'535, 65'536, 65'537, 65'791, 65'792, 65'793, 65'800}) {
    grown.GrowTo(size);
    RequireEqualEdge(grown);
  }
  RequireEqualNodes(grown);
  RequireEqualLeaves(grown.tiles);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  REQUIRE(FilesThere(world) == FilesOfBoth(65'800, 65'800));
  RequireEqualNodes(grown);
  RequireEqualLeaves(grown.tiles, 61);
}

TEST_CASE(
    "publishing leaves the files of the size, and the partial ones of the last published size") {
  SimulatedWorld world(1);
  Grown grown(world);
  std::uint64_t previous_size = 0;
  for (const std::uint64_t size : {1, 5, 5, 6, 255, 256, 300, 511, 512, 512, 513, 600, 2'000}) {
    CAPTURE(size);
    grown.GrowTo(size);
    REQUIRE(grown.tiles.Publish().has_value());
    grown.tiles.RemoveSuperseded();
    REQUIRE(FilesThere(world) == FilesOfBoth(size, previous_size));
    previous_size = size;
  }
}

TEST_CASE("published files hold what the formats say, and are still there after a crash") {
  SimulatedWorld world(1);
  Grown grown(world);
  grown.GrowTo(300);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  world.CrashBefore(world.steps());
  world.Restart(base::CrashMode::kHarsh);
  REQUIRE(FilesThere(world) == FilesOfBoth(300, 300));
  std::string bundle;
  std::string tile;
  for (std::uint64_t index = 256; index < 300; ++index) {
    AppendToBundle(bundle, LeafOf(index));
    tile += LeafHash(LeafOf(index)).view();
  }
  REQUIRE(ReadTestFile(world.files(), PathOf("tile/entries/001.p/44")) == bundle);
  REQUIRE(ReadTestFile(world.files(), PathOf("tile/0/001.p/44")) == tile);
  REQUIRE(ReadTestFile(world.files(), PathOf("tile/1/000.p/1")) == grown.plain.rows()[8][0].view());
  REQUIRE(ReadTestFile(world.files(), PathOf("tile/0/000")).size() == 256 * kHashBytes);
}

// Readers come at any time, and a machine stops at any time: a file that the published checkpoint
// asks for must never be seen cut.
TEST_CASE("publishing again does not touch files that are as they should be") {
  SimulatedWorld world(1);
  Grown grown(world);
  grown.GrowTo(300);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  for (std::uint64_t step = 0; step < 40; ++step) {
    CAPTURE(step);
    grown.GrowTo(301 + step);
    world.CrashBefore(world.steps() + step);
    const bool published = grown.tiles.Publish().has_value();
    world.CrashBefore(UINT64_MAX);
    if (!published) world.Restart(base::CrashMode::kTorn);
    REQUIRE(ReadTestFile(world.files(), PathOf("tile/1/000.p/1")) ==
            grown.plain.rows()[8][0].view());
  }
}

TEST_CASE("adding goes on while the disk is full, and everything is written once there is room") {
  SimulatedWorld world(1);
  Grown grown(world);
  grown.GrowTo(10);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  world.SetCapacity(0);
  grown.GrowTo(600);
  const std::size_t unwritten = grown.tiles.unwritten_bytes();
  REQUIRE(unwritten > 2 * 256 * kHashBytes);
  REQUIRE(grown.tiles.Flush().error().code == ErrorCode::kStorageFull);
  REQUIRE(grown.tiles.Publish().error().code == ErrorCode::kStorageFull);
  REQUIRE(grown.tiles.unwritten_bytes() == unwritten);
  RequireEqualNodes(grown);
  RequireEqualLeaves(grown.tiles);
  world.SetCapacity(256 * kHashBytes + 100);
  REQUIRE(grown.tiles.Publish().error().code == ErrorCode::kStorageFull);
  RequireEqualLeaves(grown.tiles);
  world.SetCapacity(UINT64_MAX);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  REQUIRE(grown.tiles.unwritten_bytes() == 0);
  REQUIRE(FilesThere(world) == FilesOfBoth(600, 10));
  RequireEqualNodes(grown);
  RequireEqualLeaves(grown.tiles);
}

TEST_CASE("after a failed sync nothing more is published") {
  SimulatedWorld world(1);
  Grown grown(world);
  REQUIRE(base::MakeFolders(world.files(), kFolder).has_value());
  grown.GrowTo(300);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  grown.GrowTo(600);
  world.FailSyncsOf([](std::string_view path) { return path.ends_with("/tile/0/001"); });
  REQUIRE(grown.tiles.Flush().has_value());
  REQUIRE(grown.tiles.Publish().error().code == ErrorCode::kUnavailable);
  world.FailSyncsOf({});
  REQUIRE(grown.tiles.Publish().error().code == ErrorCode::kUnavailable);
  RequireEqualNodes(grown);
}

TEST_CASE(
    "tiles that are missing, cut or too long are damage, and a changed one gives another node") {
  const auto after = [](const std::string& path, const auto& change) {
    SimulatedWorld world(1);
    Grown grown(world);
    grown.GrowTo(600);
    REQUIRE(grown.tiles.Publish().has_value());
    grown.tiles.RemoveSuperseded();
    change(world.files(), PathOf(path));
    if (path.starts_with("tile/entries")) return grown.tiles.Leaf(300).error().code;
    const auto node = grown.tiles.Node(3, 33);
    if (!node) return node.error().code;
    return *node == grown.plain.rows()[3][33] ? ErrorCode::kInternal : ErrorCode::kUntrue;
  };
  for (const std::string path : {"tile/0/001", "tile/entries/001"}) {
    const auto remove = [](base::Files& files, const std::string& name) {
      REQUIRE(files.Remove(name).has_value());
    };
    const auto cut = [](base::Files& files, const std::string& name) {
      WriteTestFile(files, name, ReadTestFile(files, name).substr(0, 50));
    };
    REQUIRE(after(path, remove) == ErrorCode::kDamaged);
    REQUIRE(after(path, cut) == ErrorCode::kDamaged);
  }
  REQUIRE(after("tile/0/001", [](base::Files& files, const std::string& name) {
            WriteTestFile(files, name, std::string(257 * kHashBytes, 'x'));
          }) == ErrorCode::kDamaged);
  REQUIRE(after("tile/0/001", [](base::Files& files, const std::string& name) {
            std::string bytes = ReadTestFile(files, name);
            bytes[8 * kHashBytes] ^= 1;
            WriteTestFile(files, name, bytes);
          }) == ErrorCode::kUntrue);
}

TEST_CASE("a machine that stopped is told as such, not as damage") {
  SimulatedWorld world(1);
  Grown grown(world);
  grown.GrowTo(600);
  REQUIRE(grown.tiles.Publish().has_value());
  grown.tiles.RemoveSuperseded();
  world.CrashBefore(world.steps());
  REQUIRE_FALSE(world.files().MakeFolder("any").has_value());
  REQUIRE(grown.tiles.Node(0, 0).error().code == ErrorCode::kUnavailable);
  REQUIRE(grown.tiles.Leaf(0).error().code == ErrorCode::kUnavailable);
}

TEST_CASE("after a restart only the full tiles that are missing or cut are written again") {
  SimulatedWorld world(1);
  {
    Grown grown(world);
    grown.GrowTo(600);
    REQUIRE(grown.tiles.Publish().has_value());
    grown.tiles.RemoveSuperseded();
  }
  const std::string lost_tile = PathOf("tile/0/000");
  const std::string lost_bundle = PathOf("tile/entries/001");
  const std::string tile = ReadTestFile(world.files(), lost_tile);
  const std::string bundle = ReadTestFile(world.files(), lost_bundle);
  REQUIRE(world.files().Remove(lost_tile).has_value());
  REQUIRE(world.files().Remove(lost_bundle).has_value());
  const std::string cut_bundle = PathOf("tile/entries/000");
  const std::string other_bundle = ReadTestFile(world.files(), cut_bundle);
  WriteTestFile(world.files(), cut_bundle, other_bundle.substr(1));
  const std::string mark(tile.size(), 'x');  // would be written over
  WriteTestFile(world.files(), PathOf("tile/0/001"), mark);
  Grown again(world);
  again.GrowTo(600, true);
  REQUIRE(again.tiles.unwritten_bytes() == tile.size() + bundle.size() + other_bundle.size());
  REQUIRE(again.tiles.Publish().has_value());
  REQUIRE(ReadTestFile(world.files(), lost_tile) == tile);
  REQUIRE(ReadTestFile(world.files(), lost_bundle) == bundle);
  REQUIRE(ReadTestFile(world.files(), cut_bundle) == other_bundle);
  REQUIRE(ReadTestFile(world.files(), PathOf("tile/0/001")) == mark);
}

}  // namespace ledger
