#include "exchange/sql_parse.h"

#include <string>

#include "exchange/sql_desk_test.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Json;

constexpr std::int64_t kDeadlineMs = 10'000;

engine::WorkerStart TestStart() {
  engine::WorkerStart start = SqlParseStart(engine::TestLibrary());
  if (engine::kIsSanitized) start.limits.memory_bytes = (1ULL << 53U) - 1;
  return start;
}

}  // namespace

TEST_CASE("numbers that a JSON reader may not hold become texts") {
  REQUIRE(WithoutLongNumbers(R"({"a":1,"b":-7,"c":1.5,"d":1e-07,"e":[18446744073709551615]})") ==
          R"({"a":1,"b":-7,"c":"1.5","d":"1e-07","e":["18446744073709551615"]})");
  REQUIRE(WithoutLongNumbers("999999999999999,1000000000000000") ==
          "999999999999999,\"1000000000000000\"");
  REQUIRE(WithoutLongNumbers(R"([Infinity,-Infinity,NaN,null,true,false])") ==
          R"(["Infinity","-Infinity","NaN",null,true,false])");
  REQUIRE(WithoutLongNumbers(R"({"1.5":"1.5 \" 2.5 \\","Infinity":""})") ==
          R"({"1.5":"1.5 \" 2.5 \\","Infinity":""})");
  for (const char* cut : {"", "\"", "\"\\", "1.", "-", "{\"a\":\"1"}) {
    REQUIRE(WithoutLongNumbers(cut).size() >= std::string_view(cut).size());
  }
}

TEST_CASE("what no worker needs to see is refused before") {
  REQUIRE(SqlParseRequest("SELECT 1").value() == R"({"sql":"SELECT 1"})");
  REQUIRE(SqlParseRequest(std::string(kMaxSqlBytes, ' ')).has_value());
  const auto large = SqlParseRequest(std::string(kMaxSqlBytes + 1, ' '));
  REQUIRE(large.error().code == ErrorCode::kTooLarge);
  const auto latin = SqlParseRequest("SELECT\n'\xE9'");
  REQUIRE(latin.error().code == ErrorCode::kInvalid);
  REQUIRE(latin.error().where == "line 2, column 2");
  REQUIRE(!SqlParseRequest(std::string("SELECT \0 1", 10)).has_value());
}

TEST_CASE("a reply that is not as agreed is an error of the worker") {
  for (const char* reply : {"{}", R"({"kind":"sql-tree-2","statements":[],"error":null})",
                            R"({"kind":"sql-tree-1","statements":[]})"}) {
    REQUIRE(ReadSqlParseReply("x", reply).error().code == ErrorCode::kInternal);
  }
  REQUIRE(!ReadSqlParseReply("x", "").has_value());
  REQUIRE(
      !ReadSqlParseReply("x", R"({"kind":"sql-tree-1","statements":[],"error":{}})").has_value());
  const auto error =
      ReadSqlParseReply("a\nbc", R"({"kind":"sql-tree-1","statements":[],)"
                                 R"("error":{"code":"invalid","message":"m","position":3}})");
  REQUIRE(error.error().where == "line 2, column 2");
  REQUIRE(error.error().what == "The SQL cannot be read: m");
}

TEST_SUITE_BEGIN("sql_parse");

TEST_CASE("the kind wants DuckDB and a request of its form") {
  REQUIRE(ParseSqlInWorker({}, R"({"sql":""})").error().code == ErrorCode::kInternal);
  SqlDesk desk;
  engine::WorkerContext context;
  context.duckdb = &desk.duckdb();
  for (const char* request : {"", "{}", R"({"sql":1})", R"({"sql":"","more":1})"}) {
    REQUIRE(ParseSqlInWorker(context, request).error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("the worker parses and never runs") {
  SqlDesk desk;
  // Were it run, it would fail, or the table would be gone.
  REQUIRE(desk.Parse("SELECT error('it ran')").has_value());
  REQUIRE(desk.Parse("SELECT * FROM read_text('/etc/passwd')").has_value());
  REQUIRE(!desk.Parse("DROP TABLE people").has_value());
  REQUIRE(!desk.Parse("'); DROP TABLE people; --").has_value());
  REQUIRE(desk.Run("SELECT count(*) AS n FROM people") == "n|\n4|");
}

// The sanitizers and DuckDB together do not fit into the sandbox.
TEST_CASE("a pool of workers parses, and a slip of the pen costs no process" *
          doctest::skip(engine::kIsSanitized)) {
  const auto world = base::MakeRealWorld();
  engine::WorkerPool pool(*world, {TestStart()}, {.idle_workers = 1, .max_running = 2});
  const auto statements = ParseSql(pool, "SELECT id FROM people", kDeadlineMs);
  REQUIRE(statements.has_value());
  REQUIRE(CheckSql("SELECT id FROM people", *statements, TestTables())->sql ==
          "SELECT \"id\" FROM \"people\"");
  const auto started = pool.counts().started;
  for (int i = 0; i < 5; ++i) {
    const auto slip = ParseSql(pool, "SELECT\n  id FRM people x", kDeadlineMs);
    REQUIRE(slip.error().code == ErrorCode::kInvalid);
    REQUIRE(slip.error().where.starts_with("line 2, column "));
  }
  REQUIRE(ParseSql(pool, "SELECT id FROM people", kDeadlineMs).has_value());
  REQUIRE(pool.counts().started <= started + 1);  // the shelf is filled while one is lent
  const std::string deep = "SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')');
  REQUIRE(ParseSql(pool, deep, kDeadlineMs).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a parser that crashes costs one query" * doctest::skip(engine::kIsSanitized)) {
  const auto world = base::MakeRealWorld();
  engine::WorkerPool pool(*world, {TestStart()}, {.idle_workers = 1, .max_running = 2});
  for (int i = 0; i < 3; ++i) {
    const auto crashed = ParseSql(pool, "SELECT 'end of this process'", kDeadlineMs);
    REQUIRE(crashed.error().code == ErrorCode::kTooLarge);
    REQUIRE(!crashed.error().remedy.empty());
    REQUIRE(ParseSql(pool, "SELECT 1", kDeadlineMs).has_value());
  }
}

TEST_SUITE_END();

}  // namespace exchange
