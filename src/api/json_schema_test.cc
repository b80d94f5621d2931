#include "api/json_schema.h"

#include <doctest/doctest.h>

#include <regex>

namespace api {
namespace {

JsonSchema Example() {
  return JsonSchema::Object(
      "Example.",
      {{"name", JsonSchema::Text("Name.", {1, 5, TextForm::kPlain})},
       {"role", JsonSchema::Word("Role.", {"publisher", "approver"}).OrNull()},
       {"id", JsonSchema::Id("Id."), false},
       {"at", JsonSchema::Instant("Time."), false},
       {"count", JsonSchema::Integer("Count.", 1, 9), false},
       {"flag", JsonSchema::Bool("Flag."), false},
       {"list", JsonSchema::Array("List.", JsonSchema::Integer("Item.", 0, 1), 2), false},
       {"more", JsonSchema::Document("More."), false}});
}

base::Result<void> Check(const std::string& text) {
  return Example().Check(base::ParseJson(text, base::kRequestJson).value());
}

// The place of the fault in a body with `member` besides what is required.
std::string FaultOf(const std::string& member) {
  const auto checked = Check("{\"name\":\"A\",\"role\":null," + member + "}");
  REQUIRE_FALSE(checked.has_value());
  REQUIRE(checked.error().code == base::ErrorCode::kInvalid);
  return checked.error().where;
}

}  // namespace

TEST_CASE("what fits is let through") {
  REQUIRE(Check(R"({"name":"A","role":"approver"})").has_value());
  REQUIRE(Check(R"({"role":null,"name":"\u00e9\u00e9\u00e9\u00e9\u00e9","count":9,"flag":false,
                    "id":"0123456789abcdef0123456789abcdef","at":"2026-11-24T10:00:00Z",
                    "list":[0,1],"more":{"any":["thing"]}})")
              .has_value());
}

TEST_CASE("each misfit is named by its place and no value is repeated") {
  REQUIRE(FaultOf(R"("id":"0123")") == "/id");
  REQUIRE(FaultOf(R"("at":"2026-02-30T10:00:00Z")") == "/at");
  REQUIRE(FaultOf(R"("count":10)") == "/count");
  REQUIRE(FaultOf(R"("count":1.5)") == "/count");
  REQUIRE(FaultOf(R"("flag":"true")") == "/flag");
  REQUIRE(FaultOf(R"("list":[0,2])") == "/list/1");
  REQUIRE(FaultOf(R"("list":[0,0,0])") == "/list");
  REQUIRE(FaultOf(R"("more":[])") == "/more");
  REQUIRE(FaultOf(R"("extra":1)") == "/extra");
  REQUIRE(FaultOf(R"("flag":null)") == "/flag");
  REQUIRE(Check("[]").error().where == "/");
  REQUIRE(Check(R"({"name":"A"})").error().what == "The member role is missing");
  for (const char* secret : {R"({"name":"sixlong","role":null})", R"({"name":"A\n","role":null})",
                             R"({"name":"A","role":"secret"})"}) {
    const auto error = Check(secret).error();
    REQUIRE((error.what + error.remedy).find("s") != std::string::npos);
    REQUIRE((error.what + error.remedy).find("sixlong") == std::string::npos);
    REQUIRE((error.what + error.remedy).find("secret") == std::string::npos);
  }
}

TEST_CASE("texts of a query are read as what they stand for") {
  const JsonSchema count = JsonSchema::Integer("Count.", 1, 9);
  REQUIRE(count.CheckText("9").has_value());
  for (const char* bad : {"0", "10", "", "-1", "1.0", "99999999999999999999"}) {
    REQUIRE_FALSE(count.CheckText(bad).has_value());
  }
  REQUIRE(JsonSchema::Bool("Flag.").CheckText("true").has_value());
  REQUIRE_FALSE(JsonSchema::Bool("Flag.").CheckText("1").has_value());
  REQUIRE(JsonSchema::Word("W.", {"a"}).CheckText("a").has_value());
  REQUIRE_FALSE(JsonSchema::Word("W.", {"a"}).CheckText("b").has_value());
}

TEST_CASE("a form and its pattern say the same of every text") {
  const std::vector<std::string> texts = {"",     "a",   "A",  "0",   "01",   "12",   "a.b-c",
                                          "a b",  "a@b", "@b", "a@",  "a@@b", "\x1f", "\x7f",
                                          "a\tb", "~!",  "-1", "a_b", "1e3",  " a"};
  for (const TextForm form : {TextForm::kPlain, TextForm::kVisible, TextForm::kCode,
                              TextForm::kDigits, TextForm::kEmail}) {
    const JsonSchema schema = JsonSchema::Text("Text.", {0, 99, form});
    const std::regex pattern(schema.Describe().Find("pattern")->AsString());
    for (const std::string& text : texts) {
      CAPTURE(text);
      CAPTURE(static_cast<int>(form));
      REQUIRE(schema.CheckText(text).has_value() == std::regex_search(text, pattern));
    }
  }
}

TEST_CASE("a description says what Check does") {
  const base::Json described = Example().Describe();
  REQUIRE(described.Find("additionalProperties")->AsBool() == false);
  REQUIRE(described.Find("required")->AsArray().size() == 2);
  const base::Json* role = described.Find("properties")->Find("role");
  REQUIRE(
      base::WriteJson(*role) ==
      R"({"description":"Role.","type":["string","null"],"enum":["publisher","approver",null]})");
  REQUIRE(described.Find("properties")->Find("list")->Find("maxItems")->AsInteger() == 2);
}

}  // namespace api
