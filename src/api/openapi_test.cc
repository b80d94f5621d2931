// Tests of: openapi.cc route_table.cc request_check.cc
#include "api/openapi.h"

#include <doctest/doctest.h>

#include <set>

#include "api/request_check.h"
#include "api/route_table.h"
#include "base/simulated_world.h"

namespace api {
namespace {

base::Result<Answer> Nothing(const Services&, const Call&) { return Answer{}; }

Route PutBytes() {
  return {http::Method::kPut,
          "/api/v1/things/{id}",
          "putThing",
          "Puts a thing.",
          Asker::kBearer,
          {{"limit", JsonSchema::Integer("Limit.", 1, 5)}},
          BytesBody{{"text/csv"}, 10},
          {200, BytesReply{{"text/csv", "application/json"}}},
          Nothing};
}

http::Request Request(std::vector<std::pair<std::string, std::string>> headers) {
  base::SimulatedWorld world(1);
  http::Request request{http::RequestId::Random(world.randomness())};
  for (const auto& [name, value] : headers) REQUIRE(request.headers.Add(name, value).has_value());
  return request;
}

base::ErrorCode RefusedAs(const http::Request& request) {
  const auto call = CheckRequest(PutBytes(), request, {"1"});
  REQUIRE_FALSE(call.has_value());
  return call.error().code;
}

}  // namespace

TEST_CASE("every route is in the document, under a name of its own") {
  const auto routes = AllRoutes();
  const base::Json document = OpenApiDocument(routes);
  std::set<std::string> names;
  for (const Route& route : routes) {
    CAPTURE(route.operation);
    REQUIRE(names.insert(route.operation).second);
    REQUIRE(route.summary.ends_with('.'));
    REQUIRE(document.Find("paths")->Find(route.path) != nullptr);
    REQUIRE(bool{route.handler != nullptr});
  }
}

TEST_CASE("no two routes answer the same address") {
  std::set<std::pair<http::Method, std::string>> seen;
  for (const Route& route : AllRoutes()) REQUIRE(seen.insert({route.method, route.path}).second);
}

TEST_CASE("an operation names its places, query, body, replies and who may ask") {
  const base::Json document = OpenApiDocument({PutBytes()});
  const base::Json& put = *document.Find("paths")->Find("/api/v1/things/{id}")->Find("put");
  std::set<std::string> parameters;
  for (const base::Json& each : put.Find("parameters")->AsArray()) {
    parameters.insert(each.Find("in")->AsString() + " " + each.Find("name")->AsString());
  }
  REQUIRE(parameters == std::set<std::string>{"path id", "query limit", "header Idempotency-Key"});
  REQUIRE(put.Find("requestBody")->Find("content")->Find("text/csv") != nullptr);
  REQUIRE(put.Find("responses")->Find("200")->Find("content")->AsObject().size() == 2);
  REQUIRE(put.Find("responses")->Find("404") != nullptr);
  REQUIRE(put.Find("security")->AsArray().size() == 1);
}

TEST_CASE("media types are held against the route") {
  http::Request request = Request({{"Content-Type", "Text/CSV; charset=utf-8"}});
  REQUIRE(CheckRequest(PutBytes(), request, {"1"}).has_value());
  REQUIRE(RefusedAs(Request({})) == base::ErrorCode::kUnsupported);
  REQUIRE(RefusedAs(Request({{"Content-Type", "text/html"}})) == base::ErrorCode::kUnsupported);
  REQUIRE(RefusedAs(Request({{"Content-Type", "text/csv"}, {"Content-Encoding", "gzip"}})) ==
          base::ErrorCode::kUnsupported);
  for (const char* good : {"*/*", "text/*", "text/html, application/json;q=0.1"}) {
    request = Request({{"Content-Type", "text/csv"}, {"Accept", good}});
    REQUIRE(CheckRequest(PutBytes(), request, {"1"}).has_value());
  }
  for (const char* bad : {"text/html", "image/*", "tex/*"}) {
    REQUIRE(RefusedAs(Request({{"Content-Type", "text/csv"}, {"Accept", bad}})) ==
            base::ErrorCode::kNotAcceptable);
  }
}

TEST_CASE("a query is closed: unknown, doubled and unfit parameters are named") {
  http::Request request = Request({{"Content-Type", "text/csv"}});
  const auto where = [&] { return CheckRequest(PutBytes(), request, {"1"}).error().where; };
  request.query = {{"limit", "6"}};
  REQUIRE(where() == "?limit");
  request.query = {{"limit", "1"}, {"limit", "1"}};
  REQUIRE(where() == "?limit");
  request.query = {{"colour", "red"}};
  REQUIRE(where() == "?colour");
}

}  // namespace api
