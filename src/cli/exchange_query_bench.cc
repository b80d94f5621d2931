// Governed queries over an extract of a million rows, beside DuckDB alone on the same Parquet file;
// the making of that extract, beside DuckDB's COPY of the same SQL with sha256 for the token.
//
// Prints one JSON object a line; bench/run gathers them. Both sides have two threads and the same
// memory and write the same CSV; they alternate, and the median of the rounds is taken. Our side
// goes through the gate, the parse worker, a new query worker and the record of the end.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "cli/exchange_testing.h"
#include "cli/worker_kinds.h"
#include "engine/worker.h"
#include "exchange/query.h"
#include "exchange/sql_parse.h"

namespace cli {
namespace {

constexpr int kRounds = 7;
constexpr int kMakings = 3;
constexpr int kRows = 3'000'000;
constexpr double kGoalRatio = 1.25;
constexpr double kGoalMs = 5;
constexpr double kMakingGoal = 1.3;
constexpr double kMicrosecondsPerMillisecond = 1'000;

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void Print(const std::string& name, double value, const std::string& unit, double peer,
           base::Json goal, base::Json met) {
  std::puts(base::WriteJson(base::Json::Object({{"name", name},
                                                {"value", value},
                                                {"unit", unit},
                                                {"goal", std::move(goal)},
                                                {"peer", "DuckDB alone, the same threads"},
                                                {"peer_value", peer},
                                                {"ratio", peer > 0 ? value / peer : 0.0},
                                                {"met", std::move(met)}}))
                .c_str());
}

class NullSink final : public engine::ChunkSink {
 public:
  base::Result<void> Write(std::string_view) override { return {}; }
};

// A third of the rows, one token column, no list.
constexpr std::string_view kBenchPolicy = R"({
    "format": "tabularium-policy-1", "dataset": "paye-jobs",
    "columns": [{"name": "nino", "treatment": "token"}, {"name": "name", "treatment": "show"},
                {"name": "area", "treatment": "show"}, {"name": "born", "treatment": "year"},
                {"name": "pay", "treatment": "show"}],
    "condition": {"test": "equal", "column": "area", "value": "E07000001"},
    "purposes": ["debt-recovery"], "recipients": ["0123456789abcdef0123456789abcdef"],
    "doors": ["query"]})";

