#include "engine/parquet_sink.h"

#include <set>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json_reader.h"
#include "base/json_text.h"
#include "engine/internal/arrow_input.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr const char* kFileName = "data.parquet";
constexpr std::size_t kMaxNameBytes = 255;  // NAME_MAX
constexpr std::uint64_t kRowGroupStep = 2'048;
constexpr std::uint64_t kMaxRowGroupRows = 1'048'576;
constexpr std::size_t kFolderRandomBytes = 16;
constexpr base::JsonLimits kWriteJson{.max_bytes = 4'096, .max_depth = 2};

base::Result<void> CheckRowGroup(std::uint64_t rows) {
  if (rows > 0 && rows <= kMaxRowGroupRows && rows % kRowGroupStep == 0) return {};
  return Fail(ErrorCode::kInvalid, base::Format("A row group has a multiple of {} rows, up to {}",
                                                kRowGroupStep, kMaxRowGroupRows));
}

base::Result<void> CheckPlan(const ParquetPlan& plan) {
  TRY(CheckRowGroup(plan.row_group_rows));
  if (plan.columns.empty()) return Fail(ErrorCode::kInvalid, "A file has no columns");
  std::set<std::string_view> names;
  for (const ResultColumn& column : plan.columns) {
    if (base::IsUtf8(column.name) && names.insert(column.name).second) continue;
    return Fail(ErrorCode::kInvalid, "The columns of a file do not have different names in UTF-8");
  }
  return {};
}

// --- in the worker -------------------------------------------------------------------------------

base::Result<std::string> RowsOf(Duckdb& duckdb, const std::string& copy) {
  const TextTable counted = TRY(duckdb.Query(copy, 1));
  if (counted.rows.size() == 1 && counted.rows[0].size() == 1 && counted.rows[0][0]) {
    return *counted.rows[0][0];
  }
  return Fail(ErrorCode::kInternal, "DuckDB did not say how many rows it wrote");
}

base::Result<std::string> Run(const WorkerContext& context, std::string_view request, ChunkSink&) {
  const Json json = TRY(base::ParseJson(request, kWriteJson));
  base::JsonReader reader(json, "request");
  const std::string name = TRY(reader.Text("file", {.min = 1, .max = kMaxNameBytes}));
  const auto rows = TRY(reader.Integer("row_group_rows", 1, kMaxRowGroupRows));
  TRY(reader.Finish());
  TRY(CheckRowGroup(static_cast<std::uint64_t>(rows)));
  if (name.find('/') != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "The name of a file holds a slash", "file");
  }
  ArrowInput input([&] { return context.input->Next(); });
  const std::string view = "table_rows";
  TRY(context.duckdb->ViewArrow(view, *TRY(input.Open())));
  auto written = RowsOf(
      *context.duckdb,
      base::Format("COPY (FROM {}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {})",
                   view, SqlText(base::JoinPath(*context.writable_folder, name)), rows));
  TRY(context.duckdb->Execute("DROP VIEW " + view));
  if (input.failure()) return Fail(*input.failure());
  if (!written) return written;
  // The end of the stream lies within the bytes that were fed; the end of feeding comes after it.
  if (TRY(context.input->Next())) {
    return Fail(ErrorCode::kInvalid, "Bytes follow the end of a stream of rows");
  }
  return written;
}

Layout WidenedLayout(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kBoolean:
      return Layout::kBoolean;
    case ColumnKind::kLong:
    case ColumnKind::kTimestamp:
      return Layout::kInt64;
    case ColumnKind::kDouble:
      return Layout::kDouble;
    case ColumnKind::kDecimal:
      return Layout::kInt128;
    case ColumnKind::kString:
      return Layout::kText;
    case ColumnKind::kDate:
      return Layout::kInt32;
  }
  CHECK(false);  // every kind is named above
}

// A batch as rows: texts and booleans get cells, decimals the alignment that a cell has; all else
// is seen where it lies.
class BatchRows {
 public:
  explicit BatchRows(const Batch& batch) : scratch_(batch.columns().size()) {
    rows_.rows = batch.rows();
    for (std::size_t i = 0; i < scratch_.size(); ++i) {
      const ColumnView& column = batch.columns()[i];
      Scratch& scratch = scratch_[i];
      FillValidity(column, scratch);
      rows_.columns.push_back(
          {Values(column, scratch), column.may_have_nulls() ? scratch.validity.data() : nullptr});
    }
  }
  [[nodiscard]] const RowChunk& rows() const { return rows_; }

 private:
  struct Scratch {
    std::vector<std::uint64_t> validity;
    std::vector<TextCell> texts;
    std::vector<Int128> decimals;
    std::string booleans;
  };

  static void FillValidity(const ColumnView& column, Scratch& scratch) {
    if (!column.may_have_nulls()) return;
    scratch.validity.resize(column.size() / 64 + 1);
    std::memcpy(scratch.validity.data(), column.parts().validity, (column.size() + 7) / 8);
  }
  static const void* Values(const ColumnView& column, Scratch& scratch) {
    const std::size_t rows = column.size();
    switch (column.type().kind) {
      case ColumnKind::kString:
        for (std::size_t i = 0; i < rows; ++i) {
          scratch.texts.push_back(TextCell::Of(column.Text(i)));
        }
        return scratch.texts.data();
      case ColumnKind::kDecimal:
        for (std::size_t i = 0; i < rows; ++i) scratch.decimals.push_back(column.Decimal(i));
        return scratch.decimals.data();
      case ColumnKind::kBoolean:
        for (std::size_t i = 0; i < rows; ++i) scratch.booleans += column.Boolean(i) ? '\1' : '\0';
        return scratch.booleans.data();
      default:
        return column.parts().values;
    }
  }

