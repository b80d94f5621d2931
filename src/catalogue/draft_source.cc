#include "catalogue/draft_source.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;
constexpr std::size_t kPageValues = 500'000;  // of all columns together
constexpr std::uint64_t kPageBytes = std::uint64_t{64} << 20U;
constexpr std::uint64_t kDefaultLineBytes = 2'000'000;  // DuckDB's own
constexpr std::uint64_t kParquetEndBytes = 8;           // footer length and PAR1
constexpr std::uint64_t kLeastParquetBytes = 12;
constexpr std::size_t kMaxSchemaRows = 100'000;
constexpr std::string_view kWriteAgain =
    "Write the file again; it may have been cut on its way here.";

// Feeds each row to the readings of its columns.
class ReadingRows : public CsvRows {
 public:
  explicit ReadingRows(std::vector<SourceColumn>& columns) : columns_(columns) {}
  void Header(std::span<const std::string> names) override {
    columns_.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      columns_[i].name = names[i];
      columns_[i].sql_name = Format("c{}", i);  // a name of ours, whatever theirs holds
    }
  }
  void Row(std::uint64_t row, std::span<const std::string_view> fields) override {
    for (std::size_t i = 0; i < fields.size(); ++i) columns_[i].reading.Add(row, fields[i]);
  }

 private:
  std::vector<SourceColumn>& columns_;
};

