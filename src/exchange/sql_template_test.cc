#include "exchange/sql_template.h"

#include <string>
#include <vector>

#include "exchange/sql_desk_test.h"

namespace exchange {

TEST_SUITE_BEGIN("sql_template");

TEST_CASE("questions that differ in constants alone have one template") {
  SqlDesk desk;
  const std::vector<std::vector<std::string>> groups = {
      {"SELECT id FROM people WHERE area = 'E07000001'",
       "select  id\nfrom people where (area = 'it''s')", "SELECT id FROM people WHERE area = 7",
       "SELECT id FROM people WHERE area = NULL"},
      {"SELECT id FROM people WHERE area = $1", "SELECT id FROM people WHERE area = $x"},
      {"SELECT id FROM people WHERE id IN (1, 2)", "SELECT id FROM people WHERE id IN (7)",
       "SELECT id FROM people WHERE id IN (1, 2, 3, 4, 'x')"},
      {"SELECT id FROM people WHERE id NOT IN (1, 2)", "SELECT id FROM people WHERE id NOT IN (7)"},
      {"SELECT id FROM people WHERE born IN (DATE '2000-01-01')",
       "SELECT id FROM people WHERE born IN (DATE '2000-01-01', DATE '2001-01-01')"},
      {"SELECT id FROM people WHERE id IN (1, id + 1)",
       "SELECT id FROM people WHERE id IN (1, 2, id + 9)"},
      {"SELECT id FROM people ORDER BY id LIMIT 3", "SELECT id FROM people ORDER BY id LIMIT 4"},
      {"SELECT id FROM people ORDER BY id"},
      {"SELECT id FROM people ORDER BY surname"},
      {"SELECT id AS a FROM people"},
      {"SELECT (SELECT max(id) FROM people WHERE sex = 'F')",
       "SELECT (SELECT max(id) FROM people WHERE sex = 'M')"},
  };
  std::vector<std::string> templates;
  for (const auto& group : groups) {
    const AcceptedQuery first = desk.RoundTrip(group[0]);
    for (const std::string& sql : group) {
      CAPTURE(sql);
      REQUIRE(desk.RoundTrip(sql).template_json == first.template_json);
      REQUIRE(desk.RoundTrip(sql).template_digest == first.template_digest);
    }
    templates.push_back(first.template_json);
  }
  std::ranges::sort(templates);
  REQUIRE(std::ranges::adjacent_find(templates) == templates.end());
}

TEST_CASE("a template is canonical, holds no constant and no place, and its bytes stay") {
  SqlDesk desk;
  const AcceptedQuery query =
      desk.RoundTrip("SELECT surname FROM people WHERE postcode = 'ZZ1 1AA' AND id > $least");
  REQUIRE(base::IsCanonicalJson(query.template_json));
  for (const char* gone : {"ZZ1", "query_location", "least", "named_param_map"}) {
    REQUIRE(query.template_json.find(gone) == std::string::npos);
  }
  REQUIRE(query.template_digest == base::Sha256(query.template_json));
  // A change of these bytes would break the tie between old entries of the log and their queries.
  REQUIRE(desk.RoundTrip("SELECT 1").template_digest.Hex() ==
          "49cc8e42db313ee9407bb653a29f5939ad10d22c6a93053aee11a5f62bdb016a");
}

TEST_SUITE_END();

}  // namespace exchange
