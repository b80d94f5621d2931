// Tests of: version_writer.cc pool_file_workers.cc draft_report.cc
//
// Real workers in their sandbox: each test starts this program as a worker.
#include "catalogue/version_writer.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/format.h"
#include "base/json_text.h"
#include "base/real_world.h"
#include "catalogue/pool_file_workers.h"
#include "catalogue/testing.h"
#include "engine/testing.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

// A folder, a pool and the workers of the product.
class Workshop {
 public:
  explicit Workshop(std::uint64_t written_file_bytes = 64ULL << 30U)
      : pool_(*world_, {}, {}), workers_(pool_, SettingsOf(written_file_bytes)) {
    output_folder_ = folder_.Make("out");
  }

  // Uploads, takes the proposal as it is but for `change`, and writes.
  base::Result<WrittenVersion> Write(std::string_view bytes,
                                     const std::function<void(VersionOrder&)>& change = {}) {
    return WriteFile(folder_.Write(Format("{}.file", ++files_), bytes), change);
  }
  base::Result<WrittenVersion> WriteFile(const std::string& path,
                                         const std::function<void(VersionOrder&)>& change = {}) {
    const auto report = base::ParseJson(TRY(workers_.ReadDraft(path)), kReportJson).value();
    VersionOrder order;
    order.source = path;
    order.folder = output_folder_;
    order.output = Output();
    for (SchemaColumn& column : Good(ProposeSchema(report, nullptr)).columns) {
      order.columns.push_back({std::move(column), false});
    }
    if (change) change(order);
    (void)world_->files().Remove(Output());
    return workers_.WriteVersion(order);
  }

  [[nodiscard]] std::string Output() const { return output_folder_ + "/version.parquet"; }
  [[nodiscard]] bool HasOutput() const { return folder_.Has("out/version.parquet"); }
  [[nodiscard]] std::string OutputBytes() const {
    return Good(base::ReadWholeFile(world_->files(), Output(), base::kMaxWholeFileBytes));
  }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }

  // What a query over the written file, named `t`, gives: values with '|', rows with a line end.
  [[nodiscard]] std::string Query(const std::string& sql) const {
    const auto duckdb =
        engine::Duckdb::Open({.library_path = engine::TestLibrary(), .readable_files = {Output()}})
            .value();
    Good(duckdb->Execute("CREATE VIEW t AS FROM read_parquet(" + engine::SqlText(Output()) + ")"));
    std::string text;
    for (const auto& row : Good(duckdb->Query(sql, 10'000)).rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        text += (i == 0 ? "" : "|") + row[i].value_or("null");
      }
      text += "\n";
    }
    return text;
  }
  // A Parquet file of what a query gives.
  [[nodiscard]] std::string Parquet(const std::string& sql) const {
    const auto duckdb = engine::Duckdb::Open(
        {.library_path = engine::TestLibrary(), .writable_folder = folder_.path()});
    const std::string path = folder_.path() + "/given.parquet";
    Good(
        (*duckdb)->Execute("COPY (" + sql + ") TO " + engine::SqlText(path) + " (FORMAT parquet)"));
    return path;
  }

 private:
  static FileWorkerSettings SettingsOf(std::uint64_t written_file_bytes) {
    FileWorkerSettings settings;
    settings.library_path = engine::TestLibrary();
    settings.limits.written_file_bytes = written_file_bytes;
    return settings;
  }

  engine::TemporaryFolder folder_;
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  engine::WorkerPool pool_;
  PoolFileWorkers workers_;
  std::string output_folder_;
  int files_ = 0;
};

OrderedColumn& ColumnOf(VersionOrder& order, std::string_view name) {
  const auto found = std::ranges::find_if(
      order.columns, [&](const OrderedColumn& column) { return column.column.name == name; });
  REQUIRE(found != order.columns.end());
  return *found;
}

const Json& ProfileOf(const WrittenVersion& written, std::size_t column) {
  return written.profile.AsArray().at(column);
}

