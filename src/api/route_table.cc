#include "api/route_table.h"

#include <algorithm>
#include <iterator>

#include "api/openapi.h"

namespace api {
namespace {

base::Result<Answer> GetOpenApi(const Services&, const Call&) {
  return Answer{.body = OpenApiDocument(AllRoutes())};
}

std::vector<Route> DocumentRoutes() {
  return {{http::Method::kGet,
           "/api/v1/openapi.json",
           "getOpenApi",
           "This document.",
           Asker::kAnybody,
           {},
           NoBody{},
           {200, JsonReply{JsonSchema::Document("An OpenAPI 3.1 document.")}},
           GetOpenApi}};
}

}  // namespace

std::vector<Route> AllRoutes() {
  std::vector<Route> all;
  for (const auto part :
       {DocumentRoutes, SessionRoutes, OrganisationRoutes, GrantRoutes, TokenRoutes, EntryRoutes,
        DatasetRoutes, DraftRoutes, RequestRoutes, AgreementRoutes, QueryRoutes}) {
    std::ranges::move(part(), std::back_inserter(all));
  }
  return all;
}

}  // namespace api