std::string CsvSql(std::string_view path, const CsvShape& shape, std::size_t columns) {
  std::string types;
  for (std::size_t i = 0; i < columns; ++i) {
    types += Format("{}'c{}': 'VARCHAR'", i == 0 ? "" : ", ", i);
  }
  return Format(
      "read_csv({}, auto_detect=false, header=true, delim={}, quote='\"', escape='\"', "
      "strict_mode=true, null_padding=false, max_line_size={}, columns={{{}}})",
      engine::SqlText(path), engine::SqlText({&shape.delimiter, 1}),
      std::max(kDefaultLineBytes, shape.longest_row_bytes + 1'024), types);
}

std::unexpected<base::Error> BadParquet(std::string_view part) {
  return Fail(ErrorCode::kInvalid, "The Parquet file cannot be read", std::string(part),
              std::string(kWriteAgain));
}

// DuckDB's message may hold values, so only its kind is passed on.
std::unexpected<base::Error> ParquetFailure(const base::Error& error, std::string_view part) {
  if (error.code == ErrorCode::kTooLarge) {
    return Fail(ErrorCode::kTooLarge, "Reading the Parquet file needs more memory than allowed",
                std::string(part), "Write it with smaller row groups, or split it.");
  }
  return BadParquet(part);
}

base::Result<engine::TextTable> Ask(engine::Duckdb& duckdb, const std::string& sql,
                                    std::size_t max_rows, std::string_view part) {
  auto table = duckdb.Query(sql, max_rows);
  if (!table) return ParquetFailure(table.error(), part);
  return *std::move(table);
}

// The last eight bytes, before a library is given the file: the length of the footer and PAR1.
base::Result<void> CheckParquetEnd(base::File& file, std::uint64_t bytes) {
  if (bytes < kLeastParquetBytes) return BadParquet("the file is shorter than an empty one");
  std::array<char, kParquetEndBytes> end{};
  const std::size_t read = TRY(file.ReadAt(bytes - kParquetEndBytes, end));
  if (read != end.size()) return BadParquet("the end of the file");
  const std::string_view text(end.data(), end.size());
  if (text.substr(4) == "PARE") {
    return Fail(ErrorCode::kInvalid, "The Parquet file is encrypted", "the last 4 bytes",
                "Write it without encryption; Tabularium protects what it stores.");
  }
  if (text.substr(4) != "PAR1") return BadParquet("the last 4 bytes, which are not PAR1");
  if (base::LoadLittle32(text) > bytes - kLeastParquetBytes) {
    return BadParquet("the length of the footer, which is beyond the file");
  }
  return {};
}

// The number of rows that the footer declares, held against the limit before anything is scanned.
base::Result<std::uint64_t> DeclaredRows(engine::Duckdb& duckdb, std::string_view path) {
  const engine::TextTable table = TRY(
      Ask(duckdb, Format("SELECT num_rows FROM parquet_file_metadata({})", engine::SqlText(path)),
          1, "the footer"));
  if (table.rows.size() != 1 || !table.rows[0][0]) return BadParquet("the footer");
  const auto rows = base::ParseDecimal(*table.rows[0][0]);
  if (!rows) return BadParquet("the number of rows in the footer");
  if (*rows > kMaxRows) {
    return Fail(ErrorCode::kTooLarge, Format("The file declares more than {} rows", kMaxRows),
                "the footer", "Split the file.");
  }
  if (*rows == 0) {
    return Fail(ErrorCode::kInvalid, "The file has no rows", "the footer",
                "Export the rows as well.");
  }
  return *rows;
}

// The schema is a tree, written parents first, and the first node is its root. A table of plain
// columns has no other parent.
base::Result<std::vector<std::string>> PlainNames(engine::Duckdb& duckdb, std::string_view path) {
  const engine::TextTable table = TRY(Ask(
      duckdb, Format("SELECT name, num_children FROM parquet_schema({})", engine::SqlText(path)),
      kMaxSchemaRows, "the schema in the footer"));
  std::vector<std::string> names;
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const std::string name = table.rows[i][0].value_or("");
    if (table.rows[i][1].value_or("0") != "0") {
      return Fail(ErrorCode::kInvalid, Format("The column \"{}\" is nested", base::ShownName(name)),
                  "the schema in the footer",
                  "Give its parts columns of their own, or a table of their own.");
    }
    names.push_back(name);
  }
  if (names.size() > kMaxColumns) {
    return Fail(ErrorCode::kTooLarge, Format("The file has more than {} columns", kMaxColumns),
                "the schema in the footer", "Split the table into several.");
  }
  TRY(CheckColumnNames(names));
  return names;
}

base::Result<std::vector<SourceColumn>> ParquetColumns(engine::Duckdb& duckdb,
                                                       std::string_view path,
                                                       std::string_view from_sql) {
  const std::vector<std::string> names = TRY(PlainNames(duckdb, path));
  const engine::TextTable types = TRY(Ask(duckdb, Format("DESCRIBE SELECT * FROM {}", from_sql),
                                          kMaxColumns, "the schema in the footer"));
  if (types.rows.size() != names.size() || names.empty()) {
    return BadParquet("the schema in the footer");
  }
  std::vector<SourceColumn> columns(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string type = types.rows[i][1].value_or("");
    const auto known = engine::TypeOfDuckdb(type);
    if (!known) {
      return Fail(ErrorCode::kInvalid,
                  Format("The column \"{}\" has a type that cannot be published",
                         base::ShownName(names[i])),
                  "the schema in the footer",
                  "Write it as boolean, number, decimal, text, date or timestamp.");
    }
    columns[i].name = names[i];
    columns[i].sql_name = engine::SqlName(names[i]);
    columns[i].declared_type = *known;
    columns[i].declared_name = type;
  }
  return columns;
}

// "before c0 after AS v0, before c1 after AS v1, …"
std::string Listed(const std::vector<SourceColumn>& columns, std::string_view before,
                   std::string_view after) {
  std::string list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    list += Format("{}{}{}{} AS v{}", i == 0 ? "" : ", ", before, columns[i].sql_name, after, i);
  }
  return list;
}

// How many rows are asked for at once, by the longest values there are: a page stays in bounds
// even if each of its rows is the longest. kTooLarge, naming the column, for a value that is too
// long.
base::Result<std::uint64_t> PageRows(engine::Duckdb& duckdb, const DraftSource& source) {
  const engine::TextTable table =
      TRY(Ask(duckdb,
              Format("SELECT {} FROM {}",
                     Listed(source.columns, "max(strlen(CAST(", " AS VARCHAR)))"), source.from_sql),
              1, "a row group"));
  std::uint64_t longest_row = 1;
  for (std::size_t i = 0; i < source.columns.size(); ++i) {
    const auto length = base::ParseDecimal(table.rows.at(0)[i].value_or("0")).value_or(0);
    if (length > kMaxFieldBytes) {
      return Fail(ErrorCode::kTooLarge, Format("A value is longer than {} bytes", kMaxFieldBytes),
                  Format("column \"{}\"", base::ShownName(source.columns[i].name)),
                  "Shorten it, or keep long texts in files of their own.");
    }
    longest_row += length;
  }
  return std::max<std::uint64_t>(
      1, std::min<std::uint64_t>(kPageValues / source.columns.size(), kPageBytes / longest_row));
}