constexpr std::string_view kAllTypes =
    "flag,whole,measure,money,text,day,uk_day,moment\n"
    "yes,1,1.5,10.25,007,2026-01-31,31/01/2026,2026-01-31T10:00:00.5+01:00\n"
    "no,-9223372036854775808,-2.25e-3,0.10,\"a \"\"b\"\", c\",2026-02-28,28/02/2026,"
    "2026-06-01 00:00:00Z\n"
    ",,,,,,,\n";

}  // namespace

TEST_CASE("every type of CSV is written as exactly that type, and what is empty as null") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const WrittenVersion written = Good(shop.Write(kAllTypes));
  REQUIRE(written.rows == 3);
  REQUIRE(
      shop.Query("SELECT column_type FROM (DESCRIBE t)") ==
      "BOOLEAN\nBIGINT\nDOUBLE\nDECIMAL(18,2)\nVARCHAR\nDATE\nDATE\nTIMESTAMP WITH TIME ZONE\n");
  REQUIRE(shop.Query("SELECT * REPLACE (CAST(moment AT TIME ZONE 'UTC' AS VARCHAR) AS moment) "
                     "FROM t") ==
          "true|1|1.5|10.25|007|2026-01-31|2026-01-31|2026-01-31 09:00:00.5\n"
          "false|-9223372036854775808|-0.00225|0.10|a \"b\", c|2026-02-28|2026-02-28|"
          "2026-06-01 00:00:00\n"
          "null|null|null|null|null|null|null|null\n");
  // As other readers see the file.
  REQUIRE(shop.Query("SELECT name, type, logical_type FROM parquet_schema('" + shop.Output() +
                     "') WHERE name = 'moment'")
              .find("isAdjustedToUTC=1") != std::string::npos);
  // tidy: allow files because a World does not tell the modes of files
  const auto mode = std::filesystem::status(shop.Output()).permissions();
  REQUIRE(static_cast<unsigned>(mode) == 0600);
  REQUIRE(ProfileOf(written, 1).Find("filled")->AsInteger() == 2);
  REQUIRE(ProfileOf(written, 1).Find("empty")->AsInteger() == 1);
}

TEST_CASE("the same file and schema make the same bytes, another schema others") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  Good(shop.Write(kAllTypes));
  const std::string first = shop.OutputBytes();
  Good(shop.Write(kAllTypes));
  REQUIRE(shop.OutputBytes() == first);
  Good(shop.Write(kAllTypes, [](VersionOrder& order) {
    ColumnOf(order, "whole").column.type = {engine::ColumnKind::kString};
  }));
  REQUIRE(shop.OutputBytes() != first);
  REQUIRE(shop.Query("SELECT whole FROM t").starts_with("1\n-9223372036854775808\nnull\n"));
}

TEST_CASE("strays become empty and are counted, only if that was said") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  std::string bytes = "n,d\n";
  for (int row = 0; row < 200; ++row) bytes += Format("{},2026-01-{:02}\n", row, row % 28 + 1);
  bytes += "n/a,2026-02-30\n007,2026-1-1\n 8,01/02/2026\n1e3,x\n-0,2026-03-01 \n-5,2026-03-01\n";
  const auto narrow = [](bool strays) {
    return [strays](VersionOrder& order) {
      ColumnOf(order, "n") = {ColumnOf(order, "n").column, strays};
      ColumnOf(order, "n").column.type = {engine::ColumnKind::kLong};
      ColumnOf(order, "d") = {ColumnOf(order, "d").column, strays};
      ColumnOf(order, "d").column.type = {engine::ColumnKind::kDate};
    };
  };
  REQUIRE(CodeOfBad(shop.Write(bytes, narrow(false))) == ErrorCode::kInvalid);
  const WrittenVersion written = Good(shop.Write(bytes, narrow(true)));
  REQUIRE(ProfileOf(written, 0).Find("emptied")->AsInteger() == 5);
  REQUIRE(ProfileOf(written, 1).Find("emptied")->AsInteger() == 5);
  REQUIRE(shop.Query("SELECT count(*), count(n), max(n), min(n), count(d) FROM t") ==
          "206|201|199|-5|201\n");
  // As text, everything is kept.
  Good(shop.Write(bytes));
  REQUIRE(shop.Query("SELECT n FROM t LIMIT 4 OFFSET 200") == "n/a\n007\n 8\n1e3\n");
}

