// Tests of: public_routes.cc, problem.cc
#include "api/public_routes.h"

#include <doctest/doctest.h>

#include "api/problem.h"
#include "base/json.h"
#include "base/simulated_world.h"

namespace api {
namespace {

std::unique_ptr<ledger::Log> NewLog(base::World& world, const std::string& name) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, 's')).value();
  ledger::KeyList keys{{{name, key.public_key()}, 0, std::nullopt}};
  return ledger::Log::Open(world, name, name, std::move(key), keys,
                           [](auto, auto, auto) { return base::Result<void>{}; })
      .value();
}

// Routes over two logs of one leaf each, published.
struct Desk {
  base::SimulatedWorld world{1};
  std::unique_ptr<ledger::Log> registered = NewLog(world, "register");
  std::unique_ptr<ledger::Log> accessed = NewLog(world, "access");
  PublicRoutes routes{world, *registered, *accessed};

  Desk() {
    for (ledger::Log* log : {registered.get(), accessed.get()}) {
      REQUIRE(log->Append("{}").has_value());
      REQUIRE(log->Publish().has_value());
    }
  }
  http::Response Get(const std::string& path, bool is_loopback = true,
                     http::Method method = http::Method::kGet) {
    http::Request request{http::RequestId::Random(world.randomness())};
    request.method = method;
    request.path = path;
    request.is_loopback = is_loopback;
    return routes.Handle(request);
  }
};

base::Json BodyOf(const http::Response& response) {
  return base::ParseJson(response.body, base::kRequestJson).value();
}

}  // namespace

TEST_CASE("both logs are served, tiles for ever and checkpoints afresh") {
  Desk desk;
  for (const std::string log : {"register", "access"}) {
    const auto checkpoint = desk.Get("/log/" + log + "/checkpoint");
    REQUIRE(checkpoint.status == 200);
    REQUIRE(checkpoint.headers.Find("Cache-Control") == "no-cache");
    REQUIRE(desk.Get("/log/" + log + "/tile/0/000.p/1").body.size() == 32);
    REQUIRE(desk.Get("/log/" + log + "/tile/0/000.p/2").status == 404);
  }
}

TEST_CASE("what is not here has one body, but for the number of the request") {
  Desk desk;
  std::string first;
  for (const char* path :
       {"/x", "/log/register/entries", "/log/other/checkpoint", "/errors/none"}) {
    CAPTURE(path);
    const auto response = desk.Get(path);
    REQUIRE(response.status == 404);
    REQUIRE(response.headers.Find("Content-Type") == "application/problem+json");
    const base::Json body = BodyOf(response);
    REQUIRE(body.Find("type")->AsString() == "/errors/not-found");
    std::string text = response.body;
    const std::string instance = body.Find("instance")->AsString();
    text.erase(text.find(instance), instance.size());
    if (first.empty()) first = text;
    REQUIRE(text == first);
  }
}

TEST_CASE("a problem says what, where and how to mend it") {
  Desk desk;
  const http::Request request{http::RequestId::Random(desk.world.randomness())};
  const auto response = ProblemResponse(
      {base::ErrorCode::kInvalid, "The day does not exist", "/start", "Name another."}, request);
  REQUIRE(response.status == 422);
  const base::Json body = BodyOf(response);
  REQUIRE(body.Find("detail")->AsString() == "The day does not exist");
  REQUIRE(body.Find("where")->AsString() == "/start");
  REQUIRE(body.Find("remedy")->AsString() == "Name another.");
}

TEST_CASE("metrics stay on this machine; errors are explained; nothing can be written") {
  Desk desk;
  REQUIRE(desk.Get("/metrics").body.find("tabularium_log_entries{log=\"register\"} 1") !=
          std::string::npos);
  REQUIRE(desk.Get("/metrics", false).status == 404);
  REQUIRE(BodyOf(desk.Get("/errors")).AsArray().size() == base::ErrorTable().size());
  for (const base::ErrorRow& row : base::ErrorTable()) {
    REQUIRE(desk.Get("/errors/" + std::string(row.name)).status == 200);
  }
  const auto refused = desk.Get("/healthz", true, http::Method::kPost);
  REQUIRE(refused.status == 405);
  REQUIRE(refused.headers.Find("Allow") == "GET, HEAD");
}

}  // namespace api
