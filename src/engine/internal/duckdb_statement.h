// One statement of DuckDB, from text to its last row. A result that is not read to its end is
// interrupted before it is destroyed: otherwise destroying it would wait for, or trip over, running
// tasks.
//
// Thread safety: belongs to one thread, as the connection does.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/internal/duckdb_calls.h"
#include "engine/result_rows.h"

namespace engine {

// A column as DuckDB describes it.
struct DuckdbColumn {
  duckdb_type type = DUCKDB_TYPE_INVALID;
  unsigned precision = 0;  // of DECIMAL alone
  unsigned scale = 0;
};

class Statement {
 public:
  Statement(const Calls& calls, duckdb_connection connection)
      : calls_(calls), connection_(connection) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // DuckDB refuses more than one statement here.
  base::Result<void> Prepare(const std::string& sql);
  // Every parameter, in order; kInvalid when there are more or fewer.
  base::Result<void> Bind(std::span<const SqlParameter> parameters);
  base::Result<void> Start();

  // Calls `each` for every chunk.
  base::Result<void> EachChunk(
      const std::function<base::Result<void>(duckdb_data_chunk chunk)>& each);

  // After Prepare.
  [[nodiscard]] bool IsSelect() const;
  // Of no use with parameters, since DuckDB describes such a query only when it has their values.
  [[nodiscard]] std::vector<std::string> PreparedNames() const;
  [[nodiscard]] std::vector<DuckdbColumn> PreparedColumns() const;
  // After Start.
  [[nodiscard]] std::vector<duckdb_type> ResultTypes();
  [[nodiscard]] std::vector<DuckdbColumn> ResultColumns();
  [[nodiscard]] std::vector<std::string> ResultNames();

 private:
  [[nodiscard]] DuckdbColumn Described(duckdb_logical_type type) const;

  const Calls& calls_;
  duckdb_connection connection_;
  duckdb_prepared_statement prepared_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
  duckdb_result result_{};
  bool running_ = false;
};

}  // namespace engine
