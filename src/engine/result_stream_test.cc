// Tests of: result_stream.cc text_result.cc row_stream.cc duckdb_statement.cc duckdb_calls.cc
//
// Oracles: DuckDB's own readers of CSV and JSON, and base's reader of JSON.
#include "engine/result_stream.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "engine/frame.h"
#include "engine/testing.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Json;

class Collected final : public ChunkSink {
 public:
  base::Result<void> Write(std::string_view bytes) override {
    if (max_writes-- == 0) return base::Fail(ErrorCode::kUnavailable, "Nobody reads");
    text += bytes;
    largest = std::max(largest, bytes.size());
    return {};
  }
  std::string text;
  std::size_t largest = 0;
  std::size_t max_writes = ~std::size_t{0};
};

// A database in this process; what it writes is collected.
class Desk {
 public:
  explicit Desk(const DuckdbOptions& options = {.library_path = TestLibrary()})
      : duckdb_(Duckdb::Open(options).value()) {}

  Duckdb& duckdb() { return *duckdb_; }
  std::string Written(ResultFormat format, const std::string& sql,
                      std::vector<SqlParameter> parameters = {}) {
    Collected sink;
    const auto summary = WriteResult(
        *duckdb_, {.sql = sql, .parameters = std::move(parameters), .format = format}, sink);
    if (!summary) FAIL(summary.error().Text());
    REQUIRE(summary->bytes == sink.text.size());
    last = *summary;
    return sink.text;
  }
  // The error, and that nothing was written before it, unless the test says otherwise.
  base::Error Refused(ResultFormat format, const std::string& sql,
                      std::vector<SqlParameter> parameters = {},
                      std::optional<std::uint64_t> max_rows = {}, bool before_first_byte = true) {
    Collected sink;
    const auto summary = WriteResult(
        *duckdb_,
        {.sql = sql, .parameters = std::move(parameters), .format = format, .max_rows = max_rows},
        sink);
    REQUIRE(!summary.has_value());
    if (before_first_byte) REQUIRE(sink.text.empty());
    return summary.error();
  }
  ResultSummary last;

 private:
  std::unique_ptr<Duckdb> duckdb_;
};

constexpr auto kCsv = ResultFormat::kCsv;
constexpr auto kNdjson = ResultFormat::kNdjson;
constexpr auto kJson = ResultFormat::kJson;

// Every type that may stand in a result, with ends of ranges; then a row of nulls.
constexpr const char* kAllTypes = R"sql(
  SELECT * FROM (VALUES
    (true, (-128)::TINYINT, 255::UTINYINT, (-32768)::SMALLINT, 65535::USMALLINT,
     (-2147483648)::INTEGER, 4294967295::UINTEGER, 9007199254740992::BIGINT,
     9223372036854775807::BIGINT, 18446744073709551615::UBIGINT, 5::HUGEINT, 7::UHUGEINT,
     0.1::FLOAT, 0.1::DOUBLE, (-12.5)::DECIMAL(4,1), 1.25::DECIMAL(9,2), (-0.000001)::DECIMAL(18,6),
     12345678901234567890.5::DECIMAL(38,1), 'a "b", ' || chr(10) || chr(1) || ' \ €',
     '00000000-0000-0000-0000-000000000001'::UUID, '10:11:12.5'::TIME, '{"a": 1}'::JSON,
     'two'::ENUM ('one', 'two'), '2024-02-29'::DATE, '2024-02-29 01:02:03'::TIMESTAMP,
     '2024-02-29 01:02:03.45+01'::TIMESTAMPTZ, '2024-02-29 01:02:03'::TIMESTAMP_S,
     '2024-02-29 01:02:03.004'::TIMESTAMP_MS, '2024-02-29 01:02:03.000005'::TIMESTAMP_NS, NULL),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) t(bool, i8, u8, i16, u16, i32, u32, safe, i64, u64, huge, uhuge, f32, f64, d4, d9, d18, d38,
      text, uuid, time, json, word, day, moment, atz, ats, atms, atns, nothing))sql";

