// Tests of: simulated_world.cc, world.cc
#include "base/simulated_world.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace base {
namespace {

std::string Content(World& world, std::string_view path) {
  return ReadWholeFile(world.files(), path, 1 << 20).value_or("(absent)");
}

}  // namespace

TEST_CASE("what was not synced is gone after a crash") {
  SimulatedWorld world(1);
  auto file = world.files().Open("a", OpenMode::kCreate).value();
  REQUIRE(file->WriteAt(0, "synced").has_value());
  REQUIRE(file->Sync().has_value());
  REQUIRE(world.files().SyncFolder(".").has_value());
  REQUIRE(file->WriteAt(6, " and not").has_value());
  REQUIRE(Content(world, "a") == "synced and not");
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "a") == "synced");
  REQUIRE(file->WriteAt(0, "x").error().code == ErrorCode::kUnavailable);
}

TEST_CASE("a name that was not synced is gone, whatever the file holds") {
  SimulatedWorld world(1);
  auto file = world.files().Open("a", OpenMode::kCreate).value();
  REQUIRE(file->WriteAt(0, "bytes").has_value());
  REQUIRE(file->Sync().has_value());
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "a") == "(absent)");
}

TEST_CASE("a rename before the file's sync can leave an empty file") {
  SimulatedWorld world(1);
  REQUIRE(ReplaceFile(world.files(), "a", "old").has_value());
  auto fresh = world.files().Open("a.new", OpenMode::kCreate).value();
  REQUIRE(fresh->WriteAt(0, "new").has_value());
  REQUIRE(world.files().Rename("a.new", "a").has_value());
  REQUIRE(world.files().SyncFolder(".").has_value());
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "a").empty());
}

TEST_CASE("ReplaceFile shows the old file or the new one, wherever the crash comes") {
  for (const CrashMode mode : {CrashMode::kHarsh, CrashMode::kTorn}) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      for (std::uint64_t step = 0;; ++step) {
        SimulatedWorld world(seed);
        REQUIRE(ReplaceFile(world.files(), "a", "old").has_value());
        world.CrashBefore(world.steps() + step);
        const bool acknowledged = ReplaceFile(world.files(), "a", "new").has_value();
        world.Restart(mode);
        const std::string content = Content(world, "a");
        REQUIRE((content == "old" || content == "new"));
        if (acknowledged) REQUIRE(content == "new");
        seen.insert(content);
        if (acknowledged) break;
      }
    }
    REQUIRE(seen.size() == 2);
  }
}

TEST_CASE("a planted write without its sync is noticed") {
  SimulatedWorld world(1);
  world.LieAboutSyncs([](std::string_view path) { return path.ends_with(".new"); });
  REQUIRE(ReplaceFile(world.files(), "a", "acknowledged").has_value());
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "a") != "acknowledged");
}

TEST_CASE("torn writes are whole, in part, or not there, as the seed says") {
  std::set<std::string> seen;
  const std::string old(2048, 'o');
  const std::string fresh(2048, 'n');
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    SimulatedWorld world(seed);
    REQUIRE(ReplaceFile(world.files(), "a", old).has_value());
    auto file = world.files().Open("a", OpenMode::kReadWrite).value();
    REQUIRE(file->WriteAt(0, fresh).has_value());
    world.Restart(CrashMode::kTorn);
    const std::string content = Content(world, "a");
    const std::size_t written = content.find('o') == std::string::npos ? 2048 : content.find('o');
    REQUIRE(written % 512 == 0);
    REQUIRE(content == fresh.substr(0, written) + old.substr(written));
    seen.insert(content);
  }
  REQUIRE(seen.size() == 5);  // none, one, two, three sectors, and all
}

TEST_CASE("folders above a file must be durable too") {
  SimulatedWorld world(1);
  REQUIRE(MakeFolders(world.files(), "home/log/register").has_value());
  REQUIRE(ReplaceFile(world.files(), "home/log/register/x", "1").has_value());
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "home/log/register/x") == "1");

  SimulatedWorld careless(1);
  REQUIRE(careless.files().MakeFolder("home").has_value());
  REQUIRE(ReplaceFile(careless.files(), "home/x", "1").has_value());
  careless.Restart(CrashMode::kHarsh);
  REQUIRE(Content(careless, "home/x") == "(absent)");
}

TEST_CASE("a full disk takes what fits and says so") {
  SimulatedWorld world(1);
  world.SetCapacity(4);
  auto file = world.files().Open("a", OpenMode::kCreate).value();
  REQUIRE(file->WriteAt(0, "ab").has_value());
  REQUIRE(file->WriteAt(2, "cdef").error().code == ErrorCode::kStorageFull);
  REQUIRE(file->Size().value() == 4);
  REQUIRE(file->Truncate(2).has_value());
  REQUIRE(file->WriteAt(2, "xy").has_value());
  REQUIRE(file->WriteAt(0, "zz").has_value());
  REQUIRE(Content(world, "a") == "zzxy");
}

TEST_CASE("locks, clocks and randomness of the twin") {
  SimulatedWorld world(7);
  auto first = world.files().Open("lock", OpenMode::kCreate).value();
  auto second = world.files().Open("lock", OpenMode::kCreate).value();
  REQUIRE(first->TryLock().value());
  REQUIRE_FALSE(second->TryLock().value());
  first.reset();
  REQUIRE(second->TryLock().value());

  const Instant start = world.clock().Now();
  world.Advance(5);
  REQUIRE(world.clock().Now().microseconds == start.microseconds + 5);
  REQUIRE(world.clock().MonotonicMicroseconds() == 5);
  world.SetNow(Instant{0});
  REQUIRE(world.clock().Now() == Instant{0});
  REQUIRE(world.clock().MonotonicMicroseconds() == 5);

  SimulatedWorld twin(7);
  REQUIRE(world.randomness().Bytes(33) == twin.randomness().Bytes(33));
}

TEST_CASE("a failing sync is an error and nothing becomes durable") {
  SimulatedWorld world(1);
  auto file = world.files().Open("a", OpenMode::kCreate).value();
  REQUIRE(world.files().SyncFolder(".").has_value());
  REQUIRE(file->WriteAt(0, "x").has_value());
  world.FailSyncsOf([](std::string_view path) { return path == "a"; });
  REQUIRE(file->Sync().error().code == ErrorCode::kUnavailable);
  world.Restart(CrashMode::kHarsh);
  REQUIRE(Content(world, "a").empty());
}

}  // namespace base
