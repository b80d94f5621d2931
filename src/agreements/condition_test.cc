#include "agreements/condition.h"

#include <doctest/doctest.h>

#include "base/format.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Format;

base::Result<Condition> Read(const std::string& text) {
  const auto json = base::ParseJson(text, {.max_depth = 64});
  REQUIRE(json.has_value());
  return ReadCondition(base::JsonItem(*json, "/condition"));
}

base::Error Refused(const std::string& text) {
  const auto condition = Read(text);
  REQUIRE_FALSE(condition.has_value());
  return condition.error();
}

constexpr const char* kLeaf = R"({"test":"is-null","column":"a"})";

std::string Nested(std::size_t levels) {
  std::string text = kLeaf;
  for (std::size_t i = 1; i < levels; ++i) {
    text = Format(R"({{"test":"not","condition":{}}})", text);
  }
  return text;
}

std::string Many(std::string_view item, std::size_t count) {
  std::string items;
  for (std::size_t i = 0; i < count; ++i) items += (i == 0 ? "" : ",") + std::string(item);
  return items;
}

TEST_CASE("every test comes back as it was written") {
  for (const std::string text :
       {R"({"test":"and","conditions":[{"test":"is-null","column":"a"},)"
        R"({"test":"or","conditions":[{"test":"is-not-null","column":"b"}]}]})",
        R"({"test":"not","condition":{"test":"equal","column":"a","value":"\"quoted\" ' \u202e"}})",
        R"({"test":"not-equal","column":"a","value":true})",
        R"({"test":"less","column":"a","value":-1})",
        R"({"test":"at-most","column":"a","value":1.5})",
        R"({"test":"greater","column":"a","value":"2024-02-29"})",
        R"({"test":"at-least","column":"a","value":{"property":"area-code"}})",
        R"({"test":"in","column":"a","values":[1,"2",{"property":"b","value":3}]})",
        R"({"test":"between","column":"a","least":1,"greatest":2})",
        R"({"test":"starts-with","column":"a","value":"Q"})"}) {
    CAPTURE(text);
    const auto condition = Read(text);
    REQUIRE(condition.has_value());
    const base::Json json = base::ParseJson(text, base::kRequestJson).value();
    REQUIRE(ConditionJson(*condition) == json);
  }
}

TEST_CASE("what a test has not, and what it has too much, is refused at its place") {
  const std::array<std::pair<const char*, const char*>, 14> kBad = {{
      {R"([])", ""},
      {R"({})", "/test"},
      {R"({"test":"equals","column":"a","value":1})", "/test"},
      {R"({"test":"and","conditions":[]})", "/conditions"},
      {R"({"test":"and"})", "/conditions"},
      {R"({"test":"and","conditions":[{"test":"is-null","column":"a"}],"column":"a"})", "/column"},
      {R"({"test":"not","conditions":[]})", "/condition"},
      {R"({"test":"equal","column":"","value":1})", "/column"},
      {R"({"test":"equal","column":"a"})", "/value"},
      {R"({"test":"in","column":"a","values":[]})", "/values"},
      {R"({"test":"between","column":"a","least":1})", "/greatest"},
      {R"({"test":"is-null","column":"a","value":1})", "/value"},
      {R"({"test":"or","conditions":[{"test":"not","condition":{"test":"x"}}]})",
       "/conditions/0/condition/test"},
      {R"({"test":"in","column":"a","values":[1,{"property":"B"}]})", "/values/1/property"},
  }};
  for (const auto& [text, where] : kBad) {
    CAPTURE(text);
    const base::Error error = Refused(text);
    REQUIRE(error.code == ErrorCode::kInvalid);
    REQUIRE(error.where == std::string("/condition") + where);
  }
}

TEST_CASE("depth, tests, values and literals have limits") {
  REQUIRE(Read(Nested(kMaxConditionDepth)).has_value());
  REQUIRE(Refused(Nested(kMaxConditionDepth + 1)).code == ErrorCode::kTooLarge);

  const auto flat = [](std::size_t leaves) {
    return Format(R"({{"test":"and","conditions":[{}]}})", Many(kLeaf, leaves));
  };
  REQUIRE(Read(flat(kMaxConditionTests - 1)).has_value());
  const base::Error tests = Refused(flat(kMaxConditionTests));
  REQUIRE(tests.code == ErrorCode::kTooLarge);
  REQUIRE(tests.where == Format("/condition/conditions/{}", kMaxConditionTests - 1));

  const auto in = [](std::size_t values) {
    return Format(R"({{"test":"in","column":"a","values":[{}]}})", Many("1", values));
  };
  REQUIRE(Read(in(kMaxInValues)).has_value());
  REQUIRE(Refused(in(kMaxInValues + 1)).where == "/condition/values");

  const auto ins = [&in](std::size_t count, const std::string& more) {
    return Format(R"({{"test":"or","conditions":[{},{}]}})", Many(in(kMaxInValues), count), more);
  };
  constexpr std::size_t kFull = kMaxLiterals / kMaxInValues;
  REQUIRE(Read(ins(kFull, kLeaf)).has_value());
  REQUIRE(Refused(ins(kFull, in(1))).code == ErrorCode::kTooLarge);
}

TEST_CASE("signing gives each property its value, whatever the draft held") {
  Condition condition =
      Read(R"({"test":"or","conditions":[{"test":"equal","column":"a","value":)"
           R"({"property":"area-code","value":"E07000998"}},{"test":"not","condition":)"
           R"({"test":"between","column":"a","least":{"property":"first-day"},"greatest":1}}]})")
          .value();
  const RecipientProperties properties = {{"area-code", "E07000999"}, {"first-day", 5}};
  REQUIRE(BindProperties(condition, properties, "/condition").has_value());
  REQUIRE(condition.parts[0].operands[0].literal == base::Json("E07000999"));
  REQUIRE(condition.parts[1].parts[0].operands[0].literal == base::Json(5));
  REQUIRE(condition.parts[1].parts[0].operands[1].literal == base::Json(1));

  const auto missing = BindProperties(condition, {{"area-code", "E07000999"}}, "/condition");
  REQUIRE(missing.error().where == "/condition/conditions/1/condition/least");
  for (const base::Json& odd :
       {base::Json(), base::Json::Array({}), base::Json(std::int64_t{1} << 60U)}) {
    const auto bound =
        BindProperties(condition, {{"area-code", odd}, {"first-day", 5}}, "/condition");
    REQUIRE(bound.error().where == "/condition/conditions/0/value");
  }
}

}  // namespace
}  // namespace agreements
