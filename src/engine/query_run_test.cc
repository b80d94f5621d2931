#include "engine/query_run.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/bytes.h"
#include "base/format.h"
#include "base/real_world.h"
#include "engine/frame.h"
#include "engine/testing.h"
#include "engine/worker.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kAskMs = 60'000;

// --- what the kernel says of memory --------------------------------------------------------------

// Reads what the kernel says in files that claim to be empty.
class Kernel {
 public:
  std::string Text(const std::string& path) {
    return base::ReadWholeFile(world_->files(), path, 1U << 20U).value_or("");
  }
  // A field of /proc/<process>/status, such as VmHWM, in KiB.
  std::uint64_t Kibibytes(const std::string& process, const std::string& field) {
    const std::string status = Text("/proc/" + process + "/status");
    std::string_view rest = status;
    rest.remove_prefix(std::min(rest.find(field + ":"), rest.size()));
    rest.remove_prefix(std::min(rest.find_first_of("0123456789"), rest.size()));
    return base::ParseDecimal(rest.substr(0, rest.find(' '))).value_or(0);
  }
  // From now on this process's VmHWM is the peak since now.
  void ForgetPeak() {
    const auto file = world_->files().Open("/proc/self/clear_refs", base::OpenMode::kReadWrite);
    REQUIRE(file.has_value());
    REQUIRE((*file)->WriteAt(0, "5").has_value());
  }
  // The one process that a thread of this one started and that still lives.
  std::string Child() {
    std::string children;
    for (const std::string& task : world_->files().List("/proc/self/task").value()) {
      children += Text("/proc/self/task/" + task + "/children");
    }
    const std::string child = children.substr(0, children.find(' '));
    REQUIRE(child + " " == children);
    return child;
  }
  // Processor time that a process has used.
  std::uint64_t Ticks(const std::string& process) {
    const std::string stat = Text("/proc/" + process + "/stat");
    const auto fields = base::Split(stat, ' ', 16);  // the name in it has no blanks
    return base::ParseDecimal(fields.at(13)).value() + base::ParseDecimal(fields.at(14)).value();
  }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
};

// --- a worker with granted files -----------------------------------------------------------------

// Two Parquet files of one table, written by DuckDB here.
class Register {
 public:
  explicit Register(const std::string& columns = "i, 'area ' || (i % 7) AS area") {
    const auto writer =
        Duckdb::Open({.library_path = TestLibrary(), .writable_folder = folder_.path()}).value();
    for (int part = 0; part < 2; ++part) {
      files_.push_back(folder_.path() + base::Format("/part {}'s.parquet", part));
      const auto written =
          writer->Execute(base::Format("COPY (SELECT {} FROM range({}, {}) r(i)) TO {}", columns,
                                       part * 50'000, (part + 1) * 50'000, SqlText(files_.back())));
      if (!written) FAIL(written.error().Text());
    }
  }
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }
  [[nodiscard]] std::string Other() const { return folder_.Write("other.parquet", "PAR1"); }

 private:
  TemporaryFolder folder_;
  std::vector<std::string> files_;
};

WorkerStart StartOn(const Register& data) {
  WorkerStart start = StartOf("query.run", WorkerProfile::kQuery);
  start.readable_files = data.files();
  return start;
}

class QueryWorker {
 public:
  explicit QueryWorker(const Register& data) : files_(data.files()) {
    auto worker = Worker::Start(*world_, StartOn(data), kStartMs);
    if (!worker) FAIL(worker.error().Text());
    worker_ = std::move(*worker);
  }
  Worker* operator->() { return worker_.get(); }

