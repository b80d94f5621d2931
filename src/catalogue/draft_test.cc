// Tests of: draft_source.cc, draft_profile.cc, column_reading.cc
#include "catalogue/draft.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json.h"
#include "base/real_world.h"
#include "engine/testing.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Json;

// A folder, a DuckDB that may read every file named in it, and the kind that is tested.
class Desk {
 public:
  base::Result<std::string> Ask(const std::string& path, const std::string& more = {}) {
    auto duckdb =
        engine::Duckdb::Open({.library_path = engine::TestLibrary(), .readable_files = {path}});
    REQUIRE(duckdb.has_value());
    engine::WorkerContext context;
    context.duckdb = duckdb->get();
    context.readable_files = {path};
    Json request = Json::Object({{"path", path}});
    std::string text = base::WriteJson(request);
    if (!more.empty()) text.insert(text.size() - 1, "," + more);
    return FileDraftKind().run(context, text);
  }
  Json Draft(const std::string& path, const std::string& more = {}) {
    const auto reply = Ask(path, more);
    if (!reply) MESSAGE(reply.error().Text());
    REQUIRE(reply.has_value());
    REQUIRE(base::IsCanonicalJson(*reply));
    return base::ParseJson(*reply, base::kSyntaxTreeJson).value();
  }
  Json DraftCsv(std::string_view bytes, const std::string& more = {}) {
    return Draft(File(bytes), more);
  }
  base::Error Refused(const std::string& path, const std::string& more = {}) {
    const auto reply = Ask(path, more);
    REQUIRE(!reply.has_value());
    return reply.error();
  }
  // A file of its own for each call.
  std::string File(std::string_view bytes) {
    return folder_.Write(base::Format("{}.file", ++files_), bytes);
  }
  // A Parquet file of what a query gives.
  std::string Parquet(const std::string& sql) {
    auto duckdb = engine::Duckdb::Open(
        {.library_path = engine::TestLibrary(), .writable_folder = folder_.path()});
    REQUIRE(duckdb.has_value());
    const std::string path = folder_.path() + "/a.parquet";
    REQUIRE((*duckdb)
                ->Execute("COPY (" + sql + ") TO " + engine::SqlText(path) +
                          " (FORMAT parquet, ROW_GROUP_SIZE 2048)")
                .has_value());
    return path;
  }
  [[nodiscard]] const engine::TemporaryFolder& folder() const { return folder_; }

 private:
  engine::TemporaryFolder folder_;
  int files_ = 0;
};

// The member at a path such as "columns/2/type/name".
const Json& At(const Json& json, std::string_view path) {
  const Json* at = &json;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string step(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (at->kind() == Json::Kind::kArray) {
      at = &at->AsArray().at(base::ParseDecimal(step).value());
    } else {
      at = at->Find(step);
    }
    REQUIRE(at != nullptr);
  }
  return *at;
}

std::string Text(const Json& json, std::string_view path) { return At(json, path).AsString(); }
std::int64_t Count(const Json& json, std::string_view path) { return At(json, path).AsInteger(); }

constexpr std::string_view kConfirmed = R"("confirmed":[{"name":"c","class":"public"}])";

}  // namespace

TEST_SUITE_BEGIN("draft");

TEST_CASE("a CSV file is typed, classified and profiled") {
  Desk desk;
  std::string csv = "nino,pay,local_authority_code,start_date\r\n";
  for (int i = 0; i < 300; ++i) {
    csv += base::Format("QQ{:06}A,{}.50,E0700000{},2024-02-{:02}\r\n", i, i, i % 3, i % 29 + 1);
  }
  const Json draft = desk.DraftCsv(csv);
  REQUIRE(Text(draft, "format") == "csv");
  REQUIRE(Text(draft, "csv/delimiter") == "comma");
  REQUIRE(Text(draft, "csv/line_end") == "crlf");
  REQUIRE(Count(draft, "rows") == 300);
  REQUIRE(Count(draft, "bytes") == static_cast<std::int64_t>(csv.size()));
  REQUIRE(Text(draft, "columns/0/meaning/type") == "national-insurance-number");
  REQUIRE(Text(draft, "columns/0/class/name") == "personal");
  REQUIRE(At(draft, "columns/0/class/identifies").AsBool());
  REQUIRE(Text(draft, "columns/0/profile/shapes/0/shape") == "AA999999A");
  REQUIRE(At(draft, "columns/0/profile/values").kind() == Json::Kind::kNull);
  REQUIRE(Text(draft, "columns/1/type/name") == "decimal(18,2)");
  REQUIRE(Text(draft, "columns/1/treatments/1") == "band");
  REQUIRE(Text(draft, "columns/2/class/name") == "public");
  REQUIRE(Count(draft, "columns/2/profile/values/distinct") == 3);
  REQUIRE(Count(draft, "columns/2/profile/values/top/0/rows") == 100);
  REQUIRE(Text(draft, "columns/2/profile/values/min") == "E07000000");
  REQUIRE(Text(draft, "columns/3/type/name") == "date");
}

