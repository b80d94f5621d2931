#include "catalogue/version_writer.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json_reader.h"
#include "base/json_text.h"
#include "base/real_world.h"
#include "catalogue/draft_profile.h"
#include "catalogue/draft_report.h"
#include "catalogue/draft_source.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;
using engine::ColumnKind;

constexpr std::size_t kMaxPathBytes = 4'096;
constexpr std::size_t kMaxCodeBytes = 64;
constexpr std::size_t kCountedColumnsAtOnce = 200;
constexpr std::string_view kReplyKind = "version-written-1";

std::string Where(const std::string& name) {
  return Format("column \"{}\"", base::ShownName(name));
}

// What DuckDB says may hold values: only its kind is passed on.
std::unexpected<base::Error> Failure(const base::Error& error, std::string_view doing) {
  switch (error.code) {
    case ErrorCode::kStorageFull:
      return Fail(ErrorCode::kStorageFull, "There is no room to write the version");
    case ErrorCode::kTooLarge:
      return Fail(ErrorCode::kTooLarge, Format("{} needs more memory than allowed", doing), {},
                  "Split the file.");
    case ErrorCode::kInvalid:
      return Fail(ErrorCode::kInvalid, Format("{} failed", doing), {},
                  "Upload the file again; it may have been changed.");
    default:
      return Fail(error.code, Format("{} failed", doing));
  }
}

// --- request and reply --------------------------------------------------------------------------

Json OrderJson(const VersionOrder& order) {
  Schema schema;
  Json::Items strays;
  for (const OrderedColumn& each : order.columns) {
    schema.columns.push_back(each.column);
    if (each.strays_become_empty) strays.emplace_back(each.column.name);
  }
  Json key;
  if (order.key) {
    key = Json::Object({{"column", order.key->column},
                        {"normalisation", KeyNormalisationName(order.key->normalisation)}});
  }
  return Json::Object({{"source", order.source},
                       {"output", order.output},
                       {"schema", SchemaJson(schema)},
                       {"strays_become_empty", Json::Array(std::move(strays))},
                       {"key", std::move(key)}});
}

base::Result<std::optional<DatasetKey>> ReadKey(base::JsonReader& reader) {
  const auto item = TRY(reader.Optional("key"));
  if (!item) return std::optional<DatasetKey>{};
  base::JsonReader inner = TRY(item->Object());
  DatasetKey key;
  key.column = TRY(inner.Text("column", {.min = 1, .max = kMaxColumnNameBytes}));
  const auto name = TRY(inner.Text("normalisation", {.max = kMaxCodeBytes}));
  TRY(inner.Finish());
  const auto normalisation = KeyNormalisationOfName(name);
  if (!normalisation) return Fail(ErrorCode::kInvalid, "There is no normalisation of this name");
  key.normalisation = *normalisation;
  return std::optional(key);
}

base::Result<VersionOrder> ReadOrder(std::string_view request) {
  const Json json = TRY(base::ParseJson(request, kReportJson));
  base::JsonReader reader(json, "request");
  VersionOrder order;
  order.source = TRY(reader.Text("source", {.min = 1, .max = kMaxPathBytes}));
  order.output = TRY(reader.Text("output", {.min = 1, .max = kMaxPathBytes}));
  Schema schema = TRY(ReadSchema(TRY(reader.Field("schema"))));
  for (SchemaColumn& column : schema.columns) order.columns.push_back({std::move(column), false});
  for (const auto& each : TRY(reader.Array("strays_become_empty", {.max = kMaxSchemaColumns}))) {
    const auto name = TRY(each.Text({.max = kMaxColumnNameBytes}));
    const auto found = std::ranges::find_if(
        order.columns, [&](const OrderedColumn& column) { return column.column.name == name; });
    if (found == order.columns.end()) return Fail(ErrorCode::kInvalid, "There is no such column");
    found->strays_become_empty = true;
  }
  order.key = TRY(ReadKey(reader));
  TRY(reader.Finish());
  return order;
}

// --- converting ---------------------------------------------------------------------------------

// The value as text; what is empty counts as null, as it did in the draft.
std::string TextSql(const SourceColumn& column) {
  return Format("nullif(CAST({} AS VARCHAR), '')", column.sql_name);
}

