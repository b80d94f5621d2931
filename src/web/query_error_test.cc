#include "web/query_error.h"

#include <doctest/doctest.h>

#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;

Json ErrorOf(const std::string& what, const std::string& where, std::string_view sql) {
  catalogue::SchemaColumn surname;
  surname.name = "Surname";
  return QueryErrorJson({base::ErrorCode::kInvalid, what, where, {}}, sql, {{surname}}, "Jobs",
                        English());
}

}  // namespace

TEST_CASE("places are read, and names are found as whole words") {
  const auto spot = SpotOf("line 2, column 13");
  REQUIRE((spot && spot->line == 2 && spot->column == 13));
  for (const char* none : {"", "the SQL", "line 0, column 1", "line 1, column x", "line , column "})
    REQUIRE_FALSE(SpotOf(none).has_value());
  const auto found = SpotOfName("SELECT surnames,\n  SurName FROM t", "surname");
  REQUIRE((found && found->line == 2 && found->column == 3));
  REQUIRE_FALSE(SpotOfName("SELECT surnames", "surname").has_value());
  REQUIRE_FALSE(SpotOfName("SELECT 1", "").has_value());
  REQUIRE(UnknownColumnOf("Binder Error: Referenced column \"a b\" not found in FROM clause!") ==
          "a b");
  REQUIRE(UnknownColumnOf("Binder Error: another").empty());
  REQUIRE(UnknownColumnOf("Referenced column \"a").empty());
}

TEST_CASE("a column that was left out is told from one that is nowhere") {
  const Json left_out =
      ErrorOf("Binder Error: Referenced column \"surname\" not found in FROM clause!\n\nLINE 1: x",
              "", "SELECT surname FROM t");
  REQUIRE(TextOf(left_out, "at_field") ==
          "Line 1, character 8: This agreement has no column surname");
  REQUIRE(TextOf(left_out, "hint").find("was left out") != std::string::npos);
  const Json& marked = MemberOf(left_out, "marked");
  REQUIRE((TextOf(marked, "before") == "SELECT " && TextOf(marked, "word") == "surname" &&
           TextOf(marked, "after") == " FROM t"));
  REQUIRE(TextOf(marked, "indent").size() == 10);
  const Json nowhere =
      ErrorOf("Binder Error: Referenced column \"shoe\" not found in FROM clause!", "", "SELECT 1");
  REQUIRE(TextOf(nowhere, "hint") == "There is no such column in Jobs.");
  REQUIRE(MemberOf(nowhere, "marked").kind() == Json::Kind::kNull);
}

TEST_CASE("of another error the message is told without SQL that the asker never wrote") {
  const Json error = ErrorOf("Binder Error: no\nfunction\n\nLINE 1: SELECT secret", "", "SELECT 1");
  REQUIRE(TextOf(error, "what") == "Binder Error: no function");
  const Json placed = ErrorOf("now is not accepted", "line 1, column 8", "SELECT now()");
  REQUIRE(TextOf(MemberOf(placed, "marked"), "word") == "now");
  REQUIRE(TextOf(placed, "at_field") == "Line 1, character 8: now is not accepted");
  // Places beyond the text, and lines that are too long to show, have no picture.
  for (const auto& [where, sql] : {std::pair{"line 9, column 8", std::string("SELECT")},
                                   std::pair{"line 1, column 8", "SELECT " + std::string(300, 'x')},
                                   std::pair{"line 1, column 99", std::string("SELECT")}}) {
    REQUIRE(MemberOf(ErrorOf("no", where, sql), "marked").kind() == Json::Kind::kNull);
  }
}

}  // namespace web