  void Begin(ResultQuery query) {
    const QueryRun run{std::move(query), {{"register", files_}}};
    REQUIRE(worker_->Begin(EncodeQueryRun(run).value(), kAskMs).has_value());
  }
  // The whole result, or the error that ended it.
  base::Result<std::string> Whole(ResultQuery query) {
    Begin(std::move(query));
    std::string all;
    for (;;) {
      auto chunk = TRY(worker_->NextChunk(kAskMs));
      if (!chunk) break;
      all += *chunk;
    }
    summary = TRY(DecodeResultSummary(worker_->stream_reply()));
    return all;
  }
  std::int64_t NowMs() { return world_->clock().MonotonicMicroseconds() / 1'000; }
  ResultSummary summary;

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  std::unique_ptr<Worker> worker_;
  std::vector<std::string> files_;
};

// Some 130 bytes a row, 100 million rows: far more than anybody waits for.
constexpr const char* kEndless = "SELECT i, repeat('x', 100) AS t FROM range(100000000) r(i)";

}  // namespace

TEST_CASE("a request is read back as it was written") {
  const QueryRun run{
      {.sql = "SELECT $1",
       .parameters = {std::string("ZZ1 'x' €"), std::int64_t{-5}, 2.5, true, std::monostate()},
       .format = ResultFormat::kNdjson,
       .max_rows = 7},
      {{"a \"b\"", {"/x/1.parquet", "/x/2.parquet"}}, {"c", {"/y"}}}};
  const QueryRun read = DecodeQueryRun(EncodeQueryRun(run).value()).value();
  REQUIRE(read.query.sql == run.query.sql);
  REQUIRE(read.query.parameters == run.query.parameters);
  REQUIRE(read.query.format == run.query.format);
  REQUIRE(read.query.max_rows == run.query.max_rows);
  REQUIRE(read.tables.size() == 2);
  REQUIRE(read.tables[0].name == "a \"b\"");
  REQUIRE(read.tables[0].files == run.tables[0].files);
  REQUIRE(!DecodeQueryRun(EncodeQueryRun({{.sql = "SELECT 1"}, {}}).value())->query.max_rows);
}

TEST_CASE("a request that cannot be written is refused") {
  REQUIRE(!EncodeQueryRun({{.sql = "\xFF"}, {}}).has_value());
  REQUIRE(!EncodeQueryRun({{.sql = "a", .parameters = {1.0 / 0.0}}, {}}).has_value());
  REQUIRE(!EncodeQueryRun({{.sql = "a", .parameters = {std::string("\xFF")}}, {}}).has_value());
  REQUIRE(!EncodeQueryRun({{.sql = "a"}, {{"a", {"\xFF"}}}}).has_value());
}

TEST_CASE("a request with anything amiss is refused") {
  const std::string good = R"({"format":"csv","params":[],"sql":"SELECT 1","tables":[]})";
  REQUIRE(DecodeQueryRun(good).has_value());
  for (const char* bad : {
           "",
           "[]",
           R"({"params":[],"sql":"SELECT 1","tables":[]})",
           R"({"format":"xml","params":[],"sql":"SELECT 1","tables":[]})",
           R"({"format":"csv","params":[[]],"sql":"SELECT 1","tables":[]})",
           R"({"format":"csv","params":[],"sql":"","tables":[]})",
           R"({"format":"csv","params":[],"sql":"SELECT 1"})",
           R"({"format":"csv","max_rows":-1,"params":[],"sql":"SELECT 1","tables":[]})",
           R"({"format":"csv","params":[],"sql":"SELECT 1","tables":[{"name":"a","files":[]}]})",
           R"({"format":"csv","params":[],"sql":"SELECT 1","tables":[{"name":"","files":["a"]}]})",
           R"({"format":"csv","params":[],"sql":"SELECT 1","tables":[],"more":1})",
       }) {
    CAPTURE(bad);
    REQUIRE(!DecodeQueryRun(bad).has_value());
  }
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    REQUIRE(!DecodeQueryRun(good.substr(0, cut)).has_value());
  }
}

