// The value, the parser and the writers. What the parser must refuse follows RFC 8259 line by line.
// Tests of: json_parse.cc, json_write.cc
#include "base/json.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <csignal>
#include <limits>
#include <random>

namespace base {
namespace {

Json Parsed(std::string_view text) {
  Result<Json> json = ParseJson(text, kRequestJson);
  REQUIRE_MESSAGE(json.has_value(), std::string(text), ": ", json.error().Text());
  return *std::move(json);
}

Error Refused(std::string_view text, const JsonLimits& limits = kRequestJson) {
  Result<Json> json = ParseJson(text, limits);
  REQUIRE_MESSAGE(!json.has_value(), std::string(text));
  return json.error();
}

// Whether making a value from `make` ends the process, as a failed CHECK does.
template <typename Make>
bool Aborts(Make make) {
  const pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);
    make();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST_CASE("values are made from literals and read back by kind") {
  const Json json = Json::Object({{"null", nullptr},
                                  {"bool", true},
                                  {"integer", 7},
                                  {"size", std::size_t{8}},
                                  {"number", 1.5},
                                  {"text", "t"},
                                  {"array", Json::Array({1, "two", Json::Array({})})},
                                  {"object", Json::Object({{"a", "b"}})}});
  REQUIRE(json.kind() == Json::Kind::kObject);
  REQUIRE(json.Find("null")->kind() == Json::Kind::kNull);
  REQUIRE(json.Find("bool")->AsBool());
  REQUIRE(json.Find("integer")->AsInteger() == 7);
  REQUIRE(json.Find("size")->AsInteger() == 8);
  REQUIRE(json.Find("number")->AsNumber() == 1.5);
  REQUIRE(json.Find("text")->AsString() == "t");
  REQUIRE(json.Find("array")->AsArray().size() == 3);
  REQUIRE(json.Find("object")->AsObject().front().first == "a");
  REQUIRE(json.Find("absent") == nullptr);
  REQUIRE(json.Find("array")->Find("absent") == nullptr);
}

TEST_CASE("equal means written the same") {
  REQUIRE(Json(1) == Json(1L));
  REQUIRE_FALSE(Json(1) == Json(1.0));
  REQUIRE_FALSE(Json(0.0) == Json(-0.0));
  REQUIRE_FALSE(Json(false) == Json(nullptr));
  REQUIRE(Json::Array({1, Json::Array({2})}) == Json::Array({1, Json::Array({2})}));
  REQUIRE_FALSE(Json::Object({{"a", 1}, {"b", 2}}) == Json::Object({{"b", 2}, {"a", 1}}));
}

TEST_CASE("what breaks an invariant cannot be made") {
  REQUIRE(Aborts([] { return Json(std::numeric_limits<double>::quiet_NaN()); }));
  REQUIRE(Aborts([] { return Json(std::numeric_limits<double>::infinity()); }));
  REQUIRE(Aborts([] { return Json(-std::numeric_limits<double>::infinity()); }));
  REQUIRE(Aborts([] { return Json("\xC3"); }));
  REQUIRE(Aborts([] { return Json(std::numeric_limits<std::uint64_t>::max()); }));
  REQUIRE(Aborts([] { return Json::Object({{"a", 1}, {"a", 2}}); }));
  REQUIRE(Aborts([] { return Json(1).AsString(); }));
  REQUIRE_FALSE(Aborts([] { return Json(1.0); }));
  REQUIRE(Json::ObjectOf({{"a", 1}, {"a", 2}}).error().code == ErrorCode::kInvalid);
  REQUIRE(Json::ObjectOf({{"\xFF", 1}}).error().code == ErrorCode::kInvalid);
  REQUIRE(Json::Repaired("a\xFF"
                         "b") == Json("a\uFFFDb"));
}

TEST_CASE("the grammar of RFC 8259 is accepted") {
  REQUIRE(Parsed(" \t\r\n[ ] ") == Json::Array({}));
  REQUIRE(Parsed("{}") == Json::Object({}));
  REQUIRE(Parsed("null") == Json());
  REQUIRE(Parsed("[true,false,null]") == Json::Array({true, false, nullptr}));
  REQUIRE(Parsed(R"({"b":1,"a":{"c":[]}})") ==
          Json::Object({{"b", 1}, {"a", Json::Object({{"c", Json::Array({})}})}}));
  REQUIRE(Parsed(R"({"":0})").Find("")->AsInteger() == 0);
  REQUIRE(Parsed("\"\x7F\u2028\U0001F600\"").AsString() == "\x7F\u2028\U0001F600");
  REQUIRE(Parsed(R"("\"\\\/\b\f\n\r\tA")").AsString() == "\"\\/\b\f\n\r\tA");
  REQUIRE(Parsed(R"("\uD83D\uDE00\ud800\udc00\uDBFF\uDFFF")").AsString() ==
          "\U0001F600\U00010000\U0010FFFF");
  REQUIRE(Parsed(R"("\u0000")").AsString() == std::string(1, '\0'));
}

TEST_CASE("everything outside the grammar is refused") {
  for (const std::string_view text : {"",
                                      " ",
                                      "[",
                                      "]",
                                      "{",
                                      "}",
                                      "[1",
                                      "[1,",
                                      "[,1]",
                                      "[1,]",
                                      "[1,,2]",
                                      "[1 2]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{1:1}",
                                      "{\"a\" 1}",
                                      "{\"a\":1 \"b\":2}",
                                      "nul",
                                      "nulll",
                                      "True",
                                      "NaN",
                                      "Infinity",
                                      "-Infinity",
                                      "undefined",
                                      "1 2",
                                      "[]]",
                                      "{}{}",
                                      "[] // no",
                                      "/* no */ []",
                                      "[1]/**/",
                                      "# no",
                                      "\"",
                                      "\"a",
                                      "\"\\",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\u12G4\"",
                                      "\"\t\"",
                                      "\"\n\"",
                                      "\"\x1F\"",
                                      "'a'",
                                      "\f[]",
                                      "\v1",
                                      "\u00A0[]",
                                      "[\u2003]",
                                      "\xEF\xBB\xBF[]",
                                      "[]\xEF\xBB\xBF",
                                      "\\u005B]"}) {
    REQUIRE(Refused(text).code == ErrorCode::kInvalid);
  }
  REQUIRE(Refused(std::string_view("[]\0", 3)).code == ErrorCode::kInvalid);
  REQUIRE(Refused(std::string_view("\"\0\"", 3)).code == ErrorCode::kInvalid);
}

TEST_CASE("numbers outside the grammar are refused") {
  for (const std::string_view text : {"-",
                                      "+1",
                                      "01",
                                      "-01",
                                      "00",
                                      "1.",
                                      ".1",
                                      "-.1",
                                      "1.e1",
                                      "1e",
                                      "1e+",
                                      "1e-",
                                      "1E ",
                                      "0x10",
                                      "1_0",
                                      "1.2.3",
                                      "1e1.5",
                                      "1e2e3",
                                      "--1",
                                      "-a",
                                      "0e",
                                      "1f",
                                      "١",
                                      "1e400",
                                      "-1e400",
                                      "1e9999999999",
                                      "179769313486231590000e289"}) {
    REQUIRE(Refused(text).code == ErrorCode::kInvalid);
    // Boost reads numbers another way when 33 bytes or more remain.
    REQUIRE(Refused("[" + std::string(text) + "," + std::string(60, ' ') + "1]").code ==
            ErrorCode::kInvalid);
  }
}

TEST_CASE("text that is not UTF-8 is refused at its byte") {
  for (const std::string_view bytes :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFE", "\xFF"}) {
    const Error error = Refused("[\n \"" + std::string(bytes) + "\"]");
    REQUIRE(error.what == "The JSON text is not valid UTF-8");
    REQUIRE(error.where == "line 2, column 3");
  }
}

TEST_CASE("half a surrogate pair is refused, wherever it stands") {
  for (const std::string_view escape :
       {R"(\uD800)", R"(\uDC00)", R"(\uDFFF)", R"(\uDBFF)", R"(\uD800\uD800)", R"(\uD800A)",
        R"(\uD800\n)", R"(\uD800\u0041)", R"(\uDC00\uD800)", R"(\uD83D\u)", R"(\uD83D\uDE0)"}) {
    // Far from the end of the text Boost takes a faster path.
    for (const std::size_t spaces : {0, 5, 20}) {
      const std::string text = "\"" + std::string(escape) + "\"" + std::string(spaces, ' ');
      REQUIRE(Refused(text).code == ErrorCode::kInvalid);
      REQUIRE(Refused("{" + text + ":1}").code == ErrorCode::kInvalid);
    }
  }
}

TEST_CASE("escapes and sequences survive at every offset of a long string") {
  // The parser unescapes through a buffer of some kilobytes.
  for (std::size_t padding = 4060; padding < 4110; ++padding) {
    const std::string plain(padding, 'a');
    const std::string text = "[\"\\n" + plain + R"(\u20ac\ud83d\ude00)" + "\u20ac\U0001F600\", 1]";
    const std::string expected = "\n" + plain + "\u20ac\U0001F600\u20ac\U0001F600";
    REQUIRE(Parsed(text).AsArray()[0].AsString() == expected);
  }
}

TEST_CASE("integers are exact or refused") {
  REQUIRE(Parsed("9223372036854775807") == Json(std::numeric_limits<std::int64_t>::max()));
  REQUIRE(Parsed("-9223372036854775808") == Json(std::numeric_limits<std::int64_t>::min()));
  REQUIRE(Parsed("0") == Json(0));
  REQUIRE(Parsed("-1") == Json(-1));
  for (const std::string_view text :
       {"9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "100000000000000000000000000"}) {
    REQUIRE(Refused(text).remedy == "Send it as a string.");
    REQUIRE(Refused("[" + std::string(text) + "," + std::string(40, ' ') + "1]").where ==
            "line 1, column " + std::to_string(text.size() + 2));
  }
}

TEST_CASE("numbers are the nearest double") {
  REQUIRE(Parsed("-0") == Json(-0.0));
  REQUIRE(Parsed("1.0") == Json(1.0));
  REQUIRE(Parsed("1e2") == Json(100.0));
  REQUIRE(Parsed("1E+2") == Json(100.0));
  REQUIRE(Parsed("0e99999") == Json(0.0));
  REQUIRE(Parsed("9007199254740993.0") == Json(9007199254740992.0));
  REQUIRE(Parsed("9007199254740993.00000000000000000000000000000000000001") ==
          Json(9007199254740994.0));
  REQUIRE(Parsed("2.2250738585072011e-308") == Json(2.2250738585072011e-308));
  REQUIRE(Parsed("6929495644600919.5e0") == Json(6929495644600920.0));
  REQUIRE(Parsed("1.7976931348623158e308") == Json(std::numeric_limits<double>::max()));
  REQUIRE(Parsed("2.4703282292062327e-324") == Json(0.0));
  REQUIRE(Parsed("2.4703282292062328e-324") == Json(5e-324));
  REQUIRE(Parsed("-1e-400") == Json(-0.0));
  REQUIRE(Parsed("0.00001e-999") == Json(0.0));
  const std::string zeros(900, '0');
  REQUIRE(Parsed("0." + zeros + "1e901") == Json(1.0));
  REQUIRE(Parsed("1" + zeros + "e-900") == Json(1.0));
  REQUIRE(Parsed("1" + zeros + "e-1900") == Json(0.0));
  REQUIRE(Refused("1" + zeros + "e-100").code == ErrorCode::kInvalid);
  REQUIRE(Refused("0." + zeros + "1e1300").code == ErrorCode::kInvalid);
  REQUIRE(Refused("1." + std::string(kJsonNumberBytes, '0')).code == ErrorCode::kTooLarge);
}

TEST_CASE("20,000 random doubles are read as they are written") {
  std::mt19937_64 generator(20250101);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(generator());
    if (!std::isfinite(number)) continue;
    const Json json(number);
    REQUIRE(Parsed(WriteJson(json)) == json);
    REQUIRE(Parsed(WriteJson(json) + std::string(40, ' ')) == json);
  }
}

TEST_CASE("limits are kept to the last unit") {
  const JsonLimits limits{.max_bytes = 40, .max_depth = 3, .max_values = 5};
  REQUIRE(ParseJson("[[[1]]]", limits).has_value());
  REQUIRE(Refused("[[[[]]]]", limits).code == ErrorCode::kTooLarge);
  REQUIRE(Refused("{\"a\":[{\"b\":[]}]}", limits).code == ErrorCode::kTooLarge);
  REQUIRE(ParseJson("[1,2,3,4]", limits).has_value());
  REQUIRE(Refused("[1,2,3,4,5]", limits).code == ErrorCode::kTooLarge);
  REQUIRE(Refused("[1,2,3,4,[]]", limits).code == ErrorCode::kTooLarge);
  REQUIRE(ParseJson("[]" + std::string(38, ' '), limits).has_value());
  REQUIRE(Refused("[]" + std::string(39, ' '), limits).code == ErrorCode::kTooLarge);
  const std::string deep(512, '[');
  REQUIRE(ParseJson(deep + std::string(512, ']'), kSyntaxTreeJson).has_value());
  REQUIRE(Refused("[" + deep, kSyntaxTreeJson).code == ErrorCode::kTooLarge);
  REQUIRE(Refused(std::string(1'000'000, '[')).code == ErrorCode::kTooLarge);
}

TEST_CASE("a name that occurs twice is refused by its pointer") {
  REQUIRE(Refused(R"({"a":1,"a":1})").where == "/a");
  REQUIRE(Refused(R"([0,{"x":[{"b":1,"\u0062":2}]}])").where == "/1/x/0/b");
  std::string many = "{";
  for (int i = 0; i < 60'000; ++i) many += "\"" + std::to_string(i) + "\":0,";
  REQUIRE(ParseJson(many + "\"z\":0}", kRequestJson).has_value());
  REQUIRE(Refused(many + "\"59999\":0}").where == "/59999");
}

TEST_CASE("errors tell the place and nothing of the text") {
  REQUIRE(Refused("[1,\n2,\n  secret]").where == "line 3, column 3");
  REQUIRE(Refused("{\"secret\": 1} x").where == "line 1, column 15");
  REQUIRE(Refused("").where == "line 1, column 1");
  REQUIRE(Refused("\xEF\xBB\xBF[]").what == "The JSON text starts with a byte order mark");
  REQUIRE(Refused("[1,").where == "line 1, column 4");
  for (const std::string_view text : {"{\"secret\":secret}", "[\"secret\" \"secret\"]", "secret"}) {
    REQUIRE(Refused(text).Text().find("secret") == std::string::npos);
  }
}

TEST_CASE("the writers") {
  const Json json = Json::Object({{"a", Json::Array({1, -2.0, 1e300, "x\n\x01\"\\/\u2028"})},
                                  {"e", Json::Array({})},
                                  {"o", Json::Object({{"n", nullptr}, {"t", true}})}});
  REQUIRE(WriteJson(json) ==
          "{\"a\":[1,-2.0,1e+300,\"x\\n\\u0001\\\"\\\\/"
          "\u2028\"],\"e\":[],\"o\":{\"n\":null,\"t\":true}}");
  REQUIRE(
      WritePrettyJson(json) ==
      "{\n  \"a\": [\n    1,\n    -2.0,\n    1e+300,\n    \"x\\n\\u0001\\\"\\\\/\u2028\"\n  ],\n"
      "  \"e\": [],\n  \"o\": {\n    \"n\": null,\n    \"t\": true\n  }\n}");
  REQUIRE(Parsed(WritePrettyJson(json)) == json);
}

}  // namespace
}  // namespace base
