#include "base/slug.h"

#include <doctest/doctest.h>

namespace base {

TEST_CASE("a slug is words of small letters and digits with single hyphens") {
  for (const char* good : {"a", "7", "ambleford-council-3f9a2c", "platform"}) {
    REQUIRE(IsSlug(good));
  }
  for (const char* bad : {"", "-", "a-", "-a", "a--b", "A", "a b", "a.b", "\xc3\xa9", "a\n"}) {
    REQUIRE_FALSE(IsSlug(bad));
  }
  REQUIRE(IsSlug(std::string(kMaxSlugBytes, 'a')));
  REQUIRE_FALSE(IsSlug(std::string(kMaxSlugBytes + 1, 'a')));
}

TEST_CASE("any name has a slug, which ends in the piece") {
  REQUIRE(SlugOf("HM Revenue & Customs", "3f9a2c") == "hm-revenue-customs-3f9a2c");
  REQUIRE(SlugOf("  Ambleford (District) ", "ab") == "ambleford-district-ab");
  REQUIRE(SlugOf("\xd0\x96", "ab") == "ab");
  REQUIRE(SlugOf("", "ab") == "ab");
  for (std::size_t length = 50; length < 80; ++length) {
    const std::string slug = SlugOf(std::string(length, 'x'), "3f9a2c");
    REQUIRE(IsSlug(slug));
    REQUIRE(slug.ends_with("-3f9a2c"));
    REQUIRE(IsSlug(SlugOf(std::string(length, 'x') + " y z", "3f9a2c")));
  }
}

}  // namespace base
