// The rows of one query, written as Arrow, CSV, NDJSON or JSON while DuckDB makes them.
//
// docs/formats/result.md says what is written, byte by byte. Values go from DuckDB's vectors to
// their text, or to Arrow's buffers, in one step; no more than a batch of rows is ever held.
//
// Thread safety: as Duckdb's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/duckdb.h"
#include "engine/result_rows.h"
#include "engine/worker_kind.h"

namespace engine {

enum class ResultFormat : unsigned char { kArrow, kCsv, kNdjson, kJson };

// "arrow", "csv", "ndjson", "json": in the order of ResultFormat.
std::span<const std::string_view> ResultFormatNames();

struct NamedType {
  std::string name;
  ColumnType type;

  friend bool operator==(const NamedType&, const NamedType&) = default;
};

struct ResultSummary {
  std::vector<NamedType> columns;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

struct ResultQuery {
  std::string sql;  // ours
  std::vector<SqlParameter> parameters = {};
  ResultFormat format = ResultFormat::kCsv;
  std::optional<std::uint64_t> max_rows = {};
  std::vector<std::string> picked_columns = {};  // of the rows, those to write; empty: all
  bool widens = false;  // in Arrow every long is an int64 and every double a float64
};

// Runs the query and writes its result to `chunks`. kTooLarge when it has more than max_rows rows,
// kInvalid for a picked column that it does not have; else as Duckdb::Stream. After an Error what
// was written is not a whole result.
base::Result<ResultSummary> WriteResult(Duckdb& duckdb, const ResultQuery& query,
                                        ChunkSink& chunks);

// Writes rows in one format: a RowSink that must be told the end.
class ResultWriter : public RowSink {
 public:
  virtual base::Result<void> End() = 0;
};

// `chunks` outlives the writer.
std::unique_ptr<ResultWriter> MakeTextWriter(ResultFormat format, ChunkSink& chunks);
std::unique_ptr<ResultWriter> MakeArrowWriter(ChunkSink& chunks, bool widens);

}  // namespace engine
