// Tests of: store.cc, database.cc, migrations.cc, world_vfs.cc, outbox.cc
#include "storage/store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "base/simulated_world.h"
#include "storage/database.h"
#include "storage/outbox.h"

namespace storage {
namespace {

using base::ErrorCode;
using base::TemporaryFolder;

Store::Change AddLeaf(const std::string& text, std::int64_t* id = nullptr) {
  return [text, id](Transaction& transaction) -> base::Result<void> {
    OutboxRepository outbox(transaction);
    const auto row = TRY(outbox.Add(LogName::kRegister, [&](std::int64_t number) {
      return text + " " + std::to_string(number);
    }));
    if (id != nullptr) *id = row.id;
    return {};
  };
}

std::vector<PendingLeaf> PendingOf(Store& store) {
  std::vector<PendingLeaf> rows;
  const auto read = store.Read([&](Transaction& transaction) -> base::Result<void> {
    rows = TRY(OutboxRepository(transaction).Pending(LogName::kRegister, 1000));
    return {};
  });
  REQUIRE(read.has_value());
  return rows;
}

}  // namespace

TEST_CASE("a write is seen by later reads and survives reopening") {
  const TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  {
    const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
    std::int64_t id = 0;
    REQUIRE(store->Write(AddLeaf("first", &id)).has_value());
    REQUIRE(id == 1);
    REQUIRE(store->Write(AddLeaf("second")).has_value());
  }
  const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
  const auto rows = PendingOf(*store);
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[1].leaf == "second 2");
}

TEST_CASE("an index is stored once the log has the leaf") {
  const TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
  REQUIRE(store->Write(AddLeaf("leaf")).has_value());
  const auto check = [&](Transaction& transaction) -> base::Result<void> {
    OutboxRepository outbox(transaction);
    REQUIRE_FALSE(TRY(outbox.IndexOf(LogName::kRegister, 1)).has_value());
    REQUIRE(outbox.IndexOf(LogName::kAccess, 1).error().code == ErrorCode::kNotFound);
    TRY(outbox.SetIndex(LogName::kRegister, 1, 41));
    REQUIRE(TRY(outbox.IndexOf(LogName::kRegister, 1)) == 41U);
    REQUIRE(outbox.SetIndex(LogName::kRegister, 2, 1).error().code == ErrorCode::kNotFound);
    REQUIRE(TRY(outbox.Pending(LogName::kRegister, 10)).empty());
    REQUIRE(TRY(outbox.NextId(LogName::kRegister)) == 2);
    REQUIRE(TRY(outbox.NextId(LogName::kAccess)) == 1);
    return {};
  };
  REQUIRE(store->Write(check).has_value());
}

TEST_CASE("an error undoes its own change and nobody else's") {
  const TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 30; ++i) {
          const auto done = store->Write([&](Transaction& transaction) -> base::Result<void> {
            TRY(AddLeaf("x")(transaction));
            if (t % 2 == 0) return base::Fail(ErrorCode::kConflict, "No");
            return {};
          });
          if (!done) ++failed;
        }
      });
    }
  }
  REQUIRE(failed == 90);
  const auto rows = PendingOf(*store);
  REQUIRE(rows.size() == 90);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].id == static_cast<std::int64_t>(i) + 1);
  }
}

TEST_CASE("a newer store, another program's database and a damaged file are refused") {
  const auto world = base::MakeRealWorld();
  const auto refused = [&](const char* sql) {
    const TemporaryFolder folder;
    const std::string path = folder.path() + "/tabularium.sqlite";
    REQUIRE(Database::Open(path, nullptr, false, false).value()->Execute(sql).has_value());
    return Store::Open(*world, folder.path(), StoreFiles::kSystem).error().code;
  };
  REQUIRE(refused("PRAGMA application_id = 1415668273; PRAGMA user_version = 99") ==
          ErrorCode::kNewerFormat);
  REQUIRE(refused("CREATE TABLE theirs (x)") == ErrorCode::kDamaged);
  const TemporaryFolder folder;
  REQUIRE(base::ReplaceFile(world->files(), folder / "tabularium.sqlite", std::string(8192, 'x'))
              .has_value());
  REQUIRE(Store::Open(*world, folder.path(), StoreFiles::kSystem).error().code ==
          ErrorCode::kDamaged);
}

