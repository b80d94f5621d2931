#include "cli/api_client.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace cli {
namespace {

using base::ErrorCode;

struct Desk {
  base::SimulatedWorld world{1};
  Terminal terminal{[](std::string_view) {}, [](std::string_view) {}};
  base::Result<std::string> Token(const std::string& environment, const std::string& path) {
    return ReadToken({world, terminal, storage::StoreFiles::kWorld, environment}, path);
  }
};

base::Error ErrorOf(int status, std::string body) {
  return ErrorOfReply({status, {{"Retry-After", "7"}}, std::move(body)}, "/api/v1/here");
}

}  // namespace

TEST_CASE("a token comes from the named file, or else from the environment") {
  Desk desk;
  REQUIRE(base::ReplaceFile(desk.world.files(), "token", "tab_file\n").has_value());
  REQUIRE(base::ReplaceFile(desk.world.files(), "empty", "\n").has_value());
  REQUIRE(base::ReplaceFile(desk.world.files(), "two", "tab_a\ntab_b\n").has_value());
  REQUIRE(base::ReplaceFile(desk.world.files(), "large", std::string(10'000, 'x')).has_value());
  REQUIRE(desk.Token("tab_environment", "token").value() == "tab_file");
  REQUIRE(desk.Token("tab_environment", "").value() == "tab_environment");
  REQUIRE(desk.Token("", "").error().code == ErrorCode::kUnauthenticated);
  REQUIRE(desk.Token("tab_environment", "empty").error().code == ErrorCode::kInvalid);
  REQUIRE(desk.Token("", "two").error().code == ErrorCode::kInvalid);
  REQUIRE(desk.Token("", "large").error().code == ErrorCode::kTooLarge);
  REQUIRE(desk.Token("", "absent").error().code == ErrorCode::kNotFound);
  REQUIRE(desk.Token("tab_x\r\nHost: y", "").error().code == ErrorCode::kInvalid);
}

TEST_CASE("a refusal is told in the server's words, under the code of its name") {
  const auto told =
      ErrorOf(422, R"({"type":"/errors/too-large","detail":"It is.","remedy":"Less.",)"
                   R"("where":"/a"})");
  REQUIRE(told.code == ErrorCode::kTooLarge);
  REQUIRE(told.what == "It is.");
  REQUIRE(told.where == "/a");
  REQUIRE(told.remedy == "Less. Try again in 7 seconds.");
}

TEST_CASE("a reply that is no problem is told by its status") {
  REQUIRE(ErrorOf(404, "").code == ErrorCode::kNotFound);
  REQUIRE(ErrorOf(404, "<html>").where == "/api/v1/here");
  REQUIRE(ErrorOf(502, "[1, 2]").code == ErrorCode::kUnavailable);
  REQUIRE(ErrorOf(302, R"({"type": 7, "detail": null})").what == "The server answered 302");
}

TEST_CASE("what becomes a piece of a path is a word") {
  REQUIRE(PathPiece("DSA-2026-0001", "AGREEMENT").value() == "DSA-2026-0001");
  for (const char* word : {"", "..", "a/b", "a?b", "a b", "a%2fb", "é"}) {
    REQUIRE(PathPiece(word, "AGREEMENT").error().code == ErrorCode::kInvalid);
  }
  REQUIRE(PathPiece(std::string(128, 'a'), "x").has_value());
  REQUIRE_FALSE(PathPiece(std::string(129, 'a'), "x").has_value());
}

TEST_CASE("members that are not there or of another kind are empty") {
  const base::Json json = base::Json::Object({{"a", 1}, {"b", "x"}, {"c", base::Json::Array({1})}});
  REQUIRE(TextMember(json, "a").empty());
  REQUIRE(TextMember(json, "b") == "x");
  REQUIRE(IntegerMember(json, "a") == 1);
  REQUIRE(IntegerMember(json, "z") == 0);
  REQUIRE(ArrayMember(json, "c").size() == 1);
  REQUIRE(ArrayMember(json, "b").empty());
}

}  // namespace cli
