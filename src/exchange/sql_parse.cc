#include "exchange/sql_parse.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json_reader.h"
#include "base/json_text.h"
#include "exchange/sql_tree.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::size_t kExactDigits = 15;
constexpr const char* kReplyKind = "sql-tree-1";
constexpr const char* kTooDeep = "The SQL is nested too deeply, or lists too much";
constexpr const char* kTooDeepRemedy =
    "Use WITH, IN and parameters, or fewer brackets and operators in a row.";

// How DuckDB 1.5 begins what it says of nesting that is beyond its parser.
constexpr std::string_view kDuckdbTooDeep[] = {"Max expression depth limit", "memory exhausted"};
constexpr std::string_view kDuckdbNoSelect = "Only SELECT statements";

// A request has each byte of the SQL escaped at worst.
constexpr base::JsonLimits kRequestLimits{
    .max_bytes = 7 * kMaxSqlBytes, .max_depth = 2, .max_values = 4};
// The reply wraps the tree.
constexpr base::JsonLimits kReplyLimits{.max_bytes = base::kSyntaxTreeJson.max_bytes + 1'024,
                                        .max_depth = base::kSyntaxTreeJson.max_depth + 2,
                                        .max_values = base::kSyntaxTreeJson.max_values + 8};

Json Reply(Json statements, Json error) {
  return Json::Object(
      {{"kind", kReplyKind}, {"statements", std::move(statements)}, {"error", std::move(error)}});
}

base::Result<std::string> Refusal(std::string_view code, std::string_view message, Json position) {
  return base::WriteCanonicalJson(
      Reply(Json::Array({}),
            Json::Object({{"code", code}, {"message", message}, {"position", position}})));
}

bool IsTooDeep(std::string_view message) {
  return std::ranges::any_of(
      kDuckdbTooDeep, [message](std::string_view start) { return message.starts_with(start); });
}

// DuckDB counts characters in the place of a syntax error, and bytes in a tree.
std::size_t ByteOfCharacter(std::string_view sql, std::uint64_t character) {
  std::size_t at = 0;
  for (; at < sql.size(); ++at) {
    const bool is_start = (static_cast<unsigned char>(sql[at]) & 0xC0U) != 0x80U;
    if (is_start && character-- == 0) break;
  }
  return at;
}

base::Result<std::string> DuckdbRefusal(const Json& said, std::string_view sql) {
  const Json* message = said.Find("error_message");
  const bool is_text = message != nullptr && message->kind() == Json::Kind::kString;
  const std::string text = is_text ? message->AsString() : "DuckDB gave no reason";
  Json place;
  const Json* position = said.Find("position");  // a text of digits
  if (position != nullptr && position->kind() == Json::Kind::kString) {
    const auto character = base::ParseDecimal(position->AsString());
    if (character) place = Json(ByteOfCharacter(sql, *character));
  }
  return Refusal(IsTooDeep(text) ? "too-large" : "invalid", text, std::move(place));
}

bool IsNumberCharacter(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool IsShortInteger(std::string_view number) {
  if (number.starts_with('-')) number.remove_prefix(1);
  return !number.empty() && number.size() <= kExactDigits &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

// The end of the string that begins at `at`, behind its closing quote.
std::size_t EndOfString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

// The end of a word of letters or of a number that begins at `at`.
std::size_t EndOfWord(std::string_view json, std::size_t at) {
  constexpr std::string_view kEnds = ",:{}[]\" \t\r\n";
  return std::min(json.find_first_of(kEnds, at), json.size());
}

}  // namespace

// A scan that knows strings from the rest, and nothing more: what comes out is parsed strictly
// afterwards. DuckDB writes 2^64-1 for "no location", 128 bits as halves, and Infinity as a word.
std::string WithoutLongNumbers(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 8);
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    const bool is_number = IsNumberCharacter(c) && c != 'e' && c != 'E';
    if (!is_number && c != '"' && c != 'I' && c != 'N') {
      out += c;
      ++at;
      continue;
    }
    const std::size_t end = c == '"' ? EndOfString(json, at) : EndOfWord(json, at);
    const std::string_view token = json.substr(at, end - at);
    const bool is_kept = c == '"' || (is_number && IsShortInteger(token));
    if (!is_kept) out += '"';
    out += token;
    if (!is_kept) out += '"';
    at = end;
  }
  return out;
}

