// What a Duckdb holds: the functions, a database and a connection to it.
#pragma once

#include "base/result.h"
#include "engine/duckdb.h"
#include "engine/internal/duckdb_calls.h"

namespace engine {

struct Duckdb::Connection {
  Calls calls;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (connection != nullptr) calls.disconnect(&connection);
    if (database != nullptr) calls.close(&database);
  }

  base::Result<void> Open(const DuckdbOptions& options);
};

}  // namespace engine
