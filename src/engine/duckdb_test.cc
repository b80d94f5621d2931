#include "engine/duckdb.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "base/json_text.h"
#include "engine/column_types.h"
#include "engine/testing.h"

namespace engine {
namespace {

using base::ErrorCode;

std::unique_ptr<Duckdb> Opened(const DuckdbOptions& options = {.library_path = TestLibrary()}) {
  auto duckdb = Duckdb::Open(options);
  REQUIRE(duckdb.has_value());
  return std::move(*duckdb);
}

ErrorCode CodeOfQuery(Duckdb& duckdb, const std::string& sql, std::size_t max_rows = 10) {
  const auto table = duckdb.Query(sql, max_rows);
  REQUIRE(!table.has_value());
  return table.error().code;
}

}  // namespace

TEST_CASE("a query gives names, texts and nulls in order") {
  const auto duckdb = Opened();
  const auto table = duckdb->Query(
      "SELECT i AS n, CASE WHEN i = 1 THEN NULL ELSE DATE '2020-01-31' END AS d, [i, 2] AS l, "
      "'a longer text than twelve bytes' AS t, 1.50::DECIMAL(9,2) AS n "
      "FROM range(3) r(i) ORDER BY i DESC -- a comment",
      10);
  REQUIRE(table.has_value());
  REQUIRE(table->names == std::vector<std::string>{"n", "d", "l", "t", "n"});
  REQUIRE(table->rows.size() == 3);
  REQUIRE(table->rows[0] ==
          std::vector<std::optional<std::string>>{"2", "2020-01-31", "[2, 2]",
                                                  "a longer text than twelve bytes", "1.50"});
  REQUIRE(!table->rows[1][1].has_value());
  REQUIRE(table->rows[2][0] == "0");
}

TEST_CASE("the order of a large result is kept, and its rows are counted") {
  const auto duckdb = Opened();
  const std::string sql = "SELECT i FROM range(100000) r(i) ORDER BY hash(i)";
  const auto table = duckdb->Query(sql, 100'000);
  REQUIRE(table.has_value());
  REQUIRE(table->rows.size() == 100'000);
  const auto again = duckdb->Query(sql + " LIMIT 7", 7);
  REQUIRE(again.has_value());
  REQUIRE(std::equal(again->rows.begin(), again->rows.end(), table->rows.begin()));
  REQUIRE(CodeOfQuery(*duckdb, sql, 99'999) == ErrorCode::kTooLarge);
  REQUIRE(duckdb->Query("SELECT 1", 1).has_value());  // the cut query left nothing behind
}

TEST_CASE("statements run one at a time and failures have codes") {
  const auto duckdb = Opened();
  REQUIRE(duckdb->Execute("CREATE TABLE t AS SELECT 1 AS a").has_value());
  REQUIRE(duckdb->Query("SELECT a FROM t", 1)->rows[0][0] == "1");
  REQUIRE(duckdb->Query("INSERT INTO t SELECT 2", 1)->rows[0][0] == "1");
  REQUIRE(CodeOfQuery(*duckdb, "SELECT 1; SELECT 2") == ErrorCode::kInvalid);
  REQUIRE(CodeOfQuery(*duckdb, "SELEC 1") == ErrorCode::kInvalid);
  REQUIRE(CodeOfQuery(*duckdb, "SELECT b FROM t") == ErrorCode::kInvalid);
  REQUIRE(CodeOfQuery(*duckdb, "SELECT error('late') FROM range(3)") == ErrorCode::kInvalid);
  REQUIRE(CodeOfQuery(*duckdb, "") == ErrorCode::kInvalid);
  REQUIRE(CodeOfQuery(*duckdb, std::string("SELECT 1\0", 9)) == ErrorCode::kInvalid);
  REQUIRE(!duckdb->Execute("DROP TABLE none").has_value());
  REQUIRE(duckdb->Query("SELECT a FROM t ORDER BY a", 2).has_value());
}

TEST_CASE("a failure in mid-stream is a failure, not a short result") {
  const auto duckdb = Opened();
  const auto table = duckdb->Query(
      "SELECT CASE WHEN i < 90000 THEN i ELSE error('late')::BIGINT END FROM range(100000) r(i)",
      200'000);
  REQUIRE(!table.has_value());
  REQUIRE(table.error().code == ErrorCode::kInvalid);
}

TEST_CASE("a message is cut between characters") {
  const auto duckdb = Opened();
  for (const char* letter : {"x", "\xC3\xA9", "\xF0\x9F\x99\x82"}) {
    const std::string sql = "SELECT error(repeat(" + SqlText(letter) + ", 100000))";
    const auto table = duckdb->Query(sql, 1);
    REQUIRE(!table.has_value());
    REQUIRE(table.error().what.size() <= 4'000);
    REQUIRE(table.error().what.size() > 3'990);
    REQUIRE(base::IsUtf8(table.error().what));
  }
}

TEST_CASE("memory ends as an error") {
  const auto duckdb = Opened({.library_path = TestLibrary(), .memory_bytes = 64U << 20U});
  REQUIRE(CodeOfQuery(*duckdb, "SELECT len(list(i)) FROM range(100000000) r(i)") ==
          ErrorCode::kTooLarge);
}

TEST_CASE("only the named files are read, only the named folder is written") {
  const TemporaryFolder folder;
  const std::string mine = folder.Write("mine.csv", "a\n1\n");
  const std::string other = folder.Write("other.csv", "a\n2\n");
  const std::string out = folder.Make("out");
  const auto duckdb =
      Opened({.library_path = TestLibrary(), .readable_files = {mine}, .writable_folder = out});
  REQUIRE(duckdb->Query("SELECT a FROM read_csv(" + SqlText(mine) + ")", 1)->rows[0][0] == "1");
  REQUIRE(CodeOfQuery(*duckdb, "SELECT a FROM read_csv(" + SqlText(other) + ")") ==
          ErrorCode::kForbidden);
  REQUIRE(duckdb->Execute("COPY (SELECT 5 AS a) TO " + SqlText(out + "/new.parquet")).has_value());
  REQUIRE(duckdb->Query("SELECT a FROM read_parquet(" + SqlText(out + "/new.parquet") + ")", 1)
              ->rows[0][0] == "5");
  REQUIRE(!duckdb->Execute("COPY (SELECT 5) TO " + SqlText(folder.path() + "/b.csv")).has_value());
  REQUIRE(!duckdb->Execute("COPY (SELECT 5) TO " + SqlText(out + "/../b.csv")).has_value());
}

TEST_CASE("a named file may be reached through a linked folder") {
  const TemporaryFolder folder;
  (void)folder.Make("real");
  (void)folder.Write("real/a.csv", "a\n1\n");
  const std::string link = folder.path() + "/link";
  REQUIRE(::symlink((folder.path() + "/real").c_str(), link.c_str()) == 0);
  const std::string file = link + "/a.csv";
  const auto duckdb = Opened({.library_path = TestLibrary(), .readable_files = {file}});
  REQUIRE(duckdb->Query("SELECT a FROM read_csv(" + SqlText(file) + ")", 1).has_value());
}

TEST_CASE("settings, extensions and secrets are locked") {
  const auto duckdb = Opened();
  for (const char* sql : {"SET enable_external_access = true", "SET memory_limit = '90GB'",
                          "RESET lock_configuration", "INSTALL httpfs", "LOAD httpfs",
                          "SELECT * FROM read_csv('http://127.0.0.1:1/a.csv')",
                          "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')"}) {
    CAPTURE(sql);
    REQUIRE(!duckdb->Execute(sql).has_value());
  }
  REQUIRE(duckdb->Query("SELECT current_setting('TimeZone')", 1)->rows[0][0] == "UTC");
}

TEST_CASE("a library that is not there is an error") {
  const auto missing = Duckdb::Load("/nonexistent/libduckdb.so");
  REQUIRE(!missing.has_value());
  REQUIRE(missing.error().code == ErrorCode::kUnavailable);
  const auto wrong = Duckdb::Load("libc.so.6");
  REQUIRE(!wrong.has_value());
  REQUIRE(wrong.error().what == "The DuckDB library lacks duckdb_create_config");
}

TEST_CASE("texts and names of SQL keep what they hold") {
  REQUIRE(SqlText("it's") == "'it''s'");
  REQUIRE(SqlName("a \"b\"") == "\"a \"\"b\"\"\"");
  REQUIRE(SqlText(std::string_view("a\0b", 3)) ==
          "'a\xEF\xBF\xBD"
          "b'");
  const auto duckdb = Opened();
  const std::string odd = "x'; DROP TABLE t; -- \\ \n \" \xF0\x9F\x99\x82";
  const auto table = duckdb->Query("SELECT " + SqlText(odd) + " AS " + SqlName(odd), 1);
  REQUIRE(table.has_value());
  REQUIRE(table->names[0] == odd);
  REQUIRE(table->rows[0][0] == odd);
}

TEST_CASE("a time with an offset is read as the instant that it names, in UTC") {
  const auto duckdb = Duckdb::Open({.library_path = TestLibrary()}).value();
  const auto read = [&](const std::string& text) {
    const std::string sql = TypedSql(TextRule::kUtcTime, {ColumnKind::kTimestamp}, SqlText(text));
    return duckdb->Query("SELECT " + sql, 1)->rows[0][0].value_or("null");
  };
  REQUIRE(read("2026-06-01T10:00:00.5+01:00") == "2026-06-01 09:00:00.5");
  REQUIRE(read("2026-06-01 00:30:00-02:30") == "2026-06-01 03:00:00");
  REQUIRE(read("2026-06-01T10:00:00Z") == "2026-06-01 10:00:00");
  REQUIRE(read("") == "null");
}

}  // namespace engine
