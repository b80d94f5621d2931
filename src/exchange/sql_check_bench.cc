// What the guard of the query door costs: parsing by a warm worker, and check and writing.
//
// Prints one JSON object a line; bench/run gathers them. This program is also the worker's.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/format.h"
#include "base/json.h"
#include "base/real_world.h"
#include "engine/duckdb.h"
#include "engine/worker.h"
#include "engine/worker_pool.h"
#include "exchange/sql_check.h"
#include "exchange/sql_parse.h"

namespace {

constexpr int kRounds = 500;
constexpr std::int64_t kDeadlineMs = 10'000;

// What an analyst of a council asks.
constexpr std::string_view kTypical =
    "SELECT p.local_authority_code, date_trunc('month', e.start_date) AS month, count(*) AS n, "
    "sum(e.annual_pay) AS pay FROM \"paye-employments\" e JOIN accounts p ON p.nino = e.nino "
    "WHERE e.end_date IS NULL AND p.local_authority_code IN ('E07000001', 'E07000002') "
    "AND e.annual_pay > $least GROUP BY ALL ORDER BY n DESC LIMIT 100";

template <typename Work>
double MedianMicroseconds(base::World& world, Work work) {
  std::vector<double> times;
  for (int i = 0; i < kRounds; ++i) {
    const std::int64_t start = world.clock().MonotonicMicroseconds();
    work();
    times.push_back(static_cast<double>(world.clock().MonotonicMicroseconds() - start));
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void Print(std::string_view name, double value, double peer_value, std::string_view peer) {
  const base::Json row = base::Json::Object({{"name", name},
                                             {"value", value},
                                             {"unit", "us"},
                                             {"goal", nullptr},
                                             {"peer", peer},
                                             {"peer_value", peer_value},
                                             {"ratio", value / peer_value},
                                             {"met", nullptr}});
  std::printf("%s\n", base::WriteJson(row).c_str());
}

// DuckDB in this process: what the same work costs without a worker, and without a guard.
void Measure(const std::string& library) {
  const auto world = base::MakeRealWorld();
  engine::WorkerPool pool(*world, {exchange::SqlParseStart(library)}, {.max_uses = 100'000});
  CHECK(exchange::ParseSql(pool, kTypical, kDeadlineMs).has_value());
  const auto duckdb = engine::Duckdb::Open({.library_path = library, .threads = 1}).value();
  const std::string parse =
      "SELECT json_serialize_sql(" + engine::SqlText(std::string(kTypical)) + ")";
  std::string tree;
  const double parse_peer = MedianMicroseconds(
      *world, [&] { tree = duckdb->Query(parse, 1).value().rows[0][0].value(); });
  base::Json statements;
  const double parse_us = MedianMicroseconds(
      *world, [&] { statements = exchange::ParseSql(pool, kTypical, kDeadlineMs).value(); });
  Print("typical SQL parsed by a warm worker", parse_us, parse_peer, "DuckDB in process");

  const std::vector<std::string> tables = {"accounts", "paye-employments"};
  const double check_us = MedianMicroseconds(
      *world, [&] { CHECK(exchange::CheckSql(kTypical, statements, tables).has_value()); });
  const std::string write = "SELECT json_deserialize_sql(" + engine::SqlText(tree) + ")";
  const double write_peer =
      MedianMicroseconds(*world, [&] { CHECK(duckdb->Query(write, 1).has_value()); });
  Print("its tree checked and written anew", check_us, write_peer, "DuckDB writing it");
}

}  // namespace

int main(int argument_count, char** arguments) {
  const std::string_view role = argument_count == 2 ? arguments[1] : "";
  if (role == "worker") {
    return engine::RunWorker({{std::string(exchange::kSqlParse), exchange::SqlParseKind()}});
  }
  Measure(argument_count == 2 ? arguments[1] : "third_party/duckdb-lib/libduckdb.so");
  return 0;
}
