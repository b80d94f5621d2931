#include "api/api.h"

#include <algorithm>
#include <string>

#include "api/openapi.h"
#include "api/problem.h"
#include "api/request_check.h"
#include "api/route_table.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "http/server.h"

namespace api {
namespace {

using base::ErrorCode;
using http::Method;

constexpr std::string_view kPrefix = "/api/";
constexpr std::string_view kTextsPrefix = "/log/texts/";

void AddHeader(http::Response& response, std::string_view name, std::string_view value) {
  CHECK(response.headers.Add(name, value).has_value());  // made of words and ids of ours
}

bool IsPlace(std::string_view part) { return part.starts_with('{'); }

// The values of the template's places, when the path fits it.
std::optional<std::vector<std::string>> Places(std::string_view route, std::string_view path) {
  const auto wanted = base::Split(route, '/', kMaxPathParts);
  const auto given = base::Split(path, '/', kMaxPathParts);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (IsPlace(wanted[i])) {
      if (given[i].empty()) return std::nullopt;
      places.emplace_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return places;
}

// HEAD is answered as GET; the server leaves the body out.
bool Serves(const Route& route, Method method) {
  return route.method == method || (route.method == Method::kGet && method == Method::kHead);
}

// 405 must name what is allowed (RFC 9110, 15.5.6).
http::Response WrongMethod(const std::string& allowed, const http::Request& request) {
  http::Response response = ProblemResponse(
      {ErrorCode::kMethodNotAllowed, "This address does not have this method", {}, {}}, request);
  AddHeader(response, "Allow", allowed);
  return response;
}

// What a route says of its reply, in place of what a handler might have thought.
http::Response ResponseOf(const Route& route, Answer answer) {
  if (answer.response) return std::move(*answer.response);
  const bool has_body =
      std::holds_alternative<JsonReply>(route.reply.body) && !answer.replayed_status;
  http::Response response;
  response.status = answer.replayed_status.value_or(route.reply.status);
  if (has_body) {
    response = http::MakeResponse(response.status, "application/json",
                                  base::WriteJson(answer.body) + "\n");
  }
  if (!answer.location.empty()) AddHeader(response, "Location", answer.location);
  if (!answer.etag.empty()) AddHeader(response, "ETag", base::Format("\"{}\"", answer.etag));
  if (answer.replayed_status) AddHeader(response, "Idempotency-Replayed", "true");
  return response;
}

}  // namespace

Api::Api(const Services& services) : services_(services), routes_(AllRoutes()) {}

bool Api::Owns(std::string_view path) {
  return path.starts_with(kPrefix) || path.starts_with(kTextsPrefix);
}

http::Response Api::Handle(const http::Request& request) const {
  std::string allowed;
  for (const Route& route : routes_) {
    auto places = Places(route.path, request.path);
    if (!places) continue;
    if (Serves(route, request.method)) {
      http::Response response = Run(route, request, std::move(*places));
      if (!response.headers.Find("Cache-Control")) AddHeader(response, "Cache-Control", "no-store");
      AddHeader(response, "X-Content-Type-Options", "nosniff");
      AddHeader(response, "Tabularium-Request-Id", request.id.Text());
      return response;
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += http::NameOf(route.method);
  }
  if (!allowed.empty()) return WrongMethod(allowed, request);
  return ProblemResponse({ErrorCode::kNotFound, "There is nothing at this address", {}, {}},
                         request);
}

http::Response Api::Run(const Route& route, const http::Request& request,
                        std::vector<std::string> places) const {
  auto call = CheckRequest(route, request, std::move(places));
  if (!call) return ProblemResponse(call.error(), request);
  auto answer = route.handler(services_, *call);
  if (answer) return ResponseOf(route, std::move(*answer));
  const base::ErrorCode code = answer.error().code;
  if (code == ErrorCode::kInternal || code == ErrorCode::kDamaged ||
      code == ErrorCode::kUnavailable) {
    services_.events.Write(base::LogLevel::kError, "api.failed",
                           {{"request", request.id}, {"error", code}});
  }
  return ProblemResponse(answer.error(), request);
}

std::uint64_t Api::BodyLimit(Method method, std::string_view path) const {
  std::uint64_t limit = http::kDefaultBodyBytes;
  for (const Route& route : routes_) {
    if (route.method != method || !Places(route.path, path)) continue;
    if (const auto* json = std::get_if<JsonBody>(&route.body)) limit = json->max_bytes;
    if (const auto* bytes = std::get_if<BytesBody>(&route.body)) limit = bytes->max_bytes;
  }
  return std::min(limit, kMaxBodyBytes);
}

}  // namespace api
