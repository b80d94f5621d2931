// Tests of: real_world.cc, real_temporary_folder.cc
#include "base/real_world.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/real_temporary_folder.h"

namespace base {
TEST_CASE("a file is written, read, cut and removed") {
  const TemporaryFolder folder;
  const auto world = MakeRealWorld();
  const std::string path = folder / "a";
  {
    const auto file = world->files().Open(path, OpenMode::kCreateNew).value();
    REQUIRE(file->WriteAt(3, "def").has_value());
    REQUIRE(file->WriteAt(0, "abc").has_value());
    REQUIRE(file->Sync().has_value());
    REQUIRE(file->Size().value() == 6);
    REQUIRE(file->Truncate(5).has_value());
    std::string bytes(10, '.');
    REQUIRE(file->ReadAt(1, bytes).value() == 4);
    REQUIRE(bytes == "bcde......");
  }
  REQUIRE(ReadWholeFile(world->files(), path, 5).value() == "abcde");
  REQUIRE(ReadWholeFile(world->files(), path, 4).error().code == ErrorCode::kTooLarge);
  REQUIRE(world->files().MapReadOnly(path).value()->bytes() == "abcde");
  REQUIRE(world->files().Open(path, OpenMode::kCreateNew).error().code == ErrorCode::kConflict);
  REQUIRE(world->files().Remove(path).has_value());
  REQUIRE(world->files().Remove(path).error().code == ErrorCode::kNotFound);
  REQUIRE(world->files().Open(path, OpenMode::kRead).error().code == ErrorCode::kNotFound);
}

TEST_CASE("new files and folders belong to their owner alone") {
  const TemporaryFolder folder;
  const auto world = MakeRealWorld();
  REQUIRE(ReplaceFile(world->files(), folder / "secret", "x").has_value());
  REQUIRE(MakeFolders(world->files(), folder / "a/b").has_value());
  const auto mode = [&](const char* name) {
    return std::filesystem::status(folder / name).permissions() & std::filesystem::perms::all;
  };
  REQUIRE(mode("secret") ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  REQUIRE(mode("a/b") == std::filesystem::perms::owner_all);
}

TEST_CASE("folders are made, listed in order, and replaced files are whole") {
  const TemporaryFolder folder;
  const auto world = MakeRealWorld();
  REQUIRE(MakeFolders(world->files(), folder / "x/y/z").has_value());
  REQUIRE(MakeFolders(world->files(), folder / "x/y/z").has_value());
  REQUIRE(ReplaceFile(world->files(), folder / "x/b", "one").has_value());
  REQUIRE(ReplaceFile(world->files(), folder / "x/b", "two").has_value());
  REQUIRE(ReplaceFile(world->files(), folder / "x/a", "").has_value());
  REQUIRE(world->files().List(folder / "x").value() == std::vector<std::string>{"a", "b", "y"});
  REQUIRE(ReadWholeFile(world->files(), folder / "x/b", 100).value() == "two");
  REQUIRE(world->files().MapReadOnly(folder / "x/a").value()->bytes().empty());
  REQUIRE(world->files().Status(folder / "x").value()->is_folder);
  REQUIRE_FALSE(world->files().Status(folder / "nothing").value().has_value());
  REQUIRE(world->files().Remove(folder / "x").error().code == ErrorCode::kConflict);
  REQUIRE(world->files().MakeFolder(folder / "x/a").error().code == ErrorCode::kConflict);
}

TEST_CASE("a lock is held once, and goes with its file") {
  const TemporaryFolder folder;
  const auto world = MakeRealWorld();
  auto first = world->files().Open(folder / "lock", OpenMode::kCreate).value();
  const auto second = world->files().Open(folder / "lock", OpenMode::kCreate).value();
  REQUIRE(first->TryLock().value());
  REQUIRE_FALSE(second->TryLock().value());
  first.reset();
  REQUIRE(second->TryLock().value());
}

TEST_CASE("a pipe and a folder are no files, and nobody waits for them") {
  const TemporaryFolder folder;
  const auto world = MakeRealWorld();
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  REQUIRE(world->files().Open(folder / "pipe", OpenMode::kRead).error().code ==
          ErrorCode::kInvalid);
  REQUIRE(world->files().MapReadOnly(folder / "pipe").error().code == ErrorCode::kInvalid);
  REQUIRE(world->files().Open(folder.path(), OpenMode::kRead).error().code == ErrorCode::kInvalid);
}

TEST_CASE("a path with a zero byte is refused, not cut short") {
  const auto world = MakeRealWorld();
  const std::string_view path("/tmp\0/x", 7);
  REQUIRE(world->files().Open(path, OpenMode::kRead).error().code == ErrorCode::kInvalid);
  REQUIRE(world->files().Status("").error().code == ErrorCode::kInvalid);
}

TEST_CASE("clocks go on and random bytes differ") {
  const auto world = MakeRealWorld();
  REQUIRE(world->clock().Now() > ParseInstant("2026-01-01T00:00:00Z").value());
  const std::int64_t before = world->clock().MonotonicMicroseconds();
  REQUIRE(world->clock().MonotonicMicroseconds() >= before);
  REQUIRE(world->randomness().Bytes(32).size() == 32);
  REQUIRE(world->randomness().Bytes(32) != world->randomness().Bytes(32));
}

}  // namespace base