TEST_CASE("a reply is read back as it was written, and what is none is the worker's fault") {
  const ResultSummary summary{
      {{"a", {ColumnKind::kLong}}, {"b", {ColumnKind::kDecimal, 18, 2}}}, 3, 40};
  const std::string reply = EncodeResultSummary(summary).value();
  REQUIRE(reply == R"-({"bytes":40,"columns":[{"name":"a","type":"long"},)-"
                   R"-({"name":"b","type":"decimal(18,2)"}],"rows":3})-");
  const ResultSummary read = DecodeResultSummary(reply).value();
  REQUIRE(read.columns == summary.columns);
  REQUIRE(read.rows == 3);
  REQUIRE(read.bytes == 40);
  for (std::size_t i = 0; i < reply.size(); ++i) {
    REQUIRE(DecodeResultSummary(reply.substr(0, i)).error().code == ErrorCode::kUnavailable);
  }
  REQUIRE(!DecodeResultSummary(R"({"bytes":1,"columns":[{"name":"a","type":"blob"}],"rows":3})"));
}

TEST_SUITE_BEGIN("query worker" * doctest::skip(kIsSanitized));

TEST_CASE("a query sees its tables, and its rows come in each format") {
  const Register data;
  QueryWorker worker(data);
  const std::string sql =
      "SELECT area, count(*) AS n, sum(i) AS s FROM register WHERE i >= $1 GROUP BY area "
      "ORDER BY area LIMIT 2";
  const auto query = [&](ResultFormat format) {
    return ResultQuery{.sql = sql, .parameters = {std::int64_t{10}}, .format = format};
  };
  REQUIRE(worker.Whole(query(ResultFormat::kCsv)).value_or("") ==
          "area,n,s\r\narea 0,14284,714264278\r\narea 1,14284,714278562\r\n");
  REQUIRE(worker.summary.rows == 2);
  REQUIRE(worker.summary.columns == std::vector<NamedType>{{"area", {ColumnKind::kString}},
                                                           {"n", {ColumnKind::kLong}},
                                                           {"s", {ColumnKind::kDecimal, 38, 0}}});
  REQUIRE(worker.Whole(query(ResultFormat::kNdjson)).value_or("") ==
          "{\"area\":\"area 0\",\"n\":14284,\"s\":\"714264278\"}\n"
          "{\"area\":\"area 1\",\"n\":14284,\"s\":\"714278562\"}\n");
  REQUIRE(
      worker.Whole(query(ResultFormat::kJson))
          ->ends_with(
              "\"rows\":[[\"area 0\",14284,\"714264278\"],[\"area 1\",14284,\"714278562\"]]}\n"));
  const auto arrow = worker.Whole(query(ResultFormat::kArrow));
  REQUIRE(arrow.has_value());
  REQUIRE(worker.summary.bytes == arrow->size());
  REQUIRE(arrow->starts_with("\xFF\xFF\xFF\xFF"));
  REQUIRE(arrow->ends_with(std::string("\xFF\xFF\xFF\xFF\0\0\0\0", 8)));
}

TEST_CASE("a table may only name files that were granted") {
  const Register data;
  QueryWorker worker(data);
  const QueryRun run{{.sql = "SELECT 1"}, {{"register", {data.Other()}}}};
  REQUIRE(worker->Begin(EncodeQueryRun(run).value(), kAskMs).has_value());
  REQUIRE(worker->NextChunk(kAskMs).error().code == ErrorCode::kForbidden);
  REQUIRE(worker->alive());
}

TEST_CASE("errors of DuckDB come before the first chunk and after many") {
  const Register data;
  QueryWorker worker(data);
  const auto early = worker.Whole({.sql = "SELECT nothing FROM register"});
  REQUIRE(!early.has_value());
  REQUIRE(early.error().code == ErrorCode::kInvalid);
  REQUIRE(early.error().what.find("nothing") != std::string::npos);
  worker.Begin({.sql = "SELECT CASE WHEN i < 90000 THEN i::VARCHAR ELSE error('late') END "
                       "FROM register"});
  std::size_t chunks = 0;
  auto chunk = worker->NextChunk(kAskMs);
  for (; chunk && *chunk; chunk = worker->NextChunk(kAskMs)) ++chunks;
  REQUIRE(!chunk.has_value());
  REQUIRE(chunk.error().code == ErrorCode::kInvalid);
  REQUIRE(chunks > 0);
  REQUIRE(worker->alive());
  REQUIRE(worker.Whole({.sql = "SELECT 1 AS a"}).value_or("") == "a\r\n1\r\n");
}

