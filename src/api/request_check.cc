#include "api/request_check.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"

namespace api {
namespace {

using base::ErrorCode;

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kMaxAcceptedTypes = 100;

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "text/csv" of "text/csv; charset=utf-8"
std::string_view EssenceOf(std::string_view media_type) {
  return Trimmed(media_type.substr(0, media_type.find(';')));
}

// No encoding is taken: a small body that grows large would pass every limit.
base::Result<void> CheckMediaType(const http::Request& request,
                                  const std::vector<std::string>& wanted) {
  if (request.headers.Find("Content-Encoding")) {
    return base::Fail(ErrorCode::kUnsupported, "A body is taken without any encoding",
                      "Content-Encoding", "Send it as it is.");
  }
  const std::string_view given = EssenceOf(request.headers.Find("Content-Type").value_or(""));
  const bool fits = std::ranges::any_of(
      wanted, [&](const std::string& each) { return http::SameToken(each, given); });
  if (fits) return {};
  std::string remedy = "Send one of:";
  for (const std::string& each : wanted) remedy += " " + each;
  return base::Fail(ErrorCode::kUnsupported, "The body has another media type", "Content-Type",
                    remedy + ".");
}

// What is no JSON at all is the request's fault (400); JSON of another shape is the input's (422).
base::Result<base::Json> ReadJsonBody(const JsonBody& body, const http::Request& request) {
  TRY(CheckMediaType(request, {std::string(kJson)}));
  auto json = base::ParseJson(request.body, base::kRequestJson);
  if (!json) {
    base::Error error = json.error();
    if (error.code == ErrorCode::kInvalid) error.code = ErrorCode::kMalformed;
    return base::Fail(std::move(error));
  }
  TRY(body.schema.Check(*json));
  return std::move(*json);
}

// Twice is refused: two readers could take the first and the last.
base::Result<void> CheckQuery(const Route& route, const http::Request& request) {
  for (const http::QueryParameter& each : request.query) {
    const auto row = std::ranges::find(route.query, each.name, &QueryRow::name);
    if (row == route.query.end()) {
      return base::Fail(ErrorCode::kInvalid, "There is no query parameter of this name here",
                        "?" + base::ShownName(each.name), "Leave it out, or correct its name.");
    }
    const auto count = std::ranges::count(request.query, each.name, &http::QueryParameter::name);
    if (count > 1) {
      return base::Fail(ErrorCode::kInvalid, "A query parameter comes twice", "?" + row->name);
    }
    auto fits = row->schema.CheckText(each.value);
    if (!fits) {
      fits.error().where = "?" + row->name;
      return base::Fail(fits.error());
    }
  }
  return {};
}

// Whether one part of Accept takes the type: "*/*", "text/*", "text/csv;q=0.5".
bool Takes(std::string_view accepted, std::string_view type) {
  const std::string_view range = EssenceOf(accepted);
  if (range == "*/*" || http::SameToken(range, type)) return true;
  return range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1));
}

base::Result<void> CheckAccept(const Route& route, const http::Request& request) {
  const auto accept = request.headers.Find("Accept");
  if (!accept || std::holds_alternative<NoReply>(route.reply.body)) return {};
  std::vector<std::string> types{std::string(kJson)};
  if (const auto* bytes = std::get_if<BytesReply>(&route.reply.body)) types = bytes->media_types;
  for (const std::string_view each : base::Split(*accept, ',', kMaxAcceptedTypes)) {
    if (std::ranges::any_of(types, [&](const std::string& type) { return Takes(each, type); })) {
      return {};
    }
  }
  return base::Fail(ErrorCode::kNotAcceptable, "This address gives none of these media types",
                    "Accept");
}

}  // namespace

base::Result<Call> CheckRequest(const Route& route, const http::Request& request,
                                std::vector<std::string> places) {
  TRY(CheckQuery(route, request));
  TRY(CheckAccept(route, request));
  Call call{request, std::move(places), {}};
  if (const auto* json = std::get_if<JsonBody>(&route.body)) {
    call.body = TRY(ReadJsonBody(*json, request));
  } else if (const auto* bytes = std::get_if<BytesBody>(&route.body)) {
    TRY(CheckMediaType(request, bytes->media_types));
  } else if (!request.body.empty()) {
    return base::Fail(ErrorCode::kMalformed, "This request takes no body", "body",
                      "Send it without one.");
  }
  return call;
}

}  // namespace api