TEST_CASE("names with quotes, commas and other marks stay as they are") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const std::string name = "a \"b\" 'c', d;\nè";
  const WrittenVersion written =
      Good(shop.Write("\"a \"\"b\"\" 'c', d;\nè\",select\n1,x\n2,y\n", [&](VersionOrder& order) {
        order.key = DatasetKey{name, KeyNormalisation::kExact};
      }));
  REQUIRE(ProfileOf(written, 0).Find("name")->AsString() == name);
  REQUIRE(shop.Query("SELECT column_name FROM (DESCRIBE t)") == name + "\nselect\n");
}

TEST_CASE("a key must be there and differ in every row, and is told by row alone") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const std::string bytes = "nino,n\nQQ 12 34 56 A,1\nQQ123457A,2\nqq123456a,3\n,4\n--,5\n";
  const auto keyed = [&](KeyNormalisation normalisation, const std::string& column) {
    return shop.Write(bytes,
                      [&](VersionOrder& order) { order.key = DatasetKey{column, normalisation}; });
  };
  const auto empty = Bad(keyed(KeyNormalisation::kCompact, "nino"));
  REQUIRE(empty.code == ErrorCode::kInvalid);
  REQUIRE(empty.what == "2 rows have no key; the first: 4, 5");
  const auto doubled = Bad(shop.Write(bytes.substr(0, bytes.find(",4")), [&](VersionOrder& order) {
    order.key = DatasetKey{"nino", KeyNormalisation::kCompact};
  }));
  REQUIRE(doubled.what == "2 rows share their key with another row; the first: 1 and 3");
  REQUIRE(doubled.Text().find("QQ") == std::string::npos);
  REQUIRE(keyed(KeyNormalisation::kExact, "n").has_value());
  REQUIRE(CodeOfBad(keyed(KeyNormalisation::kExact, "nino")) == ErrorCode::kInvalid);
  std::string many = "k,n\n";
  for (int row = 0; row < 50; ++row) many += Format("{},x\n", row / 2);
  const auto first_ten = Bad(shop.Write(
      many, [](VersionOrder& order) { order.key = DatasetKey{"k", KeyNormalisation::kExact}; }));
  REQUIRE(first_ten.what.starts_with("50 rows share"));
  REQUIRE(first_ten.what.ends_with("19 and 20"));
}

TEST_CASE("a profile shows values of confirmed public columns alone") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const std::string bytes = "sic_code,pay_method\n62012,BACS\n62020,bacs\n62012,Faster\n";
  const auto shown = [&](const WrittenVersion& written, std::size_t column) {
    return ProfileOf(written, column).Find("values")->kind() == Json::Kind::kObject;
  };
  const WrittenVersion proposed = Good(shop.Write(bytes));
  REQUIRE_FALSE(shown(proposed, 0));
  REQUIRE_FALSE(shown(proposed, 1));
  const WrittenVersion confirmed = Good(shop.Write(bytes, [](VersionOrder& order) {
    ColumnOf(order, "pay_method").column.column_class = ColumnClass::kPublic;
    ColumnOf(order, "pay_method").column.confirmed = true;
  }));
  REQUIRE_FALSE(shown(confirmed, 0));
  REQUIRE(shown(confirmed, 1));
  const Json& remarks = *ProfileOf(confirmed, 1).Find("remarks");
  REQUIRE(remarks.AsArray().at(0).Find("code")->AsString() == "letter-case");
  REQUIRE(remarks.AsArray().at(0).AsObject().size() == 2);
}

