#include "exchange/sql_functions.h"

#include <set>
#include <string>

#include "exchange/sql_desk_test.h"

namespace exchange {
namespace {

// The words of a block of the page that documents the lists.
std::set<std::string> Documented(std::string_view block) {
  const auto world = base::MakeRealWorld();
  const auto page = base::ReadWholeFile(
      world->files(), TABULARIUM_SOURCE_FOLDER "/docs/formats/query-sql.md", 1U << 20U);
  REQUIRE(page.has_value());
  const std::string start = base::Format("```{}\n", block);
  const std::size_t at = page->find(start);
  REQUIRE(at != std::string::npos);
  std::string text = page->substr(at + start.size());
  text.resize(text.find("```"));
  std::ranges::replace(text, '\n', ' ');
  std::set<std::string> words;
  for (const std::string_view word : base::Split(text, ' ', 10'000)) {
    if (!word.empty()) words.emplace(word);
  }
  return words;
}

std::set<std::string> SetOf(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

std::set<std::string> Asked(SqlDesk& desk, const std::string& sql) {
  const auto table = desk.duckdb().Query(sql, 100'000);
  REQUIRE(table.has_value());
  std::set<std::string> names;
  for (const auto& row : table->rows) names.insert(row.at(0).value());
  return names;
}

constexpr std::array<SqlFunctionKind, 3> kKinds = {
    SqlFunctionKind::kScalar, SqlFunctionKind::kAggregate, SqlFunctionKind::kWindow};

}  // namespace

TEST_CASE("the page lists what the program accepts") {
  REQUIRE(Documented("scalar") == SetOf(SqlFunctionsOf(SqlFunctionKind::kScalar)));
  REQUIRE(Documented("aggregate") == SetOf(SqlFunctionsOf(SqlFunctionKind::kAggregate)));
  REQUIRE(Documented("window") == SetOf(SqlFunctionsOf(SqlFunctionKind::kWindow)));
  REQUIRE(Documented("operators") == SetOf(SqlOperators()));
}

TEST_CASE("a name is of one kind, and found by it") {
  for (const SqlFunctionKind kind : kKinds) {
    for (const std::string_view name : SqlFunctionsOf(kind)) {
      REQUIRE(KindOfSqlFunction(name) == kind);
      const bool may_stand_over_a_window = kind != SqlFunctionKind::kScalar;
      REQUIRE(WindowTypeOf(name).empty() != may_stand_over_a_window);
    }
  }
  for (const char* name : {"", "SUM", "sum ", "now", "read_csv", "zzz"}) {
    REQUIRE(!KindOfSqlFunction(name));
    REQUIRE(WindowTypeOf(name).empty());
    REQUIRE(!RefusalOfSqlFunction(name).remedy.empty());
  }
}

TEST_CASE("window functions have a fixed number of arguments, and aggregates have not") {
  REQUIRE(WindowArgumentCount("row_number") == 0);
  REQUIRE(WindowArgumentCount("nth_value") == 2);
  REQUIRE(!WindowArgumentCount("sum"));
}

TEST_CASE("values without a table, prefixes and types") {
  REQUIRE(IsSqlValueName("Current_Date"));
  REQUIRE(!IsSqlValueName("born"));
  REQUIRE((IsPrefixSqlOperator("-") && IsInfixSqlOperator("-")));
  REQUIRE((IsPrefixSqlOperator("~") && !IsInfixSqlOperator("~")));
  REQUIRE((!IsPrefixSqlOperator("*") && IsInfixSqlOperator("*")));
  REQUIRE(!IsInfixSqlOperator("pg_catalog"));
  REQUIRE((IsSimpleSqlType("INTEGER") && !IsSimpleSqlType("BLOB") && !IsSimpleSqlType("DECIMAL")));
}

TEST_SUITE_BEGIN("sql_functions");

TEST_CASE("DuckDB has each function, and none whose answer changes from one day to the next") {
  SqlDesk desk;
  const auto known = Asked(desk, "SELECT DISTINCT function_name FROM duckdb_functions()");
  const auto changing = Asked(desk,
                              "SELECT DISTINCT function_name FROM duckdb_functions() "
                              "WHERE stability <> 'CONSISTENT' AND function_type <> 'macro'");
  REQUIRE(changing.contains("random"));
  for (const SqlFunctionKind kind : kKinds) {
    for (const std::string_view name : SqlFunctionsOf(kind)) {
      CAPTURE(name);
      REQUIRE(known.contains(std::string(name)));
      // With one argument it counts from today; that form is refused.
      if (name != "age") REQUIRE(!changing.contains(std::string(name)));
    }
  }
}

TEST_CASE("DuckDB takes no other name without a table for a function") {
  SqlDesk desk;
  auto names = Asked(desk, "SELECT DISTINCT lower(function_name) FROM duckdb_functions()");
  const auto words = Asked(desk, "SELECT keyword_name FROM duckdb_keywords()");
  names.insert(words.begin(), words.end());
  for (const char* more : {"current_role", "session_user", "user", "localtime", "rowid"}) {
    names.insert(more);
  }
  for (const std::string& name : names) {
    CAPTURE(name);
    const bool is_value = desk.duckdb().Query("SELECT " + engine::SqlName(name), 1).has_value();
    REQUIRE(is_value == IsSqlValueName(name));
  }
}

TEST_SUITE_END();

}  // namespace exchange