// DuckDB skips row groups by file_row_number, so that each page costs what it holds. A file that
// has a column of that name is read by offset, which costs more for later pages.
std::string PageSql(const DraftSource& source, std::string_view path, std::uint64_t first,
                    std::uint64_t page) {
  const bool taken = std::ranges::any_of(source.columns, [](const SourceColumn& column) {
    return std::ranges::equal(column.name, std::string_view("file_row_number"), {},
                              [](char c) { return 'A' <= c && c <= 'Z' ? c + 32 : c; });
  });
  const std::string columns = Listed(source.columns, "", "");
  if (taken) {
    return Format("SELECT {} FROM {} LIMIT {} OFFSET {}", columns, source.from_sql, page, first);
  }
  return Format(
      "SELECT {} FROM read_parquet({}, file_row_number=true) WHERE file_row_number >= {} AND "
      "file_row_number < {}",
      columns, engine::SqlText(path), first, first + page);
}

base::Result<void> ReadPages(engine::Duckdb& duckdb, std::string_view path, DraftSource& source,
                             std::uint64_t declared) {
  const std::uint64_t page = TRY(PageRows(duckdb, source));
  for (std::uint64_t first = 0; first < declared; first += page) {
    const engine::TextTable table = TRY(Ask(duckdb, PageSql(source, path, first, page), page,
                                            Format("the row group that holds row {}", first + 1)));
    for (const auto& row : table.rows) {
      ++source.rows;
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] ? source.columns[i].reading.Add(source.rows, *row[i])
               : source.columns[i].reading.AddNull();
      }
    }
  }
  if (source.rows == declared) return {};
  return BadParquet(Format("the row groups, which hold {} rows where the footer declares {}",
                           source.rows, declared));
}

}  // namespace

base::Result<FileFormat> FormatOf(base::File& file) {
  std::array<char, 4> start{};
  const std::size_t read = TRY(file.ReadAt(0, start));
  const std::string_view text(start.data(), read);
  if (text == "PK\x03\x04") {
    return base::Fail(base::ErrorCode::kInvalid, "This is a spreadsheet or another ZIP file",
                      "byte 0", "Save the sheet as \"CSV UTF-8\", one file for each.");
  }
  return text == "PAR1" || text == "PARE" ? FileFormat::kParquet : FileFormat::kCsv;
}

base::Result<DraftSource> ReadCsv(base::File& file, std::string_view path) {
  DraftSource source;
  ReadingRows rows(source.columns);
  CsvCheck check(rows);
  std::string piece(kPieceBytes, '\0');
  for (std::uint64_t at = 0;;) {
    const std::size_t read = TRY(file.ReadAt(at, piece));
    if (read == 0) break;
    TRY(check.Feed(std::string_view(piece).substr(0, read)));
    at += read;
  }
  source.csv = TRY(check.Finish());
  source.rows = source.csv.rows;
  source.bytes = source.csv.bytes;
  source.from_sql = CsvSql(path, source.csv, source.columns.size());
  return source;
}

base::Result<DraftSource> ReadParquet(base::File& file, engine::Duckdb& duckdb,
                                      std::string_view path) {
  DraftSource source;
  source.format = FileFormat::kParquet;
  source.bytes = TRY(file.Size());
  TRY(CheckParquetEnd(file, source.bytes));
  source.from_sql = Format("read_parquet({})", engine::SqlText(path));
  const std::uint64_t declared = TRY(DeclaredRows(duckdb, path));
  source.columns = TRY(ParquetColumns(duckdb, path, source.from_sql));
  TRY(ReadPages(duckdb, path, source, declared));
  return source;
}

}  // namespace catalogue
