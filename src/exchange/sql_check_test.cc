// Tests of: sql_writer.cc sql_query.cc sql_tables.cc sql_expressions.cc sql_calls.cc
// Tests of: sql_clauses.cc sql_operators.cc sql_constants.cc sql_tree.cc
#include "exchange/sql_check.h"

#include <string>
#include <vector>

#include "base/outside_vectors.h"
#include "exchange/sql_desk_test.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Json;

// A test file holds a line feed as \n.
std::string WithLineFeeds(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_escape = line.substr(i, 2) == "\\n";
    text += is_escape ? '\n' : line[i];
    if (is_escape) ++i;
  }
  return text;
}

base::Error Refused(SqlDesk& desk, const std::string& sql) {
  const auto query = desk.Check(sql);
  REQUIRE(!query.has_value());
  return query.error();
}

// The vectors put the schema of their product before tables.
std::string WithoutSchemas(std::string sql) {
  for (const std::string schema :
       {"Telemetry.", "PUMS.PUMS", "Production.", "Products.", "Db.dbo.", "Y.Z.", "X.Y."}) {
    for (std::size_t at = sql.find(schema); at != std::string::npos; at = sql.find(schema, at)) {
      sql.replace(at, schema.size(), schema == "PUMS.PUMS" ? "PUMS" : "");
    }
  }
  return sql;
}

// Their tables are whatever they name: each is granted, so that only the form counts.
base::Result<AcceptedQuery> CheckWithAnyTables(const std::string& sql, const Json& statements) {
  std::vector<std::string> tables;
  auto query = CheckSql(sql, statements, tables);
  const std::string start = "There is no table \"";
  for (int i = 0; i < 20 && !query && query.error().what.starts_with(start); ++i) {
    const std::string& what = query.error().what;
    tables.push_back(what.substr(start.size(), what.find('"', start.size()) - start.size()));
    query = CheckSql(sql, statements, tables);
  }
  return query;
}

}  // namespace

TEST_SUITE_BEGIN("sql_check");

TEST_CASE("what is accepted is written anew as the same tree, and gives the same rows") {
  SqlDesk desk;
  const auto lines = SqlLines("accepted.sql");
  REQUIRE(lines.size() >= 150);
  for (const std::string& sql : lines) {
    CAPTURE(sql);
    const AcceptedQuery query = desk.RoundTrip(sql);
    if (!query.parameters.empty()) continue;
    const std::string rows = desk.Run(sql);
    REQUIRE(desk.Run(query.sql) == rows);
    REQUIRE(!rows.starts_with("error"));
  }
}

TEST_CASE("what is refused names what is wrong, where, and the remedy") {
  SqlDesk desk;
  const auto lines = SqlLines("refused.sql");
  REQUIRE(lines.size() >= 150);
  for (const std::string& line : lines) {
    CAPTURE(line);
    const std::size_t cut = line.find(" =>");
    REQUIRE(cut != std::string::npos);
    const base::Error error =
        Refused(desk, WithLineFeeds(std::string_view(line).substr(std::min(cut + 4, line.size()))));
    REQUIRE((error.code == ErrorCode::kInvalid || error.code == ErrorCode::kTooLarge));
    CAPTURE(error.what);
    REQUIRE(error.what.find(line.substr(0, cut)) != std::string::npos);
    REQUIRE((error.where == "the SQL" || error.where.starts_with("line ")));
    REQUIRE(!error.remedy.empty());
  }
}

TEST_CASE("an error points at the line and column") {
  SqlDesk desk;
  REQUIRE(Refused(desk, "SELECT id,\n  now()\nFROM people").where == "line 2, column 3");
  REQUIRE(Refused(desk, "SELECT 1\nFROM elsewhere").where == "line 2, column 6");
  REQUIRE(Refused(desk, "SELECT 1\n+ FROM people").where == "line 2, column 3");
  REQUIRE(Refused(desk, "SELECT id FROM people WHERE 'é' = now()").where == "line 1, column 36");
  REQUIRE(Refused(desk, "SELECT 'é'\n, 'é', FRM x y").where == "line 2, column 15");
}

