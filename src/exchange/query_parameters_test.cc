#include "exchange/query_parameters.h"

#include <doctest/doctest.h>

namespace exchange {
namespace {

using base::Json;
using engine::SqlParameter;

AcceptedQuery Asked(std::string sql, std::vector<std::string> parameters) {
  return {.sql = std::move(sql),
          .template_json = {},
          .template_digest = {},
          .tables = {},
          .parameters = std::move(parameters)};
}

base::Error Refused(const AcceptedQuery& query, const Json& params) {
  const auto bound = BindParameters(query, params);
  REQUIRE_FALSE(bound.has_value());
  REQUIRE(bound.error().code == base::ErrorCode::kInvalid);
  return bound.error();
}

}  // namespace

TEST_CASE("values in an array are bound in their order, each with its own type") {
  const auto query = Asked("SELECT $1, $2, $3, $4, $5", {"1", "2", "3", "4", "5"});
  const auto bound = BindParameters(query, Json::Array({"$x", 5, 2.5, true, nullptr})).value();
  REQUIRE(bound.sql == query.sql);
  REQUIRE(bound.parameters ==
          std::vector<SqlParameter>{"$x", std::int64_t{5}, 2.5, true, std::monostate()});
  REQUIRE(BindParameters(Asked("SELECT 1", {}), Json::Array({})).value().parameters.empty());
}

TEST_CASE("values by name are bound by number, and texts and names of the SQL stay as they are") {
  const auto query =
      Asked(R"(SELECT '$b it''s $a', "$b""$a", $b, $a, $ab FROM t WHERE x = $a)", {"a", "ab", "b"});
  const auto bound = BindParameters(query, Json::Object({{"b", 1}, {"a", 2}, {"ab", 3}})).value();
  REQUIRE(bound.sql == R"(SELECT '$b it''s $a', "$b""$a", $3, $1, $2 FROM t WHERE x = $1)");
  REQUIRE(bound.parameters ==
          std::vector<SqlParameter>{std::int64_t{2}, std::int64_t{3}, std::int64_t{1}});
}

TEST_CASE("too few, too many and other values are refused at their place") {
  const auto numbered = Asked("SELECT $1", {"1"});
  const auto named = Asked("SELECT $area", {"area"});
  REQUIRE(Refused(numbered, Json::Array({})).where == "/params");
  REQUIRE(Refused(numbered, Json::Array({1, 2})).where == "/params");
  REQUIRE(Refused(numbered, Json::Object({{"1", 1}})).where == "/params");
  REQUIRE(Refused(numbered, Json::Array({Json::Array({})})).where == "/params/0");
  REQUIRE(Refused(numbered, nullptr).where == "/params");
  REQUIRE(Refused(named, Json::Array({1})).where == "/params");
  REQUIRE(Refused(named, Json::Object({})).where == "/params");
  REQUIRE(Refused(named, Json::Object({{"town", 1}})).where == "/params/area");
  REQUIRE(Refused(named, Json::Object({{"area", Json::Object({})}})).where == "/params/area");
}

}  // namespace exchange
