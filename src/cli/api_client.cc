#include "cli/api_client.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Json;
using http::Method;

constexpr std::string_view kRoot = "/api/v1";
constexpr std::string_view kProblemStem = "/errors/";
constexpr std::size_t kMaxTokenBytes = 256;
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kMaxPieceBytes = 128;
constexpr base::JsonLimits kReplyJson{
    .max_bytes = std::size_t{256} << 20U, .max_depth = 64, .max_values = 10'000'000};

bool IsWell(int status) { return status >= 200 && status < 300; }

// The row of the table of errors that a reply means.
ErrorCode CodeOfReply(const Json& problem, int status) {
  const std::string type = TextMember(problem, "type");
  for (const base::ErrorRow& row : base::ErrorTable()) {
    if (type.starts_with(kProblemStem) && type.substr(kProblemStem.size()) == row.name) {
      return row.code;
    }
  }
  for (const base::ErrorRow& row : base::ErrorTable()) {
    if (row.http_status == status) return row.code;
  }
  return ErrorCode::kUnavailable;
}

}  // namespace

base::Result<std::string> PathPiece(std::string_view word, std::string where) {
  const bool is_piece =
      !word.empty() && word.size() <= kMaxPieceBytes && std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  if (is_piece) return std::string(word);
  return base::Fail(ErrorCode::kInvalid, "This cannot be the name or number of anything here",
                    std::move(where), "Use letters, digits, - and _, as the server wrote it.");
}

std::string TextMember(const Json& json, std::string_view name) {
  const Json* found = json.Find(name);
  return found != nullptr && found->kind() == Json::Kind::kString ? found->AsString() : "";
}

std::int64_t IntegerMember(const Json& json, std::string_view name) {
  const Json* found = json.Find(name);
  return found != nullptr && found->kind() == Json::Kind::kInteger ? found->AsInteger() : 0;
}

Json::Items ArrayMember(const Json& json, std::string_view name) {
  const Json* found = json.Find(name);
  return found != nullptr && found->kind() == Json::Kind::kArray ? found->AsArray() : Json::Items{};
}

base::Result<std::string> ReadToken(const CommandContext& context, const std::string& token_path) {
  std::string token = context.environment_token;
  if (!token_path.empty()) {
    token = TRY(base::ReadWholeFile(context.world.files(), token_path, kMaxTokenBytes));
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  }
  if (token.empty() && token_path.empty()) {
    return base::Fail(ErrorCode::kUnauthenticated, "There is no token to ask with", "--token-file",
                      "Name a file that holds one, or set TABULARIUM_TOKEN; `tabularium token "
                      "make` makes one.");
  }
  const bool is_visible = std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
  if (token.empty() || token.size() > kMaxTokenBytes || !is_visible) {
    return base::Fail(ErrorCode::kInvalid, "This is no token",
                      token_path.empty() ? "TABULARIUM_TOKEN" : token_path,
                      "It is one line that begins tab_, and nothing else.");
  }
  return token;
}

base::Error ErrorOfReply(const http::ClientReply& reply, std::string_view target) {
  const auto parsed = base::ParseJson(reply.body, kReplyJson);
  const Json problem = parsed ? *parsed : Json();
  base::Error error{.code = CodeOfReply(problem, reply.status),
                    .what = TextMember(problem, "detail"),
                    .where = TextMember(problem, "where"),
                    .remedy = TextMember(problem, "remedy")};
  if (error.what.empty()) error.what = base::Format("The server answered {}", reply.status);
  if (error.where.empty()) error.where = target;
  if (const auto wait = base::ParseDecimal(reply.Find("Retry-After").value_or(""))) {
    error.remedy += base::Format(" Try again in {} seconds.", *wait);
  }
  return error;
}

base::Result<std::unique_ptr<ApiClient>> ApiClient::Open(const CommandContext& context,
                                                         const std::string& server,
                                                         std::string bearer) {
  auto client = TRY(http::Client::Open(server));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<ApiClient>(new ApiClient(context, std::move(client), std::move(bearer)));
}

std::vector<http::Header> ApiClient::Headers(const std::string& media_type) {
  std::vector<http::Header> headers;
  if (!bearer_.empty()) headers.push_back({"Authorization", "Bearer " + bearer_});
  if (!media_type.empty()) headers.push_back({"Content-Type", media_type});
  return headers;
}

base::Result<Json> ApiClient::Ask(Method method, std::string_view target,
                                  const std::string& media_type, const std::string& body) {
  auto headers = Headers(media_type);
  // Each write counts once: the key says so to a server that gets it twice.
  if (method != Method::kGet && !bearer_.empty()) {
    headers.push_back(
        {"Idempotency-Key", base::HexEncode(context_.world.randomness().Bytes(kKeyBytes))});
  }
  const std::string path = base::Format("{}{}", kRoot, target);
  const auto reply = TRY(client_->Ask(method, path, headers, body));
  if (!IsWell(reply.status)) return base::Fail(ErrorOfReply(reply, path));
  if (reply.body.empty()) return Json();
  auto json = base::ParseJson(reply.body, kReplyJson);
  if (json) return json;
  return base::Fail(ErrorCode::kUnavailable, "The server's answer is no JSON", path,
                    "Look whether the address is that of a Tabularium server.");
}

base::Result<Json> ApiClient::Get(std::string_view target) {
  return Ask(Method::kGet, target, {}, {});
}

base::Result<Json> ApiClient::Post(std::string_view target, const Json& body) {
  return Ask(Method::kPost, target, "application/json", base::WriteJson(body));
}

base::Result<Json> ApiClient::Delete(std::string_view target) {
  return Ask(Method::kDelete, target, {}, {});
}

base::Result<Json> ApiClient::Upload(std::string_view target, const std::string& media_type,
                                     const std::string& bytes) {
  return Ask(Method::kPost, target, media_type, bytes);
}

base::Result<http::ClientReply> ApiClient::PostInto(std::string_view target, const Json& body,
                                                    const http::BodySink& sink,
                                                    const http::HeadLook& look) {
  const std::string path = base::Format("{}{}", kRoot, target);
  auto reply = TRY(client_->AskInto(Method::kPost, path, Headers("application/json"),
                                    base::WriteJson(body), sink, look));
  if (reply.status != 200) return base::Fail(ErrorOfReply(reply, path));
  return reply;
}

base::Result<std::string> ApiClient::Fetch(std::string_view target) {
  const std::string path = base::Format("{}{}", kRoot, target);
  auto reply = TRY(client_->Ask(Method::kGet, path, Headers({}), {}));
  if (reply.status != 200) return base::Fail(ErrorOfReply(reply, path));
  return std::move(reply.body);
}

}  // namespace cli