TEST_CASE("tables and parameters that a query uses are told") {
  SqlDesk desk;
  const auto query = desk.RoundTrip(
      "WITH q AS (SELECT * FROM PEOPLE WHERE id > $b) SELECT * FROM q JOIN \"Paye-EMPLOYMENTS\" e "
      "ON e.nino = $a AND e.pay > $b");
  REQUIRE(query.tables == std::vector<std::string>{"paye-employments", "people"});
  REQUIRE(query.parameters == std::vector<std::string>{"a", "b"});
  REQUIRE(desk.RoundTrip("SELECT ?, ?").parameters == std::vector<std::string>{"1", "2"});
  REQUIRE(desk.RoundTrip("SELECT 1").tables.empty());
}

TEST_CASE("identifiers and texts cannot leave their quotes") {
  SqlDesk desk;
  const auto query = desk.RoundTrip(
      "SELECT 'a''; DROP TABLE x; --' AS \"b\"\"; --\", \"c\"\"d\".\"e\"\"f\" FROM people "
      "\"c\"\"d\"");
  REQUIRE(query.sql ==
          "SELECT 'a''; DROP TABLE x; --' AS \"b\"\"; --\", \"c\"\"d\".\"e\"\"f\" FROM \"people\" "
          "AS \"c\"\"d\"");
}

TEST_CASE("numbers of every length come back as they were") {
  SqlDesk desk;
  for (const char* number :
       {"999999999999999", "1000000000000000", "9007199254740993", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "170141183460469231731687303715884105727",
        "0.1234567890123456789012345678901234567", "1e-320", "2.2250738585072014e-308",
        "1.7976931348623157e308", "99999999999999999.5"}) {
    CAPTURE(number);
    for (const std::string sign : {"", "-", "- ", "1 - "}) {
      const std::string sql = "SELECT " + sign + number;
      REQUIRE(desk.Run(desk.RoundTrip(sql).sql) == desk.Run(sql));
    }
  }
}