TEST_CASE("memory stays flat on both sides while hundreds of megabytes leave") {
  const Register data;
  QueryWorker worker(data);
  for (const ResultFormat format :
       {ResultFormat::kCsv, ResultFormat::kNdjson, ResultFormat::kJson, ResultFormat::kArrow}) {
    CAPTURE(static_cast<int>(format));
    REQUIRE(worker.Whole({.sql = "SELECT i, area FROM register", .format = format}).has_value());
    Kernel kernel;
    const std::string child = kernel.Child();
    const std::uint64_t worker_before = kernel.Kibibytes(child, "VmHWM");
    REQUIRE(worker_before > 0);
    kernel.ForgetPeak();
    const std::uint64_t before = kernel.Kibibytes("self", "VmHWM");
    worker.Begin({.sql = "SELECT r.i, area, repeat(area, 20) AS t FROM register r, range(20)",
                  .format = format});
    std::uint64_t bytes = 0;
    for (;;) {
      const auto chunk = worker->NextChunk(kAskMs);
      REQUIRE(chunk.has_value());
      if (!*chunk) break;
      REQUIRE((*chunk)->size() <= kMaxChunkBytes);
      bytes += (*chunk)->size();
    }
    const ResultSummary summary = DecodeResultSummary(worker->stream_reply()).value();
    REQUIRE(summary.rows == 2'000'000);
    REQUIRE(summary.bytes == bytes);
    REQUIRE(bytes > 250'000'000);
    REQUIRE(kernel.Kibibytes("self", "VmHWM") < before + 4'096);
    REQUIRE(kernel.Kibibytes(child, "VmHWM") < worker_before + 65'536);
  }
}

TEST_CASE("a reader that stops holds the worker, which then neither works nor grows") {
  const Register data;
  QueryWorker worker(data);
  worker.Begin({.sql = kEndless});
  REQUIRE(worker->NextChunk(kAskMs).has_value());
  Kernel kernel;
  const std::string child = kernel.Child();
  // It is at rest when it used no time between two looks, of which the deadline allows many.
  const std::int64_t end_ms = worker.NowMs() + 20'000;
  std::uint64_t seen = kernel.Ticks(child);
  for (int quiet = 0; quiet < 3;) {
    REQUIRE(worker.NowMs() < end_ms);
    const std::int64_t look_ms = worker.NowMs() + 100;
    while (worker.NowMs() < look_ms) std::this_thread::yield();
    const std::uint64_t now = kernel.Ticks(child);
    quiet = now == seen ? quiet + 1 : 0;
    seen = now;
  }
  REQUIRE(kernel.Kibibytes(child, "VmRSS") < 300'000);
  REQUIRE(worker->NextChunk(kAskMs).value()->size() == kMaxChunkBytes);  // and goes on when asked
}

TEST_CASE("a query is killed in mid-stream at once, and at a deadline") {
  const Register data;
  QueryWorker worker(data);
  worker.Begin({.sql = kEndless});
  REQUIRE(worker->NextChunk(kAskMs).has_value());
  std::int64_t begin_ms = 0;
  std::jthread killer([&] {
    begin_ms = worker.NowMs();
    worker->Kill();
  });
  auto chunk = worker->NextChunk(kAskMs);
  while (chunk) chunk = worker->NextChunk(kAskMs);
  killer.join();
  REQUIRE(chunk.error().what == "A worker process was killed");
  REQUIRE(worker.NowMs() - begin_ms < 500);

  QueryWorker slow(data);
  slow.Begin({.sql = "SELECT sum(hash(a.i * b.i)) FROM register a, register b"});
  begin_ms = slow.NowMs();
  REQUIRE(slow->NextChunk(200).error().code == ErrorCode::kUnavailable);
  REQUIRE(slow.NowMs() - begin_ms < 700);
  REQUIRE(!slow->alive());
}

TEST_SUITE_END();

}  // namespace engine