TEST_CASE("a full disk fails the write, keeps the rest and heals") {
  base::SimulatedWorld world(1);
  const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
  REQUIRE(store->Write(AddLeaf("kept")).has_value());
  world.SetCapacity(0);
  const auto full = store->Write(AddLeaf("lost"));
  REQUIRE(full.error().code == ErrorCode::kStorageFull);
  world.SetCapacity(UINT64_MAX);
  REQUIRE(store->Write(AddLeaf("later")).has_value());
  const auto rows = PendingOf(*store);
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[1].leaf == "later 2");
}

// Where SQLite ends a transaction by itself in the middle of a batch, nobody may be told "well".
TEST_CASE("a disk that fills in the middle of a batch fails the whole batch, and tells each") {
  for (const std::uint64_t room : {200'000U, 400'000U, 900'000U}) {
    CAPTURE(room);
    base::SimulatedWorld world(1);
    const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
    REQUIRE(store->Write(AddLeaf("first")).has_value());
    base::Guarded<int> acknowledged(1);
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
          for (int i = 0; i < 12; ++i) {
            world.SetCapacity(i == 3 ? room : UINT64_MAX);
            const bool done = store->Write(AddLeaf(std::string(60'000, 'x'))).has_value();
            auto count = acknowledged.Lock();
            if (done) ++*count;
          }
        });
      }
    }
    auto count = acknowledged.Lock();
    REQUIRE(PendingOf(*store).size() == static_cast<std::size_t>(*count));
  }
}

TEST_CASE("after a failed sync the store takes nothing more until it is opened again") {
  base::SimulatedWorld world(1);
  {
    const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
    world.FailSyncs(true);
    REQUIRE(store->Write(AddLeaf("unknown")).error().code == ErrorCode::kUnavailable);
    world.FailSyncs(false);
    REQUIRE(store->Write(AddLeaf("refused")).error().code == ErrorCode::kUnavailable);
  }
  const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
  REQUIRE(store->Write(AddLeaf("again")).has_value());
}

// What was acknowledged is there after a crash at any step; what was not may be there, but only as
// a whole and in order.
TEST_CASE("a crash at every step loses no acknowledged write") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      base::SimulatedWorld world(step);
      world.CrashBefore(step);
      std::size_t acknowledged = 0;
      {
        const auto store = Store::Open(world, "home", StoreFiles::kWorld);
        for (int i = 0; store && i < 4; ++i) {
          if ((*store)->Write(AddLeaf("leaf"))) ++acknowledged;
        }
      }
      const bool finished = !world.crashed();
      world.Restart(mode);
      const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
      const auto rows = PendingOf(*store);
      REQUIRE(rows.size() >= acknowledged);
      REQUIRE(rows.size() <= acknowledged + 1);
      REQUIRE(store->Write(AddLeaf("again")).has_value());
      if (finished) break;
    }
  }
}

TEST_CASE("a store whose syncs are planted away loses writes, so the test above can fail") {
  bool lost = false;
  base::SimulatedWorld world(1);
  {
    const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
    world.LieAboutSyncs([](std::string_view path) { return path.ends_with("-wal"); });
    REQUIRE(store->Write(AddLeaf("leaf")).has_value());
    world.CrashBefore(world.steps());
  }
  world.Restart(base::CrashMode::kHarsh);
  const auto store = Store::Open(world, "home", StoreFiles::kWorld).value();
  lost = PendingOf(*store).empty();
  REQUIRE(lost);
}

}  // namespace storage
