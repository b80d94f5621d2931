// What a route is: one row of the table from which requests are answered and openapi.json is made.
//
// A route says everything that a client must know: method, path, who may ask, what the body and the
// reply are. None of it has a default, so a route without a schema does not compile. There is no
// middleware: a handler shows, in this order, who asks (Authenticate), whether it was done before
// (Once), and the act.
//
// Thread safety: values; a Call belongs to its request's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/json_schema.h"
#include "base/json.h"
#include "base/result.h"
#include "http/message.h"

namespace api {

struct Services;

inline constexpr std::size_t kMaxPathParts = 16;

// --- what comes
// -----------------------------------------------------------------------------------

struct NoBody {};
struct JsonBody {
  JsonSchema schema;
  std::uint64_t max_bytes = 1024 * 1024;
};
// Bytes of one of these media types, as they are.
struct BytesBody {
  std::vector<std::string> media_types;
  std::uint64_t max_bytes = 0;
};
// The first has no default, so none of them is taken where nothing is said.
using RequestBody = std::variant<JsonBody, BytesBody, NoBody>;

enum class Asker : unsigned char {
  kAnybody,
  kBearer,        // a token or a session of the API, in the header Authorization
  kAnybodyKnown,  // anybody, and who shows who they are may see more
};

struct QueryRow {
  std::string name;
  JsonSchema schema;  // of the text
};

struct Call {
  const http::Request& request;
  std::vector<std::string> places;  // what stands in the path's {places}, in order
  base::Json body;                  // checked against the route's schema; null without one

  [[nodiscard]] std::optional<std::string_view> Query(std::string_view name) const {
    return request.Parameter(name);
  }
  // A member of the body that its schema requires to be a text.
  [[nodiscard]] const std::string& Text(std::string_view name) const;
  // One that may be missing or null.
  [[nodiscard]] std::optional<std::string> OptionalText(std::string_view name) const;
};

// --- what goes
// ------------------------------------------------------------------------------------

struct NoReply {};
struct JsonReply {
  JsonSchema schema;
};
// Bytes of one of these media types.
struct BytesReply {
  std::vector<std::string> media_types;
};
using ReplyBody = std::variant<JsonReply, BytesReply, NoReply>;  // as above

struct Reply {
  int status;
  ReplyBody body;
};

// An answer that went well.
struct Answer {
  base::Json body{};       // of a JsonReply
  std::string location{};  // of what was made
  std::string etag{};      // of a state that may be changed, without its quotation marks
  // The effect was had by an earlier request with this Idempotency-Key: no body, and its status.
  std::optional<int> replayed_status{};
  // In place of all this, for a BytesReply.
  std::optional<http::Response> response{};
};

using RouteHandler = base::Result<Answer> (*)(const Services& services, const Call& call);

struct Route {
  http::Method method;
  std::string path;       // "/api/v1/grants/{id}"; a place matches one part
  std::string operation;  // "withdrawGrant": the operationId
  std::string summary;    // one sentence
  Asker asker;
  std::vector<QueryRow> query;
  RequestBody body;
  Reply reply;
  RouteHandler handler;
};

}  // namespace api
