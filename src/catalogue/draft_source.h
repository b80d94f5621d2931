// A file of a stranger, read from end to end: each value of each column, once.
//
// ReadCsv reads the bytes itself (csv_check.h); ReadParquet asks DuckDB for pages of rows, after
// the size that the file declares has been held against the limits. Both leave behind what a
// profile needs to ask DuckDB for more. Errors name the part of the file, never a value, and never
// repeat DuckDB's words, which may hold values.
//
// Not safe for use from two threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "catalogue/column_reading.h"
#include "catalogue/csv_check.h"
#include "engine/duckdb.h"

namespace catalogue {

enum class FileFormat : unsigned char { kCsv, kParquet };

struct SourceColumn {
  std::string name;
  std::string sql_name;  // within `from_sql`, quoted
  ColumnReading reading;
  engine::ColumnType declared_type;  // of Parquet
  std::string declared_name;         // "INTEGER": the type as the file has it; empty for CSV
};

struct DraftSource {
  FileFormat format = FileFormat::kCsv;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  CsvShape csv;  // of kCsv
  std::vector<SourceColumn> columns;
  std::string from_sql;  // what follows FROM; the columns of CSV are texts
};

// By the first bytes: Parquet begins with PAR1, or PARE when it is encrypted.
base::Result<FileFormat> FormatOf(base::File& file);

base::Result<DraftSource> ReadCsv(base::File& file, std::string_view path);
base::Result<DraftSource> ReadParquet(base::File& file, engine::Duckdb& duckdb,
                                      std::string_view path);

}  // namespace catalogue
