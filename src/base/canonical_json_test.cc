// The published examples of RFC 8785, and what must hold for every value.
#include "base/canonical_json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <random>

#include "base/json_text.h"

namespace base {
namespace {

std::string Canonical(std::string_view text) {
  const Result<Json> json = ParseJson(text, kRequestJson);
  REQUIRE_MESSAGE(json.has_value(), std::string(text), ": ", json.error().Text());
  const Result<std::string> canonical = WriteCanonicalJson(*json);
  REQUIRE(canonical.has_value());
  return *canonical;
}

// What must hold for a canonical text: it is read back and written the same.
void RequireStable(const std::string& canonical) {
  const Result<Json> again = ParseCanonicalJson(canonical, kSyntaxTreeJson);
  REQUIRE_MESSAGE(again.has_value(), canonical, ": ", again.error().Text());
  REQUIRE(*WriteCanonicalJson(*again) == canonical);
  REQUIRE(IsCanonicalJson(canonical));
}

TEST_CASE("RFC 8785, 3.2.2 and 3.2.4: the sample, byte for byte") {
  const std::string canonical = Canonical(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })");
  constexpr unsigned char kBytes[] = {
      0x7b, 0x22, 0x6c, 0x69, 0x74, 0x65, 0x72, 0x61, 0x6c, 0x73, 0x22, 0x3a, 0x5b, 0x6e, 0x75,
      0x6c, 0x6c, 0x2c, 0x74, 0x72, 0x75, 0x65, 0x2c, 0x66, 0x61, 0x6c, 0x73, 0x65, 0x5d, 0x2c,
      0x22, 0x6e, 0x75, 0x6d, 0x62, 0x65, 0x72, 0x73, 0x22, 0x3a, 0x5b, 0x33, 0x33, 0x33, 0x33,
      0x33, 0x33, 0x33, 0x33, 0x33, 0x2e, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x2c, 0x31,
      0x65, 0x2b, 0x33, 0x30, 0x2c, 0x34, 0x2e, 0x35, 0x2c, 0x30, 0x2e, 0x30, 0x30, 0x32, 0x2c,
      0x31, 0x65, 0x2d, 0x32, 0x37, 0x5d, 0x2c, 0x22, 0x73, 0x74, 0x72, 0x69, 0x6e, 0x67, 0x22,
      0x3a, 0x22, 0xe2, 0x82, 0xac, 0x24, 0x5c, 0x75, 0x30, 0x30, 0x30, 0x66, 0x5c, 0x6e, 0x41,
      0x27, 0x42, 0x5c, 0x22, 0x5c, 0x5c, 0x5c, 0x5c, 0x5c, 0x22, 0x2f, 0x22, 0x7d};
  REQUIRE(std::ranges::equal(canonical, kBytes, {},
                             [](char c) { return static_cast<unsigned char>(c); }));
  RequireStable(canonical);
}

TEST_CASE("RFC 8785, 3.2.3: names are sorted by UTF-16 code units") {
  const std::string canonical = Canonical(R"({
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  })");
  REQUIRE(canonical ==
          "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
          "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
          "\"\U0001F600\":\"Emoji: Grinning Face\","
          "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
  RequireStable(canonical);
}

TEST_CASE("RFC 8785, appendix B: numbers") {
  struct Row {
    std::uint64_t bits;
    std::string_view text;
  };
  constexpr Row kRows[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const Row& row : kRows) {
    const Result<std::string> text = WriteCanonicalJson(Json(std::bit_cast<double>(row.bits)));
    REQUIRE(*text == row.text);
    RequireStable(*text);
  }
  // The two rows that must fail, NaN and Infinity, cannot be made: see json_test.cc.
}

TEST_CASE("the places where the form of a number changes") {
  REQUIRE(Canonical("-0") == "0");
  REQUIRE(Canonical("-0.0") == "0");
  REQUIRE(Canonical("1.0") == "1");
  REQUIRE(Canonical("1e2") == "100");
  REQUIRE(Canonical("123.456e1") == "1234.56");
  REQUIRE(Canonical("1e20") == "100000000000000000000");
  REQUIRE(Canonical("1.5e21") == "1.5e+21");
  REQUIRE(Canonical("1.5e-6") == "0.0000015");
  REQUIRE(Canonical("1.5e-7") == "1.5e-7");
  REQUIRE(Canonical("1e-7") == "1e-7");
  REQUIRE(Canonical("-12.50") == "-12.5");
  REQUIRE(Canonical("2.2250738585072014e-308") == "2.2250738585072014e-308");
}

TEST_CASE("integers beyond 2^53-1 are refused by their pointer") {
  REQUIRE(Canonical("[9007199254740991,-9007199254740991]") ==
          "[9007199254740991,-9007199254740991]");
  for (const char* integer : {"9007199254740992", "-9007199254740992", "9223372036854775807"}) {
    const Json json =
        *ParseJson("{\"a/b\":[0,{\"n\":" + std::string(integer) + "}]}", kRequestJson);
    const Result<std::string> canonical = WriteCanonicalJson(json);
    REQUIRE(canonical.error().code == ErrorCode::kInvalid);
    REQUIRE(canonical.error().where == "/a~1b/1/n");
  }
}

TEST_CASE("text in any other form is refused") {
  for (const std::string_view text :
       {"{}", "[]", "0", "\"/\"", "\"\u007f\u2028\"", "{\"a\":1,\"b\":2}", "9007199254740992",
        "1e+21", "\"\\u000f\""}) {
    RequireStable(std::string(text));
  }
  for (const std::string_view text : {"",
                                      " {}",
                                      "{} ",
                                      "[1, 2]",
                                      "{\"b\":1,\"a\":2}",
                                      "1.0",
                                      "-0",
                                      "1e21",
                                      "1E+21",
                                      "1e2",
                                      "0.50",
                                      "\"\\/\"",
                                      "\"\\u0041\"",
                                      "\"\\u000F\"",
                                      "\"\\u000a\"",
                                      "\"\\u20ac\"",
                                      "9007199254740993",
                                      "100000000000000000001",
                                      "1000000000000000000000",
                                      "{\"\uFB33\":1,\"\U0001F600\":2}",
                                      "{\"a\":1,\"a\":1}",
                                      "[1,]"}) {
    REQUIRE_FALSE(IsCanonicalJson(text));
  }
  const auto refused = ParseCanonicalJson("{\"secret\": 1}", kRequestJson);
  REQUIRE(refused.error().where == "byte 11");
  REQUIRE(refused.error().Text().find("secret") == std::string::npos);
}

class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : generator_(seed) {}

