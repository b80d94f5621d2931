// One connection to SQLite, and statements on it. Inside storage only: no other floor sees SQL.
//
// Values are bound, never written into SQL. Every failure of SQLite becomes an Error that names
// neither values nor SQL. A Database and its Statements belong to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace storage {

// A prepared statement in use. It goes back to its database's cache, reset, when it goes.
class Statement {
 public:
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Parameters count from 1 in the order of the calls.
  Statement& Bind(std::int64_t value);
  Statement& Bind(std::string_view text);
  Statement& BindBytes(std::string_view bytes);
  Statement& BindNull();

  // To the next row; false after the last one.
  base::Result<bool> Step();
  // Runs a statement that gives no rows.
  base::Result<void> Run();

  // Columns of the present row count from 0.
  [[nodiscard]] std::int64_t Integer(int column) const;
  [[nodiscard]] std::string Bytes(int column) const;
  [[nodiscard]] bool IsNull(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void Note(int code);

  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
  int bind_problem_ = SQLITE_OK;
};

class Database {
 public:
  // `vfs`: name of a file layer, or null for SQLite's own. `exclusive`: the only connection.
  static base::Result<std::unique_ptr<Database>> Open(const std::string& path, const char* vfs,
                                                      bool exclusive, bool read_only);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Prepares one statement, or takes it from the cache, which goes by the address of the literal.
  // kDamaged when the file lacks what the statement names. One use of a literal at a time.
  base::Result<std::unique_ptr<Statement>> Prepare(const char* sql);
  // Runs one or more statements of ours that give no rows.
  base::Result<void> Execute(const char* sql);
  base::Result<std::int64_t> QueryInteger(const char* sql);
  // Whether a transaction is open. SQLite ends one by itself after some errors, such as a full
  // disk.
  [[nodiscard]] bool IsInTransaction() const;

 private:
  explicit Database(sqlite3* connection) : connection_(connection) {}
  sqlite3* connection_;
  std::unordered_map<const char*, sqlite3_stmt*> cache_;
};

// The Error for a result code of SQLite. The connection, when there is one, knows the system's own
// error behind it.
base::Error SqliteError(int code, sqlite3* connection);

}  // namespace storage
