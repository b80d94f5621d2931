// Tests of: store_copy.cc
#include "storage/store_copy.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "base/simulated_world.h"
#include "storage/outbox.h"

namespace storage {
namespace {

// Two rows in one transaction: a copy holds both or neither.
base::Result<void> AddPair(Transaction& transaction) {
  for (const LogName log : {LogName::kRegister, LogName::kAccess}) {
    TRY(OutboxRepository(transaction).Add(log, [](std::int64_t id) {
      return "leaf " + std::to_string(id);
    }));
  }
  return {};
}

std::int64_t NextIdOf(Store& store, LogName log) {
  std::int64_t next = 0;
  REQUIRE(store
              .Read([&](Transaction& transaction) -> base::Result<void> {
                next = TRY(OutboxRepository(transaction).NextId(log));
                return {};
              })
              .has_value());
  return next;
}

}  // namespace

TEST_CASE("a copy is the store at one moment, whatever is written meanwhile") {
  const base::TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  const std::string from = base::JoinPath(folder.path(), "store");
  const auto store = Store::Open(*world, from, StoreFiles::kSystem).value();
  REQUIRE(store->Write(AddPair).has_value());
  constexpr int kCopies = 10;
  std::atomic<bool> is_over = false;
  std::jthread writer([&] {
    while (!is_over) REQUIRE(store->Write(AddPair).has_value());
  });
  std::int64_t before = 0;
  for (int i = 0; i < kCopies; ++i) {
    const std::string to = base::JoinPath(folder.path(), "copy" + std::to_string(i));
    REQUIRE(CopyStore(*world, from, to, StoreFiles::kSystem).has_value());
    const auto copy = Store::Open(*world, to, StoreFiles::kSystem).value();
    const std::int64_t next = NextIdOf(*copy, LogName::kRegister);
    REQUIRE(next > before);
    REQUIRE(next == NextIdOf(*copy, LogName::kAccess));
    before = next - 1;
  }
  is_over = true;
}

TEST_CASE("a store that nobody has open is copied, and a store that is not there is said") {
  base::SimulatedWorld world(1);
  REQUIRE(CopyStore(world, "store", "copy", StoreFiles::kWorld).error().code ==
          base::ErrorCode::kNotFound);
  {
    const auto store = Store::Open(world, "store", StoreFiles::kWorld).value();
    REQUIRE(store->Write(AddPair).has_value());
  }
  REQUIRE(CopyStore(world, "store", "copy", StoreFiles::kWorld).has_value());
  world.CrashBefore(world.steps());
  REQUIRE_FALSE(world.files().MakeFolder("crashed").has_value());
  world.Restart(base::CrashMode::kHarsh);
  const auto copy = Store::Open(world, "copy", StoreFiles::kWorld).value();
  REQUIRE(NextIdOf(*copy, LogName::kAccess) == 2);
  REQUIRE(CopyStore(world, "store", "copy", StoreFiles::kWorld).error().code ==
          base::ErrorCode::kConflict);
}

TEST_CASE("what is no database is refused, and a full disk is said") {
  base::SimulatedWorld world(1);
  REQUIRE(base::MakeFolders(world.files(), "other").has_value());
  REQUIRE(base::ReplaceFile(world.files(), "other/tabularium.sqlite", std::string(9'000, 'x'))
              .has_value());
  REQUIRE(CopyStore(world, "other", "copy", StoreFiles::kWorld).error().code ==
          base::ErrorCode::kDamaged);
  {
    const auto store = Store::Open(world, "store", StoreFiles::kWorld).value();
    REQUIRE(store->Write(AddPair).has_value());
  }
  world.SetCapacity(200'000);
  REQUIRE(CopyStore(world, "store", "full", StoreFiles::kWorld).error().code ==
          base::ErrorCode::kStorageFull);
}

}  // namespace storage