  Json Value(int depth) {
    switch (Below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return Below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(generator_() >> Below(64));
      case 3:
        return -static_cast<std::int64_t>(generator_() >> (11 + Below(50)));
      case 4:
        return Number();
      case 5:
        return Text();
      case 6:
        return Array(depth);
      default:
        return Object(depth);
    }
  }

  double Number() {
    for (;;) {
      const auto number = std::bit_cast<double>(generator_());
      if (std::isfinite(number)) return number;
    }
  }

  std::string Text() {
    constexpr std::string_view kPieces[] = {
        "a",          "b",         "\n",     "\"",     "\\",     std::string_view("\0", 1),
        "\u00f6",     "\u20ac",    "\ud7ff", "\ue000", "\ufb33", "\U00010000",
        "\U0001F600", "\U0010FFFF"};
    std::string text;
    for (std::size_t i = Below(6); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    return text;
  }

 private:
  std::size_t Below(std::size_t bound) { return generator_() % bound; }

  Json Array(int depth) {
    Json::Items items;
    for (std::size_t i = Below(5); i > 0; --i) items.push_back(Value(depth - 1));
    return Json::Array(std::move(items));
  }

  Json Object(int depth) {
    Json::Members members;
    for (std::size_t i = Below(14); i > 0; --i) members.emplace_back(Text(), Value(depth - 1));
    return Json::ObjectOf(std::move(members)).value_or(Json());
  }

  std::mt19937_64 generator_;
};

TEST_CASE("20,000 random doubles keep their value") {
  RandomJson documents(8785);
  for (int i = 0; i < 20'000; ++i) {
    const double number = documents.Number();
    const Result<std::string> canonical = WriteCanonicalJson(Json(number));
    double read = 0;
    std::from_chars(canonical->data(), canonical->data() + canonical->size(), read);
    REQUIRE(read == number);
    RequireStable(*canonical);
  }
}

TEST_CASE("20,000 random documents: parse(write(x)) is x, canonical is stable") {
  RandomJson documents(8259);
  for (int i = 0; i < 20'000; ++i) {
    const Json json = documents.Value(4);
    REQUIRE(*ParseJson(WriteJson(json), kRequestJson) == json);
    REQUIRE(*ParseJson(WritePrettyJson(json), kRequestJson) == json);
    const Result<std::string> canonical = WriteCanonicalJson(json);
    if (canonical) RequireStable(*canonical);
  }
}

// UTF-16 the plain way, to compare with the order of bytes that the writer uses.
std::u16string Utf16(std::string_view text) {
  std::u16string units;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t j = 1; j < length; ++j) point = point << 6 | (text[i + j] & 0x3F);
    if (point < 0x10000) {
      units += static_cast<char16_t>(point);
    } else {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
    i += length;
  }
  return units;
}

TEST_CASE("the order of names is that of UTF-16 for 20,000 random pairs") {
  RandomJson documents(16);
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = documents.Text();
    const std::string b = documents.Text();
    if (a == b) continue;
    const bool is_a_first = Utf16(a) < Utf16(b);
    std::string expected = "{";
    AppendJsonString(expected, is_a_first ? a : b);
    expected += ":0,";
    AppendJsonString(expected, is_a_first ? b : a);
    expected += ":0}";
    REQUIRE(*WriteCanonicalJson(Json::Object({{a, 0}, {b, 0}})) == expected);
  }
}

}  // namespace
}  // namespace base
