#include "api/openapi.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/format.h"

namespace api {
namespace {

using base::Format;
using base::Json;

constexpr std::string_view kProblemRef = "#/components/responses/Problem";

// A parameter object (OpenAPI 3.1, 4.8.12).
Json Parameter(std::string_view name, std::string_view in, bool is_required,
               const JsonSchema& schema) {
  return Json::Object(
      {{"name", name}, {"in", in}, {"required", is_required}, {"schema", schema.Describe()}});
}

// What may stand in a place of a path, by its name. Anything else is 404.
JsonSchema PlaceSchema(std::string_view name) {
  constexpr std::size_t kMaxPlaceCharacters = 64;
  constexpr std::size_t kMaxDigits = 15;
  if (name == "id") return JsonSchema::Id("An id.");
  if (name == "index" || name == "number") {
    return JsonSchema::Text("The number of an entry or a version.",
                            {1, kMaxDigits, TextForm::kDigits});
  }
  return JsonSchema::Text("An id, a slug or a public number.",
                          {1, kMaxPlaceCharacters, TextForm::kCode});
}

bool IsWrite(const Route& route) {
  return route.method != http::Method::kGet && route.method != http::Method::kHead;
}

Json Parameters(const Route& route) {
  Json::Items parameters;
  for (const std::string_view part : base::Split(route.path, '/', kMaxPathParts)) {
    if (!part.starts_with('{')) continue;
    const std::string_view name = part.substr(1, part.size() - 2);
    parameters.push_back(Parameter(name, "path", true, PlaceSchema(name)));
  }
  for (const QueryRow& row : route.query) {
    parameters.push_back(Parameter(row.name, "query", false, row.schema));
  }
  if (IsWrite(route) && route.asker == Asker::kBearer) {
    parameters.push_back(
        Parameter("Idempotency-Key", "header", false,
                  JsonSchema::Text("A random text: the request has its effect once, however often "
                                   "it is sent in 24 hours.",
                                   {1, 255, TextForm::kVisible})));
  }
  return Json::Array(std::move(parameters));
}

// {"application/json": {"schema": …}}
Json Content(std::string_view type, Json schema) {
  return Json::Object({{std::string(type), Json::Object({{"schema", std::move(schema)}})}});
}

// The same without a schema: the bytes are of their own format.
Json BytesContent(const std::vector<std::string>& types) {
  Json::Members content;
  for (const std::string& type : types) content.emplace_back(type, Json::Object({}));
  return Json::Object(std::move(content));
}

Json SuccessOf(const Route& route) {
  Json::Members success{{"description", "It is done."}};
  if (const auto* json = std::get_if<JsonReply>(&route.reply.body)) {
    success.emplace_back("content", Content("application/json", json->schema.Describe()));
  } else if (const auto* bytes = std::get_if<BytesReply>(&route.reply.body)) {
    success.emplace_back("content", BytesContent(bytes->media_types));
  }
  return Json::Object(std::move(success));
}

// Every status that a route may answer besides success has the same body.
Json Responses(const Route& route) {
  Json::Members responses{{Format("{}", route.reply.status), SuccessOf(route)}};
  std::vector<int> statuses;
  for (const base::ErrorRow& row : base::ErrorTable()) statuses.push_back(row.http_status);
  std::ranges::sort(statuses);
  const auto repeated = std::ranges::unique(statuses);
  statuses.erase(repeated.begin(), repeated.end());
  for (const int status : statuses) {
    responses.emplace_back(Format("{}", status), Json::Object({{"$ref", kProblemRef}}));
  }
  return Json::Object(std::move(responses));
}

// An empty requirement beside the bearer: both with and without.
Json Security(Asker asker) {
  const Json bearer = Json::Object({{"bearer", Json::Array({})}});
  switch (asker) {
    case Asker::kAnybody:
      return Json::Array({});
    case Asker::kBearer:
      return Json::Array({bearer});
    case Asker::kAnybodyKnown:
      break;
  }
  return Json::Array({Json::Object({}), bearer});
}

// An operation object (OpenAPI 3.1, 4.8.10).
Json Operation(const Route& route) {
  Json::Members operation{{"operationId", route.operation},
                          {"summary", route.summary},
                          {"security", Security(route.asker)},
                          {"parameters", Parameters(route)},
                          {"responses", Responses(route)}};
  if (const auto* json = std::get_if<JsonBody>(&route.body)) {
    operation.emplace_back(
        "requestBody",
        Json::Object({{"required", true},
                      {"content", Content("application/json", json->schema.Describe())}}));
  } else if (const auto* bytes = std::get_if<BytesBody>(&route.body)) {
    operation.emplace_back(
        "requestBody",
        Json::Object({{"required", true}, {"content", BytesContent(bytes->media_types)}}));
  }
  return Json::Object(std::move(operation));
}

std::string_view OperationWord(http::Method method) {
  switch (method) {
    case http::Method::kPost:
      return "post";
    case http::Method::kPut:
      return "put";
    case http::Method::kPatch:
      return "patch";
    case http::Method::kDelete:
      return "delete";
    case http::Method::kHead:
      return "head";
    case http::Method::kOptions:
      return "options";
    case http::Method::kTrace:
      return "trace";
    case http::Method::kQuery:
      return "query";
    case http::Method::kGet:
      break;
  }
  return "get";
}

JsonSchema ProblemSchema() {
  constexpr std::size_t kMaxTextCharacters = 20'000;
  const TextRule any{.min = 0, .max = kMaxTextCharacters};
  return JsonSchema::Object(
      "A problem (RFC 9457).",
      {{"type", JsonSchema::Text("/errors/<name>: leads to the row of the table.", any)},
       {"title", JsonSchema::Text("The kind of problem in words.", any)},
       {"status", JsonSchema::Integer("The HTTP status.", 400, 599)},
       {"detail", JsonSchema::Text("What is wrong.", any)},
       {"remedy",
        JsonSchema::Text("How to mend it; absent where a request was refused before its address "
                         "was looked at.",
                         any),
        false},
       {"instance", JsonSchema::Text("The number of the request; absent as above.", any), false},
       {"where", JsonSchema::Text("The member, header or parameter at fault.", any), false}});
}

Json Components() {
  const Json problem =
      Json::Object({{"description", "What is wrong, where, and how to mend it."},
                    {"content", Content("application/problem+json", ProblemSchema().Describe())}});
  const Json bearer = Json::Object(
      {{"type", "http"},
       {"scheme", "bearer"},
       {"description", "A token (tab_…), or the secret of a session of POST /api/v1/sessions."}});
  return Json::Object({{"responses", Json::Object({{"Problem", problem}})},
                       {"securitySchemes", Json::Object({{"bearer", bearer}})}});
}

// Routes of one path stand together, in the order of the table.
Json Paths(const std::vector<Route>& routes) {
  std::vector<std::string> paths;
  for (const Route& route : routes) {
    if (std::ranges::find(paths, route.path) == paths.end()) paths.push_back(route.path);
  }
  Json::Members described;
  for (const std::string& path : paths) {
    Json::Members operations;
    for (const Route& route : routes) {
      if (route.path != path) continue;
      operations.emplace_back(std::string(OperationWord(route.method)), Operation(route));
    }
    described.emplace_back(path, Json::Object(std::move(operations)));
  }
  return Json::Object(std::move(described));
}

}  // namespace

Json OpenApiDocument(const std::vector<Route>& routes) {
  return Json::Object(
      {{"openapi", "3.1.0"},
       {"info",
        Json::Object({{"title", "Tabularium"},
                      {"version", "1"},
                      {"description",
                       "A library and exchange for public-sector data. Every error is a problem "
                       "(RFC 9457); every grant and every stop is an entry of a public log."}})},
       {"paths", Paths(routes)},
       {"components", Components()}});
}

}  // namespace api
