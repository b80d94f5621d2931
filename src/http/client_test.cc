#include "http/client.h"

#include <doctest/doctest.h>

#include "base/event_log.h"
#include "base/real_world.h"
#include "http/server.h"

namespace http {
namespace {

// A server that says what it was asked.
struct Echo {
  Echo() {
    ServerOptions options;
    options.body_limit = [](Method, std::string_view) { return 1ULL << 20U; };
    server = Server::Start(options, Answer, *world, events).value();
  }

  static Response Answer(const Request& request) {
    if (request.path == "/large") return MakeResponse(200, "text/plain", std::string(100'000, 'x'));
    if (request.path == "/away") {
      Response response = MakeResponse(302, "text/plain", "elsewhere");
      REQUIRE(response.headers.Add("Location", "/large").has_value());
      return response;
    }
    Response response = MakeResponse(
        request.method == Method::kDelete ? 204 : 200, "text/plain",
        std::string(NameOf(request.method)) + " " + request.target + " " +
            std::string(request.headers.Find("X-Word").value_or("-")) + " " + request.body);
    if (response.status == 204) response.body.clear();
    return response;
  }
  std::unique_ptr<Client> NewClient(ClientLimits limits = {}) const {
    return Client::Open("http://127.0.0.1:" + std::to_string(server->port()), limits).value();
  }

  std::unique_ptr<base::World> world = base::MakeRealWorld();
  base::EventLog events{world->clock(), [](std::string_view) {}};
  std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("a client asks with every method, headers and a body, again and again") {
  const Echo echo;
  const auto client = echo.NewClient();
  for (int i = 0; i < 3; ++i) {
    const auto posted =
        client->Ask(Method::kPost, "/a?b=c", {{"X-Word", "hello"}}, "the body").value();
    REQUIRE(posted.status == 200);
    REQUIRE(posted.body == "POST /a?b=c hello the body");
    REQUIRE(posted.Find("content-type") == "text/plain");
    REQUIRE(client->Ask(Method::kGet, "/", {}, {}).value().body == "GET / - ");
    REQUIRE(client->Ask(Method::kDelete, "/x", {}, {}).value().status == 204);
    REQUIRE(client->Ask(Method::kHead, "/", {}, {}).value().body.empty());
  }
}

TEST_CASE("a body goes to a sink in pieces, of any size, and another status is kept") {
  const Echo echo;
  const auto client = echo.NewClient({.reply_bytes = 50'000});
  std::string taken;
  std::size_t pieces = 0;
  const BodySink sink = [&](std::string_view piece) -> base::Result<void> {
    taken += piece;
    ++pieces;
    return {};
  };
  const auto reply = client->AskInto(Method::kGet, "/large", {}, {}, sink).value();
  REQUIRE(reply.status == 200);
  REQUIRE(reply.body.empty());
  REQUIRE(taken == std::string(100'000, 'x'));
  REQUIRE(pieces > 1);
  REQUIRE(client->AskInto(Method::kGet, "/away", {}, {}, sink).value().body == "elsewhere");
  REQUIRE(taken.size() == 100'000);
}

TEST_CASE("the headers of a streamed reply are seen once, before its first bytes") {
  const Echo echo;
  const auto client = echo.NewClient();
  int looks = 0;
  std::size_t taken = 0;
  const auto reply = client->AskInto(
      Method::kGet, "/large", {}, {},
      [&](std::string_view piece) -> base::Result<void> {
        taken += piece.size();
        return {};
      },
      [&](const ClientReply& head) {
        ++looks;
        REQUIRE(taken == 0);
        REQUIRE(head.Find("Content-Type") == "text/plain");
      });
  REQUIRE(reply.has_value());
  REQUIRE(looks == 1);
  REQUIRE(taken == 100'000);
}

TEST_CASE("what a sink says ends the request, and the client goes on") {
  const Echo echo;
  const auto client = echo.NewClient();
  const BodySink full = [](std::string_view) -> base::Result<void> {
    return base::Fail(base::ErrorCode::kStorageFull, "The disk is full", "answer.csv");
  };
  const auto failed = client->AskInto(Method::kGet, "/large", {}, {}, full);
  REQUIRE(failed.error().code == base::ErrorCode::kStorageFull);
  REQUIRE(client->Ask(Method::kGet, "/", {}, {}).value().status == 200);
}

TEST_CASE("a redirect is an answer and is not followed") {
  const Echo echo;
  const auto reply = echo.NewClient()->Ask(Method::kGet, "/away", {}, {}).value();
  REQUIRE(reply.status == 302);
  REQUIRE(reply.body == "elsewhere");
}

TEST_CASE("a reply beyond the limit is refused, and the client goes on") {
  const Echo echo;
  const auto client = echo.NewClient({.reply_bytes = 1'000});
  REQUIRE(client->Ask(Method::kGet, "/large", {}, {}).error().code == base::ErrorCode::kTooLarge);
  REQUIRE(client->Ask(Method::kGet, "/", {}, {}).has_value());
}

TEST_CASE("what would split or redirect a request is refused before it is sent") {
  const Echo echo;
  const auto client = echo.NewClient();
  REQUIRE_FALSE(client->Ask(Method::kGet, "/", {{"X-Word", "a\r\nX-More: b"}}, {}).has_value());
  for (const char* target : {"", "a", "/a b", "/a\r\n", "http://example.org/"}) {
    REQUIRE(client->Ask(Method::kGet, target, {}, {}).error().code == base::ErrorCode::kInvalid);
  }
  for (const char* server : {"", "ftp://example.org", "http://", "http://a/b", "file:///etc",
                             "http://user@example.org"}) {
    REQUIRE(Client::Open(server).error().code == base::ErrorCode::kInvalid);
  }
}

TEST_CASE("a server that is not there is said") {
  const auto client = Client::Open("http://127.0.0.1:1").value();
  REQUIRE(client->Ask(Method::kGet, "/", {}, {}).error().code == base::ErrorCode::kUnavailable);
}

}  // namespace http