// Texts of random bytes from quotes to letters, across many chunks; every tenth value is null.
constexpr const char* kRandomTable =
    "CREATE TABLE t AS SELECT i, CASE WHEN i % 10 = 3 THEN NULL ELSE "
    "list_reduce([chr((32 + hash(i * 31 + j) % 95)::INTEGER) || "
    "CASE WHEN hash(i + j) % 7 = 0 THEN chr(10) ELSE '' END "
    "FOR j IN range(1 + i % 40)], lambda x, y: x || y) END AS s, "
    "CASE WHEN i % 10 = 4 THEN NULL ELSE (hash(i) % 1000000)::DOUBLE / 7 END AS d,"
    " (hash(i) % 100000)::DECIMAL(18,3) / 8 AS p, i % 2 = 0 AS b, "
    "DATE '1900-01-01' + (i % 90000)::INTEGER AS day FROM range(20000) r(i)";

std::vector<std::string> TypeNames(const ResultSummary& summary) {
  std::vector<std::string> names;
  for (const NamedType& column : summary.columns) names.push_back(TypeText(column.type));
  return names;
}

}  // namespace

TEST_SUITE_BEGIN("result");

TEST_CASE("every type is written as CSV as its page says") {
  Desk desk;
  REQUIRE(desk.Written(kCsv, kAllTypes) ==
          "bool,i8,u8,i16,u16,i32,u32,safe,i64,u64,huge,uhuge,f32,f64,d4,d9,d18,d38,text,uuid,"
          "time,json,word,day,moment,atz,ats,atms,atns,nothing\r\n"
          "true,-128,255,-32768,65535,-2147483648,4294967295,9007199254740992,"
          "9223372036854775807,18446744073709551615,5,7,0.1,0.1,-12.5,1.25,-0.000001,"
          "12345678901234567890.5,\"a \"\"b\"\", \n\x01 \\ \u20AC\","
          "00000000-0000-0000-0000-000000000001,10:11:12.5,\"{\"\"a\"\": 1}\",two,2024-02-29,"
          "2024-02-29T01:02:03Z,2024-02-29T00:02:03.450000Z,2024-02-29T01:02:03Z,"
          "2024-02-29T01:02:03.004000Z,2024-02-29T01:02:03.000005Z,\r\n" +
              std::string(29, ',') + "\r\n");
  REQUIRE(desk.last.rows == 2);
  REQUIRE(TypeNames(desk.last) ==
          std::vector<std::string>{
              "boolean",       "long",          "long",          "long",      "long",
              "long",          "long",          "long",          "long",      "decimal(20,0)",
              "decimal(38,0)", "decimal(38,0)", "double",        "double",    "decimal(4,1)",
              "decimal(9,2)",  "decimal(18,6)", "decimal(38,1)", "string",    "string",
              "string",        "string",        "string",        "date",      "timestamp",
              "timestamp",     "timestamp",     "timestamp",     "timestamp", "long"});
  REQUIRE(desk.last.columns[0].name == "bool");
}

TEST_CASE("every type is written as JSON as its page says") {
  Desk desk;
  const std::string values =
      R"(true,-128,255,-32768,65535,-2147483648,4294967295,9007199254740992,)"
      R"("9223372036854775807","18446744073709551615","5","7",0.1,0.1,"-12.5","1.25","-0.000001",)"
      R"("12345678901234567890.5","a \"b\", \n\u0001 \\ €",)"
      R"("00000000-0000-0000-0000-000000000001","10:11:12.5","{\"a\": 1}","two","2024-02-29",)"
      R"("2024-02-29T01:02:03Z","2024-02-29T00:02:03.450000Z","2024-02-29T01:02:03Z",)"
      R"("2024-02-29T01:02:03.004000Z","2024-02-29T01:02:03.000005Z",null)";
  const std::string json = desk.Written(kJson, kAllTypes);
  REQUIRE(json.starts_with(R"({"columns":[{"name":"bool","type":"boolean"},{"name":"i8",)"));
  REQUIRE(json.find("\"rows\":[[" + values + "],[null,") != std::string::npos);
  REQUIRE(json.ends_with("null]]}\n"));
  const Json read = base::ParseJson(json, base::kRequestJson).value();
  REQUIRE(read.Find("columns")->AsArray().size() == 30);
  REQUIRE(read.Find("rows")->AsArray().size() == 2);
  REQUIRE(read.Find("rows")->AsArray()[1].AsArray().size() == 30);

  const std::string lines = desk.Written(kNdjson, kAllTypes);
  REQUIRE(lines.starts_with(R"({"bool":true,"i8":-128,"u8":255,)"));
  const auto split = base::Split(lines, '\n', 4);
  REQUIRE(split.size() == 3);
  REQUIRE(split[2].empty());
  const Json first = base::ParseJson(split[0], base::kRequestJson).value();
  std::size_t place = 0;  // the same values as in JSON
  for (const auto& [name, value] : first.AsObject()) {
    REQUIRE(name == desk.last.columns[place].name);
    REQUIRE(value == read.Find("rows")->AsArray()[0].AsArray()[place++]);
  }
  REQUIRE(base::ParseJson(split[1], base::kRequestJson)->AsObject().size() == 30);
}

