#include "cli/query_command.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/event_log.h"
#include "base/guarded.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "http/server.h"

namespace cli {
namespace {

constexpr std::size_t kPieces = 200;
constexpr std::size_t kPieceBytes = 50'000;

// A server whose answers are long, or end in the middle, or are a refusal.
struct Desk {
  base::TemporaryFolder folder;
  std::unique_ptr<base::World> world = base::MakeRealWorld();
  base::EventLog events{world->clock(), [](std::string_view) {}};
  std::unique_ptr<http::Server> server;
  std::string out;
  std::string error;
  std::string input;
  base::Guarded<std::string> asked;  // by the server's threads
  bool is_broken = false;
  Terminal terminal{[this](std::string_view text) { out += text; },
                    [this](std::string_view text) { error += text; },
                    [this](std::size_t) { return input; }, [this] { return is_broken; }};
  CommandContext context{*world, terminal, storage::StoreFiles::kSystem, "tab_x"};

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
    *words = request.body;
    if (request.path.find("refused") != std::string::npos) {
      return http::MakeResponse(
          409, "application/problem+json",
          R"({"type":"/errors/conflict","detail":"The agreement has ended"})");
    }
    http::Response response = http::MakeResponse(200, "text/csv", {});
    REQUIRE(response.headers.Add("Tabularium-Receipt", "12").has_value());
    const bool is_cut = request.path.find("cut") != std::string::npos;
    response.producer = [is_cut,
                         sent = std::size_t{0}](std::string& chunk) mutable -> base::Result<bool> {
      if (sent == (is_cut ? kPieces / 2 : kPieces)) {
        if (is_cut) return base::Fail(base::ErrorCode::kConflict, "stopped");
        return false;
      }
      chunk = std::string(kPieceBytes, static_cast<char>('a' + sent++ % 26));
      return true;
    };
    return response;
  }
  QueryOptions Options(const std::string& agreement) const {
    QueryOptions options;
    options.server.server = "http://127.0.0.1:" + std::to_string(server->port());
    options.agreement = agreement;
    options.sql = "SELECT 1";
    return options;
  }
  std::string Path(std::string_view name) const { return base::JoinPath(folder.path(), name); }
};

}  // namespace

TEST_CASE("an answer goes to standard output or to a file, with its receipt's number") {
  Desk desk;
  REQUIRE(RunQuery(desk.context, desk.Options("whole")) == 0);
  REQUIRE(desk.out.size() == kPieces * kPieceBytes);
  REQUIRE(desk.error.find("receipt 12") != std::string::npos);
  auto options = desk.Options("whole");
  options.output_path = desk.Path("answer.csv");
  REQUIRE(base::ReplaceFile(desk.world->files(), options.output_path + ".unfinished", "left")
              .has_value());
  REQUIRE(RunQuery(desk.context, options) == 0);
  REQUIRE(base::ReadWholeFile(desk.world->files(), options.output_path, 1U << 30U).value() ==
          desk.out);
  REQUIRE(desk.world->files().List(desk.folder.path()).value().size() == 1);
}

TEST_CASE("an answer that is cut has an exit code of its own and leaves no file") {
  Desk desk;
  auto options = desk.Options("cut");
  REQUIRE(RunQuery(desk.context, options) == kExitCut);
  options.output_path = desk.Path("answer.csv");
  REQUIRE(RunQuery(desk.context, options) == kExitCut);
  REQUIRE(desk.error.find("not whole") != std::string::npos);
  REQUIRE(desk.error.find("receipt 12") != std::string::npos);
  REQUIRE(desk.world->files().List(desk.folder.path()).value().empty());
}

TEST_CASE("a refusal is told and leaves no file") {
  Desk desk;
  auto options = desk.Options("refused");
  options.output_path = desk.Path("answer.csv");
  REQUIRE(RunQuery(desk.context, options) == 5);
  REQUIRE(desk.error.find("The agreement has ended") != std::string::npos);
  REQUIRE(desk.world->files().List(desk.folder.path()).value().empty());
  options.server.server = "http://127.0.0.1:1";
  REQUIRE(RunQuery(desk.context, options) == 5);
}

TEST_CASE("nobody is asked when the answer could not be kept or the question is none") {
  Desk desk;
  auto options = desk.Options("whole");
  options.output_path = desk.Path("absent/answer.csv");
  REQUIRE(RunQuery(desk.context, options) == 3);
  options = desk.Options("../whole");
  REQUIRE(RunQuery(desk.context, options) == 2);
  options = desk.Options("whole");
  options.params = "{";
  REQUIRE(RunQuery(desk.context, options) == 2);
  options.params.clear();
  options.sql.clear();
  REQUIRE(RunQuery(desk.context, options) == 2);
  REQUIRE(desk.Asked().empty());
}

TEST_CASE("the question is made of SQL, purpose and parameters") {
  Desk desk;
  auto options = desk.Options("whole");
  options.sql.clear();
  desk.input = "SELECT ?";
  options.purpose = "tax";
  options.params = "[1]";
  REQUIRE(RunQuery(desk.context, options) == 0);
  REQUIRE(desk.Asked() == R"({"sql":"SELECT ?","purpose":"tax","params":[1]})");
}

TEST_CASE("an answer that nobody reads ends early") {
  Desk desk;
  desk.is_broken = true;
  REQUIRE(RunQuery(desk.context, desk.Options("whole")) == 5);
  REQUIRE(desk.out.size() < kPieces * kPieceBytes);
}

}  // namespace cli
