#include "catalogue/key.h"

#include <doctest/doctest.h>

#include "engine/duckdb.h"
#include "engine/testing.h"

namespace catalogue {

TEST_CASE("a normalisation has a name, and no other name is one") {
  for (const auto each : {KeyNormalisation::kExact, KeyNormalisation::kCompact}) {
    REQUIRE(KeyNormalisationOfName(KeyNormalisationName(each)) == each);
  }
  REQUIRE_FALSE(KeyNormalisationOfName("Exact").has_value());
}

TEST_CASE("compact leaves letters and digits, exact leaves everything, nothing is no key") {
  const auto duckdb = engine::Duckdb::Open({.library_path = engine::TestLibrary()}).value();
  const auto normal = [&](KeyNormalisation normalisation, const std::string& text) {
    const auto table =
        duckdb->Query("SELECT " + NormalisedKeySql(normalisation, engine::SqlText(text)), 1);
    REQUIRE(table.has_value());
    return table->rows[0][0].value_or("null");
  };
  REQUIRE(normal(KeyNormalisation::kCompact, " qq 12-34.56 c\t") == "QQ123456C");
  REQUIRE(normal(KeyNormalisation::kCompact, " - ") == "null");
  REQUIRE(normal(KeyNormalisation::kCompact, "\xc3\xa9 1") == "1");
  REQUIRE(normal(KeyNormalisation::kExact, " qq 1") == " qq 1");
  REQUIRE(normal(KeyNormalisation::kExact, "") == "null");
}

}  // namespace catalogue