TEST_CASE("no value of a column that is not public leaves the worker") {
  Desk desk;
  std::string csv = "surname,xyz,note,health\n";
  for (int i = 0; i < 200; ++i) csv += "Quincesmith,medlar77,sorbus and rowan,verjuice\n";
  csv += "Oddfellow ,12,x,y\n";
  const auto reply = desk.Ask(desk.File(csv));
  REQUIRE(reply.has_value());
  for (const char* secret : {"Quince", "medlar", "sorbus", "rowan", "verjuice", "Oddfellow"}) {
    CAPTURE(secret);
    REQUIRE(reply->find(secret) == std::string::npos);
  }
}

TEST_CASE("strays, blanks and hidden identifiers are remarks with rows and lengths") {
  Desk desk;
  std::string csv = "payroll_id,postcode,local_authority_code\n";
  for (int i = 0; i < 199; ++i) csv += base::Format("{},ZZ1 1AA,E07000001\n", i);
  csv += "ABC123X,ZZ1 1AA ,QQ123456C\n";
  const Json draft = desk.DraftCsv(csv);
  REQUIRE(Text(draft, "columns/0/type/name") == "string");
  REQUIRE(Text(draft, "columns/0/remarks/0/code") == "stray-values");
  REQUIRE(Count(draft, "columns/0/remarks/0/first/0/row") == 200);
  REQUIRE(Count(draft, "columns/0/remarks/0/first/0/characters") == 7);
  REQUIRE(Text(draft, "columns/1/remarks/0/sentence") ==
          "1 value begins or ends with a blank: the first is row 200, 8 characters long.");
  REQUIRE(Text(draft, "columns/2/remarks/0/code") == "hidden-identifiers");
  REQUIRE(Text(draft, "columns/2/class/name") == "personal");
  REQUIRE(At(draft, "columns/2/profile/values").kind() == Json::Kind::kNull);
}

TEST_CASE("a confirmed class opens the values, and spellings are compared") {
  Desk desk;
  std::string csv = "c\n";
  for (int i = 0; i < 50; ++i) csv += i == 7 ? "bacs\n" : "BACS\n";
  REQUIRE(At(desk.DraftCsv(csv), "columns/0/profile/values").kind() == Json::Kind::kNull);
  const Json draft = desk.DraftCsv(csv, std::string(kConfirmed));
  REQUIRE(At(draft, "columns/0/class/confirmed").AsBool());
  REQUIRE(Text(draft, "columns/0/profile/values/top/0/value") == "BACS");
  REQUIRE(Count(draft, "columns/0/profile/values/top/1/rows") == 1);
  REQUIRE(Text(draft, "columns/0/remarks/0/code") == "letter-case");
}

