// Rows of a query as CSV and NDJSON, beside DuckDB's own COPY of the same rows; and as Arrow.
//
// Prints one JSON object a line; bench/run gathers them. Both sides read the same table in memory
// with the same threads and write to a file in the machine's temporary folder. They alternate, and
// the median of the rounds is taken.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/format.h"
#include "base/json.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "engine/duckdb.h"
#include "engine/result_stream.h"

namespace {

constexpr int kRounds = 5;
constexpr double kGoalRatio = 1.25;
constexpr double kMegabyte = 1e6;
constexpr const char* kLibrary = "third_party/duckdb-lib/libduckdb.so";
constexpr const char* kTable =
    "CREATE TABLE pay AS SELECT i AS id, 'QQ' || lpad((i % 1000000)::VARCHAR, 6, '0') || 'A' AS "
    "nino, 'Person ' || hash(i) % 5000 AS name, DATE '1950-01-01' + (i % 20000)::INTEGER AS born, "
    "(hash(i) % 10000000)::DECIMAL(18,2) / 100 AS pay, (hash(i) % 1000)::DOUBLE / 7 AS rate, "
    "i % 3 = 0 AS active, CASE WHEN i % 5 = 0 THEN NULL ELSE 'ZZ' || i % 100 || ' 1AA' END AS "
    "postcode, TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS changed, (i % 97)::INTEGER AS weeks "
    "FROM range(2000000) r(i)";

class FileSink final : public engine::ChunkSink {
 public:
  FileSink(base::Files& files, const std::string& path)
      : file_(files.Open(path, base::OpenMode::kCreate).value()) {
    CHECK(file_->Truncate(0).has_value());
  }
  base::Result<void> Write(std::string_view bytes) override {
    CHECK(file_->WriteAt(size_, bytes).has_value());
    size_ += bytes.size();
    return {};
  }

 private:
  std::unique_ptr<base::File> file_;
  std::uint64_t size_ = 0;
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

class Bench {
 public:
  Bench()
      : duckdb_(engine::Duckdb::Open({.library_path = kLibrary,
                                      .memory_bytes = 3ULL << 30U,
                                      .writable_folder = folder_.path()})
                    .value()) {
    CHECK(duckdb_->Execute(kTable).has_value());
  }

  // An empty `copy_options`: DuckDB has no such format, and there is no peer.
  void Run(const std::string& name, engine::ResultFormat format, const std::string& copy_options) {
    std::vector<double> ours;
    std::vector<double> peers;
    double megabytes = 0;
    for (int round = 0; round < kRounds; ++round) {
      ours.push_back(Seconds([&] {
        FileSink sink(world_->files(), folder_ / "ours");
        const auto summary =
            engine::WriteResult(*duckdb_, {.sql = "SELECT * FROM pay", .format = format}, sink);
        CHECK(summary.has_value());
        megabytes = static_cast<double>(summary->bytes) / kMegabyte;
      }));
      if (copy_options.empty()) continue;
      peers.push_back(Seconds([&] {
        CHECK(duckdb_->Execute("COPY pay TO " + engine::SqlText(folder_ / "peer") + copy_options)
                  .has_value());
      }));
    }
    Print(name, megabytes, Median(ours), peers.empty() ? 0 : Median(peers));
  }

 private:
  double Seconds(const std::function<void()>& work) {
    const std::int64_t start = world_->clock().MonotonicMicroseconds();
    work();
    return static_cast<double>(world_->clock().MonotonicMicroseconds() - start) / 1e6;
  }

  // The ratio is of times: 1.25 is a quarter slower than the peer.
  static void Print(const std::string& name, double megabytes, double ours_s, double peer_s) {
    const bool has_peer = peer_s > 0;
    const double ratio = has_peer ? ours_s / peer_s : 0;
    base::Json::Members row{{"name", name}, {"value", megabytes / ours_s}, {"unit", "MB/s"}};
    row.emplace_back("goal", has_peer ? base::Json(kGoalRatio) : base::Json());
    row.emplace_back("peer", has_peer ? "DuckDB's COPY TO a file, its time being 1" : "none");
    row.emplace_back("peer_value", has_peer ? megabytes / peer_s : 0.0);
    row.emplace_back("ratio", ratio);
    row.emplace_back("met", has_peer ? base::Json(ratio <= kGoalRatio) : base::Json());
    std::puts(base::WriteJson(base::Json::Object(std::move(row))).c_str());
  }

  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  base::TemporaryFolder folder_;
  std::unique_ptr<engine::Duckdb> duckdb_;
};

}  // namespace

int main() {
  Bench bench;
  bench.Run("result_csv", engine::ResultFormat::kCsv, " (FORMAT csv, HEADER)");
  bench.Run("result_ndjson", engine::ResultFormat::kNdjson, " (FORMAT json)");
  bench.Run("result_json", engine::ResultFormat::kJson, " (FORMAT json, ARRAY true)");
  bench.Run("result_arrow", engine::ResultFormat::kArrow, "");
  return 0;
}