  std::vector<Scratch> scratch_;
  RowChunk rows_;
};

}  // namespace

// What the sink owns, in the order in which it must go: the worker before its folder.
struct ParquetSink::State final : ChunkSink {
  base::World& world;
  ParquetPlan plan;
  std::string folder;
  std::optional<WorkerLoan> loan;
  std::unique_ptr<ResultWriter> writer;
  std::uint64_t rows = 0;

  State(base::World& the_world, ParquetPlan the_plan)
      : world(the_world), plan(std::move(the_plan)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() override {
    if (loan) loan->Kill();
    loan.reset();  // waits for its end
    RemoveFolder();
  }

  [[nodiscard]] std::string File() const { return base::JoinPath(folder, kFileName); }

  base::Result<void> MakeFolder() {
    const std::string random = base::HexEncode(world.randomness().Bytes(kFolderRandomBytes));
    folder = base::JoinPath(plan.scratch, "parquet-" + random);
    return world.files().MakeFolder(folder);
  }
  base::Result<void> Begin(WorkerPool& pool, WorkerStart start) {
    start.kind = kTableWrite;
    start.profile = WorkerProfile::kTrusted;
    start.readable_files.clear();
    start.writable_folder = folder;
    start.limits.threads = 1;
    loan.emplace(TRY(pool.Start(start)));
    TRY(loan->Begin(base::WriteJson(Json::Object(
                        {{"file", kFileName}, {"row_group_rows", plan.row_group_rows}})),
                    plan.step_ms));
    writer = MakeArrowWriter(*this, true);
    return writer->Begin(plan.columns);
  }
  base::Result<void> Write(std::string_view bytes) override {
    return loan->Feed(bytes, plan.step_ms);
  }

  // What the worker says of the rows must be what it was given.
  base::Result<void> AwaitEnd() {
    TRY(writer->End());
    TRY(loan->EndFeed(plan.step_ms));
    if (TRY(loan->NextChunk(plan.step_ms)) || base::ParseDecimal(loan->stream_reply()) != rows) {
      return Fail(ErrorCode::kUnavailable, "A worker process wrote other rows than it was given");
    }
    loan.reset();  // from here on nobody writes to the file
    return {};
  }
  base::Result<std::uint64_t> Publish() {
    std::uint64_t bytes = 0;
    {
      const auto file = TRY(world.files().Open(File(), base::OpenMode::kReadWrite));
      bytes = TRY(file->Size());
      TRY(file->Sync());
    }
    TRY(world.files().Rename(File(), plan.path));
    // *Milestone: after this sync the file is there, whatever happens.*
    TRY(world.files().SyncFolder(base::ParentOf(plan.path)));
    return bytes;
  }

 private:
  // What it cannot remove lies in the scratch folder, which its owner empties.
  void RemoveFolder() {
    if (folder.empty()) return;
    if (const auto names = world.files().List(folder)) {
      for (const std::string& name : *names) {
        (void)world.files().Remove(base::JoinPath(folder, name));
      }
    }
    (void)world.files().Remove(folder);
  }
};

base::Result<std::unique_ptr<ParquetSink>> ParquetSink::Open(base::World& world, WorkerPool& pool,
                                                             WorkerStart start, ParquetPlan plan) {
  TRY(CheckPlan(plan));
  auto state = std::make_unique<State>(world, std::move(plan));
  TRY(state->MakeFolder());
  TRY(state->Begin(pool, std::move(start)));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<ParquetSink>(new ParquetSink(std::move(state)));
}

ParquetSink::ParquetSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
ParquetSink::~ParquetSink() = default;

base::Result<void> ParquetSink::Append(const RowChunk& rows) {
  CHECK(rows.columns.size() == state_->plan.columns.size());
  state_->rows += rows.rows;
  return state_->writer->Take(rows);
}

base::Result<void> ParquetSink::Append(const Batch& batch) {
  CHECK(batch.columns().size() == state_->plan.columns.size());
  for (std::size_t i = 0; i < batch.columns().size(); ++i) {
    const ResultColumn& column = state_->plan.columns[i];
    CHECK(column.type == batch.columns()[i].type());
    CHECK(column.layout == WidenedLayout(column.type.kind));
  }
  return Append(BatchRows(batch).rows());
}

base::Result<WrittenParquet> ParquetSink::Close() {
  TRY(state_->AwaitEnd());
  return WrittenParquet{state_->rows, TRY(state_->Publish())};
}

std::vector<ResultColumn> WidenedColumns(std::span<const NamedType> columns) {
  std::vector<ResultColumn> widened;
  for (const NamedType& column : columns) {
    widened.push_back({column.name, column.type, WidenedLayout(column.type.kind)});
  }
  return widened;
}

WorkerKind TableWriteKind() { return {.profile = WorkerProfile::kTrusted, .stream = Run}; }

}  // namespace engine
