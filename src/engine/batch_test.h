// What the tests of batches share: a table of all types, files of it, and values as text.
//
// Header only, for tests of this folder. Functions give what they make; failures end the test.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/batch.h"
#include "engine/duckdb.h"
#include "engine/internal/value_text.h"
#include "engine/result_stream.h"
#include "engine/testing.h"

namespace engine {

// Every type of the closed list, nulls in every column, across several row groups.
inline constexpr const char* kBatchTypes =
    "i % 3 = 0 AS flag, CASE WHEN i % 11 = 5 THEN NULL ELSE i * 1000003 - 70000000 END AS number, "
    "CASE WHEN i % 13 = 5 THEN NULL ELSE i / 7 END AS ratio, "
    "CASE WHEN i % 17 = 5 THEN NULL ELSE (i % 100000)::DECIMAL(9,2) / 4 END::DECIMAL(9,2) AS pay, "
    "CASE WHEN i % 19 = 5 THEN NULL ELSE (-i)::DECIMAL(38,3) END AS large, "
    "CASE WHEN i % 23 = 5 THEN NULL WHEN i % 23 = 6 THEN '' ELSE 'person ' || i || repeat('é', "
    "(i % 5)::INTEGER) END AS name, "
    "CASE WHEN i % 29 = 5 THEN NULL ELSE DATE '1950-01-01' + (i % 30000)::INTEGER END AS born, "
    "CASE WHEN i % 31 = 5 THEN NULL ELSE TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) "
    "SECOND END AS changed, CASE WHEN i % 37 = 5 THEN NULL ELSE i % 2 = 0 END AS maybe";

inline std::string BatchTable(std::uint64_t rows) {
  return std::string("SELECT ") + kBatchTypes + " FROM range(" + std::to_string(rows) + ") r(i)";
}

class CollectedChunks final : public ChunkSink {
 public:
  base::Result<void> Write(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  std::string text;
};

inline std::string BatchValueText(const ColumnView& column, std::size_t row) {
  if (column.IsNull(row)) return "null";
  std::string text(kMaxValueBytes, '\0');
  char* end = text.data();
  switch (column.type().kind) {
    case ColumnKind::kBoolean:
      return column.Boolean(row) ? "true" : "false";
    case ColumnKind::kString:
      return std::string(column.Text(row));
    case ColumnKind::kLong:
      end = WriteInteger(end, column.Longs()[row]);
      break;
    case ColumnKind::kDouble:
      end = WriteDouble(end, column.Doubles()[row]);
      break;
    case ColumnKind::kDecimal:
      end = WriteDecimal(end, column.Decimal(row), column.type().scale);
      break;
    case ColumnKind::kDate:
      end = WriteDate(end, column.Dates()[row]);
      break;
    case ColumnKind::kTimestamp:
      end = WriteTimestamp(end, column.Timestamps()[row]);
      break;
  }
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

// A line a row, values apart by '|'.
inline void AppendRows(std::string& lines, const Batch& batch) {
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    for (const ColumnView& column : batch.columns()) lines += BatchValueText(column, row) + "|";
    lines += '\n';
  }
}

// The same lines, as our CSV has them (which tests of its own compare with DuckDB's reader).
inline std::string ExpectedRows(Duckdb& duckdb, const std::string& sql) {
  const auto described = duckdb.Query("DESCRIBE " + sql, 1'000);
  REQUIRE(described.has_value());
  std::string line;
  for (const auto& row : described->rows) {
    const std::string name = SqlName(*row[0]);
    const std::string type = *row[1];
    std::string text = name + "::VARCHAR";
    if (type == "DOUBLE") text = "regexp_replace(" + name + "::VARCHAR, '\\.0$', '')";
    if (type.starts_with("TIMESTAMP")) {
      text = "strftime(" + name + "::TIMESTAMPTZ AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')";
    }
    line += (line.empty() ? "" : " || ") + ("coalesce(" + text + ", 'null') || '|'");
  }
  const auto table = duckdb.Query("SELECT " + line + " FROM (" + sql + ")", 10'000'000);
  if (!table) FAIL(table.error().Text());
  std::string lines;
  for (const auto& row : table->rows) lines += *row[0] + "\n";
  return lines;
}

// A folder with a DuckDB that writes to it.
class BatchFolder {
 public:
  std::string Put(const std::string& name, const std::string& sql, const std::string& options) {
    const std::string path = folder_.path() + "/" + name;
    const auto put =
        duckdb_->Execute("COPY (" + sql + ") TO " + SqlText(path) + " (" + options + ")");
    if (!put) FAIL(put.error().Text());
    return path;
  }
  std::string Arrow(const std::string& sql, bool widens) {
    CollectedChunks chunks;
    const auto summary = WriteResult(
        *duckdb_, {.sql = sql, .format = ResultFormat::kArrow, .widens = widens}, chunks);
    if (!summary) FAIL(summary.error().Text());
    return chunks.text;
  }
  Duckdb& duckdb() { return *duckdb_; }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Duckdb> duckdb_ =
      Duckdb::Open({.library_path = TestLibrary(), .writable_folder = folder_.path()}).value();
};

}  // namespace engine
