#include "catalogue/cursor.h"

#include <doctest/doctest.h>

namespace catalogue {
namespace {
const std::string kKey(32, 'k');
const Position kPlace{"a title", std::string(32, 'a')};
}  // namespace

TEST_CASE("a cursor opens with its own key and scope alone") {
  const std::string cursor = SealCursor(kKey, "scope", kPlace);
  REQUIRE(OpenCursor(kKey, "scope", cursor) == kPlace);
  REQUIRE_FALSE(OpenCursor(kKey, "scopf", cursor).has_value());
  REQUIRE_FALSE(OpenCursor(std::string(32, 'l'), "scope", cursor).has_value());
  REQUIRE_FALSE(OpenCursor(kKey, "", cursor).has_value());
  const Position empty{"", std::string(32, '0')};
  REQUIRE(OpenCursor(kKey, "", SealCursor(kKey, "", empty)) == empty);
}

TEST_CASE("no changed or cut cursor opens") {
  const std::string cursor = SealCursor(kKey, "scope", kPlace);
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == '0' ? '1' : '0';
    REQUIRE_FALSE(OpenCursor(kKey, "scope", changed).has_value());
    REQUIRE_FALSE(OpenCursor(kKey, "scope", cursor.substr(0, i)).has_value());
  }
  REQUIRE_FALSE(OpenCursor(kKey, "scope", cursor + "00").has_value());
  REQUIRE_FALSE(OpenCursor(kKey, "scope", "not hex").has_value());
}

}  // namespace catalogue
