#include "engine/query_run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json_reader.h"
#include "base/json_text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr base::JsonLimits kRunJson{
    .max_bytes = std::size_t{16} << 20U, .max_depth = 5, .max_values = 300'000};
constexpr std::size_t kMaxNameCharacters = 200;
constexpr std::size_t kMaxPathBytes = 4'096;  // PATH_MAX
constexpr std::int64_t kMaxCount = (1LL << 53U) - 1;
constexpr std::size_t kMaxColumns = 65'536;
constexpr std::size_t kMaxTypeCharacters = 32;

base::Result<Json> TextOf(const std::string& text, std::string_view where) {
  if (base::IsUtf8(text)) return Json(text);
  return Fail(ErrorCode::kInvalid, "A text for a query is not UTF-8", std::string(where));
}

base::Result<Json> ParameterJson(const SqlParameter& parameter) {
  if (const auto* truth = std::get_if<bool>(&parameter)) return Json(*truth);
  if (const auto* integer = std::get_if<std::int64_t>(&parameter)) return Json(*integer);
  if (const auto* text = std::get_if<std::string>(&parameter)) return TextOf(*text, "params");
  const auto* number = std::get_if<double>(&parameter);
  if (number == nullptr) return Json(nullptr);
  if (std::isfinite(*number)) return Json(*number);
  return Fail(ErrorCode::kInvalid, "A parameter of a query is not a finite number");
}

base::Result<QueryTable> TableOf(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  QueryTable table;
  table.name = TRY(reader.Text("name", {.min = 1, .max = kMaxNameCharacters}));
  for (const auto& file : TRY(reader.Array("files", {.min = 1, .max = kMaxTableFiles}))) {
    table.files.push_back(TRY(file.Text({.min = 1, .max = kMaxPathBytes})));
  }
  TRY(reader.Finish());
  return table;
}

// --- running -------------------------------------------------------------------------------------

// The kernel and DuckDB refuse other files as well; here the refusal says what it is.
base::Result<void> CheckGranted(const QueryTable& table,
                                const std::set<std::string_view>& granted) {
  for (const std::string& file : table.files) {
    if (granted.contains(file)) continue;
    return Fail(ErrorCode::kForbidden, "A table names a file that the worker was not granted",
                base::ShownName(table.name));
  }
  return {};
}

base::Result<void> MakeView(Duckdb& duckdb, const QueryTable& table) {
  std::string files;
  for (const std::string& file : table.files) {
    files += (files.empty() ? "" : ", ") + SqlText(file);
  }
  return duckdb.Execute("CREATE OR REPLACE TEMP VIEW " + SqlName(table.name) +
                        " AS FROM read_parquet([" + files +
                        "], hive_partitioning = false, union_by_name = false)");
}

base::Result<std::string> Run(const WorkerContext& context, std::string_view request,
                              ChunkSink& chunks) {
  const QueryRun run = TRY(DecodeQueryRun(request));
  const std::set<std::string_view> granted(context.readable_files.begin(),
                                           context.readable_files.end());
  for (const QueryTable& table : run.tables) {
    TRY(CheckGranted(table, granted));
    TRY(MakeView(*context.duckdb, table));
  }
  return EncodeResultSummary(TRY(WriteResult(*context.duckdb, run.query, chunks)));
}

base::Result<ResultSummary> ReadSummary(std::string_view reply) {
  const Json json = TRY(base::ParseCanonicalJson(reply, kRunJson));
  base::JsonReader reader(json, "reply");
  ResultSummary summary;
  summary.bytes = static_cast<std::uint64_t>(TRY(reader.Integer("bytes", 0, kMaxCount)));
  summary.rows = static_cast<std::uint64_t>(TRY(reader.Integer("rows", 0, kMaxCount)));
  for (const auto& item : TRY(reader.Array("columns", {.max = kMaxColumns}))) {
    base::JsonReader column = TRY(item.Object());
    NamedType named;
    named.name = TRY(column.Text("name", {.max = kMaxQueryCharacters}));
    const auto type = TypeOfText(TRY(column.Text("type", {.min = 1, .max = kMaxTypeCharacters})));
    if (!type) return Fail(ErrorCode::kInvalid, "There is no such type", item.pointer());
    named.type = *type;
    TRY(column.Finish());
    summary.columns.push_back(std::move(named));
  }
  TRY(reader.Finish());
  return summary;
}

}  // namespace