TEST_CASE("longs beyond 2^53, numbers that are none and infinities keep their value") {
  Desk desk;
  const std::string sql =
      "SELECT * FROM (VALUES (9007199254740993, 'NaN'::DOUBLE, 'infinity'::FLOAT, "
      "'infinity'::DATE, '-infinity'::TIMESTAMP), (-9007199254740992, '-infinity'::DOUBLE, "
      "'NaN'::FLOAT, '0044-03-15 (BC)'::DATE, '12345-01-01'::TIMESTAMP)) t(a, b, c, d, e)";
  REQUIRE(desk.Written(kNdjson, sql) ==
          "{\"a\":\"9007199254740993\",\"b\":\"NaN\",\"c\":\"Infinity\",\"d\":\"infinity\","
          "\"e\":\"-infinity\"}\n"
          "{\"a\":-9007199254740992,\"b\":\"-Infinity\",\"c\":\"NaN\",\"d\":\"-000043-03-15\","
          "\"e\":\"+012345-01-01T00:00:00Z\"}\n");
  REQUIRE(desk.Written(kCsv, sql) ==
          "a,b,c,d,e\r\n9007199254740993,NaN,Infinity,infinity,-infinity\r\n"
          "-9007199254740992,-Infinity,NaN,-000043-03-15,+012345-01-01T00:00:00Z\r\n");
}

TEST_CASE("empty results have their frame and no rows") {
  Desk desk;
  const std::string sql = "SELECT 1 AS a, 'x' AS \"b,c\" WHERE false";
  REQUIRE(desk.Written(kCsv, sql) == "a,\"b,c\"\r\n");
  REQUIRE(desk.Written(kNdjson, sql).empty());
  REQUIRE(desk.Written(kJson, sql) ==
          "{\"columns\":[{\"name\":\"a\",\"type\":\"long\"},"
          "{\"name\":\"b,c\",\"type\":\"string\"}],\"rows\":[]}\n");
  REQUIRE(desk.last.rows == 0);
}

TEST_CASE("CSV tells a null from an empty string, and quotes what must be quoted") {
  Desk desk;
  REQUIRE(desk.Written(kCsv,
                       "SELECT * FROM (VALUES (NULL, ''), (' a ', 'b,c'), (chr(13), '\"'), "
                       "(chr(10), 'd''e;')) t(a, \"q\"\"q\")") ==
          "a,\"q\"\"q\"\r\n,\"\"\r\n a ,\"b,c\"\r\n\"\r\",\"\"\"\"\r\n\"\n\",d'e;\r\n");
}

