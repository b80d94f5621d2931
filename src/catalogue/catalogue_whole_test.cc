// Tests of: catalogue_publish.cc catalogue_drafts.cc pool_file_workers.cc
//
// The catalogue on real files, with real workers in their sandbox.
#include <doctest/doctest.h>

#include "base/real_world.h"
#include "catalogue/delta_log.h"
#include "catalogue/delta_testing.h"
#include "catalogue/pool_file_workers.h"
#include "catalogue/testing.h"
#include "engine/testing.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Format;

struct RealParts {
  explicit RealParts(std::uint64_t written_file_bytes)
      : world(base::MakeRealWorld()), pool(*world, {}, {}), workers(pool, [&] {
          FileWorkerSettings settings;
          settings.library_path = engine::TestLibrary();
          settings.limits.written_file_bytes = written_file_bytes;
          return settings;
        }()) {}
  engine::TemporaryFolder folder;
  std::unique_ptr<base::World> world;
  engine::WorkerPool pool;
  PoolFileWorkers workers;
};

struct RealHome : RealParts, TestHome {
  explicit RealHome(std::uint64_t written_file_bytes = 1ULL << 30U)
      : RealParts(written_file_bytes),
        TestHome(*world, workers,
                 {.home = folder.path() + "/home", .files = storage::StoreFiles::kSystem}) {}
};

// A list of overdue accounts, of so many rows.
std::string Accounts(int rows) {
  std::string text = "nino,your_reference,owed,since\n";
  for (int row = 0; row < rows; ++row) {
    text += Format("QQ{:06}A,{:08},{}.{:02},2026-{:02}-01\n", row, row, row * 3, row % 100,
                   row % 12 + 1);
  }
  return text;
}

// A version of Accounts as the Delta log leads to it, read by DuckDB.
void RequireOnDisk(RealHome& home, const std::string& folder, const VersionSummary& summary) {
  const DeltaReader table(home.any_world.files(), folder, summary.number);
  REQUIRE(table.active.size() == 1);
  REQUIRE(table.fields[2].second == "decimal(18,2)");
  const std::string path = folder + "/" + table.active.begin()->first;
  REQUIRE(base::Sha256(home.Bytes(path)) == summary.data_digest);
  const auto duckdb =
      engine::Duckdb::Open({.library_path = engine::TestLibrary(), .readable_files = {path}});
  const auto rows = Good((*duckdb)->Query(
      "SELECT count(*), min(nino), max(since) FROM read_parquet(" + engine::SqlText(path) + ")",
      1));
  REQUIRE(rows.rows[0][0] == std::to_string(summary.rows));
  REQUIRE(rows.rows[0][1] == "QQ000000A");
  REQUIRE(rows.rows[0][2] == "2026-12-01");
}

}  // namespace

TEST_CASE("two versions and their Delta log are read back from the disk as they were uploaded") {
  if (engine::kIsSanitized) return;
  RealHome home;
  const Dataset made = home.Make("overdue-2026", DatasetVisibility::kPrivate);
  const Confirmation confirmation{
      .columns = {{.name = "owed", .title = "What is owed", .confirmed = true}},
      .key = DatasetKey{"nino", KeyNormalisation::kCompact}};
  const auto first = Good(home.Publish(made.id, Accounts(500), confirmation));
  REQUIRE(first.summary.rows == 500);
  const auto second = Good(home.Publish(made.id, Accounts(4'655), confirmation));
  REQUIRE(second.summary.number == 2);
  REQUIRE(CodeOfBad(home.Publish(made.id, Accounts(4'655), confirmation)) == ErrorCode::kConflict);
  const Version version = Good(home.catalogue().FindVersion(home.noor, made.id, 2));
  REQUIRE(version.schema.Find("owed")->title == "What is owed");
  REQUIRE(version.schema.Find("nino")->identifies);
  REQUIRE(version.schema.Find("your_reference")->type.kind == engine::ColumnKind::kString);
  const std::string folder = home.place.home + "/data/" + made.slug;
  for (const auto& summary : {first.summary, second.summary}) RequireOnDisk(home, folder, summary);
  // A restart changes nothing.
  const std::string before = home.folder.Tree();
  home.running->catalogue.reset();
  home.running->catalogue =
      Good(Catalogue::Open(home.any_world, *home.running->store, *home.running->ledger,
                           home.any_workers, home.policies, {home.place.home, {}}));
  REQUIRE(home.Names(folder).size() == 3);
  REQUIRE(home.folder.Tree().size() == before.size());
}

TEST_CASE("a full disk and a key that is none refuse a publication and leave nothing of it") {
  if (engine::kIsSanitized) return;
  RealHome home(4'096);
  const Dataset made = home.Make("overdue-2026", DatasetVisibility::kPrivate);
  const Draft large = Good(home.Upload(made.id, Accounts(4'655)));
  REQUIRE(CodeOfBad(home.catalogue().Publish(*home.noor, large.summary.id, {})) ==
          ErrorCode::kStorageFull);
  const Draft twice = Good(home.Upload(made.id, Accounts(3) + "qq000001a,1,2.00,2026-01-01\n"));
  const auto refused = Bad(home.catalogue().Publish(
      *home.noor, twice.summary.id, {.key = DatasetKey{"nino", KeyNormalisation::kCompact}}));
  REQUIRE(refused.what == "2 rows share their key with another row; the first: 2 and 4");
  REQUIRE(home.Names(home.place.home + "/tmp/catalogue").empty());
  REQUIRE(home.Names(home.place.home + "/data/" + made.slug).empty());
  REQUIRE(home.PublicationLeaves().empty());
  // The draft is there for another attempt.
  REQUIRE(Good(home.catalogue().Publish(*home.noor, twice.summary.id, {})).summary.rows == 4);
}

TEST_CASE("a file that is no table is refused with its place and leaves nothing") {
  if (engine::kIsSanitized) return;
  RealHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const auto ragged = Bad(home.Upload(made.id, "a,b\n1,2\n1,2,3\n"));
  REQUIRE(ragged.code == ErrorCode::kInvalid);
  REQUIRE(ragged.Text().find("row 2") != std::string::npos);
  REQUIRE(CodeOfBad(home.Upload(made.id, "")) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(home.Upload(made.id, "PAR1 and nothing PAR1")) == ErrorCode::kInvalid);
  REQUIRE(home.Names(home.place.home + "/drafts").empty());
  REQUIRE(home.Names(home.place.home + "/tmp/catalogue").empty());
}

}  // namespace catalogue
