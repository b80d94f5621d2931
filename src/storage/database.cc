#include "storage/database.h"

#include <cerrno>

#include "base/check.h"
#include "base/format.h"

namespace storage {
namespace {

constexpr int kBusyTimeoutMs = 5'000;

std::unexpected<base::Error> Failure(int code, sqlite3* connection) {
  return base::Fail(SqliteError(code, connection));
}

// Whether there was no room: on the disk, within a quota, or within the process's limit of file
// sizes.
bool IsFull(int code, sqlite3* connection) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  if ((code & 0xff) != SQLITE_IOERR || connection == nullptr) return false;
  const int problem = sqlite3_system_errno(connection);
  return problem == ENOSPC || problem == EFBIG || problem == EDQUOT || code == SQLITE_IOERR_SHMSIZE;
}

}  // namespace

base::Error SqliteError(int code, sqlite3* connection) {
  using base::ErrorCode;
  const std::string what = base::Format("The store answered: {} ({})", sqlite3_errstr(code), code);
  if (IsFull(code, connection)) return {ErrorCode::kStorageFull, what, "store", {}};
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kBusy, what, "store", {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // a statement of ours names what the file does not have
      return {ErrorCode::kDamaged, what, "store", {}};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::kConflict, what, "store", {}};
    case SQLITE_TOOBIG:
      return {ErrorCode::kTooLarge, what, "store", {}};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return {ErrorCode::kForbidden, what, "store",
              "Give the user that runs the program the right to use the home folder."};
    default:
      return {ErrorCode::kUnavailable, what, "store", {}};
  }
}

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::Note(int code) {
  ++next_parameter_;
  if (bind_problem_ == SQLITE_OK) bind_problem_ = code;
}

Statement& Statement::Bind(std::int64_t value) {
  Note(sqlite3_bind_int64(statement_, next_parameter_, value));
  return *this;
}

Statement& Statement::Bind(std::string_view text) {
  Note(sqlite3_bind_text64(statement_, next_parameter_, text.data(), text.size(), SQLITE_TRANSIENT,
                           SQLITE_UTF8));
  return *this;
}

Statement& Statement::BindBytes(std::string_view bytes) {
  Note(sqlite3_bind_blob64(statement_, next_parameter_, bytes.data(), bytes.size(),
                           SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::BindNull() {
  Note(sqlite3_bind_null(statement_, next_parameter_));
  return *this;
}

base::Result<bool> Statement::Step() {
  if (bind_problem_ != SQLITE_OK) return Failure(bind_problem_, sqlite3_db_handle(statement_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return Failure(code, sqlite3_db_handle(statement_));
}

base::Result<void> Statement::Run() {
  const bool row = TRY(Step());
  CHECK(!row);
  return {};
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int count = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(count)};
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

base::Result<std::unique_ptr<Database>> Database::Open(const std::string& path, const char* vfs,
                                                       bool exclusive, bool read_only) {
  sqlite3* connection = nullptr;
  const int flags =
      (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
      SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, vfs);
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Database> database(new Database(connection));
  if (code != SQLITE_OK) return Failure(code, connection);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  if (exclusive) TRY(database->Execute("PRAGMA locking_mode=EXCLUSIVE"));
  if (!read_only) {
    const auto mode = TRY(database->Prepare("PRAGMA journal_mode=WAL"));
    if (!TRY(mode->Step()) || mode->Bytes(0) != "wal") {
      return base::Fail(base::ErrorCode::kUnavailable,
                        "The store's folder cannot hold a write-ahead log", path,
                        "Use a local file system.");
    }
    TRY(database->Execute("PRAGMA synchronous=FULL"));
    // A key that was destroyed shall not stay in a free page.
    TRY(database->QueryInteger("PRAGMA secure_delete=ON"));
  }
  TRY(database->Execute("PRAGMA foreign_keys=ON"));
  TRY(database->Execute("PRAGMA trusted_schema=OFF"));
  return database;
}

Database::~Database() {
  for (const auto& [sql, statement] : cache_) sqlite3_finalize(statement);
  sqlite3_close_v2(connection_);
}

base::Result<std::unique_ptr<Statement>> Database::Prepare(const char* sql) {
  sqlite3_stmt*& statement = cache_[sql];
  if (statement == nullptr) {
    const int code =
        sqlite3_prepare_v3(connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Failure(code, connection_);
  }
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Statement>(new Statement(statement));
}

base::Result<void> Database::Execute(const char* sql) {
  const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(code, connection_);
  return {};
}

bool Database::IsInTransaction() const { return sqlite3_get_autocommit(connection_) == 0; }

base::Result<std::int64_t> Database::QueryInteger(const char* sql) {
  const auto statement = TRY(Prepare(sql));
  CHECK(TRY(statement->Step()));
  return statement->Integer(0);
}

}  // namespace storage