TEST_CASE("Parquet keeps its declared types, and its empty texts become null") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const std::string path = shop.Parquet(
      "SELECT 5::INTEGER AS i, 7::UBIGINT AS u, 1.5::FLOAT AS f, 2.50::DECIMAL(9,2) AS m, '' AS s, "
      "DATE '2026-01-01' AS d, TIMESTAMP '2026-01-01 12:00:00' AS t, true AS b UNION ALL SELECT "
      "NULL, NULL, NULL, NULL, 'x', NULL, NULL, NULL");
  REQUIRE(Good(shop.WriteFile(path)).rows == 2);
  REQUIRE(shop.Query("SELECT column_type FROM (DESCRIBE t)") ==
          "BIGINT\nDECIMAL(20,0)\nDOUBLE\nDECIMAL(9,2)\nVARCHAR\nDATE\nTIMESTAMP WITH TIME ZONE\n"
          "BOOLEAN\n");
  REQUIRE(shop.Query("SELECT i, u, f, m, s, d, b FROM t") ==
          "5|7|1.5|2.50|null|2026-01-01|true\nnull|null|null|null|x|null|null\n");
  REQUIRE(shop.Query("SELECT epoch_us(t) FROM t LIMIT 1") == "1767268800000000\n");
}

TEST_CASE("200,000 rows keep their number, order and sums in row groups of a fixed size") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  std::string bytes = "record_id,pay,postcode\n";
  for (int row = 1; row <= 200'000; ++row) {
    bytes += Format("{},{}.{:02},ZZ{} {}AA\n", row, row % 977, row % 100, row % 90 + 1, row % 9);
  }
  const WrittenVersion written = Good(shop.Write(bytes, [](VersionOrder& order) {
    order.key = DatasetKey{"record_id", KeyNormalisation::kExact};
  }));
  REQUIRE(written.rows == 200'000);
  REQUIRE(shop.Query("SELECT count(*), sum(record_id), count(DISTINCT postcode) FROM t") ==
          "200000|20000100000|90\n");
  REQUIRE(shop.Query("SELECT count(*) FROM (SELECT record_id, row_number() OVER () AS r FROM t) "
                     "WHERE record_id <> r") == "0\n");
  REQUIRE(shop.Query("SELECT DISTINCT row_group_num_rows FROM parquet_metadata('" + shop.Output() +
                     "') ORDER BY 1 DESC") ==
          Format("{}\n{}\n", kRowGroupRows, 200'000 - kRowGroupRows));
}

TEST_CASE("where the disk is full the worker says so") {
  if (engine::kIsSanitized) return;
  Workshop shop(20'000);
  std::string bytes = "text\n";
  for (int row = 0; row < 20'000; ++row) bytes += base::Sha256(Format("{}", row)).Hex() + "\n";
  const auto refused = Bad(shop.Write(bytes));
  REQUIRE(refused.code == ErrorCode::kStorageFull);
  REQUIRE(refused.Text().find(shop.folder()) == std::string::npos);
}

TEST_CASE("another file than the order's, and a file with other columns, are refused") {
  if (engine::kIsSanitized) return;
  Workshop shop;
  const auto renamed = Bad(
      shop.Write("a,b\n1,2\n", [](VersionOrder& order) { order.columns[1].column.name = "c"; }));
  REQUIRE(renamed.code == ErrorCode::kInvalid);
  REQUIRE_FALSE(shop.HasOutput());
  const auto outside = shop.Write("a,b\n1,2\n", [&](VersionOrder& order) {
    order.output = shop.folder() + "/outside.parquet";
  });
  REQUIRE_FALSE(outside.has_value());
}

TEST_CASE("a request that is none of ours and a reply that is none are refused") {
  base::SimulatedWorld world(1);
  const engine::WorkerContext none;
  for (const char* request : {"", "{}", "[]", "{\"source\":1}"}) {
    REQUIRE(CodeOfBad(WriteVersionFile(world.files(), none, request)) == ErrorCode::kInvalid);
  }
  REQUIRE_FALSE(ReadWrittenVersion("{}").has_value());
  REQUIRE_FALSE(ReadWrittenVersion(R"({"kind":"other","profile":[],"rows":1})").has_value());
  REQUIRE_FALSE(
      ReadWrittenVersion(R"({"kind":"version-written-1","profile":[],"rows":0})").has_value());
  REQUIRE(ReadWrittenVersion(R"({"kind":"version-written-1","profile":[],"rows":1})")->rows == 1);
}

}  // namespace catalogue
