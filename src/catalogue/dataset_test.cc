#include "catalogue/dataset.h"

#include <doctest/doctest.h>

namespace catalogue {

TEST_CASE("a short name is a slug that begins with a letter, and its table a name of SQL") {
  const auto good = [](std::string_view name) { return CheckShortName(name).has_value(); };
  REQUIRE(good("paye-employments"));
  REQUIRE(good("a"));
  REQUIRE(good(std::string(kMaxShortNameBytes, 'a')));
  REQUIRE_FALSE(good(std::string(kMaxShortNameBytes + 1, 'a')));
  for (const char* name : {"", "2026", "-a", "a-", "a--b", "a_b", "A", "a b", "\xc3\xa9"}) {
    CAPTURE(name);
    REQUIRE_FALSE(good(name));
  }
  REQUIRE(TableNameOf("paye-employments-2026") == "paye_employments_2026");
}

}  // namespace catalogue