base::Result<std::string> ParseSqlInWorker(const engine::WorkerContext& context,
                                           std::string_view request) {
  if (context.duckdb == nullptr) {
    return Fail(ErrorCode::kInternal, "The worker has no DuckDB", std::string(kSqlParse));
  }
  const Json json = TRY(base::ParseJson(request, kRequestLimits));
  base::JsonReader reader(json, "request");
  const std::string sql = TRY(reader.Text("sql", {.max = kMaxSqlBytes}));
  TRY(reader.Finish());
  // The text is a literal of one statement of ours, so that it is parsed and never run.
  const auto table =
      TRY(context.duckdb->Query("SELECT json_serialize_sql(" + engine::SqlText(sql) + ")", 1));
  if (table.rows.size() != 1 || table.rows[0].size() != 1 || !table.rows[0][0]) {
    return Fail(ErrorCode::kInternal, "DuckDB gave no syntax tree", std::string(kSqlParse));
  }
  const auto tree = base::ParseJson(WithoutLongNumbers(*table.rows[0][0]), base::kSyntaxTreeJson);
  if (!tree) {
    const bool is_large = tree.error().code == ErrorCode::kTooLarge;
    return Refusal(is_large ? "too-large" : "invalid",
                   is_large ? kTooDeep : "The syntax tree cannot be read", {});
  }
  const Json* failed = tree->Find("error");
  const Json* statements = tree->Find("statements");
  if (failed == nullptr || *failed != Json(false) || statements == nullptr) {
    return DuckdbRefusal(*tree, sql);
  }
  return base::WriteCanonicalJson(Reply(*statements, {}));
}

engine::WorkerKind SqlParseKind() {
  return {.profile = engine::WorkerProfile::kQuery, .run = ParseSqlInWorker};
}

engine::WorkerStart SqlParseStart(std::string library_path) {
  engine::WorkerStart start;
  start.library_path = std::move(library_path);
  start.kind = kSqlParse;
  start.profile = engine::WorkerProfile::kQuery;
  start.limits.threads = 1;
  return start;
}

base::Result<std::string> SqlParseRequest(std::string_view sql) {
  if (sql.size() > kMaxSqlBytes) {
    return Fail(ErrorCode::kTooLarge, base::Format("The SQL has more than {} bytes", kMaxSqlBytes),
                "the SQL", "Ask for less at once, and pass lists as parameters.");
  }
  if (!base::IsUtf8(sql) || sql.contains('\0')) {
    return Fail(ErrorCode::kInvalid, "The SQL holds a byte that is no UTF-8, or a zero byte",
                SqlPlace(sql, std::min(base::ValidUtf8Bytes(sql), sql.find('\0'))),
                "Send UTF-8 text.");
  }
  return base::WriteCanonicalJson(Json::Object({{"sql", sql}}));
}

base::Result<Json> ReadSqlParseReply(std::string_view sql, std::string_view reply) {
  const Json json = TRY(base::ParseJson(reply, kReplyLimits));
  const Json* statements = json.Find("statements");
  const Json* error = json.Find("error");
  const Json* kind = json.Find("kind");
  if (kind == nullptr || *kind != Json(kReplyKind) || statements == nullptr || error == nullptr) {
    return Fail(ErrorCode::kInternal, "The worker gave another reply than agreed",
                std::string(kSqlParse));
  }
  if (error->kind() == Json::Kind::kNull) return *statements;
  base::JsonReader reader(*error, "error");
  const std::string code = TRY(reader.Text("code", {.max = 16}));
  const std::string message = TRY(reader.Text("message", {.max = kReplyLimits.max_bytes}));
  const auto position = TRY(reader.OptionalInteger("position", 0, kMaxSqlBytes));
  TRY(reader.Finish());
  std::optional<std::size_t> byte;
  if (position) byte = static_cast<std::size_t>(*position);
  const std::string place = SqlPlace(sql, byte);
  if (code == "too-large") return Fail(ErrorCode::kTooLarge, kTooDeep, place, kTooDeepRemedy);
  if (message.starts_with(kDuckdbNoSelect)) {
    return Fail(ErrorCode::kInvalid, "The SQL is no SELECT", place, "Send exactly one SELECT.");
  }
  return Fail(ErrorCode::kInvalid, "The SQL cannot be read: " + message, place,
              "Correct the SQL there.");
}

base::Result<Json> ParseSql(engine::WorkerPool& pool, std::string_view sql,
                            std::int64_t deadline_ms) {
  const std::string request = TRY(SqlParseRequest(sql));
  // Taken here and not by pool.Ask, so that a worker that is missing differs from one that died.
  auto loan = TRY(pool.Take(kSqlParse));
  const auto reply = loan.Ask(request, deadline_ms);
  if (!reply && reply.error().code == ErrorCode::kUnavailable) {
    return Fail(ErrorCode::kTooLarge, "The SQL is more than the parser can read", "the SQL",
                kTooDeepRemedy);
  }
  return ReadSqlParseReply(sql, TRY(reply));
}

}  // namespace exchange
