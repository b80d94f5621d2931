// Tests of: arrow_input.cc
#include "engine/batch_reader.h"

#include <doctest/doctest.h>

#include <optional>

#include "base/real_world.h"
#include "engine/batch_test.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kStepMs = 60'000;

class Desk {
 public:
  base::Result<BatchReader> Open(const TableFile& file) {
    return BatchReader::Open(pool_, StartOf("table.read", WorkerProfile::kQuery), file, kStepMs);
  }
  BatchReader Opened(const TableFile& file) {
    auto reader = Open(file);
    if (!reader) FAIL(reader.error().Text());
    return *std::move(reader);
  }
  // All rows as lines.
  std::string Lines(const TableFile& file) {
    BatchReader reader = Opened(file);
    columns = reader.columns();
    std::string lines;
    batches = 0;
    for (;;) {
      const auto batch = reader.Next(kStepMs);
      if (!batch) FAIL(batch.error().Text());
      if (!*batch) return lines;
      AppendRows(lines, **batch);
      ++batches;
    }
  }
  WorkerPool& pool() { return pool_; }
  std::vector<NamedType> columns;
  std::size_t batches = 0;

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  WorkerPool pool_{*world_, {}, {}};
};

}  // namespace

TEST_SUITE_BEGIN("batch worker" * doctest::skip(kIsSanitized));

TEST_CASE("a Parquet file is read in the order of its rows, all types, nulls where they were") {
  BatchFolder folder;
  Desk desk;
  const std::string sql = BatchTable(100'000);
  const std::string path = folder.Put("a.parquet", sql, "FORMAT parquet, ROW_GROUP_SIZE 6144");
  REQUIRE(desk.Lines({.path = path}) == ExpectedRows(folder.duckdb(), sql));
  REQUIRE(desk.batches > 3);
  std::string types;
  for (const NamedType& column : desk.columns) types += TypeText(column.type) + " ";
  REQUIRE(types == "boolean long double decimal(9,2) decimal(38,3) string date timestamp boolean ");
}

TEST_CASE("columns come as they are asked for, and one that is not there is refused") {
  BatchFolder folder;
  Desk desk;
  const std::string path = folder.Put("a.parquet", BatchTable(10), "FORMAT parquet");
  REQUIRE(desk.Lines({.path = path, .columns = {"born", "flag"}}) ==
          ExpectedRows(folder.duckdb(), "SELECT born, flag FROM (" + BatchTable(10) + ")"));
  REQUIRE(desk.columns[0].name == "born");
  const auto missing = desk.Open({.path = path, .columns = {"nothing"}});
  REQUIRE(!missing.has_value());
  REQUIRE(missing.error().code == ErrorCode::kInvalid);
}

TEST_CASE("a CSV file is read as strings, nulls apart from empty strings") {
  BatchFolder folder;
  Desk desk;
  const std::string path =
      folder.folder().Write("a.csv", "id,name\r\n007,\"a, \"\"b\"\"\r\nc\"\r\n,\"\"\r\n1.50,\r\n");
  REQUIRE(desk.Lines({.path = path, .format = TableFormat::kCsv}) ==
          "007|a, \"b\"\r\nc|\nnull||\n1.50|null|\n");
  REQUIRE(desk.columns ==
          std::vector<NamedType>{{"id", {ColumnKind::kString}}, {"name", {ColumnKind::kString}}});
}

TEST_CASE("an Arrow stream and an Arrow file are read alike") {
  BatchFolder folder;
  Desk desk;
  const std::string sql = BatchTable(10'000);
  const std::string bytes = folder.Arrow(sql, false);
  const std::string stream = folder.folder().Write("a.arrows", bytes);
  // A file is the same stream between a magic and a foot; the foot is not needed to read it.
  const std::string file =
      folder.folder().Write("a.arrow", std::string("ARROW1\0\0", 8) + bytes + "foot");
  const std::string expected = ExpectedRows(folder.duckdb(), sql);
  REQUIRE(desk.Lines({.path = stream, .format = TableFormat::kArrow}) == expected);
  REQUIRE(desk.Lines({.path = file, .format = TableFormat::kArrow}) == expected);
  REQUIRE(desk.Lines({.path = stream, .format = TableFormat::kArrow, .columns = {"name"}}) ==
          ExpectedRows(folder.duckdb(), "SELECT name FROM (" + sql + ")"));
}

TEST_CASE("a column that an Arrow file does not have is refused") {
  BatchFolder folder;
  Desk desk;
  const std::string path = folder.folder().Write("a.arrows", folder.Arrow(BatchTable(10), false));
  const auto missing =
      desk.Open({.path = path, .format = TableFormat::kArrow, .columns = {"nothing"}});
  REQUIRE(!missing.has_value());
  REQUIRE(missing.error().where == "nothing");
}

TEST_CASE("narrow numbers come widened") {
  BatchFolder folder;
  Desk desk;
  const std::string sql =
      "SELECT (-5)::TINYINT AS a, 250::UTINYINT AS b, 7::INTEGER AS c, 0.5::FLOAT AS d, "
      "4000000000::UINTEGER AS e, 18446744073709551615::UBIGINT AS f";
  const std::string path = folder.Put("a.parquet", sql, "FORMAT parquet");
  REQUIRE(desk.Lines({.path = path}) == "-5|250|7|0.5|4000000000|18446744073709551615|\n");
}

TEST_CASE("a file that is not there, or not of its format, is refused") {
  BatchFolder folder;
  Desk desk;
  REQUIRE(desk.Open({.path = "/nonexistent/a.parquet"}).error().code == ErrorCode::kNotFound);
  const std::string path = folder.folder().Write("a", "neither of them");
  REQUIRE(!desk.Open({.path = path}).has_value());
  REQUIRE(!desk.Open({.path = path, .format = TableFormat::kArrow}).has_value());
  REQUIRE(!desk.Open({.path = "\xFF"}).has_value());
  REQUIRE(desk.pool().counts().running == 0);
}

TEST_CASE("a damaged file fails, and is never a short table") {
  BatchFolder folder;
  Desk desk;
  const std::string bytes = folder.Arrow(BatchTable(200'000), false);
  const std::string cut =
      folder.folder().Write("cut.arrows", bytes.substr(0, bytes.size() - bytes.size() / 3));
  BatchReader reader = desk.Opened({.path = cut, .format = TableFormat::kArrow});
  auto batch = reader.Next(kStepMs);
  while (batch && *batch) batch = reader.Next(kStepMs);
  REQUIRE(!batch.has_value());
}

TEST_CASE("a reader that goes in the midst leaves no worker") {
  BatchFolder folder;
  Desk desk;
  const std::string path = folder.Put("a.parquet", BatchTable(300'000), "FORMAT parquet");
  {
    BatchReader reader = desk.Opened({.path = path});
    REQUIRE(reader.Next(kStepMs)->has_value());
    REQUIRE(desk.pool().counts().running == 1);
    reader.Kill();
    auto batch = reader.Next(kStepMs);  // what was decoded before may still come
    while (batch && *batch) batch = reader.Next(kStepMs);
    REQUIRE(!batch.has_value());
  }
  REQUIRE(desk.pool().counts().running == 0);
}

TEST_SUITE_END();

}  // namespace engine