// Where some values do not fit: exactly those of the draft's form are converted. TRY_CAST alone
// would take more, such as blanks at the ends, or leading zeros.
std::optional<std::string> GuardedSql(const SourceColumn& column, const engine::ColumnType& type) {
  const auto guarded = [&](std::string_view form) {
    return Format("CASE WHEN regexp_full_match({0}, '{1}') THEN TRY_CAST({0} AS {2}) END",
                  TextSql(column), form, engine::DuckdbType(type));
  };
  if (type.kind == ColumnKind::kLong) return guarded("0|-?[1-9][0-9]*");
  if (type.kind == ColumnKind::kDate) return guarded("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  return std::nullopt;
}

std::optional<std::string> ValueSql(const SourceColumn& column, const ColumnDraft& draft,
                                    const OrderedColumn& ordered) {
  const engine::ColumnType& type = ordered.column.type;
  if (ordered.strays_become_empty) return GuardedSql(column, type);
  if (type.kind == ColumnKind::kString) return TextSql(column);
  if (type != draft.type.type) return std::nullopt;
  if (!column.declared_name.empty()) {
    return Format("CAST({} AS {})", column.sql_name, engine::DuckdbType(type));
  }
  return engine::TypedSql(draft.type.rule, type, column.sql_name);
}

// A version is in progress: the source as read, what was found in it, and what is asked for.
struct Work {
  const VersionOrder& order;
  const DraftSource& source;
  const std::vector<ColumnDraft>& drafts;
};

base::Result<std::string> SelectSql(const Work& work) {
  std::string list;
  for (std::size_t i = 0; i < work.order.columns.size(); ++i) {
    const OrderedColumn& ordered = work.order.columns[i];
    const auto value = ValueSql(work.source.columns[i], work.drafts[i], ordered);
    if (!value) {
      return Fail(ErrorCode::kInvalid, "The column cannot have this type",
                  Where(ordered.column.name), "Choose the type that the draft found, or string.");
    }
    // In Parquet an instant is marked as UTC only when DuckDB holds it with a zone.
    const bool is_instant = ordered.column.type.kind == ColumnKind::kTimestamp;
    list += Format("{}{} AS {}", list.empty() ? "" : ", ",
                   is_instant ? Format("CAST({} AS TIMESTAMP WITH TIME ZONE)", *value) : *value,
                   engine::SqlName(ordered.column.name));
  }
  return Format("SELECT {} FROM {}", list, work.source.from_sql);
}

base::Result<void> CheckColumns(const Work& work) {
  const bool same = std::ranges::equal(
      work.order.columns, work.source.columns, {},
      [](const OrderedColumn& column) -> const std::string& { return column.column.name; },
      &SourceColumn::name);
  if (same) return {};
  return Fail(ErrorCode::kInvalid, "The file has other columns than its draft", {},
              "Upload the file again; it may have been changed.");
}

base::Result<void> WriteParquet(engine::Duckdb& duckdb, const Work& work) {
  const auto written = duckdb.Execute(Format(
      "COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {}, USE_TMP_FILE false)",
      TRY(SelectSql(work)), engine::SqlText(work.order.output), kRowGroupRows));
  if (!written) return Failure(written.error(), "Converting the file");
  return {};
}

// --- looking at what was written ----------------------------------------------------------------

std::uint64_t NumberOf(const std::optional<std::string>& text) {
  return text ? base::ParseDecimal(*text).value_or(0) : 0;
}

// How many values each column of the written file has. As many as the source, but for what was to
// become empty; otherwise the conversion lost something and there is no version.
base::Result<std::vector<std::uint64_t>> CountEmptied(engine::Duckdb& duckdb, const Work& work) {
  std::vector<std::uint64_t> emptied;
  for (std::size_t first = 0; first < work.order.columns.size(); first += kCountedColumnsAtOnce) {
    const std::size_t last = std::min(first + kCountedColumnsAtOnce, work.order.columns.size());
    std::string sql = "SELECT count(*)";
    for (std::size_t i = first; i < last; ++i) {
      sql += Format(", count({})", engine::SqlName(work.order.columns[i].column.name));
    }
    const auto table = duckdb.Query(
        Format("{} FROM read_parquet({})", sql, engine::SqlText(work.order.output)), 1);
    if (!table) return Failure(table.error(), "Reading the written file");
    const auto& row = table->rows.at(0);
    bool lossless = NumberOf(row[0]) == work.source.rows;
    for (std::size_t i = first; i < last; ++i) {
      const std::uint64_t before = work.source.columns[i].reading.values();
      const std::uint64_t after = NumberOf(row[i - first + 1]);
      lossless = lossless && after <= before &&
                 (after == before || work.order.columns[i].strays_become_empty);
      emptied.push_back(before - std::min(before, after));
    }
    if (!lossless) {
      return Fail(ErrorCode::kInternal, "The written file holds other values than its source");
    }
  }
  return emptied;
}

std::string RowsText(const engine::TextTable& table, std::size_t column) {
  std::string text;
  for (const auto& row : table.rows) {
    text += Format("{}{}", text.empty() ? "" : ", ", row[column].value_or("?"));
  }
  return text;
}

base::Result<engine::TextTable> AskOfKey(engine::Duckdb& duckdb, const std::string& keyed,
                                         std::string_view query) {
  auto table = duckdb.Query(keyed + std::string(query), kShownKeyRows);
  if (!table) return Failure(table.error(), "Comparing the keys");
  return *std::move(table);
}

// Rows are told by their number in the file, from 1, and never by a value.
base::Result<void> CheckKey(engine::Duckdb& duckdb, const VersionOrder& order) {
  if (!order.key) return {};
  const std::string keyed = Format(
      "WITH k AS (SELECT {} AS key, row_number() OVER () AS r FROM read_parquet({})), g AS (SELECT "
      "key, count(*) AS n, min(r, 2) AS first FROM k WHERE key IS NOT NULL GROUP BY key HAVING "
      "count(*) > 1) ",
      NormalisedKeySql(order.key->normalisation,
                       Format("CAST({} AS VARCHAR)", engine::SqlName(order.key->column))),
      engine::SqlText(order.output));
  const auto counts = TRY(AskOfKey(
      duckdb, keyed, "SELECT (SELECT count(*) FROM k WHERE key IS NULL), (SELECT sum(n) FROM g)"));
  const std::uint64_t empty = NumberOf(counts.rows.at(0)[0]);
  if (empty != 0) {
    const auto rows =
        TRY(AskOfKey(duckdb, keyed, "SELECT r FROM k WHERE key IS NULL ORDER BY r LIMIT 10"));
    return Fail(ErrorCode::kInvalid,
                Format("{} rows have no key; the first: {}", empty, RowsText(rows, 0)),
                Where(order.key->column), "Fill them in, or take out these rows.");
  }
  const std::uint64_t doubled = NumberOf(counts.rows.at(0)[1]);
  if (doubled == 0) return {};
  const auto rows = TRY(AskOfKey(
      duckdb, keyed, "SELECT first[1] || ' and ' || first[2] FROM g ORDER BY first[1] LIMIT 10"));
  return Fail(
      ErrorCode::kInvalid,
      Format("{} rows share their key with another row; the first: {}", doubled, RowsText(rows, 0)),
      Where(order.key->column), "Keep one row for each key, or name another key.");
}

// The profile of a version: that of the draft, for the confirmed classes, and what became empty.
Json ProfileJson(const Work& work, const std::vector<std::uint64_t>& emptied) {
  Json::Items columns;
  for (std::size_t i = 0; i < work.order.columns.size(); ++i) {
    const SchemaColumn& column = work.order.columns[i].column;
    ColumnDraft draft = work.drafts[i];
    // Extremes and counts were found under the draft's own type.
    if (column.type != draft.type.type) draft.values.reset();
    columns.push_back(
        VersionProfileJson(column.name, work.source.columns[i].reading, draft, emptied[i]));
  }
  return Json::Array(std::move(columns));
}

ConfirmedClasses ClassesOf(const VersionOrder& order) {
  ConfirmedClasses classes;
  for (const OrderedColumn& each : order.columns) {
    classes.emplace(each.column.name, each.column.Class());
  }
  return classes;
}

}  // namespace

