#include "engine/batch_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "base/real_world.h"
#include "engine/internal/arrow_input.h"
#include "engine/query_run.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::array<std::string_view, 3> kFormats = {"parquet", "csv", "arrow"};
constexpr std::size_t kMaxPathBytes = 4'096;        // PATH_MAX
constexpr std::size_t kMaxNameCharacters = 10'000;  // of a column
constexpr base::JsonLimits kReadJson{.max_bytes = std::size_t{16} << 20U, .max_depth = 3};

base::Result<std::string> EncodeRequest(const TableFile& file) {
  const auto text = [](const std::string& given) -> base::Result<Json> {
    if (base::IsUtf8(given)) return Json(given);
    return Fail(ErrorCode::kInvalid, "A path or the name of a column is not UTF-8");
  };
  Json::Items columns;
  for (const std::string& name : file.columns) columns.push_back(TRY(text(name)));
  return base::WriteJson(
      Json::Object({{"columns", Json::Array(std::move(columns))},
                    {"file", TRY(text(file.path))},
                    {"format", kFormats[static_cast<std::size_t>(file.format)]}}));
}

base::Result<TableFile> DecodeRequest(std::string_view request) {
  const Json json = TRY(base::ParseJson(request, kReadJson));
  base::JsonReader reader(json, "request");
  TableFile file;
  for (const auto& item : TRY(reader.Array("columns", {.max = kMaxBatchColumns}))) {
    file.columns.push_back(TRY(item.Text({.min = 1, .max = kMaxNameCharacters})));
  }
  file.path = TRY(reader.Text("file", {.min = 1, .max = kMaxPathBytes}));
  file.format = static_cast<TableFormat>(TRY(reader.OneOf("format", kFormats)));
  TRY(reader.Finish());
  return file;
}

// --- in the worker -------------------------------------------------------------------------------

std::string SelectFrom(const TableFile& file, const std::string& source) {
  std::string list;
  for (const std::string& name : file.columns) {
    list += (list.empty() ? "" : ", ") + SqlName(name);
  }
  return "SELECT " + (list.empty() ? "*" : list) + " FROM " + source;
}

base::Result<ResultSummary> WriteTable(Duckdb& duckdb, const TableFile& file,
                                       const std::string& source, ChunkSink& chunks) {
  return WriteResult(
      duckdb, {.sql = SelectFrom(file, source), .format = ResultFormat::kArrow, .widens = true},
      chunks);
}

base::Result<ResultSummary> WriteArrowFile(Duckdb& duckdb, const TableFile& file,
                                           ChunkSink& chunks) {
  const auto world = base::MakeRealWorld();
  ArrowInput input(TRY(PullOfFile(world->files(), file.path)));
  const std::string view = "table_file";
  TRY(duckdb.ViewArrow(view, *TRY(input.Open())));
  auto summary = WriteResult(duckdb,
                             {.sql = "FROM " + view,
                              .format = ResultFormat::kArrow,
                              .picked_columns = file.columns,
                              .widens = true},
                             chunks);
  TRY(duckdb.Execute("DROP VIEW " + view));
  if (input.failure()) return Fail(*input.failure());
  return summary;
}

base::Result<std::string> Run(const WorkerContext& context, std::string_view request,
                              ChunkSink& chunks) {
  const TableFile file = TRY(DecodeRequest(request));
  if (std::ranges::find(context.readable_files, file.path) == context.readable_files.end()) {
    return Fail(ErrorCode::kForbidden, "The worker was not granted the file that it is to read");
  }
  const std::string path = SqlText(file.path);
  const auto summary = [&]() -> base::Result<ResultSummary> {
    switch (file.format) {
      case TableFormat::kParquet:
        return WriteTable(*context.duckdb, file, "read_parquet(" + path + ")", chunks);
      case TableFormat::kCsv:
        return WriteTable(*context.duckdb, file,
                          "read_csv(" + path +
                              ", header = true, all_varchar = true, delim = ',', quote = '\"', "
                              "escape = '\"', allow_quoted_nulls = false, strict_mode = true)",
                          chunks);
      case TableFormat::kArrow:
        return WriteArrowFile(*context.duckdb, file, chunks);
    }
    return Fail(ErrorCode::kInternal, "A table has a format that is none");
  };
  return EncodeResultSummary(TRY(summary()));
}

}  // namespace

base::Result<BatchReader> BatchReader::Open(WorkerPool& pool, WorkerStart start,
                                            const TableFile& file, std::int64_t deadline_ms) {
  const std::string request = TRY(EncodeRequest(file));
  start.kind = kTableRead;
  start.profile = WorkerProfile::kQuery;
  start.readable_files = {file.path};
  start.writable_folder.reset();
  WorkerLoan loan = TRY(pool.Start(start));
  TRY(loan.Begin(request, deadline_ms));
  BatchReader reader(std::move(loan), std::make_unique<BatchDecoder>());
  while (!reader.decoder_->columns()) TRY(reader.Advance(deadline_ms));
  return reader;
}

base::Result<void> BatchReader::Advance(std::int64_t deadline_ms) {
  const auto chunk = TRY(loan_.NextChunk(deadline_ms));
  if (!chunk) {
    has_ended_ = true;
    if (decoder_->has_ended()) return {};
    return Fail(ErrorCode::kUnavailable, "A worker process ended a table before its end");
  }
  auto added = decoder_->Add(*chunk);
  if (!added) loan_.Kill();
  return added;
}

base::Result<std::optional<Batch>> BatchReader::Next(std::int64_t deadline_ms) {
  for (;;) {  // each turn takes a chunk, up to the end
    if (auto batch = decoder_->Next()) return batch;
    if (has_ended_) return std::nullopt;
    TRY(Advance(deadline_ms));
  }
}

WorkerKind TableReadKind() { return {.profile = WorkerProfile::kQuery, .stream = Run}; }

}  // namespace engine
