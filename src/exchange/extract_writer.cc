#include "exchange/extract_writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agreements/policy_check.h"
#include "agreements/policy_compiler.h"
#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/json_reader.h"

namespace exchange {
namespace {

using agreements::CompiledPolicy;
using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;
using engine::WorkerContext;

constexpr base::JsonLimits kOrderJson{
    .max_bytes = std::size_t{16} << 20U, .max_depth = 32, .max_values = 500'000};
constexpr std::size_t kMaxPathBytes = 4'096;  // PATH_MAX
constexpr std::size_t kMaxKindBytes = 64;
constexpr std::size_t kMaxCounts = 10'000;
constexpr std::int64_t kMaxCount = (1LL << 53U) - 1;
constexpr std::uint64_t kRowGroupRows = 122'880;  // a multiple of DuckDB's 2,048
constexpr std::string_view kWrittenReply = "extract-written-1";
constexpr std::string_view kCountedReply = "extract-counted-1";

// --- request and replies -------------------------------------------------------------------------

Json SourceJson(const ExtractSource& source) {
  return Json::Object({{"path", source.path}, {"schema", catalogue::SchemaJson(source.schema)}});
}

base::Result<ExtractSource> ReadSource(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  ExtractSource source;
  source.path = TRY(reader.Text("path", {.min = 1, .max = kMaxPathBytes}));
  source.schema = TRY(catalogue::ReadSchema(TRY(reader.Field("schema"))));
  TRY(reader.Finish());
  return source;
}

base::Result<ExtractOrder> ReadOrder(std::string_view request) {
  const Json json = TRY(base::ParseJson(request, kOrderJson));
  base::JsonReader reader(json, "request");
  ExtractOrder order;
  order.policy = TRY(agreements::ReadPolicy(TRY(reader.Field("policy"))));
  order.dataset = TRY(ReadSource(TRY(reader.Field("dataset"))));
  if (const auto list = TRY(reader.Optional("list"))) order.list = TRY(ReadSource(*list));
  if (auto key = TRY(reader.OptionalText("token_key", {.max = 2 * engine::kTokenKeyBytes}))) {
    order.token_key = base::HexDecode(*key).value_or("");
    base::Wipe(*key);
  }
  order.output =
      TRY(reader.OptionalText("output", {.min = 1, .max = kMaxPathBytes})).value_or(std::string());
  TRY(reader.Finish());
  return order;
}

base::Result<std::uint64_t> Count(base::JsonReader& reader, std::string_view name) {
  return static_cast<std::uint64_t>(TRY(reader.Integer(name, 0, kMaxCount)));
}

base::Result<std::vector<std::uint64_t>> Counts(base::JsonReader& reader, std::string_view name) {
  std::vector<std::uint64_t> counts;
  for (const auto& item : TRY(reader.Array(name, {.max = kMaxCounts}))) {
    counts.push_back(static_cast<std::uint64_t>(TRY(item.Integer(0, kMaxCount))));
  }
  return counts;
}

base::Result<void> ReadKind(base::JsonReader& reader, std::string_view kind) {
  if (TRY(reader.Text("kind", {.max = kMaxKindBytes})) == kind) return {};
  return Fail(ErrorCode::kInvalid, "A worker gave another kind of reply");
}

base::Result<std::uint64_t> ReadWritten(std::string_view reply) {
  const Json json = TRY(base::ParseCanonicalJson(reply, kOrderJson));
  base::JsonReader reader(json, "reply");
  TRY(ReadKind(reader, kWrittenReply));
  const std::uint64_t rows = TRY(Count(reader, "rows"));
  TRY(reader.Finish());
  return rows;
}

base::Result<RehearsalCounts> ReadCounted(std::string_view reply) {
  const Json json = TRY(base::ParseCanonicalJson(reply, kOrderJson));
  base::JsonReader reader(json, "reply");
  TRY(ReadKind(reader, kCountedReply));
  RehearsalCounts counts;
  counts.rows.rows = TRY(Count(reader, "rows"));
  counts.rows.matched = TRY(Count(reader, "matched"));
  counts.rows.after_step = TRY(Counts(reader, "after_step"));
  counts.rows.left_empty = TRY(Counts(reader, "left_empty"));
  if (const auto list = TRY(reader.Optional("list"))) {
    base::JsonReader inner = TRY(list->Object());
    counts.list = agreements::ListCounts{.rows = TRY(Count(inner, "rows")),
                                         .entries = TRY(Count(inner, "entries")),
                                         .keys = TRY(Count(inner, "keys"))};
    TRY(inner.Finish());
  }
  TRY(reader.Finish());
  return counts;
}

// The worker may have been hijacked by a file.
std::unexpected<base::Error> NoReply(const base::Error& error) {
  return Fail(ErrorCode::kUnavailable, "A worker process sent a reply that is none", error.where);
}

Json NumbersJson(const std::vector<std::uint64_t>& numbers) {
  return Json::Array({numbers.begin(), numbers.end()});
}

// --- the work ------------------------------------------------------------------------------------

// What DuckDB says may hold values: only its kind is passed on.
std::unexpected<base::Error> Failure(const base::Error& error) {
  switch (error.code) {
    case ErrorCode::kStorageFull:
      return Fail(ErrorCode::kStorageFull, "There is no room to make the extract");
    case ErrorCode::kTooLarge:
      return Fail(ErrorCode::kTooLarge, "Making the extract needs more memory than allowed");
    default:
      return Fail(error.code, "The extract could not be made", {},
                  "Look whether the version still has the types of its schema.");
  }
}

base::Result<void> CheckGranted(const WorkerContext& context, const ExtractSource& source) {
  if (std::ranges::find(context.readable_files, source.path) != context.readable_files.end()) {
    return {};
  }
  return Fail(ErrorCode::kForbidden, "The worker was not given a file that it is to read");
}

// The policy as SQL over the granted files, and the list found fit for it.
struct Prepared {
  CompiledPolicy compiled;
  std::optional<agreements::ListCounts> list;
};

base::Result<Prepared> Prepare(const WorkerContext& context, const ExtractOrder& order) {
  TRY(CheckGranted(context, order.dataset));
  if (order.list) TRY(CheckGranted(context, *order.list));
  const auto source = [](const ExtractSource& each) {
    return agreements::ParquetSource({&each.path, 1}, each.schema);
  };
  agreements::PolicySources sources{.dataset = source(order.dataset), .list = {}};
  if (order.list) sources.list = source(*order.list);
  Prepared prepared;
  prepared.compiled = TRY(agreements::CompilePolicy(
      order.policy,
      {.dataset = &order.dataset.schema, .list = order.list ? &order.list->schema : nullptr},
      sources));
  if (order.policy.member_of) {
    prepared.list = TRY(agreements::CountList(*context.duckdb, prepared.compiled));
    TRY(agreements::CheckList(*order.policy.member_of, *prepared.list));
  }
  return prepared;
}

base::Result<std::uint64_t> RowsOf(engine::Duckdb& duckdb, const std::string& path) {
  const auto table =
      duckdb.Query(Format("SELECT count(*) FROM read_parquet([{}])", engine::SqlText(path)), 1);
  if (!table) return Failure(table.error());
  const auto text = table->rows.empty() ? std::nullopt : table->rows.front().front();
  const auto rows = text ? base::ParseDecimal(*text) : std::nullopt;
  if (!rows) return Fail(ErrorCode::kInternal, "A count has another form");
  return *rows;
}

base::Result<void> CheckContext(const WorkerContext& context, std::string_view kind) {
  if (context.duckdb != nullptr) return {};
  return Fail(ErrorCode::kInternal, "The worker has no DuckDB", std::string(kind));
}

}  // namespace

std::string ExtractRequestText(const ExtractOrder& order) {
  Json::Members members;
  members.emplace_back("dataset", SourceJson(order.dataset));
  if (order.list) members.emplace_back("list", SourceJson(*order.list));
  if (!order.output.empty()) members.emplace_back("output", order.output);
  members.emplace_back("policy", agreements::PolicyJson(order.policy));
  if (!order.token_key.empty()) {
    members.emplace_back("token_key", base::HexEncode(order.token_key));
  }
  return base::WriteJson(Json::Object(std::move(members)));
}

base::Result<std::uint64_t> ReadWrittenExtract(std::string_view reply) {
  auto rows = ReadWritten(reply);
  if (!rows) return NoReply(rows.error());
  return rows;
}

base::Result<RehearsalCounts> ReadRehearsalCounts(std::string_view reply) {
  auto counts = ReadCounted(reply);
  if (!counts) return NoReply(counts.error());
  return counts;
}

base::Result<std::string> WriteExtractFile(const WorkerContext& context, std::string_view request) {
  ExtractOrder order = TRY(ReadOrder(request));
  TRY(CheckContext(context, kExtractWrite));
  if (order.output.empty())
    return Fail(ErrorCode::kInvalid, "There is no file to write", "/output");
  const auto registered = agreements::RegisterPolicyFunctions(*context.duckdb, order.token_key);
  base::Wipe(order.token_key);
  TRY(registered);
  const Prepared prepared = TRY(Prepare(context, order));
  const auto written = context.duckdb->Execute(Format(
      "COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {}, USE_TMP_FILE false)",
      prepared.compiled.extract_sql, engine::SqlText(order.output), kRowGroupRows));
  if (!written) return Failure(written.error());
  const std::uint64_t rows = TRY(RowsOf(*context.duckdb, order.output));
  return base::WriteCanonicalJson(Json::Object({{"kind", kWrittenReply}, {"rows", rows}}));
}

base::Result<std::string> CountExtract(const WorkerContext& context, std::string_view request) {
  const ExtractOrder order = TRY(ReadOrder(request));
  TRY(CheckContext(context, kExtractCount));
  TRY(agreements::RegisterPolicyFunctions(*context.duckdb));
  const Prepared prepared = TRY(Prepare(context, order));
  const auto counts = TRY(agreements::CountRows(*context.duckdb, prepared.compiled));
  Json list;
  if (prepared.list) {
    list = Json::Object({{"entries", prepared.list->entries},
                         {"keys", prepared.list->keys},
                         {"rows", prepared.list->rows}});
  }
  return base::WriteCanonicalJson(Json::Object({{"after_step", NumbersJson(counts.after_step)},
                                                {"kind", kCountedReply},
                                                {"left_empty", NumbersJson(counts.left_empty)},
                                                {"list", std::move(list)},
                                                {"matched", counts.matched},
                                                {"rows", counts.rows}}));
}

engine::WorkerKind ExtractWriteKind() {
  return {.profile = engine::WorkerProfile::kTrusted, .run = WriteExtractFile};
}

engine::WorkerKind ExtractCountKind() {
  return {.profile = engine::WorkerProfile::kQuery, .run = CountExtract};
}

}  // namespace exchange
