#include "base/json_text.h"

#include <doctest/doctest.h>

namespace base {
namespace {

TEST_CASE("every code point is UTF-8, and surrogates and what lies beyond are not") {
  for (unsigned point = 0; point < 0x120000; ++point) {
    std::string text;
    if (point < 0x80) {
      text = {static_cast<char>(point)};
    } else if (point < 0x800) {
      text = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 63))};
    } else if (point < 0x10000) {
      text = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 63)),
              static_cast<char>(0x80 | (point & 63))};
    } else {
      text = {static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 63)),
              static_cast<char>(0x80 | (point >> 6 & 63)), static_cast<char>(0x80 | (point & 63))};
    }
    const bool is_scalar = point < 0xD800 || (point > 0xDFFF && point < 0x110000);
    if (IsUtf8(text) != is_scalar) FAIL("code point " << point);
    if (text.size() > 1 && IsUtf8(text.substr(0, text.size() - 1))) FAIL("cut " << point);
  }
  REQUIRE(ValidUtf8Bytes("ab\xC0") == 2);
  REQUIRE_FALSE(IsUtf8("\xC0\x80"));
  REQUIRE_FALSE(IsUtf8("\xE0\x9F\xBF"));
  REQUIRE_FALSE(IsUtf8("\xF0\x8F\xBF\xBF"));
}

TEST_CASE("code points are counted, not bytes") {
  REQUIRE(CountCodePoints("") == 0);
  REQUIRE(CountCodePoints("caf\xC3\xA9") == 4);
  REQUIRE(CountCodePoints("a\u20acb\U0001F600") == 4);
}

TEST_CASE("bad bytes are replaced one by one") {
  REQUIRE(RepairedUtf8("") == "");
  REQUIRE(RepairedUtf8("a\u20acb") == "a\u20acb");
  REQUIRE(RepairedUtf8("\xFF\x80z\xE2\x82") == "\ufffd\ufffdz\ufffd\ufffd");
}

TEST_CASE("the fewest escapes") {
  std::string out;
  AppendJsonString(out, std::string_view("\0\x1f\b\t\n\f\r\"\\/\x7f\u2028", 14));
  REQUIRE(out == "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\x7f\u2028\"");
}

TEST_CASE("names are shown short and without tricks") {
  REQUIRE(ShownName("treatment") == "treatment");
  REQUIRE(ShownName("a\u202E\u2066\u200F\u061Cb\n\x7f\u0085\u2028\uFEFF\u200Bc") == "abc");
  REQUIRE(ShownName(std::string(64, 'x')) == std::string(64, 'x'));
  REQUIRE(ShownName(std::string(65, 'x')) == std::string(64, 'x') + "\u2026");
  REQUIRE(ShownName(std::string(63, 'x') + "\u20ac") == std::string(63, 'x') + "\u2026");
  REQUIRE(ShownName("\xFF"
                    "a") == "a");
}

TEST_CASE("pointers follow RFC 6901 and stay short") {
  REQUIRE(ChildPointer(ChildPointer("", "columns"), 3) == "/columns/3");
  REQUIRE(ChildPointer("", "a/b~c") == "/a~1b~0c");
  REQUIRE(ChildPointer("/a", "") == "/a/");
  std::string pointer;
  for (int i = 0; i < 600; ++i) pointer = ChildPointer(pointer, std::size_t{10});
  REQUIRE(pointer.size() <= kShownPointerBytes + 4);
  REQUIRE(pointer.ends_with("/10/\u2026"));
}

}  // namespace
}  // namespace base
