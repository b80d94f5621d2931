#include "base/time.h"

#include <doctest/doctest.h>

#include <string>

namespace base {

TEST_CASE("instants are written and read in one form") {
  for (const char* text :
       {"1970-01-01T00:00:00Z", "2026-11-24T10:00:00Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "2024-02-29T23:59:59Z", "1969-12-31T23:59:59Z"}) {
    CAPTURE(text);
    REQUIRE(ParseInstant(text).value().Text() == text);
  }
  REQUIRE(Instant{-1}.Text() == "1969-12-31T23:59:59Z");
  REQUIRE(ParseInstant("2026-11-24T10:59:59Z").value().HourText() == "2026-11-24T10:00:00Z");
  REQUIRE(Instant{-1}.HourText() == "1969-12-31T23:00:00Z");
}

TEST_CASE("dates and times that do not exist are refused") {
  for (const char* bad :
       {"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-06-30T23:59:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00+00:00", "2026-1-01T00:00:00Z", "0000-01-01T00:00:00Z", ""}) {
    CAPTURE(bad);
    REQUIRE_FALSE(ParseInstant(bad).has_value());
  }
  REQUIRE_FALSE(ParseCivilDay("1900-02-29").has_value());
  REQUIRE(ParseCivilDay("2000-02-29").has_value());
}

TEST_CASE("civil days count from 1970") {
  REQUIRE(ParseCivilDay("1970-01-01").value().days == 0);
  REQUIRE(ParseCivilDay("2026-11-24").value().days == 20781);
  for (std::int32_t day = -800'000 + 90'000; day < 2'900'000; day += 997) {
    REQUIRE(ParseCivilDay(CivilDay{day}.Text()).value().days == day);
  }
}

TEST_CASE("the day in London, across both changes of the clock") {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-03-29T00:59:59Z", "2026-03-29"},  // the clock goes forward at 01:00
      {"2026-03-28T23:59:59Z", "2026-03-28"},  // still GMT
      {"2026-03-29T22:59:59Z", "2026-03-29"}, {"2026-03-29T23:00:00Z", "2026-03-30"},
      {"2026-10-24T23:00:00Z", "2026-10-25"},  // BST: midnight is 23:00 UTC
      {"2026-10-25T00:59:59Z", "2026-10-25"},  // 01:59:59 BST, a second before the clock goes back
      {"2026-10-25T23:59:59Z", "2026-10-25"}, {"2026-10-26T00:00:00Z", "2026-10-26"}};
  for (const auto& [instant, day] : cases) {
    CAPTURE(instant);
    REQUIRE(LondonDay(ParseInstant(instant).value()).value().Text() == day);
  }
}

TEST_CASE("only years 1 to 9999 can be written") {
  REQUIRE(IsWritable(ParseInstant("9999-12-31T23:59:59Z").value()));
  REQUIRE_FALSE(IsWritable(Instant{INT64_MAX}));
  REQUIRE_FALSE(IsWritable(Instant{INT64_MIN}));
}

}  // namespace base
