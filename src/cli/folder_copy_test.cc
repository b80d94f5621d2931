#include "cli/folder_copy.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/simulated_world.h"

namespace cli {
namespace {

using base::ErrorCode;

std::string Pattern(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

}  // namespace

TEST_CASE("a file is copied in pieces, with its digest, and is there after a crash") {
  base::SimulatedWorld world(1);
  for (const std::size_t bytes : {0UL, 1UL, 1UL << 20U, (1UL << 20U) + 1}) {
    const std::string text = Pattern(bytes);
    const std::string to = "folder/copy" + std::to_string(bytes);
    REQUIRE(base::ReplaceFile(world.files(), "from", text).has_value());
    std::uint64_t counted = 0;
    const auto copied =
        CopyFile(world.files(), "from", to, [&](std::uint64_t more) { counted += more; });
    REQUIRE(copied.value() == FileDigest{bytes, base::Sha256(text)});
    REQUIRE(counted == bytes);
    REQUIRE(DigestOfFile(world.files(), to).value() == copied.value());
    REQUIRE(CopyFile(world.files(), "from", to).error().code == ErrorCode::kConflict);
  }
  REQUIRE(CopyFile(world.files(), "from", "part", {}, 10).value().bytes == 10);
  REQUIRE(CopyFile(world.files(), "absent", "x").error().code == ErrorCode::kNotFound);
}

TEST_CASE("a tree is listed and removed, down to a limit") {
  base::SimulatedWorld world(1);
  REQUIRE(base::MakeFolders(world.files(), "top/a/b").has_value());
  REQUIRE(base::ReplaceFile(world.files(), "top/a/b/file", "x").has_value());
  REQUIRE(base::ReplaceFile(world.files(), "top/z", "x").has_value());
  const auto tree = ListTree(world.files(), "top").value();
  REQUIRE(tree.files == std::vector<std::string>{"a/b/file", "z"});
  REQUIRE(tree.folders == std::vector<std::string>{"a", "a/b"});
  REQUIRE(RemoveTree(world.files(), "top").has_value());
  REQUIRE_FALSE(world.files().Status("top").value().has_value());
  std::string deep = "deep";
  for (int i = 1; i < kMaxTreeLevels; ++i) deep += "/x";
  REQUIRE(base::MakeFolders(world.files(), deep).has_value());
  REQUIRE(ListTree(world.files(), "deep").has_value());
  REQUIRE(base::MakeFolders(world.files(), deep + "/x").has_value());
  REQUIRE(ListTree(world.files(), "deep").error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a fresh folder takes its place when it is finished, and goes when it is not") {
  base::SimulatedWorld world(1);
  {
    const auto fresh = FreshFolder::Begin(world.files(), "place/", "--place").value();
    REQUIRE(fresh->path() == "place.unfinished");
    REQUIRE(base::ReplaceFile(world.files(), base::JoinPath(fresh->path(), "file"), "x"));
    REQUIRE(FreshFolder::Begin(world.files(), "place", "--place").error().where ==
            "place.unfinished");
  }
  REQUIRE_FALSE(world.files().Status("place.unfinished").value().has_value());
  {
    const auto fresh = FreshFolder::Begin(world.files(), "place", "--place").value();
    REQUIRE(base::ReplaceFile(world.files(), base::JoinPath(fresh->path(), "file"), "x"));
    REQUIRE(fresh->Finish().has_value());
  }
  REQUIRE(base::ReadWholeFile(world.files(), "place/file", 10).value() == "x");
  REQUIRE(FreshFolder::Begin(world.files(), "place", "--place").error().code ==
          ErrorCode::kConflict);
  for (const char* path : {"", ".", "..", "/", "a/.."}) {
    REQUIRE(FreshFolder::Begin(world.files(), path, "--place").error().code == ErrorCode::kInvalid);
  }
}

}  // namespace cli
