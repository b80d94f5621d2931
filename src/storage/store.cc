#include "storage/store.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "storage/database.h"
#include "storage/migrations.h"
#include "storage/store_copy.h"
#include "storage/world_vfs.h"

namespace storage {
namespace {

base::Error DiskFailed() {
  return {base::ErrorCode::kUnavailable, "The store takes no more changes since its disk failed",
          "store",
          "Look after the disk, start again, and look whether the last changes are there."};
}

// Ends a transaction that did not get to its COMMIT. It may have ended by itself (disk full): then
// SQLite says so and there is nothing to do.
void RollBack(Database& database) { static_cast<void>(database.Execute("ROLLBACK")); }

}  // namespace

base::Result<std::unique_ptr<Store>> Store::Open(base::World& world, const std::string& folder,
                                                 StoreFiles files) {
  const std::string path = base::JoinPath(folder, kStoreFileName);
  const bool simulated = files == StoreFiles::kWorld;
  auto vfs = simulated ? std::make_unique<WorldVfs>(world) : nullptr;
  const char* vfs_name = simulated ? vfs->name().c_str() : nullptr;
  TRY(base::MakeFolders(world.files(), folder));
  // SQLite would let everybody read a file that it makes; what lies beside it takes this one's
  // mode.
  TRY(world.files().Open(path, base::OpenMode::kCreate));
  auto writer = TRY(Database::Open(path, vfs_name, simulated, false));
  TRY(Migrate(*writer, world.files(), path));
  std::vector<std::unique_ptr<Database>> readers;
  for (std::size_t i = 0; !simulated && i < kReadConnections; ++i) {
    readers.push_back(TRY(Database::Open(path, vfs_name, false, true)));
  }
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Store>(new Store(std::move(vfs), std::move(writer), std::move(readers)));
}

Store::Store(std::unique_ptr<WorldVfs> vfs, std::unique_ptr<Database> writer,
             std::vector<std::unique_ptr<Database>> readers)
    : vfs_(std::move(vfs)),
      writer_(Writer{std::move(writer), false}),
      readers_(std::move(readers)),
      reads_by_writer_(vfs_ != nullptr),
      group_(kMaxWritesPerCommit, [this](std::span<Pending* const> batch) { CommitBatch(batch); }) {
}

Store::~Store() = default;

// Runs one change. Its own error comes first: where it also ended the whole transaction, the caller
// sees that there is none any more.
base::Result<void> Store::RunInSavepoint(Database& database, const Change& change) {
  TRY(database.Execute("SAVEPOINT change"));
  Transaction transaction(database);
  auto outcome = change(transaction);
  if (!database.IsInTransaction()) return outcome;
  const auto undone = outcome ? base::Result<void>{} : database.Execute("ROLLBACK TO change");
  auto released = undone ? database.Execute("RELEASE change") : undone;
  if (!released) {
    RollBack(database);
    if (outcome) return released;
  }
  return outcome;
}

// One transaction for the whole batch. When it cannot begin or end, or ends by itself in the middle
// (a full disk), nobody's change is there, so everybody gets the error.
void Store::CommitBatch(std::span<Pending* const> batch) {
  const auto fail_all = [&](const base::Error& error) {
    for (Pending* each : batch) each->outcome = base::Fail(error);
  };
  auto writer = writer_.Lock();
  Database& database = *writer->database;
  if (writer->has_failed) return fail_all(DiskFailed());
  if (const auto begun = database.Execute("BEGIN IMMEDIATE"); !begun) {
    return fail_all(begun.error());
  }
  for (Pending* each : batch) {
    each->outcome = RunInSavepoint(database, *each->change);
    if (database.IsInTransaction()) continue;
    return fail_all(each->outcome ? DiskFailed() : each->outcome.error());
  }
  const auto ended = database.Execute("COMMIT");
  if (ended) return;
  RollBack(database);
  // After a failed sync the frames may be on the disk or not: only opening the store again tells.
  if (ended.error().code == base::ErrorCode::kUnavailable) writer->has_failed = true;
  for (Pending* each : batch) {
    if (each->outcome) each->outcome = base::Fail(ended.error());
  }
}

base::Result<void> Store::Write(Change change) { return group_.Run(Pending{&change, {}}).outcome; }

base::Result<void> Store::Read(const Change& look) {
  if (reads_by_writer_) {
    auto writer = writer_.Lock();
    Transaction transaction(*writer->database);
    return look(transaction);
  }
  std::unique_ptr<Database> reader;
  {
    auto idle = readers_.Lock();
    idle.Wait([](const auto& connections) { return !connections.empty(); });
    reader = std::move(idle->back());
    idle->pop_back();
  }
  auto outcome = reader->Execute("BEGIN");
  if (outcome) {
    Transaction transaction(*reader);
    outcome = look(transaction);
    RollBack(*reader);
  }
  {
    auto idle = readers_.Lock();
    idle->push_back(std::move(reader));
  }
  readers_.NotifyAll();
  return outcome;
}

base::Result<void> Store::ForgetOverwritten() {
  auto writer = writer_.Lock();
  // Zero: nobody was in the way.
  if (TRY(writer->database->QueryInteger("PRAGMA wal_checkpoint(TRUNCATE)")) == 0) return {};
  return base::Fail(base::ErrorCode::kBusy, "The store is being read", "store");
}

}  // namespace storage
