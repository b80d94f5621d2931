// Tests of: words.cc route.cc assets.cc
#include "web/words.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "web/assets.h"
#include "web/route.h"
#include "web/testing.h"

namespace web {
namespace {

base::Instant At(std::string_view text) { return base::ParseInstant(text).value(); }

}  // namespace

TEST_CASE("a day of the calendar is written like a date") {
  REQUIRE(DayText(base::ParseCivilDay("2026-09-21").value(), English()) == "21 September 2026");
  REQUIRE(DayText(base::ParseCivilDay("1969-12-31").value(), English()) == "31 December 1969");
}

TEST_CASE("numbers have commas, dates months, sizes units") {
  REQUIRE(NumberText(0) == "0");
  REQUIRE(NumberText(999) == "999");
  REQUIRE(NumberText(1'000) == "1,000");
  REQUIRE(NumberText(18'402'377) == "18,402,377");
  REQUIRE(DateText(At("2026-09-05T23:59:59Z"), English()) == "5 September 2026");
  REQUIRE(DateTimeText(At("2026-11-23T09:20:04Z"), English()) == "23 November 2026, 09:20:04 UTC");
  REQUIRE(BytesText(0) == "1 KB");
  REQUIRE(BytesText(3'001) == "4 KB");
  REQUIRE(BytesText(1'250'000) == "1.3 MB");
  REQUIRE(BytesText(12'000'000'000) == "12 GB");
}

TEST_CASE("durations show their two largest units") {
  REQUIRE(DurationText(0, English()) == "0 seconds");
  REQUIRE(DurationText(61, English()) == "1 minute, 1 second");
  REQUIRE(DurationText(3 * 86'400 + 4 * 3'600 + 59, English()) == "3 days, 4 hours");
  REQUIRE(DurationText(86'400 + 5, English()) == "1 day");
}

TEST_CASE("a name that could turn the words around it is kept apart") {
  REQUIRE(ShownText("Asha Example") == "Asha Example");
  REQUIRE(ShownText("Ynys Môn") == "Ynys Môn");
  REQUIRE(ShownText("\u05d0\u05d1") == "\u2068\u05d0\u05d1\u2069");
  REQUIRE(ShownText("a\u202eb") == "\u2068a\u202eb\u2069");
}

TEST_CASE("a star of a pattern stands for one segment that is not empty") {
  REQUIRE(MatchPath("/a/*/b/*", "/a/1/b/2") == PathParts{"1", "2"});
  REQUIRE(MatchPath("/", "/") == PathParts{});
  for (const std::string_view path : {"/a/1/b", "/a/1/b/2/", "/a//b/2", "/a/1/c/2", "a/1/b/2"}) {
    REQUIRE_FALSE(MatchPath("/a/*/b/*", path).has_value());
  }
}

TEST_CASE("assets have an address of their digest for good, and ask for no font") {
  const Assets assets;
  const std::string url = assets.UrlOf("govuk-frontend.min.css");
  const auto style = assets.Find(url);
  REQUIRE(style.has_value());
  REQUIRE(style->headers.Find("Cache-Control") == "public, max-age=31536000, immutable");
  REQUIRE(style->headers.Find("Content-Type") == "text/css; charset=utf-8");
  REQUIRE(style->body.find("@font-face") == std::string::npos);
  REQUIRE(style->body.find(".woff") == std::string::npos);
  REQUIRE(style->body.size() > 50'000);
  REQUIRE_FALSE(assets.Find("/assets/0000000000000000/tabularium.css").has_value());
  REQUIRE_FALSE(assets.Find(url + "x").has_value());
  REQUIRE(WithoutFontFaces("a{b:c}@font-face{x:y}d{e:f}@font-face{z:") == "a{b:c}d{e:f}");
}

}  // namespace web
