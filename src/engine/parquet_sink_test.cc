#include "engine/parquet_sink.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "base/real_world.h"
#include "engine/batch_reader.h"
#include "engine/batch_test.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kStepMs = 60'000;

class Desk {
 public:
  Desk() : scratch_(files_.folder().Make("scratch")), out_(files_.folder().Make("out")) {}

  WorkerStart Start() { return StartOf("table.write", WorkerProfile::kQuery); }
  base::Result<std::unique_ptr<ParquetSink>> Open(const std::string& name,
                                                  std::vector<ResultColumn> columns,
                                                  WorkerStart start) {
    return ParquetSink::Open(*world_, pool_, std::move(start),
                             {.path = Path(name),
                              .scratch = scratch_,
                              .columns = std::move(columns),
                              .row_group_rows = 4'096});
  }
  // Reads a table by batches and writes them to out/<name>.
  base::Result<WrittenParquet> Copy(const TableFile& from, const std::string& name,
                                    WorkerStart start) {
    BatchReader reader = TRY(BatchReader::Open(pool_, Start(), from, kStepMs));
    const auto sink = TRY(Open(name, WidenedColumns(reader.columns()), std::move(start)));
    for (;;) {
      const auto batch = TRY(reader.Next(kStepMs));
      if (!batch) return sink->Close();
      TRY(sink->Append(*batch));
    }
  }
  std::string Lines(const std::string& name) {
    auto reader = BatchReader::Open(pool_, Start(), {.path = Path(name)}, kStepMs);
    if (!reader) FAIL(reader.error().Text());
    std::string lines;
    for (;;) {
      const auto batch = reader->Next(kStepMs);
      REQUIRE(batch.has_value());
      if (!*batch) return lines;
      AppendRows(lines, **batch);
    }
  }
  [[nodiscard]] std::string Path(const std::string& name) const { return out_ + "/" + name; }
  std::string Bytes(const std::string& name) {
    return base::ReadWholeFile(world_->files(), Path(name), base::kMaxWholeFileBytes).value();
  }
  std::size_t InFolder(const std::string& path) { return world_->files().List(path)->size(); }
  BatchFolder& files() { return files_; }
  WorkerPool& pool() { return pool_; }
  [[nodiscard]] const std::string& scratch() const { return scratch_; }
  [[nodiscard]] const std::string& out() const { return out_; }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  WorkerPool pool_{*world_, {}, {}};
  BatchFolder files_;
  std::string scratch_;
  std::string out_;
};

// One column of longs.
RowChunk Longs(const std::vector<std::int64_t>& values) {
  return {.rows = values.size(), .columns = {{values.data(), nullptr}}};
}
const std::vector<ResultColumn> kLongColumn = {{"a", {ColumnKind::kLong}, Layout::kInt64}};

}  // namespace

TEST_SUITE_BEGIN("batch worker" * doctest::skip(kIsSanitized));

TEST_CASE("all types go there and back, nulls and order included") {
  Desk desk;
  const std::string sql = BatchTable(60'000);
  const std::string from = desk.files().Put("a.parquet", sql, "FORMAT parquet");
  const auto written = desk.Copy({.path = from}, "b.parquet", desk.Start());
  if (!written) FAIL(written.error().Text());
  REQUIRE(written->rows == 60'000);
  REQUIRE(written->bytes == desk.Bytes("b.parquet").size());
  REQUIRE(desk.Lines("b.parquet") == ExpectedRows(desk.files().duckdb(), sql));
  REQUIRE(desk.InFolder(desk.scratch()) == 0);
  const std::string source = SqlText(desk.Path("b.parquet"));
  const auto duckdb =
      Duckdb::Open({.library_path = TestLibrary(), .readable_files = {desk.Path("b.parquet")}})
          .value();
  const auto groups = duckdb->Query(
      "SELECT count(DISTINCT row_group_id), max(row_group_num_rows), any_value(compression) FROM "
      "parquet_metadata(" +
          source + ")",
      1);
  REQUIRE(groups.has_value());
  REQUIRE(groups->rows[0] == std::vector<std::optional<std::string>>{"15", "4096", "ZSTD"});
  const auto kinds =
      duckdb->Query("SELECT string_agg(column_type, ' ') FROM (DESCRIBE FROM " + source + ")", 1);
  REQUIRE(kinds->rows[0][0] ==
          "BOOLEAN BIGINT DOUBLE DECIMAL(9,2) DECIMAL(38,3) VARCHAR DATE TIMESTAMP WITH TIME ZONE "
          "BOOLEAN");
}

TEST_CASE("the same rows make the same bytes, however they are batched") {
  Desk desk;
  const std::string from = desk.files().Put("a.parquet", BatchTable(30'000), "FORMAT parquet");
  REQUIRE(desk.Copy({.path = from}, "b.parquet", desk.Start()).has_value());
  REQUIRE(desk.Copy({.path = from}, "c.parquet", desk.Start()).has_value());
  REQUIRE(desk.Bytes("b.parquet") == desk.Bytes("c.parquet"));

  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < 20'000; ++i) values.push_back(i * i);
  std::vector<std::string> made;
  for (const std::size_t step : {std::size_t{20'000}, std::size_t{2'048}, std::size_t{777}}) {
    const std::string name = base::Format("{}.parquet", step);
    auto sink = desk.Open(name, kLongColumn, desk.Start());
    REQUIRE(sink.has_value());
    for (std::size_t at = 0; at < values.size(); at += step) {
      const auto end = std::min(at + step, values.size());
      const std::vector<std::int64_t> part(values.begin() + static_cast<std::ptrdiff_t>(at),
                                           values.begin() + static_cast<std::ptrdiff_t>(end));
      REQUIRE((*sink)->Append(Longs(part)).has_value());
    }
    REQUIRE((*sink)->Close()->rows == 20'000);
    made.push_back(desk.Bytes(name));
  }
  REQUIRE(made[0] == made[1]);
  REQUIRE(made[0] == made[2]);
}

TEST_CASE("texts of rows made here are written as they are") {
  Desk desk;
  const std::vector<ResultColumn> columns = {{"t", {ColumnKind::kString}, Layout::kText},
                                             {"d", {ColumnKind::kDecimal, 4, 1}, Layout::kInt16}};
  const std::vector<std::string> texts = {"", "four", "exactly twelv", "é", std::string(300, 'x')};
  std::vector<TextCell> cells;
  for (const std::string& text : texts) cells.push_back(TextCell::Of(text));
  const std::vector<std::int16_t> tenths = {-5, 0, 15, 9'999, 1};
  const std::vector<std::uint64_t> validity = {0b01111};
  auto sink = desk.Open("t.parquet", columns, desk.Start());
  REQUIRE(sink.has_value());
  REQUIRE((*sink)
              ->Append({5, {{cells.data(), nullptr}, {tenths.data(), validity.data()}}})
              .has_value());
  REQUIRE((*sink)->Close().has_value());
  REQUIRE(desk.Lines("t.parquet") ==
          "|-0.5|\nfour|0.0|\nexactly twelv|1.5|\né|999.9|\n" + std::string(300, 'x') + "|null|\n");
}

TEST_CASE("a table without rows is a file with columns") {
  Desk desk;
  auto sink = desk.Open("empty.parquet", kLongColumn, desk.Start());
  REQUIRE(sink.has_value());
  REQUIRE((*sink)->Close()->rows == 0);
  REQUIRE(desk.Lines("empty.parquet").empty());
}

TEST_CASE("a sink that goes before Close leaves nothing, and replaces nothing") {
  Desk desk;
  (void)desk.files().folder().Write("out/old.parquet", "the old one");
  {
    auto sink = desk.Open("old.parquet", kLongColumn, desk.Start());
    REQUIRE(sink.has_value());
    REQUIRE(desk.InFolder(desk.scratch()) == 1);
    for (int turn = 0; turn < 100; ++turn) {
      REQUIRE((*sink)->Append(Longs(std::vector<std::int64_t>(10'000, turn))).has_value());
    }
  }
  REQUIRE(desk.InFolder(desk.scratch()) == 0);
  REQUIRE(desk.Bytes("old.parquet") == "the old one");
  REQUIRE(desk.pool().counts().running == 0);
}

TEST_CASE("a full disk is told as one, and leaves nothing") {
  Desk desk;
  WorkerStart start = desk.Start();
  start.limits.written_file_bytes = 100'000;
  const std::string from = desk.files().Put("a.parquet", BatchTable(200'000), "FORMAT parquet");
  const auto written = desk.Copy({.path = from}, "b.parquet", start);
  REQUIRE(!written.has_value());
  REQUIRE(written.error().code == ErrorCode::kStorageFull);
  REQUIRE(desk.InFolder(desk.scratch()) == 0);
  REQUIRE(desk.InFolder(desk.out()) == 0);
}

TEST_CASE("a worker that ends in the midst is an error, and leaves nothing") {
  Desk desk;
  WorkerStart start = desk.Start();
  start.limits.cpu_s = 1;  // the kernel kills it
  auto sink = desk.Open("b.parquet", kLongColumn, start);
  REQUIRE(sink.has_value());
  base::Result<void> appended;
  std::vector<std::int64_t> values(60'000);
  for (std::int64_t turn = 0; turn < 100'000 && appended; ++turn) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::int64_t>((i + 1) * 0x9E3779B97F4A7C15ULL) ^ turn;
    }
    appended = (*sink)->Append(Longs(values));
  }
  REQUIRE(!appended.has_value());
  REQUIRE(appended.error().code == ErrorCode::kUnavailable);
  REQUIRE(!(*sink)->Close().has_value());
  sink->reset();
  REQUIRE(desk.InFolder(desk.scratch()) == 0);
  REQUIRE(desk.InFolder(desk.out()) == 0);
}

TEST_CASE("a plan that cannot be is refused before a worker starts") {
  Desk desk;
  REQUIRE(desk.Open("a", {}, desk.Start()).error().code == ErrorCode::kInvalid);
  REQUIRE(!desk.Open("a", {kLongColumn[0], kLongColumn[0]}, desk.Start()).has_value());
  REQUIRE(desk.pool().counts().started == 0);
}

TEST_SUITE_END();

}  // namespace engine