TEST_CASE("public numbers have a histogram and an estimate beyond 500 values") {
  Desk desk;
  std::string csv = "c\n";
  for (int i = 0; i < 2'000; ++i) csv += base::Format("{}\n", i);
  const Json draft = desk.DraftCsv(csv, std::string(kConfirmed));
  REQUIRE(!At(draft, "columns/0/profile/values/distinct_is_exact").AsBool());
  REQUIRE(At(draft, "columns/0/profile/values/top").AsArray().empty());
  REQUIRE(At(draft, "columns/0/profile/values/histogram").AsArray().size() == 10);
  REQUIRE(Count(draft, "columns/0/profile/values/histogram/0") == 200);
  REQUIRE(Text(draft, "columns/0/profile/values/max") == "1999");
}

TEST_CASE("every rule converts in DuckDB what it accepts") {
  Desk desk;
  const Json draft = desk.DraftCsv(
      "b,y,l,d,f,i,u,t\n"
      "true,yes,-9223372036854775808,-1.50,1.5e-05,0001-01-01,31/12/2024,0001-01-01T00:00:00Z\n"
      "FALSE,No,9223372036854775807,99999.00,1E+300,9999-12-31,01/02/2024,"
      "2024-06-30 23:59:59.123456-14:00\n");
  const std::vector<std::string> types = {"boolean", "boolean", "long", "decimal(18,2)",
                                          "double",  "date",    "date", "timestamp"};
  for (std::size_t i = 0; i < types.size(); ++i) {
    REQUIRE(Text(draft, base::Format("columns/{}/type/name", i)) == types[i]);
  }
}

TEST_CASE("our reading and DuckDB's agree on quotes, line ends, marks and odd names") {
  Desk desk;
  REQUIRE(Count(desk.DraftCsv("\xEF\xBB\xBF"
                              "a;b\r\n\"x\r\ny\";\"\"\"\"\r\n;\r\n"),
                "rows") == 2);
  REQUIRE(Count(desk.DraftCsv("a\n1\n\n2"), "rows") == 3);
  REQUIRE(Count(desk.DraftCsv("a\tb\n1\t2\n"), "rows") == 1);
  const Json odd = desk.DraftCsv(
      "\"a\n\"\"b\",\xE2\x80\xAE"
      "evil,c'); DROP TABLE t; --\n1,2,3\n");
  REQUIRE(Text(odd, "columns/0/name") == "a\n\"b");
  REQUIRE(Text(odd, "columns/0/shown_name") == "a\"b");
  REQUIRE(Text(odd, "columns/1/shown_name") == "evil");
  const std::string wide = "\"" + std::string(std::size_t{1} << 20U, 'x') + "\"";
  REQUIRE(Count(desk.DraftCsv("a,b\n" + wide + "," + wide + "\n"), "rows") == 1);
}

TEST_CASE("a Parquet file keeps its types and is read in all its rows") {
  Desk desk;
  const Json draft = desk.Draft(desk.Parquet(
      "SELECT i AS id, 'QQ' || lpad(i::VARCHAR, 6, '0') || 'A' AS nino, "
      "CASE WHEN i % 2 = 0 THEN 'a@example.org' END AS \"we\"\"ird\", DATE '2024-01-01' AS d, "
      "1.5::DECIMAL(9,2) AS m, i AS file_row_number, i::UBIGINT AS u "
      "FROM range(10000) t(i)"));
  REQUIRE(Text(draft, "format") == "parquet");
  REQUIRE(At(draft, "csv").kind() == Json::Kind::kNull);
  REQUIRE(Count(draft, "rows") == 10'000);
  REQUIRE(Text(draft, "columns/0/type/name") == "long");
  REQUIRE(Count(draft, "columns/1/meaning/fitting") == 10'000);
  REQUIRE(Text(draft, "columns/2/meaning/type") == "email");
  REQUIRE(Count(draft, "columns/2/profile/empty") == 5'000);
  REQUIRE(Text(draft, "columns/4/type/name") == "decimal(9,2)");
  REQUIRE(Text(draft, "columns/6/type/name") == "decimal(20,0)");
}

TEST_CASE("pages of a Parquet file follow its order") {
  Desk desk;
  const Json draft = desk.Draft(desk.Parquet(
      "SELECT CASE WHEN i = 600000 THEN ' x' ELSE 'abc' END AS c FROM range(600100) t(i)"));
  REQUIRE(Count(draft, "columns/0/remarks/0/first/0/row") == 600'001);
}

TEST_CASE("nested, foreign and empty Parquet columns are refused by name") {
  Desk desk;
  REQUIRE(desk.Refused(desk.Parquet("SELECT [1] AS l")).what == "The column \"l\" is nested");
  REQUIRE(desk.Refused(desk.Parquet("SELECT {'x': 1} AS s")).what == "The column \"s\" is nested");
  REQUIRE(desk.Refused(desk.Parquet("SELECT 'a'::BLOB AS b")).what ==
          "The column \"b\" has a type that cannot be published");
  REQUIRE(desk.Refused(desk.Parquet("SELECT 1 AS a WHERE false")).what == "The file has no rows");
}

TEST_CASE("broken Parquet files are refused with the part that is broken") {
  Desk desk;
  const auto world = base::MakeRealWorld();
  const std::string whole =
      base::ReadWholeFile(world->files(),
                          desk.Parquet("SELECT i AS a, 'secret' || i AS b FROM range(9000) t(i)"),
                          1U << 24U)
          .value();
  const auto refused = [&desk](const std::string& bytes) {
    const base::Error error = desk.Refused(desk.File(bytes));
    REQUIRE(error.code == ErrorCode::kInvalid);
    REQUIRE(error.Text().find("secret") == std::string::npos);
    return error.where;
  };
  REQUIRE(refused("PAR1") == "the file is shorter than an empty one");
  REQUIRE(refused(whole.substr(0, whole.size() - 9)).find("last 4 bytes") != std::string::npos);
  REQUIRE(refused("PAR1" + std::string(20, 'x') + "\xFF\xFF\xFF\x7FPAR1").find("length") !=
          std::string::npos);
  REQUIRE(refused(whole.substr(0, 100) + whole.substr(whole.size() - 2'000)).size() > 0);
  std::string flipped = whole;
  for (std::size_t i = 100; i < 1'000; ++i) flipped[i] = '\xAA';
  REQUIRE(refused(flipped).starts_with("a row group"));
  REQUIRE(refused("PARE" + std::string(20, 'x') + "PARE") == "the last 4 bytes");
}

TEST_CASE("a Parquet file that lies about its rows is refused") {
  Desk desk;
  const auto world = base::MakeRealWorld();
  const std::string whole =
      base::ReadWholeFile(world->files(), desk.Parquet("SELECT i AS a FROM range(9000) t(i)"),
                          1U << 24U)
          .value();
  // num_rows of FileMetaData: a field of type i64, its value as a zigzag varint.
  const std::size_t at = whole.rfind("\x16\xD0\x8C\x01");
  REQUIRE(at != std::string::npos);
  const auto refused = [&](std::string_view number, std::uint32_t longer) {
    std::string lie = whole;
    lie.replace(at + 1, 3, number);
    std::string length;
    base::AppendLittle32(length, base::LoadLittle32(whole.substr(whole.size() - 8)) + longer);
    lie.replace(lie.size() - 8, 4, length);
    return desk.Refused(desk.File(lie));
  };
  const base::Error million = refused("\x80\x89\x7A", 0);
  REQUIRE(million.where ==
          "the row groups, which hold 9000 rows where the footer declares 1000000");
  REQUIRE(refused("\xFE\xFF\xFF\xFF\xFF\x7F", 3).code == ErrorCode::kTooLarge);
  REQUIRE(refused("\x01\x80\x00", 0).code == ErrorCode::kInvalid);  // -1, and no more of the footer
}

TEST_CASE("errors of a CSV file come through, and requests are checked") {
  Desk desk;
  REQUIRE(desk.Refused(desk.File("a,b\n1\n")).where == "row 1 has 1");
  const std::string good = desk.File("a\n1\n");
  REQUIRE(desk.Refused(good, R"("format":"xlsx")").where == "/format");
  REQUIRE(desk.Refused(good, R"("extra":1)").where == "/extra");
  REQUIRE(desk.Refused(good, std::string(kConfirmed)).where == "/confirmed");
  REQUIRE(desk.Refused(good, R"("confirmed":[{"name":"a","class":"open"}])").where ==
          "/confirmed/0/class");
  REQUIRE(desk.Refused(good, R"("format":"parquet")").code == ErrorCode::kInvalid);
  REQUIRE(desk.Refused(desk.folder().path() + "/none.csv").code == ErrorCode::kNotFound);
  REQUIRE(desk.Refused(desk.folder().Write("a[1].csv", "a\n1\n")).where == "/path");
  auto duckdb = engine::Duckdb::Open({.library_path = engine::TestLibrary()});
  engine::WorkerContext context;
  context.duckdb = duckdb->get();
  const auto foreign = FileDraftKind().run(context, R"({"path":"/etc/passwd"})");
  REQUIRE(!foreign.has_value());
  REQUIRE(foreign.error().code == ErrorCode::kForbidden);
}

TEST_SUITE_END();

}  // namespace catalogue
