// Making an extract: a third of a million rows, one token column, beside DuckDB's COPY of the same
// SQL with sha256(column) in the token's place.
//
// Prints one JSON object a line; bench/run gathers them. Both write Parquet to the same folder, in
// turns, and the median of the rounds is taken. Runs where third_party/ lies below.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "agreements/policy_compiler.h"
#include "agreements/policy_counts.h"
#include "base/check.h"
#include "base/format.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"

namespace {

constexpr int kRounds = 7;
constexpr double kGreatestRatio = 1.3;

constexpr const char* kRowsSql =
    "SELECT printf('QQ%06dC', i) AS nino, DATE '1950-01-01' + (i % 20000)::INTEGER AS born, "
    "printf('ZZ%d %dZZ', i % 90, i % 9) AS postcode, printf('E0700%04d', i % 3) AS area, "
    "printf('Example Foods %d Ltd', i % 5000) AS employer, "
    "((i * 7919) % 9000000)::DECIMAL(18,2) / 100 AS pay FROM range(1000000) r(i)";

constexpr const char* kPolicy = R"({"format": "tabularium-policy-1", "dataset": "bench",
  "columns": [{"name": "nino", "treatment": "token"}, {"name": "born", "treatment": "year"},
              {"name": "postcode", "treatment": "show"}, {"name": "area", "treatment": "show"},
              {"name": "employer", "treatment": "show"}],
  "condition": {"test": "equal", "column": "area", "value": "E07000001"},
  "purposes": ["bench"], "recipients": ["0123456789abcdef0123456789abcdef"], "doors": ["query"]})";

catalogue::Schema MakeSchema() {
  catalogue::Schema schema;
  const auto add = [&schema](const char* name, const char* type, const char* meaning) {
    const engine::ColumnType known = *engine::TypeOfText(type);
    schema.columns.push_back({.name = name,
                              .title = "",
                              .type = known,
                              .meaning = meaning,
                              .treatments = catalogue::TreatmentsOfType(known)});
  };
  add("nino", "string", "national-insurance-number");
  add("born", "date", "date-of-birth");
  add("postcode", "string", "postcode");
  add("area", "string", "area-code");
  add("employer", "string", "organisation-name");
  return schema;
}

// The same SQL with sha256 of the column itself where the token stands.
std::string PeerOf(std::string sql) {
  constexpr std::string_view kToken =
      "tabularium_token('national-insurance-number', tabularium_normal('compact', "
      "CAST(\"d\".\"nino\" AS VARCHAR)))";
  const std::size_t at = sql.find(kToken);
  CHECK(at != std::string::npos);
  return sql.replace(at, kToken.size(), "sha256(\"d\".\"nino\")");
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double Milliseconds(base::World& world, engine::Duckdb& duckdb, const std::string& sql,
                    const std::string& path) {
  const std::int64_t start = world.clock().MonotonicMicroseconds();
  CHECK(duckdb.Execute(base::Format("COPY ({}) TO {} (FORMAT parquet)", sql, engine::SqlText(path)))
            .has_value());
  return static_cast<double>(world.clock().MonotonicMicroseconds() - start) / 1e3;
}

void Print(double value, double peer) {
  std::printf("%s\n",
              base::WriteJson(
                  base::Json::Object({{"name", "agreements.extract.1M-rows-one-token"},
                                      {"value", value},
                                      {"unit", "ms"},
                                      {"goal", "<= 1.3 of the peer"},
                                      {"peer", "DuckDB's COPY with sha256(column) for the token"},
                                      {"peer_value", peer},
                                      {"ratio", value / peer},
                                      {"met", value / peer <= kGreatestRatio}}))
                  .c_str());
}

}  // namespace

int main() {
  const auto world = base::MakeRealWorld();
  const base::TemporaryFolder folder;
  const auto duckdb = engine::Duckdb::Open({.library_path = "third_party/duckdb-lib/libduckdb.so",
                                            .writable_folder = folder.path()})
                          .value();
  CHECK(agreements::RegisterPolicyFunctions(*duckdb, std::string(32, 'k')).has_value());
  const std::string rows = folder / "rows.parquet";
  CHECK(duckdb
            ->Execute(
                base::Format("COPY ({}) TO {} (FORMAT parquet)", kRowsSql, engine::SqlText(rows)))
            .has_value());
  const catalogue::Schema schema = MakeSchema();
  const base::Json json = base::ParseJson(kPolicy, base::kRequestJson).value();
  const auto policy = agreements::ReadPolicy(base::JsonItem(json, "")).value();
  const auto compiled =
      agreements::CompilePolicy(
          policy, {.dataset = &schema, .list = nullptr},
          {.dataset = agreements::ParquetSource({&rows, 1}, schema), .list = std::nullopt})
          .value();
  const std::string peer = PeerOf(compiled.extract_sql);
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < kRounds; ++round) {
    ours.push_back(Milliseconds(*world, *duckdb, compiled.extract_sql, folder / "ours.parquet"));
    theirs.push_back(Milliseconds(*world, *duckdb, peer, folder / "peer.parquet"));
  }
  Print(Median(ours), Median(theirs));
  return 0;
}