TEST_CASE("what DuckDB reads back is what it gave") {
  const TemporaryFolder folder;
  const std::string csv = folder.Write("a.csv", "");
  const std::string lines = folder.Write("a.ndjson", "");
  Desk desk({.library_path = TestLibrary(), .readable_files = {csv, lines}});
  REQUIRE(desk.duckdb().Execute(kRandomTable).has_value());
  const auto put = [&](ResultFormat format, std::string_view name) {
    (void)folder.Write(name, desk.Written(format,
                                          "SELECT i, s, d, p::DECIMAL(18,6) AS p, b, day "
                                          "FROM t ORDER BY i"));
  };
  const auto differences = [&](const std::string& source) {
    const std::string mine = "SELECT i, s, d, p::DECIMAL(18,6) AS p, b, day FROM t";
    const auto table =
        desk.duckdb().Query("SELECT count(*) FROM ((" + mine + " EXCEPT ALL FROM " + source +
                                ") UNION ALL (FROM " + source + " EXCEPT ALL " + mine + "))",
                            1);
    if (!table) FAIL(table.error().Text());
    return *table->rows[0][0];
  };
  constexpr const char* kColumns =
      "{'i': 'BIGINT', 's': 'VARCHAR', 'd': 'DOUBLE', 'p': 'DECIMAL(18,6)', 'b': 'BOOLEAN', "
      "'day': 'DATE'}";
  put(kCsv, "a.csv");
  REQUIRE(differences(base::Format("read_csv({}, header = true, allow_quoted_nulls = false, "
                                   "quote = '\"', escape = '\"', delim = ',', columns = {})",
                                   SqlText(csv), kColumns)) == "0");
  put(kNdjson, "a.ndjson");
  REQUIRE(differences(base::Format("read_json({}, format = 'newline_delimited', columns = {})",
                                   SqlText(lines), kColumns)) == "0");
  REQUIRE(desk.last.rows == 20'000);
}

TEST_CASE("parameters are bound by place and type, and never spliced") {
  Desk desk;
  const std::string sql = "SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e";
  REQUIRE(desk.Written(
              kNdjson, sql,
              {std::string("x'; DROP TABLE t --"), std::int64_t{5}, 2.5, true, std::monostate()}) ==
          "{\"a\":\"x'; DROP TABLE t --\",\"b\":5,\"c\":2.5,\"d\":true,\"e\":null}\n");
  REQUIRE(TypeNames(desk.last) ==
          std::vector<std::string>{"string", "long", "double", "boolean", "long"});
  // The type of a column hangs on the value, and the cast is made around the bound query.
  REQUIRE(desk.Written(kCsv, "SELECT ? + 1 AS a, 'one'::ENUM ('one') AS b -- end",
                       {std::int64_t{41}}) == "a,b\r\n42,one\r\n");
  REQUIRE(desk.Written(kCsv, "SELECT i FROM range(5) r(i) WHERE i > $1 ORDER BY i LIMIT $2",
                       {std::int64_t{1}, std::int64_t{2}}) == "i\r\n2\r\n3\r\n");
  REQUIRE(desk.Refused(kCsv, sql, {true}).code == ErrorCode::kInvalid);
  REQUIRE(desk.Refused(kCsv, "SELECT 1", {true}).code == ErrorCode::kInvalid);
  REQUIRE(desk.Refused(kCsv, "SELECT $1::INTEGER", {std::string("x")}).code == ErrorCode::kInvalid);
}

TEST_CASE("types that no format holds are refused by name before the first byte") {
  Desk desk;
  for (const auto& [name, sql] : std::vector<std::pair<std::string, std::string>>{
           {"INTERVAL", "SELECT 1, INTERVAL 1 DAY"},
           {"BLOB", "SELECT 1, 'a'::BLOB"},
           {"LIST", "SELECT 1, [1, 2]"},
           {"STRUCT", "SELECT 1, {'a': 1}"},
           {"MAP", "SELECT 1, MAP {'a': 1}"},
           {"ARRAY", "SELECT 1, [1, 2]::INTEGER[2]"},
           {"UNION", "SELECT 1, union_value(a := 1)"},
           {"BIT", "SELECT 1, '101'::BIT"},
           {"BIGNUM", "SELECT 1, 5::BIGNUM"},
           {"TIME WITH TIME ZONE", "SELECT 1, '10:00:00+01'::TIMETZ"}}) {
    CAPTURE(name);
    for (const ResultFormat format : {kCsv, ResultFormat::kArrow}) {
      const base::Error error = desk.Refused(format, sql);
      REQUIRE(error.code == ErrorCode::kInvalid);
      REQUIRE(error.what ==
              "A column of the result has the type " + name + ", which no format here holds");
      REQUIRE(error.where == "column 2");
    }
  }
}

TEST_CASE("a whole number of more than 38 digits fails where it comes") {
  Desk desk;
  REQUIRE(desk.Written(kCsv, "SELECT -99999999999999999999999999999999999999::HUGEINT AS a") ==
          "a\r\n-99999999999999999999999999999999999999\r\n");
  const base::Error error =
      desk.Refused(kCsv, "SELECT 100000000000000000000000000000000000000::HUGEINT", {}, {}, false);
  REQUIRE(error.code == ErrorCode::kInvalid);
  REQUIRE(error.what == "A whole number of the result has more than 38 digits");
}

TEST_CASE("only one query is run, and columns of NDJSON have different names") {
  Desk desk;
  REQUIRE(desk.Refused(kCsv, "CREATE TABLE x (a INT)").what == "The statement is not a query");
  REQUIRE(desk.Refused(kCsv, "SELECT 1; SELECT 2").code == ErrorCode::kInvalid);
  REQUIRE(desk.Refused(kCsv, "SELEC 1").code == ErrorCode::kInvalid);
  REQUIRE(desk.Refused(kNdjson, "SELECT 1 AS a, 2 AS a").where == "a");
  REQUIRE(desk.Written(kCsv, "SELECT 1 AS a, 2 AS a, 'x'::ENUM ('x') AS a") ==
          "a,a,a\r\n1,2,x\r\n");
}

TEST_CASE("an error may come before the first byte and after many") {
  Desk desk;
  REQUIRE(desk.Refused(kCsv, "SELECT error('early')").what.find("early") != std::string::npos);
  const base::Error late = desk.Refused(
      kCsv,
      "SELECT CASE WHEN i < 900000 THEN i ELSE error('late')::BIGINT END FROM range(1000000) r(i)",
      {}, {}, false);
  REQUIRE(late.code == ErrorCode::kInvalid);
  REQUIRE(desk.Written(kCsv, "SELECT 1 AS a") == "a\r\n1\r\n");  // it left nothing behind
}

TEST_CASE("max_rows is a limit, not a cut") {
  Desk desk;
  const std::string sql = "SELECT i FROM range(5000) r(i)";
  Collected sink;
  REQUIRE(WriteResult(desk.duckdb(), {.sql = sql, .max_rows = 5'000}, sink)->rows == 5'000);
  REQUIRE(desk.Refused(kCsv, sql, {}, 4'999, false).code == ErrorCode::kTooLarge);
  REQUIRE(desk.Refused(kCsv, sql, {}, 0, false).code == ErrorCode::kTooLarge);
}

TEST_CASE("a sink that fails ends the query with its own error") {
  Desk desk;
  for (const ResultFormat format : {kCsv, kJson, ResultFormat::kArrow}) {
    Collected sink;
    sink.max_writes = 3;
    const auto summary = WriteResult(
        desk.duckdb(), {.sql = "SELECT i FROM range(100000000) r(i)", .format = format}, sink);
    REQUIRE(!summary.has_value());
    REQUIRE(summary.error().what == "Nobody reads");
  }
  REQUIRE(desk.Written(kCsv, "SELECT 1 AS a") == "a\r\n1\r\n");
}

TEST_CASE("a wide row and a long text pass in pieces of some size") {
  Desk desk;
  std::string sql = "SELECT 0 AS c0";
  for (int i = 1; i < 1'000; ++i) sql += base::Format(", i * {} AS c{}", i, i);
  const std::string wide = desk.Written(kJson, sql + " FROM range(100) r(i)");
  REQUIRE(base::ParseJson(wide, {.max_bytes = 16U << 20U, .max_depth = 8, .max_values = 1U << 20U})
              .has_value());
  REQUIRE(desk.last.columns.size() == 1'000);
  Collected sink;
  const auto summary = WriteResult(
      desk.duckdb(), {.sql = "SELECT repeat(chr(1), 3000000) AS a", .format = kNdjson}, sink);
  REQUIRE(summary.has_value());
  REQUIRE(sink.text.size() == 6 * 3'000'000 + std::string_view("{\"a\":\"\"}\n").size());
}

TEST_SUITE_END();

}  // namespace engine
