// No JSON may crash the guard of the query door, and whatever it accepts keeps to its promises.
//
// DuckDB is not loaded here; that what is written parses again is tested in sql_round_trip_test.cc.
// The first byte chooses whether the rest is a whole tree, or a value put into a good one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/canonical_json.h"
#include "base/json.h"
#include "exchange/sql_check.h"
#include "exchange/sql_parse.h"

namespace {

using base::Json;

void Require(bool condition) {
  if (!condition) std::abort();
}

// SELECT <value> FROM people.
std::string TreeAround(std::string_view value) {
  return R"([{"named_param_map":[],"node":{"type":"SELECT_NODE","modifiers":[],"cte_map":)"
         R"({"map":[]},"select_list":[)" +
         std::string(value) +
         R"(],"from_table":{"type":"BASE_TABLE","alias":"","sample":null,"query_location":3,)"
         R"("schema_name":"","table_name":"people","column_name_alias":[],"catalog_name":"",)"
         R"("at_clause":null},"where_clause":null,"group_expressions":[],"group_sets":[],)"
         R"("aggregate_handling":"STANDARD_HANDLING","having":null,"sample":null,)"
         R"("qualify":null}}])";
}

// Outside quotes there is no semicolon and no remark, and brackets and quotes close.
void RequireOneStatement(std::string_view sql) {
  int open = 0;
  char quote = 0;
  char before = 0;
  for (const char c : sql) {
    if (quote != 0) {
      if (c == quote) quote = 0;  // a doubled one opens again at once
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else {
      Require(c != ';' && !(c == '-' && before == '-') && !(c == '*' && before == '/'));
      if (c == '(' || c == '[') ++open;
      if (c == ')' || c == ']') --open;
      Require(open >= 0);
    }
    before = c;
  }
  Require(open == 0 && quote == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::string quoted = exchange::WithoutLongNumbers(text);
  Require(quoted.size() >= text.size());
  const std::string tree = bytes[0] % 2 == 0 ? quoted : TreeAround(quoted);
  const auto json = base::ParseJson(tree, base::kSyntaxTreeJson);
  (void)exchange::ReadSqlParseReply(text, text);
  if (!json) return 0;
  const std::vector<std::string> tables = {"people", "payments"};
  const auto query = exchange::CheckSql(text, *json, tables);
  if (!query) {
    Require(!query.error().what.empty() && !query.error().where.empty());
    return 0;
  }
  RequireOneStatement(query->sql);
  Require(base::IsCanonicalJson(query->template_json));
  for (const std::string& table : query->tables) Require(table == "people" || table == "payments");
  return 0;
}
