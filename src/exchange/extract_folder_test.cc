#include "exchange/extract_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "base/simulated_world.h"
#include "catalogue/delta_testing.h"

namespace exchange {
namespace {

using base::ErrorCode;

const std::vector<agreements::OutputColumn> kColumns = {
    {.name = "area", .title = "", .type = {}, .meaning = "", .form = "show", .bands = {}}};

ExtractRecord RecordOf(const std::string& name) {
  return {.key = base::Sha256(name),
          .agreement = "DSA-2026-0041",
          .version = 2,
          .rows = 3,
          .made = base::ParseInstant("2026-11-24T10:00:00Z").value()};
}

// What a worker leaves: a file that nobody has synced.
base::Result<ExtractRecord> MakeOne(base::World& world, ExtractFolder& folder,
                                    const std::string& name) {
  const std::string temporary = TRY(folder.MakeTemporaryFolder());
  const std::string path = base::JoinPath(temporary, "extract.parquet");
  const auto file = TRY(world.files().Open(path, base::OpenMode::kCreateNew));
  TRY(file->WriteAt(0, "rows of " + name));
  auto placed = folder.Place(RecordOf(name), path, kColumns);
  static_cast<void>(folder.RemoveTemporaryFolder(temporary));
  return placed;
}

std::vector<std::string> Names(base::World& world, const std::string& path) {
  return world.files().List(path).value_or(std::vector<std::string>{});
}

void RequireWhole(base::World& world, const ExtractFolder& folder, const ExtractRecord& record) {
  const std::string bytes =
      base::ReadWholeFile(world.files(), folder.DataPath(record), 1U << 20U).value();
  REQUIRE(base::Sha256(bytes) == record.sha256);
  REQUIRE(bytes.size() == record.bytes);
  const catalogue::DeltaReader table(world.files(), "home/extracts/" + record.key.Hex(), 1);
  REQUIRE(table.active.size() == 1);
  REQUIRE(table.active.begin()->first == record.sha256.Hex() + ".parquet");
}

// Two extracts are made and the first is removed, until the machine stops.
struct Acknowledged {
  std::vector<ExtractRecord> made;
  bool is_removed = false;  // the first
  bool is_removing = false;
};

Acknowledged Play(base::World& world, ExtractFolder& folder) {
  Acknowledged done;
  for (const char* name : {"one", "two"}) {
    const auto made = MakeOne(world, folder, name);
    if (!made) return done;
    done.made.push_back(*made);
  }
  done.is_removing = true;
  done.is_removed = folder.Remove(done.made.front().key).has_value();
  return done;
}

}  // namespace

TEST_CASE("an extract is found again as it was placed, as a table of Delta Lake") {
  base::SimulatedWorld world(1);
  ExtractFolder folder(world, "home");
  REQUIRE(folder.Open().value().empty());
  const auto made = MakeOne(world, folder, "one").value();
  REQUIRE(made.bytes == 11);
  RequireWhole(world, folder, made);
  REQUIRE(Names(world, "home/tmp/extracts").empty());
  const auto found = ExtractFolder(world, "home").Open().value();
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].key == made.key);
  REQUIRE(found[0].sha256 == made.sha256);
  REQUIRE(found[0].agreement == "DSA-2026-0041");
  REQUIRE(found[0].made == made.made);
  REQUIRE(folder.Remove(made.key).has_value());
  REQUIRE(Names(world, "home/extracts").empty());
  REQUIRE(folder.Remove(made.key).has_value());
}

TEST_CASE("what is not whole is removed at a start, and only that") {
  base::SimulatedWorld world(1);
  ExtractFolder folder(world, "home");
  REQUIRE(folder.Open().has_value());
  const auto whole = MakeOne(world, folder, "whole").value();
  const auto cut = MakeOne(world, folder, "cut").value();
  REQUIRE(world.files()
              .Open(folder.DataPath(cut), base::OpenMode::kReadWrite)
              .value()
              ->Truncate(3)
              .has_value());
  const auto bare = MakeOne(world, folder, "bare").value();
  const std::string bare_folder = "home/extracts/" + bare.key.Hex();
  REQUIRE(world.files().Remove(bare_folder + "/extract.json").has_value());
  const auto moved = MakeOne(world, folder, "moved").value();
  REQUIRE(base::ReplaceFile(world.files(), "home/extracts/" + moved.key.Hex() + "/extract.json",
                            R"({"agreement":"another"})")
              .has_value());
  const auto found = folder.Open().value();
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].key == whole.key);
  REQUIRE(Names(world, "home/extracts").size() == 1);
}

TEST_CASE("a full disk leaves nothing of an extract") {
  base::SimulatedWorld world(1);
  ExtractFolder folder(world, "home");
  REQUIRE(folder.Open().has_value());
  for (std::uint64_t capacity = 15; capacity < 1'500; capacity += 20) {
    world.SetCapacity(capacity);
    const auto made = MakeOne(world, folder, "one");
    if (made) return;
    REQUIRE(made.error().code == ErrorCode::kStorageFull);
    REQUIRE(Names(world, "home/extracts").empty());
    REQUIRE(Names(world, "home/tmp/extracts").empty());
  }
  FAIL("no capacity was enough");
}

TEST_CASE("wherever the machine stops, an acknowledged extract is whole and nothing else counts") {
  for (std::uint64_t step = 0;; ++step) {
    CAPTURE(step);
    base::SimulatedWorld world(step + 1);
    std::optional<ExtractFolder> folder(std::in_place, world, "home");
    REQUIRE(folder->Open().has_value());
    world.CrashBefore(world.steps() + step);
    const Acknowledged done = Play(world, *folder);
    const bool crashed = world.crashed();
    world.Restart(step % 2 == 0 ? base::CrashMode::kHarsh : base::CrashMode::kTorn);
    folder.emplace(world, "home");
    const auto found = folder->Open().value();
    for (const ExtractRecord& record : found) RequireWhole(world, *folder, record);
    REQUIRE(Names(world, "home/extracts").size() == found.size());
    REQUIRE(Names(world, "home/tmp/extracts").empty());
    const auto is_there = [&](const ExtractRecord& record) {
      return std::ranges::find(found, record.key, &ExtractRecord::key) != found.end();
    };
    for (std::size_t i = 0; i < done.made.size(); ++i) {
      if (i > 0 || !done.is_removing) REQUIRE(is_there(done.made[i]));
    }
    if (done.is_removed) REQUIRE_FALSE(is_there(done.made[0]));
    if (!crashed) break;
  }
}

}  // namespace exchange