TEST_CASE("limits hold at their last good value and not at the next") {
  SqlDesk desk;
  const auto repeated = [](const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  desk.RoundTrip("SELECT 1 AS \"" + std::string(kMaxSqlNameBytes, 'n') + "\"");
  REQUIRE(Refused(desk, "SELECT 1 AS \"" + std::string(kMaxSqlNameBytes + 1, 'n') + "\"")
              .what.find("256 bytes") != std::string::npos);
  std::string parameters = "SELECT ?" + repeated(", ?", kMaxSqlParameters - 1);
  REQUIRE(desk.RoundTrip(parameters).parameters.size() == kMaxSqlParameters);
  REQUIRE(Refused(desk, parameters + ", ?").what.find("100 parameters") != std::string::npos);
  const std::string name(kMaxSqlParameterNameBytes, 'p');
  desk.RoundTrip("SELECT $" + name);
  REQUIRE(Refused(desk, "SELECT $" + name + "p").what.find("plain") != std::string::npos);
  desk.RoundTrip("SELECT lpad('x', 1000, 'y'), lpad('x', 0, 'y')");
  // The query and the column are two levels; a NOT is one.
  desk.RoundTrip("SELECT " + repeated("NOT ", kMaxSqlLevels - 2) + "late FROM payments");
  REQUIRE(
      Refused(desk, "SELECT " + repeated("NOT ", kMaxSqlLevels - 1) + "late FROM payments").code ==
      ErrorCode::kTooLarge);
}

TEST_CASE("deep and long SQL is a clear error") {
  SqlDesk desk;
  const auto repeated = [](const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  const std::vector<std::string> bombs = {
      "SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')'),
      "SELECT 1" + repeated("+1", 60'000),
      "SELECT 1" + repeated("+1", 100'000),
      "SELECT 1" + repeated("+1", 900),
      "SELECT 1" + repeated("+1", 300),
      "SELECT " + repeated("NOT ", 20'000) + "TRUE",
      "SELECT a" + repeated("[1]", 20'000),
      "SELECT " + std::string(20'000, '[') + std::string(20'000, ']'),
      "SELECT " + repeated("(SELECT ", 10'000) + "1" + std::string(10'000, ')'),
      "SELECT 1" + repeated(" UNION SELECT 1", 5'000),
      "SELECT 1" + repeated("::INTEGER", 10'000),
      "SELECT 1" + repeated(",1", 60'000),
      "SELECT * FROM people" + repeated(" JOIN people USING (id)", 900),
      "SELECT '" + std::string(std::size_t{1} << 20U, 'x') + "'"};
  for (const std::string& sql : bombs) {
    CAPTURE(sql.substr(0, 40));
    const base::Error error = Refused(desk, sql);
    CAPTURE(error.what);
    REQUIRE(error.code == ErrorCode::kTooLarge);
    REQUIRE(!error.remedy.empty());
  }
  desk.RoundTrip("SELECT 1" + repeated("+1", 200));
  desk.RoundTrip("SELECT id FROM people WHERE id IN (1" + repeated(",1", 5'000) + ")");
}

TEST_CASE("a tree that is not as DuckDB writes it is refused") {
  SqlDesk desk;
  const std::string sql = "SELECT id FROM people";
  const std::string tree = base::WriteJson(desk.Parse(sql).value());
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"\"sample\":null", "\"sample\":{}"},
      {"\"having\":null", "\"having\":1"},
      {"\"having\":null", "\"having\":null,\"novelty\":null"},
      {"\"qualify\":null,", ""},
      {"\"STANDARD_HANDLING\"", "\"NO_AGGREGATES_ALLOWED\""},
      {"\"SELECT_NODE\"", "\"CTE_NODE\""},
      {"\"class\":\"COLUMN_REF\"", "\"class\":\"BOUND_REF\""},
      {"[\"id\"]", "[\"id\",1]"},
      {"[\"id\"]", "[]"},
      {"[\"id\"]", "[\"\"]"},
      {"\"modifiers\":[]", "\"modifiers\":[{\"type\":\"UPSERT\"}]"},
      {"\"modifiers\":[]", "\"modifiers\":{}"},
      // FROM "people"("id") would call a table function.
      {"\"column_name_alias\":[]", "\"column_name_alias\":[\"id\"]"},
      {"\"named_param_map\":[]", "\"named_param_map\":[{\"key\":\"1\",\"value\":1}]"},
  };
  REQUIRE(CheckSql(sql, desk.Parse(sql).value(), TestTables()).has_value());
  for (const auto& [from, to] : changes) {
    CAPTURE(to);
    std::string changed = tree;
    const std::size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
    const auto json = base::ParseJson(changed, base::kSyntaxTreeJson);
    REQUIRE(json.has_value());
    const auto query = CheckSql(sql, *json, TestTables());
    REQUIRE(!query.has_value());
    REQUIRE(query.error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("statements of another product are accepted where they mean the same here") {
  const auto folder = base::OutsideVectors("vectors/smartnoise-sql");
  if (!folder) return;
  const auto world = base::MakeRealWorld();
  SqlDesk desk;
  int accepted = 0;
  int refused = 0;
  for (const std::string& name : world->files().List(*folder).value()) {
    if (!name.ends_with(".sql")) continue;
    const auto bytes =
        base::ReadWholeFile(world->files(), base::JoinPath(*folder, name), 1U << 20U);
    REQUIRE(bytes.has_value());
    for (const std::string_view piece : base::Split(*bytes, ';', 10'000)) {
      const std::string sql = WithoutSchemas(std::string(piece));
      const auto statements = desk.Parse(sql);
      if (!statements) {
        REQUIRE(!statements.error().remedy.empty());
        ++refused;
        continue;
      }
      auto query = CheckWithAnyTables(sql, *statements);
      if (statements->AsArray().empty()) continue;  // blanks and remarks
      ++(query ? accepted : refused);
      if (!query) {
        REQUIRE(!query.error().remedy.empty());
        continue;
      }
      CAPTURE(sql);
      const auto again = desk.Parse(query->sql);
      REQUIRE(again.has_value());
      REQUIRE(base::WriteJson(Comparable(*again)) == base::WriteJson(Comparable(*statements)));
    }
  }
  MESSAGE("accepted " << accepted << ", refused " << refused);
  REQUIRE(accepted >= 140);
  REQUIRE(refused >= 30);
}

TEST_CASE("every hostile statement of the team's list is refused") {
  const auto path = base::OutsideVectors("prototypes/engine/hostile.sql");
  if (!path) return;
  const auto world = base::MakeRealWorld();
  const auto bytes = base::ReadWholeFile(world->files(), *path, 1U << 20U);
  REQUIRE(bytes.has_value());
  SqlDesk desk;
  int statements = 0;
  for (const std::string_view line : base::Split(*bytes, '\n', 10'000)) {
    if (line.empty()) continue;
    CAPTURE(line);
    REQUIRE(!desk.Check(std::string(line)).has_value());
    ++statements;
  }
  REQUIRE(statements >= 80);
}

TEST_SUITE_END();

}  // namespace exchange
