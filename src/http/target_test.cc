#include "http/target.h"

#include <doctest/doctest.h>

namespace http {
namespace {

std::string PathOf(std::string_view target) {
  const auto parsed = ParseTarget(target);
  return parsed ? parsed->path : "refused";
}

// "name=value;" for each parameter.
std::string QueryOf(std::string_view target) {
  const auto parsed = ParseTarget(target);
  if (!parsed) return "refused";
  std::string text;
  for (const QueryParameter& parameter : parsed->query) {
    text += parameter.name + "=" + parameter.value + ";";
  }
  return text;
}

}  // namespace

TEST_CASE("a path is decoded once") {
  REQUIRE(PathOf("/") == "/");
  REQUIRE(PathOf("/a/b") == "/a/b");
  REQUIRE(PathOf("/a/") == "/a/");
  REQUIRE(PathOf("/a%20b") == "/a b");
  REQUIRE(PathOf("/a+b") == "/a+b");
  REQUIRE(PathOf("/%e2%82%ac%E2%82%AC") == "/€€");
  REQUIRE(PathOf("/%2541") == "/%41");
  REQUIRE(PathOf("/a:b@c;d=e,f!$&'()*~") == "/a:b@c;d=e,f!$&'()*~");
  REQUIRE(PathOf("/...") == "/...");
  REQUIRE(PathOf("/.a/..b") == "/.a/..b");
}

TEST_CASE("a path that two readers could resolve differently is refused") {
  for (const auto* target : {"/a/../b", "/..",   "/.",    "/a/.",  "/./a",    "/%2e%2e/a", "/%2E",
                             "/.%2e/a", "//",    "//a",   "/a//b", "/a%2fb",  "/a%2Fb",    "/a%5cb",
                             "/a%00",   "/a%0a", "/a%7f", "/%ff",  "/%c0%af", "/%ed%a0%80"}) {
    CAPTURE(target);
    REQUIRE(PathOf(target) == "refused");
  }
}

TEST_CASE("only a path with a query is a target") {
  for (const auto* target :
       {"",      "*",         "a",     "http://a/b", "a:80",   "/a#b",        "/a b",
        "/a\\b", "/a\"b",     "/<a>",  "/a^b",       "/{a}",   "/a`b",        "/a|b",
        "/a[b]", "/\xc3\xa9", "/a\tb", "/\x01",      "/a?b#c", "/a?\xc3\xa9", "/a?\"b\""}) {
    CAPTURE(target);
    REQUIRE(PathOf(target) == "refused");
  }
}

TEST_CASE("a percent sign stands before two hexadecimal digits") {
  REQUIRE(PercentDecode("%41%6a%4A", false).value() == "AjJ");
  REQUIRE(PercentDecode("a+b", false).value() == "a+b");
  REQUIRE(PercentDecode("a+b", true).value() == "a b");
  REQUIRE(PercentDecode("%2B", true).value() == "+");
  for (const auto* text : {"%", "%4", "a%", "a%4", "%4g", "%g4", "%%41", "% 41", "%-1"}) {
    CAPTURE(text);
    REQUIRE_FALSE(PercentDecode(text, false).has_value());
    REQUIRE(PathOf(std::string("/") + text) == "refused");
    REQUIRE(QueryOf(std::string("/?") + text) == "refused");
  }
}

TEST_CASE("a query is taken apart, then decoded") {
  REQUIRE(QueryOf("/a") == "");
  REQUIRE(QueryOf("/a?") == "");
  REQUIRE(QueryOf("/a?b") == "b=;");
  REQUIRE(QueryOf("/a?b=") == "b=;");
  REQUIRE(QueryOf("/a?=c") == "=c;");
  REQUIRE(QueryOf("/a?b=c&&d=e=f&") == "b=c;d=e=f;");
  REQUIRE(QueryOf("/a?b%26c=%3D+%2B") == "b&c== +;");
  REQUIRE(QueryOf("/a?b=../%2F&c=?/[x]|") == "b=..//;c=?/[x]|;");
  REQUIRE(QueryOf("/a?b=%0A") == "b=\n;");
  REQUIRE(QueryOf("/a?b=%00") == "refused");
  REQUIRE(QueryOf("/a?b=%ff") == "refused");
}

TEST_CASE("a query has at most kMaxQueryParameters parameters") {
  std::string target = "/?a=1";
  for (std::size_t i = 1; i < kMaxQueryParameters; ++i) target += "&a=1";
  REQUIRE(ParseTarget(target)->query.size() == kMaxQueryParameters);
  REQUIRE(ParseTarget(target + "&a").error().code == base::ErrorCode::kTooLarge);
}

}  // namespace http