class Bench : ExchangeWorld {
 public:
  Bench()
      : desk_(*ExchangeParts::world, {exchange::SqlParseStart(engine::TestLibrary())},
              {.idle_workers = 1}),
        services_{*ExchangeParts::world,
                  *gate,
                  *extracts,
                  desk_,
                  {.library_path = engine::TestLibrary()}} {
    std::string text = "nino,name,area,born,pay\n";
    for (int row = 0; row < kRows; ++row) {
      text +=
          base::Format("QQ{:06}{},Person {},E0700000{},19{:02}-0{}-11,{}.{:02}\n", row % 1'000'000,
                       static_cast<char>('A' + row / 1'000'000), row * 7 % 5'000, row % 3,
                       row % 100, row % 9 + 1, row % 60'000, row % 100);
    }
    Good(Publish(jobs.id, text, AllTreatments({"nino", "name", "area", "born", "pay"})));
    TakeWholePolicy();
    source.agreement->policy = PolicyOf(kBenchPolicy);
    gate->Put(Terms(agreements::AgreementState::kActive));
  }

  void MakeExtract() {
    const auto data = Good(catalogue().FileOf(jobs.id, 2));
    const auto schema = Good(catalogue().VersionOf(jobs.id, 2)).schema;
    const auto compiled = Good(agreements::CompilePolicy(
        source.agreement->policy, {.dataset = &schema, .list = nullptr},
        {.dataset = agreements::ParquetSource({&data.path, 1}, schema), .list = {}}));
    std::vector<double> ours;
    std::vector<double> peers;
    for (int round = 0; round < kMakings; ++round) {
      Good(extracts->Remove(kAgreement));
      const auto permit = Enter();
      ours.push_back(Ms([&] { Good(extracts->Get(permit)); }));
      const engine::TemporaryFolder folder;
      const auto duckdb = Good(engine::Duckdb::Open({.library_path = engine::TestLibrary(),
                                                     .readable_files = {data.path},
                                                     .writable_folder = folder.path()}));
      Good(duckdb->Execute("CREATE MACRO tabularium_token(meaning, text) AS sha256(text)"));
      Good(duckdb->Execute("CREATE MACRO tabularium_normal(rule, text) AS text"));
      peers.push_back(Ms([&] {
        Good(duckdb->Execute(
            base::Format("COPY ({}) TO '{}/peer.parquet' (FORMAT parquet, COMPRESSION zstd, "
                         "ROW_GROUP_SIZE 122880)",
                         compiled.extract_sql, folder.path())));
      }));
    }
    const double ratio = Median(ours) / Median(peers);
    Print("extract_making", Median(ours), "ms", Median(peers), kMakingGoal, ratio <= kMakingGoal);
  }

  void RunQuery(const std::string& name, const std::string& sql) {
    const auto permit = Enter();
    const auto extract = Good(extracts->Get(permit));
    const auto duckdb = Good(engine::Duckdb::Open(
        {.library_path = engine::TestLibrary(), .readable_files = {extract.path()}}));
    Good(duckdb->Execute("CREATE VIEW paye_jobs AS FROM read_parquet(" +
                         engine::SqlText(extract.path()) + ")"));
    std::vector<double> ours;
    std::vector<double> peers;
    for (int round = 0; round < kRounds; ++round) {
      ours.push_back(Ms([&] { Ours(sql); }));
      peers.push_back(Ms([&] {
        NullSink sink;
        Good(engine::WriteResult(*duckdb, {.sql = sql}, sink));
      }));
    }
    const double goal_ms = kGoalRatio * Median(peers) + kGoalMs;
    const bool has_goal = name != "query_fixed_cost";
    Print(name, Median(ours), "ms", Median(peers), has_goal ? base::Json(goal_ms) : base::Json(),
          has_goal ? base::Json(Median(ours) <= goal_ms) : base::Json());
  }

 private:
  void Ours(const std::string& sql) {
    const auto stream = Good(exchange::Query(services_, *ada,
                                             {.agreement = kAgreement,
                                              .purpose = "debt-recovery",
                                              .sql = sql,
                                              .format = engine::ResultFormat::kCsv}));
    while (Good(stream->Next())) {
    }
    Good(stream->Finish());
  }
  double Ms(const std::function<void()>& work) {
    const std::int64_t start = any_world.clock().MonotonicMicroseconds();
    work();
    return static_cast<double>(any_world.clock().MonotonicMicroseconds() - start) /
           kMicrosecondsPerMillisecond;
  }

  engine::WorkerPool desk_;
  exchange::QueryServices services_;
};

}  // namespace

// A test, so that the parts it shares with tests can say what went wrong.
TEST_CASE("the figures") {
  Bench bench;
  bench.MakeExtract();
  bench.RunQuery("query_fixed_cost", "SELECT 1 AS one");
  bench.RunQuery("query_count", "SELECT count(*) AS n FROM paye_jobs");
  bench.RunQuery("query_group",
                 "SELECT born, count(*) AS n, sum(pay) AS pay FROM paye_jobs GROUP BY born");
  bench.RunQuery("query_filter", "SELECT nino, pay FROM paye_jobs WHERE born = 1964");
  bench.RunQuery("query_self_join",
                 "SELECT count(*) AS n FROM paye_jobs a JOIN paye_jobs b ON a.nino = b.nino");
  bench.RunQuery("query_top", "SELECT nino, pay FROM paye_jobs ORDER BY pay DESC, nino LIMIT 100");
}

}  // namespace cli

int main(int argument_count, char** arguments) {
  if (argument_count == 2 && std::string_view(arguments[1]) == "worker") {
    return engine::RunWorker(cli::ProgramWorkerKinds());
  }
  doctest::Context context;
  context.setOption("out", "/dev/stderr");  // the figures alone go to the standard output
  return context.run();
}
