// Tests of: token_command.cc, command_line_api.cc
#include "cli/token_command.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/event_log.h"
#include "base/guarded.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "cli/command_line.h"
#include "http/server.h"

namespace cli {
namespace {

// A server that notes what it is asked, with which bearer.
struct Desk {
  base::TemporaryFolder folder;
  std::unique_ptr<base::World> world = base::MakeRealWorld();
  base::EventLog events{world->clock(), [](std::string_view) {}};
  std::unique_ptr<http::Server> server;
  std::string out;
  std::string error;
  std::string input;
  base::Guarded<std::string> asked;  // by the server's threads
  std::string environment = "tab_x";
  Terminal terminal{[this](std::string_view text) { out += text; },
                    [this](std::string_view text) { error += text; },
                    [this](std::size_t) { return input; }};

  Desk() {
    http::ServerOptions options;
    options.body_limit = [](http::Method, std::string_view) { return 1ULL << 20U; };
    server = http::Server::Start(
                 options, [this](const http::Request& request) { return Answer(request); }, *world,
                 events)
                 .value();
  }
  std::string Asked() {
    auto words = asked.Lock();
    return *words;
  }
  http::Response Answer(const http::Request& request) {
    auto words = asked.Lock();
    *words += std::string(http::NameOf(request.method)) + " " + request.target + " " +
              std::string(request.headers.Find("Authorization").value_or("-")) + " " +
              request.body.substr(0, request.body.find(",\"expires\"")) + "\n";
    if (request.method == http::Method::kDelete) return http::MakeResponse(204, "text/plain", {});
    const bool is_list = request.method == http::Method::kGet;
    const bool is_first = request.target.find("cursor") == std::string::npos;
    if (!is_list) {
      return http::MakeResponse(201, "application/json",
                                R"({"session":"s","id":"i1","token":"tab_made"})");
    }
    return http::MakeResponse(
        200, "application/json",
        std::string(R"({"items":[{"id":"i","name":"n","scopes":["read"],"state":"active",)") +
            R"("expires":"2027-01-01T00:00:00Z"}],"next":)" + (is_first ? "\"c\"}" : "null}"));
  }
  int Run(std::vector<std::string> words) {
    out.clear();
    error.clear();
    {
      auto told = asked.Lock();
      told->clear();
    }
    words.insert(words.begin(), "tabularium");
    words.insert(words.end(), {"--server", "http://127.0.0.1:" + std::to_string(server->port())});
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return RunCommandLine({*world, terminal, storage::StoreFiles::kSystem, environment},
                          static_cast<int>(argv.size()), argv.data());
  }
};

}  // namespace

TEST_CASE("a token is made, and its secret alone stands on standard output") {
  Desk desk;
  REQUIRE(desk.Run({"token", "make", "--name", "n", "--scope", "query", "--scope", "read"}) == 0);
  REQUIRE(desk.out == "tab_made\n");
  REQUIRE(desk.Asked() ==
          "POST /api/v1/tokens Bearer tab_x {\"name\":\"n\",\"scopes\":[\"query\",\"read\"]\n");
  const std::string path = base::JoinPath(desk.folder.path(), "token");
  REQUIRE(desk.Run({"token", "make", "--name", "n", "--scope", "read", "--output", path,
                    "--json"}) == 0);
  REQUIRE(desk.out.find("tab_made") == std::string::npos);
  REQUIRE(base::ReadWholeFile(desk.world->files(), path, 100).value() == "tab_made\n");
}

TEST_CASE("a sign-in by standard input lasts for the command") {
  Desk desk;
  desk.environment.clear();
  desk.input = "ira@example.org\na long enough password\n";
  REQUIRE(desk.Run({"token", "list", "--sign-in"}) == 0);
  REQUIRE(desk.Asked() ==
          "POST /api/v1/sessions - {\"email\":\"ira@example.org\",\"password\":\"a long enough "
          "password\"}\n"
          "GET /api/v1/tokens?limit=200 Bearer s \n"
          "GET /api/v1/tokens?limit=200&cursor=c Bearer s \n"
          "DELETE /api/v1/sessions/current Bearer s \n");
  for (const char* input : {"", "ira@example.org", "ira@example.org\n\n", "\xff\nx\n"}) {
    desk.input = input;
    REQUIRE(desk.Run({"token", "list", "--sign-in"}) == 2);
    REQUIRE(desk.Asked().empty());
  }
  REQUIRE(desk.Run({"token", "list"}) == 4);
}

TEST_CASE("tokens are listed and withdrawn") {
  Desk desk;
  REQUIRE(desk.Run({"token", "list"}) == 0);
  REQUIRE(desk.out.find("i  active     until 2027-01-01T00:00:00Z  read  n\n") !=
          std::string::npos);
  REQUIRE(desk.Run({"token", "withdraw", "i1", "i2"}) == 0);
  REQUIRE(desk.Asked() ==
          "DELETE /api/v1/tokens/i1 Bearer tab_x \nDELETE /api/v1/tokens/i2 Bearer tab_x \n");
  REQUIRE(desk.Run({"token", "withdraw", "../x"}) == 2);
  REQUIRE(desk.Asked().empty());
}

TEST_CASE("mistakes in use are told by the command line") {
  Desk desk;
  REQUIRE(desk.Run({"token"}) == 2);
  REQUIRE(desk.Run({"token", "make", "--name", "n"}) == 2);
  REQUIRE(desk.Run({"token", "make", "--name", "n", "--scope", "all"}) == 2);
  REQUIRE(desk.Run({"token", "make", "--name", "n", "--scope", "read", "--days", "367"}) == 2);
  REQUIRE(desk.Run({"publish", "a.csv", "--draft", "b"}) == 2);
  REQUIRE(desk.Run({"query", "A", "--sql", "x", "--sql-file", "y"}) == 2);
  for (const char* command : {"publish", "query", "token"}) {
    REQUIRE(desk.Run({command, "--help"}) == 0);
    REQUIRE(desk.out.find("Exit codes:") != std::string::npos);
  }
}

}  // namespace cli
