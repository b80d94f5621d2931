#include "storage/migrations.h"

#include <array>

#include "base/bytes.h"
#include "base/format.h"

namespace storage {
namespace {

// Each step ends by setting its own number, so that a step and its number are one transaction.
constexpr std::array kSteps = {
    // 1: the outbox. A row is a leaf on its way to a log; `leaf_index` is null until the log has
    // it.
    // Ids count for each log by itself and are never used again.
    R"(BEGIN IMMEDIATE;
    PRAGMA application_id = 1415668273;
    CREATE TABLE outbox_counter (
      log INTEGER PRIMARY KEY CHECK (log IN (0, 1)),
      next_id INTEGER NOT NULL) STRICT;
    INSERT INTO outbox_counter VALUES (0, 1), (1, 1);
    CREATE TABLE outbox (
      log INTEGER NOT NULL CHECK (log IN (0, 1)),
      id INTEGER NOT NULL,
      leaf BLOB NOT NULL,
      leaf_index INTEGER,
      PRIMARY KEY (log, id)) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX outbox_leaf ON outbox (log, leaf_index);
    CREATE INDEX outbox_pending ON outbox (log, id) WHERE leaf_index IS NULL;
    PRAGMA user_version = 1;
    COMMIT;)",
};

base::Result<void> CopyBefore(Database& database, base::Files& files, const std::string& path,
                              std::int64_t version) {
  const std::string copy = base::Format("{}.before-{}", path, version);
  if (TRY(files.Status(copy))) TRY(files.Remove(copy));
  const auto statement = TRY(database.Prepare("VACUUM INTO ?"));
  TRY(statement->Bind(std::string_view(copy)).Run());
  const auto file = TRY(files.Open(copy, base::OpenMode::kReadWrite));
  TRY(file->Sync());
  return files.SyncFolder(base::ParentOf(path));
}

}  // namespace

base::Result<void> Migrate(Database& database, base::Files& files, const std::string& path) {
  const std::int64_t version = TRY(database.QueryInteger("PRAGMA user_version"));
  const std::int64_t owner = TRY(database.QueryInteger("PRAGMA application_id"));
  const std::int64_t tables =
      TRY(database.QueryInteger("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"));
  if (owner != kApplicationId && (version != 0 || tables != 0)) {
    return base::Fail(base::ErrorCode::kDamaged, "The file is a database of another program", path,
                      "Name another folder, or restore this one from a backup.");
  }
  if (version > static_cast<std::int64_t>(kSteps.size())) {
    return base::Fail(base::ErrorCode::kNewerFormat,
                      base::Format("The store has format {}, this program knows formats up to {}",
                                   version, kSteps.size()),
                      path);
  }
  if (version > 0 && version < static_cast<std::int64_t>(kSteps.size())) {
    TRY(CopyBefore(database, files, path, version));
  }
  for (std::size_t step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
    const auto done = database.Execute(kSteps[step]);
    if (done) continue;
    static_cast<void>(database.Execute("ROLLBACK"));
    return done;
  }
  return {};
}

}  // namespace storage
