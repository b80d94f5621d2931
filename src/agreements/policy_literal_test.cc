#include "agreements/policy_literal.h"

#include <doctest/doctest.h>

#include <array>

#include "base/format.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;

base::Result<TypedLiteral> Typed(std::string_view json, std::string_view type) {
  const auto literal = base::ParseJson(json, base::kRequestJson);
  REQUIRE(literal.has_value());
  return TypeLiteral(*literal, *engine::TypeOfText(type), "/here");
}

TEST_CASE("each type has its literals, and a text of each") {
  struct Good {
    std::string_view type;
    std::string_view json;
    std::string_view text;
  };
  constexpr std::array kGood = {
      Good{"boolean", "true", "true"},
      Good{"long", "-9007199254740991", "-9007199254740991"},
      Good{"long", "\"9007199254740992\"", "9007199254740992"},
      Good{"long", "\"-9223372036854775808\"", "-9223372036854775808"},
      Good{"double", "1", "1"},
      Good{"double", "-0.0", "0"},
      Good{"double", "1.5e-300", "1.5e-300"},
      Good{"decimal(9,2)", "\"12.5\"", "12.50"},
      Good{"decimal(9,2)", "\"-0.00\"", "0.00"},
      Good{"decimal(9,2)", "\"-9999999.99\"", "-9999999.99"},
      Good{"decimal(4,4)", "\"0.1\"", "0.1000"},
      Good{"decimal(38,0)", "\"99999999999999999999999999999999999999\"",
           "99999999999999999999999999999999999999"},
      Good{"string", "\"\"", ""},
      Good{"string", "\"it's \\\"\\u202e\"", "it's \"\u202E"},
      Good{"date", "\"2024-02-29\"", "2024-02-29"},
      Good{"date", "\"0001-01-01\"", "0001-01-01"},
      Good{"timestamp", "\"2024-02-29T12:00:00Z\"", "2024-02-29T12:00:00.000000Z"},
      Good{"timestamp", "\"1969-12-31T23:59:59.999999Z\"", "1969-12-31T23:59:59.999999Z"},
      Good{"timestamp", "\"0001-01-01T00:00:00.000001Z\"", "0001-01-01T00:00:00.000001Z"},
  };
  for (const Good& good : kGood) {
    CAPTURE(good.json);
    const auto typed = Typed(good.json, good.type);
    REQUIRE(typed.has_value());
    REQUIRE(typed->Text() == good.text);
  }
}

TEST_CASE("what is no literal of its type is refused at its place") {
  struct Bad {
    std::string_view type;
    std::vector<std::string_view> json;
  };
  const std::array kBad = {
      Bad{"boolean", {"1", "\"true\"", "0"}},
      Bad{"long",
          {"1.0", "\"5\"", "9007199254740992", "\"9223372036854775808\"", "\"09007199254740992\"",
           "\"+9007199254740992\"", "\"9007199254740992 \"", "\"\"", "\"-\"", "true"}},
      Bad{"double", {"\"1.5\"", "false", "9007199254740993"}},
      Bad{"decimal(9,2)",
          {"1", "1.5", "\"1.234\"", "\"12345678\"", "\"12345678.0\"", "\"01\"", "\".5\"", "\"5.\"",
           "\"1e2\"", "\" 1\"", "\"+1\"", "\"--1\"", "\"\"", "\"-\"", "\"1.2.3\"", "\"\u0661\""}},
      Bad{"decimal(4,4)", {"\"1\"", "\"1.0\"", "\"0.00001\""}},
      Bad{"decimal(38,0)", {"\"100000000000000000000000000000000000000\"", "\"1.0\""}},
      Bad{"string", {"1", "true"}},
      Bad{"date",
          {"\"2023-02-29\"", "\"2024-13-01\"", "\"2024-1-1\"", "\"0000-01-01\"", "\"10000-01-01\"",
           "\"29/02/2024\"", "\"2024-02-29T00:00:00Z\"", "20240229", "\"infinity\"", "\"\""}},
      Bad{"timestamp",
          {"\"2024-02-29\"", "\"2024-02-29T12:00:00\"", "\"2024-02-29T24:00:00Z\"",
           "\"2024-02-29T12:00:60Z\"", "\"2024-02-30T12:00:00Z\"", "\"2024-02-29T12:00:00.5Z\"",
           "\"2024-02-29T12:00:00+01:00\"", "\"2024-02-29 12:00:00Z\"",
           "\"2024-02-29T12:00:00.12345xZ\"", "\"2024-02-29T12:00:00.1234567\""}},
  };
  for (const Bad& bad : kBad) {
    for (const std::string_view json : bad.json) {
      CAPTURE(bad.type);
      CAPTURE(json);
      const auto typed = Typed(json, bad.type);
      REQUIRE_FALSE(typed.has_value());
      REQUIRE(typed.error().code == ErrorCode::kInvalid);
      REQUIRE(typed.error().where == "/here");
    }
  }
}

TEST_CASE("literals of a type have an order") {
  const auto before = [](std::string_view left, std::string_view right, std::string_view type) {
    return ComesBefore(Typed(left, type).value(), Typed(right, type).value());
  };
  REQUIRE(before("\"-2\"", "\"-1.99\"", "decimal(9,2)"));
  REQUIRE(before("\"-0.01\"", "\"0\"", "decimal(9,2)"));
  REQUIRE(before("\"9\"", "\"10\"", "decimal(9,2)"));
  REQUIRE_FALSE(before("\"-0\"", "\"0.00\"", "decimal(9,2)"));
  REQUIRE(before("-1", "\"9007199254740992\"", "long"));
  REQUIRE(before("1e-300", "2e-300", "double"));
  REQUIRE_FALSE(before("-0.0", "0", "double"));
  REQUIRE(before("\"0999-12-31\"", "\"1000-01-01\"", "date"));
}

TEST_CASE("an operand is a literal or a property, and comes back as it was") {
  for (const std::string_view text : {"true", "1", "1.5", "\"a\"", R"({"property":"area-code"})",
                                      R"({"property":"area-code","value":"E07000999"})"}) {
    CAPTURE(text);
    const Json json = base::ParseJson(text, base::kRequestJson).value();
    const auto operand = ReadOperand(base::JsonItem(json, "/v"));
    REQUIRE(operand.has_value());
    REQUIRE(base::WriteJson(OperandJson(*operand)) == text);
    REQUIRE(operand->IsBound() == (text != R"({"property":"area-code"})"));
  }
  const std::string longest(kMaxLiteralCharacters, 'x');
  REQUIRE(CheckLiteral(Json(longest), "").has_value());
  REQUIRE_FALSE(CheckLiteral(Json(longest + "x"), "").has_value());
  for (const auto& [text, where] :
       {std::pair{"null", "/v"}, std::pair{"[1]", "/v"}, std::pair{"9007199254740992", "/v"},
        std::pair{"\"a\\u0000\"", "/v"}, std::pair{R"({"property":"Area"})", "/v/property"},
        std::pair{R"({"property":""})", "/v/property"}, std::pair{R"({"value":1})", "/v/property"},
        std::pair{R"({"property":"a","value":[1]})", "/v/value"},
        std::pair{R"({"property":"a","values":1})", "/v/values"}}) {
    CAPTURE(text);
    const Json json = base::ParseJson(text, base::kRequestJson).value();
    const auto operand = ReadOperand(base::JsonItem(json, "/v"));
    REQUIRE_FALSE(operand.has_value());
    REQUIRE(operand.error().where == where);
  }
}

}  // namespace
}  // namespace agreements