base::Result<SqlParameter> ReadSqlParameter(const Json& json, const std::string& pointer) {
  switch (json.kind()) {
    case Json::Kind::kNull:
      return SqlParameter();
    case Json::Kind::kBool:
      return SqlParameter(json.AsBool());
    case Json::Kind::kInteger:
      return SqlParameter(json.AsInteger());
    case Json::Kind::kNumber:
      return SqlParameter(json.AsNumber());
    case Json::Kind::kString:
      return SqlParameter(json.AsString());
    default:
      return Fail(ErrorCode::kInvalid, "A parameter is a string, a number, true, false or null",
                  pointer);
  }
}

base::Result<std::string> EncodeQueryRun(const QueryRun& run) {
  Json::Items parameters;
  for (const SqlParameter& each : run.query.parameters) {
    parameters.push_back(TRY(ParameterJson(each)));
  }
  Json::Items tables;
  for (const QueryTable& table : run.tables) {
    Json::Items files;
    for (const std::string& file : table.files) files.push_back(TRY(TextOf(file, "files")));
    tables.push_back(Json::Object(
        {{"files", Json::Array(std::move(files))}, {"name", TRY(TextOf(table.name, "name"))}}));
  }
  Json::Members members;
  members.emplace_back("format", ResultFormatNames()[static_cast<std::size_t>(run.query.format)]);
  if (run.query.max_rows) members.emplace_back("max_rows", *run.query.max_rows);
  members.emplace_back("params", Json::Array(std::move(parameters)));
  members.emplace_back("sql", TRY(TextOf(run.query.sql, "sql")));
  members.emplace_back("tables", Json::Array(std::move(tables)));
  return base::WriteJson(Json::Object(std::move(members)));
}

base::Result<QueryRun> DecodeQueryRun(std::string_view request) {
  const Json json = TRY(base::ParseJson(request, kRunJson));
  base::JsonReader reader(json, "request");
  QueryRun run;
  run.query.format = static_cast<ResultFormat>(TRY(reader.OneOf("format", ResultFormatNames())));
  if (const auto rows = TRY(reader.OptionalInteger("max_rows", 0, kMaxCount))) {
    run.query.max_rows = static_cast<std::uint64_t>(*rows);
  }
  for (const auto& item : TRY(reader.Array("params", {.max = kMaxQueryParameters}))) {
    run.query.parameters.push_back(TRY(ReadSqlParameter(item.json(), item.pointer())));
  }
  run.query.sql = TRY(reader.Text("sql", {.min = 1, .max = kMaxQueryCharacters}));
  for (const auto& item : TRY(reader.Array("tables", {.max = kMaxQueryTables}))) {
    run.tables.push_back(TRY(TableOf(item)));
  }
  TRY(reader.Finish());
  return run;
}

base::Result<std::string> EncodeResultSummary(const ResultSummary& summary) {
  Json::Items columns;
  for (const NamedType& column : summary.columns) {
    columns.push_back(
        Json::Object({{"name", Json::Repaired(column.name)}, {"type", TypeText(column.type)}}));
  }
  return base::WriteCanonicalJson(Json::Object({{"bytes", summary.bytes},
                                                {"columns", Json::Array(std::move(columns))},
                                                {"rows", summary.rows}}));
}

base::Result<ResultSummary> DecodeResultSummary(std::string_view reply) {
  auto summary = ReadSummary(reply);
  if (summary) return summary;
  return Fail(ErrorCode::kUnavailable, "A worker process sent a reply that is none",
              summary.error().where);
}

WorkerKind QueryRunKind() { return {.profile = WorkerProfile::kQuery, .stream = Run}; }

}  // namespace engine