std::string VersionRequestText(const VersionOrder& order) {
  return base::WriteJson(OrderJson(order));
}

base::Result<WrittenVersion> ReadWrittenVersion(std::string_view reply) {
  const Json json = TRY(base::ParseJson(reply, kReportJson));
  base::JsonReader reader(json, "reply");
  WrittenVersion written;
  const auto kind = TRY(reader.Text("kind", {.max = kMaxCodeBytes}));
  if (kind != kReplyKind) return Fail(ErrorCode::kInternal, "A worker gave another kind of reply");
  written.rows = static_cast<std::uint64_t>(
      TRY(reader.Integer("rows", 1, static_cast<std::int64_t>(kMaxRows))));
  written.profile = TRY(reader.Field("profile")).json();
  TRY(reader.Finish());
  return written;
}

base::Result<std::string> WriteVersionFile(base::Files& files, const engine::WorkerContext& context,
                                           std::string_view request) {
  const VersionOrder order = TRY(ReadOrder(request));
  if (context.duckdb == nullptr) {
    return Fail(ErrorCode::kInternal, "The worker has no DuckDB", std::string(kVersionWrite));
  }
  if (std::ranges::find(context.readable_files, order.source) == context.readable_files.end()) {
    return Fail(ErrorCode::kForbidden, "The worker was not given this file", "/source");
  }
  const auto file = TRY(files.Open(order.source, base::OpenMode::kRead));
  const FileFormat format = TRY(FormatOf(*file));
  const DraftSource source = format == FileFormat::kCsv
                                 ? TRY(ReadCsv(*file, order.source))
                                 : TRY(ReadParquet(*file, *context.duckdb, order.source));
  const auto drafts = TRY(DraftColumns(*context.duckdb, source, ClassesOf(order)));
  const Work work{order, source, drafts};
  TRY(CheckColumns(work));
  TRY(WriteParquet(*context.duckdb, work));
  const auto emptied = TRY(CountEmptied(*context.duckdb, work));
  TRY(CheckKey(*context.duckdb, order));
  return base::WriteCanonicalJson(Json::Object(
      {{"kind", kReplyKind}, {"rows", source.rows}, {"profile", ProfileJson(work, emptied)}}));
}

engine::WorkerKind VersionWriteKind() {
  return {.profile = engine::WorkerProfile::kTrusted,
          .run = [](const engine::WorkerContext& context, std::string_view request) {
            const auto world = base::MakeRealWorld();
            return WriteVersionFile(world->files(), context, request);
          }};
}

}  // namespace catalogue
