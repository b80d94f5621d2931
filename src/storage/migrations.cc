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
    // 2: who may do what. `…_outbox` is the number of the register log's outbox row that tells of
    // the change, so a row of the outbox is kept for good. Times are microseconds since 1970. Of a
    // secret only its SHA-256 is here.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE organisations (
      id TEXT PRIMARY KEY,
      slug TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      created INTEGER NOT NULL,
      created_outbox INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE subjects (
      id TEXT PRIMARY KEY,
      kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
      organisation TEXT NOT NULL REFERENCES organisations (id),
      name TEXT NOT NULL,
      is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1))) STRICT, WITHOUT ROWID;
    CREATE INDEX subjects_of ON subjects (organisation, id);
    CREATE TABLE people (
      subject TEXT PRIMARY KEY REFERENCES subjects (id),
      email TEXT NOT NULL UNIQUE,
      password_hash TEXT) STRICT, WITHOUT ROWID;
    CREATE TABLE grants (
      id TEXT PRIMARY KEY,
      subject TEXT NOT NULL REFERENCES subjects (id),
      organisation TEXT REFERENCES organisations (id),
      role TEXT NOT NULL,
      granted_outbox INTEGER NOT NULL,
      withdrawn_outbox INTEGER) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX grants_standing ON grants (subject, coalesce(organisation, ''), role)
      WHERE withdrawn_outbox IS NULL;
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY,
      secret_hash BLOB NOT NULL UNIQUE,
      subject TEXT NOT NULL REFERENCES subjects (id),
      name TEXT NOT NULL,
      scopes INTEGER NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      last_used_day INTEGER,
      created_outbox INTEGER NOT NULL,
      withdrawn_outbox INTEGER) STRICT, WITHOUT ROWID;
    CREATE INDEX tokens_of ON tokens (subject, id);
    CREATE TABLE sessions (
      secret_hash BLOB PRIMARY KEY,
      subject TEXT NOT NULL REFERENCES subjects (id),
      created INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_of ON sessions (subject);
    CREATE INDEX sessions_end ON sessions (expires);
    CREATE TABLE one_time_links (
      secret_hash BLOB PRIMARY KEY,
      subject TEXT NOT NULL REFERENCES subjects (id),
      purpose INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      used INTEGER) STRICT, WITHOUT ROWID;
    CREATE INDEX one_time_links_of ON one_time_links (subject);
    CREATE TABLE sign_in_failures (
      key BLOB PRIMARY KEY,
      count INTEGER NOT NULL,
      window_end INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX sign_in_failures_end ON sign_in_failures (window_end);
    PRAGMA user_version = 2;
    COMMIT;)",
    // 3: requests that had their effect, so that one which is sent twice has it once. Of a request
    // only a digest is here, and no body of a reply.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE idempotency_keys (
      subject TEXT NOT NULL REFERENCES subjects (id),
      key TEXT NOT NULL,
      request_digest BLOB NOT NULL,
      status INTEGER NOT NULL,
      location TEXT NOT NULL,
      expires INTEGER NOT NULL,
      PRIMARY KEY (subject, key)) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_keys_end ON idempotency_keys (expires);
    PRAGMA user_version = 3;
    COMMIT;)",
    // 4: accesses. `…_outbox` are numbers of the access log's outbox. `salt` and `record` are empty
    // once erased.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE accesses (
      opened_outbox INTEGER PRIMARY KEY,
      agreement TEXT NOT NULL,
      subject TEXT NOT NULL REFERENCES subjects (id),
      day INTEGER NOT NULL,
      salt BLOB NOT NULL,
      record BLOB NOT NULL,
      closed_outbox INTEGER) STRICT;
    CREATE INDEX accesses_of ON accesses (agreement, opened_outbox);
    CREATE INDEX accesses_open ON accesses (opened_outbox) WHERE closed_outbox IS NULL;
    CREATE INDEX accesses_on ON accesses (day, agreement);
    PRAGMA user_version = 4;
    COMMIT;)",
    // 5: what the law and row conditions ask of an organisation. Empty: not stated.
    R"(BEGIN IMMEDIATE;
    ALTER TABLE organisations ADD COLUMN country TEXT NOT NULL DEFAULT '';
    ALTER TABLE organisations ADD COLUMN area_code TEXT NOT NULL DEFAULT '';
    PRAGMA user_version = 5;
    COMMIT;)",
    // 6: the catalogue. A version counts once the outbox row that tells of it has an index.
    // Schemas,
    // profiles and reports are JSON that catalogue reads and writes; `salt` opens the commitment of
    // a private dataset's leaf.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE datasets (
      id TEXT PRIMARY KEY,
      organisation TEXT NOT NULL REFERENCES organisations (id),
      slug TEXT NOT NULL UNIQUE,
      short_name TEXT NOT NULL,
      title TEXT NOT NULL,
      folded_title TEXT NOT NULL,
      description TEXT NOT NULL,
      is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
      licence TEXT NOT NULL,
      frequency TEXT NOT NULL,
      revision INTEGER NOT NULL,
      created INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      UNIQUE (organisation, short_name)) STRICT, WITHOUT ROWID;
    CREATE INDEX datasets_by_title ON datasets (folded_title, id);
    CREATE TABLE dataset_versions (
      dataset TEXT NOT NULL REFERENCES datasets (id),
      number INTEGER NOT NULL,
      data_digest BLOB NOT NULL,
      schema_digest BLOB NOT NULL,
      row_count INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      column_count INTEGER NOT NULL,
      published INTEGER NOT NULL,
      key_column TEXT,
      key_normalisation TEXT,
      salt BLOB,
      outbox INTEGER NOT NULL,
      schema TEXT NOT NULL,
      profile TEXT NOT NULL,
      PRIMARY KEY (dataset, number)) STRICT;
    CREATE TABLE dataset_drafts (
      id TEXT PRIMARY KEY,
      dataset TEXT NOT NULL REFERENCES datasets (id),
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      published_version INTEGER,
      report TEXT NOT NULL) STRICT;
    CREATE INDEX dataset_drafts_of ON dataset_drafts (dataset, created);
    CREATE INDEX dataset_drafts_end ON dataset_drafts (expires);
    PRAGMA user_version = 6;
    COMMIT;)",
    // 7: requests, and what they share with agreements: numbers, histories, texts beside the log.
    // Documents and verdicts are JSON that agreements reads and writes. A text that was removed has
    // neither salt nor words.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE public_numbers (
      series TEXT NOT NULL,
      year INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (series, year)) STRICT, WITHOUT ROWID;
    CREATE TABLE requests (
      number TEXT PRIMARY KEY,
      asker TEXT NOT NULL REFERENCES organisations (id),
      owner TEXT NOT NULL REFERENCES organisations (id),
      dataset TEXT NOT NULL REFERENCES datasets (id),
      state TEXT NOT NULL,
      revision INTEGER NOT NULL,
      document TEXT NOT NULL,
      submitted TEXT NOT NULL,
      verdict TEXT NOT NULL,
      agreement TEXT NOT NULL,
      created_by TEXT NOT NULL REFERENCES subjects (id),
      created INTEGER NOT NULL,
      changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX requests_of_asker ON requests (asker, changed, number);
    CREATE INDEX requests_of_owner ON requests (owner, changed, number);
    CREATE TABLE request_editors (
      request TEXT NOT NULL REFERENCES requests (number),
      subject TEXT NOT NULL REFERENCES subjects (id),
      PRIMARY KEY (request, subject)) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
      id INTEGER PRIMARY KEY,
      number TEXT NOT NULL,
      event TEXT NOT NULL,
      state TEXT NOT NULL,
      part TEXT NOT NULL,
      reason TEXT NOT NULL,
      comment TEXT NOT NULL,
      words BLOB,
      at INTEGER NOT NULL,
      outbox INTEGER) STRICT;
    CREATE INDEX history_of ON history (number, id);
    CREATE TABLE public_texts (
      digest BLOB PRIMARY KEY,
      number TEXT NOT NULL,
      salt BLOB NOT NULL,
      text TEXT NOT NULL,
      removed_outbox INTEGER) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 7;
    COMMIT;)",
    // 8: agreements. `outbox` is of the last change, `state_before` what counts while a grant is
    // pending; `token_key` is empty once destroyed.
    R"(BEGIN IMMEDIATE;
    CREATE TABLE agreements (
      number TEXT PRIMARY KEY,
      request TEXT NOT NULL REFERENCES requests (number),
      owner TEXT NOT NULL REFERENCES organisations (id),
      recipient TEXT NOT NULL REFERENCES organisations (id),
      dataset TEXT NOT NULL REFERENCES datasets (id),
      list TEXT REFERENCES datasets (id),
      list_version INTEGER,
      state TEXT NOT NULL,
      state_before TEXT NOT NULL,
      outbox INTEGER NOT NULL,
      policy TEXT NOT NULL,
      document TEXT NOT NULL,
      verdict TEXT NOT NULL,
      sentence BLOB NOT NULL,
      purpose BLOB NOT NULL,
      salt BLOB NOT NULL,
      token_key BLOB NOT NULL,
      first_day INTEGER NOT NULL,
      last_day INTEGER NOT NULL,
      review_day INTEGER,
      approved_day INTEGER NOT NULL,
      approved INTEGER NOT NULL,
      changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX agreements_by_approval ON agreements (approved, number);
    CREATE INDEX agreements_of_owner ON agreements (owner, approved, number);
    CREATE INDEX agreements_of_recipient ON agreements (recipient, approved, number);
    CREATE INDEX agreements_in_state ON agreements (state, number);
    PRAGMA user_version = 8;
    COMMIT;)",
    // 9: token keys stand wrapped by the home's master key. Version 0 is a key of before, which
    // stands bare: who holds the master key wraps it at the next opening.
    R"(BEGIN IMMEDIATE;
    ALTER TABLE agreements ADD COLUMN token_key_version INTEGER NOT NULL DEFAULT 0;
    PRAGMA user_version = 9;
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
