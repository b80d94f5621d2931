// Tests of: policy_compiler.cc policy_check.cc policy_sql.cc treatment_sql.cc policy_counts.cc
// Tests of: condition_sql.cc
#include "agreements/policy_compiler.h"

#include <doctest/doctest.h>

#include "agreements/policy_evaluator.h"
#include "agreements/policy_testing.h"
#include "agreements/treatment_sql.h"
#include "catalogue/semantic_types.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Json;

Policy PolicyOf(const std::string& members) {
  const Json json = JsonOf(
      R"({"format": "tabularium-policy-1", "dataset": "a", "purposes": ["b"], "doors": ["c"],
          "recipients": ["0123456789abcdef0123456789abcdef"], )" +
      members + "}");
  const auto policy = ReadPolicy(base::JsonItem(json, ""));
  if (!policy) MESSAGE(policy.error().Text());
  REQUIRE(policy.has_value());
  return *policy;
}

catalogue::Schema Schema(const std::vector<Json>& columns) {
  return SchemaOf(Json::Array({columns.begin(), columns.end()}));
}

catalogue::Schema People() {
  return Schema({SchemaColumnJson("nino", "string", "national-insurance-number", {"token"}),
                 SchemaColumnJson("score", "double", "unrecognised", {"show", "token", "band"}),
                 SchemaColumnJson("seen", "timestamp", "date", {"show", "month"}),
                 SchemaColumnJson("secret", "string", "free-text", {"drop"})});
}

base::Result<CompiledPolicy> Compiled(const Policy& policy, const catalogue::Schema& schema) {
  return CompilePolicy(policy, {.dataset = &schema, .list = nullptr},
                       {TableSource("dataset"), TableSource("list")});
}

TEST_CASE("what is not named has no SQL, and a new column changes nothing") {
  const Policy policy = PolicyOf(
      R"("columns": [{"name": "nino", "treatment": "token"},
      {"name": "score", "treatment": "drop"}])");
  catalogue::Schema schema = People();
  const auto before = Compiled(policy, schema);
  REQUIRE(before.has_value());
  REQUIRE(before->extract_sql.find("score") == std::string::npos);
  REQUIRE(before->extract_sql.find('*') == std::string::npos);
  schema.columns.push_back(schema.columns.front());
  schema.columns.back().name = "new";
  REQUIRE(Compiled(policy, schema)->extract_sql == before->extract_sql);
}

TEST_CASE("SQL of a policy holds no key, and a rehearsal needs none") {
  const auto compiled =
      Compiled(PolicyOf(R"("columns": [{"name": "nino", "treatment": "token"}])"), People());
  REQUIRE(compiled->extract_sql.find(kTestTokenKey) == std::string::npos);
  REQUIRE(compiled->counts_sql.find("tabularium_token") == std::string::npos);
  auto duckdb = engine::Duckdb::Open({.library_path = engine::TestLibrary()});
  REQUIRE(RegisterPolicyFunctions(**duckdb).has_value());
  REQUIRE((*duckdb)
              ->Execute("CREATE TABLE dataset AS SELECT unnest(['a', ' ', NULL]) AS nino")
              .has_value());
  const auto counts = CountRows(**duckdb, *compiled);
  REQUIRE(counts->rows == 3);
  REQUIRE(counts->left_empty == std::vector<std::uint64_t>{1});
  REQUIRE_FALSE((*duckdb)->Execute(compiled->extract_sql).has_value());
}

TEST_CASE("a count that fails tells nothing of the data") {
  auto duckdb = engine::Duckdb::Open({.library_path = engine::TestLibrary()});
  REQUIRE((*duckdb)->Execute("CREATE TABLE dataset AS SELECT 'QQ123456C' AS score").has_value());
  const auto compiled = Compiled(PolicyOf(R"("columns": [{"name": "score", "treatment": "show"}],
      "condition": {"test": "equal", "column": "score", "value": 1})"),
                                 People());
  const auto counts = CountRows(**duckdb, *compiled);
  REQUIRE_FALSE(counts.has_value());
  REQUIRE(counts.error().Text().find("QQ") == std::string::npos);
}

TEST_CASE("a double has no token, whatever its owner allows") {
  const auto compiled =
      Compiled(PolicyOf(R"("columns": [{"name": "score", "treatment": "token"}])"), People());
  REQUIRE(compiled.error().where == "/columns/0/treatment");
}

TEST_CASE("a policy with a list needs the schema of the list") {
  const auto compiled = Compiled(PolicyOf(R"("columns": [{"name": "nino", "treatment": "token"}],
      "member_of": {"column": "nino", "list": "x", "list_column": "y", "normalisation": "exact",
                    "greatest_entries": 1000, "follow_newer": false})"),
                                 People());
  REQUIRE(compiled.error().code == ErrorCode::kNotFound);
  REQUIRE(compiled.error().where == "/member_of/list");
}

TEST_CASE("names of every kind stay names") {
  PolicyDesk desk;
  for (const std::string name :
       {"a\"; DROP TABLE dataset; --", "\n", "\u202Ex\u202C", "'", "d", "select", "\\", "*", "a.b",
        "k", "\"d\".\"k\"", "?", "$1", "/*", "\xF0\x9F\x99\x82", "COLUMNS(*)"}) {
    CAPTURE(name);
    const catalogue::Schema schema =
        Schema({SchemaColumnJson(name, "string", name, {"show", "token"}),
                SchemaColumnJson("plain", "string", "x", {"show"})});
    Policy policy = PolicyOf(R"("columns": [{"name": "plain", "treatment": "show"}],
        "condition": {"test": "equal", "column": "plain", "value": "v"})");
    policy.columns.push_back(
        {.name = name, .treatment = catalogue::kToken, .bands = {}, .reason = ""});
    policy.condition->column = name;
    policy.condition->operands[0].literal = Json(name);
    desk.MakeTable("dataset", schema, {{Cell(name), Cell("1")}, {Cell("other"), Cell("2")}});
    const auto compiled = Compiled(policy, schema);
    REQUIRE(compiled.has_value());
    const auto rows = desk.Rows(compiled->extract_sql, compiled->columns);
    REQUIRE(rows.size() == 1);
    REQUIRE(TextOf(rows[0][0]) == "1");
    const std::string message = "tabularium-token-1" + std::string(1, '\0') + name +
                                std::string(1, '\0') + base::Normalise(name);
    REQUIRE(TextOf(rows[0][1]) ==
            "t_" + base::HmacSha256(kTestTokenKey, message).Hex().substr(0, 32));
  }
}

TEST_CASE("files of types that mean the same give the types of the schema") {
  PolicyDesk desk;
  const catalogue::Schema schema = Schema({SchemaColumnJson("n", "long", "x", {"show"}),
                                           SchemaColumnJson("t", "timestamp", "x", {"show"})});
  desk.Execute(
      "CREATE TABLE dataset AS SELECT 5::SMALLINT AS n, "
      "TIMESTAMPTZ '2024-03-31 23:30:00Z' AS t");
  const SqlSource files = desk.MakeFiles("dataset", schema, 1, 1);
  const Policy policy = PolicyOf(R"("columns": [{"name": "n", "treatment": "show"},
      {"name": "t", "treatment": "show"}])");
  const auto compiled = CompilePolicy(policy, {.dataset = &schema, .list = nullptr},
                                      {.dataset = files, .list = std::nullopt});
  const auto types =
      desk.duckdb().Query("SELECT typeof(n), typeof(t), t FROM (" + compiled->extract_sql + ")", 1);
  REQUIRE(types->rows[0][0] == "BIGINT");
  REQUIRE(types->rows[0][1] == "TIMESTAMP");
  REQUIRE(types->rows[0][2] == "2024-03-31 23:30:00");
}

TEST_CASE("the largest condition still runs") {
  PolicyDesk desk;
  const catalogue::Schema schema = People();
  desk.MakeTable("dataset", schema,
                 {{Cell("QQ1"), Cell(1.0), Cell(), Cell()}, {Cell("b"), Cell(), Cell(), Cell()}});
  Policy policy = PolicyOf(R"("columns": [{"name": "score", "treatment": "show"}],
      "condition": {"test": "and", "conditions": [{"test": "not-equal", "column": "nino",
                                                   "value": "c"}]})");
  auto& parts = policy.condition->parts;
  const Condition leaf = parts.front();
  Condition deep = leaf;
  for (std::size_t i = 2; i < kMaxConditionDepth; ++i) {
    deep = Condition{.test = Test::kNot, .parts = {deep}, .column = "", .operands = {}};
  }
  parts.assign(kMaxConditionTests - kMaxConditionDepth, leaf);
  parts.push_back(deep);
  parts[0].test = Test::kIn;
  parts[0].operands.assign(kMaxInValues, {.property = "", .literal = Json("QQ1")});
  const auto compiled = Compiled(policy, schema);
  REQUIRE(compiled.has_value());
  REQUIRE(desk.Rows(compiled->extract_sql, compiled->columns).size() == 1);
  REQUIRE(CountRows(desk.duckdb(), *compiled)->after_step.size() == parts.size());
}

TEST_CASE("a schema of the output says what stands in it") {
  const auto output = OutputOf(PolicyOf(R"("columns": [
      {"name": "score", "treatment": "band",
       "bands": [{"from": -1.5}, {"from": 0}, {"from": 10, "label": "ten or more"}]},
      {"name": "seen", "treatment": "month"}])"),
                               {.dataset =
                                    [] {
                                      static const catalogue::Schema people = People();
                                      return &people;
                                    }(),
                                .list = nullptr});
  REQUIRE(output.has_value());
  REQUIRE(base::WriteJson(OutputJson(*output)) ==
          R"([{"name":"score","title":"Title","type":"double","meaning":"unrecognised",)"
          R"("form":"band","bands":[{"from":"-1.5","label":"-1.5 to below 0"},)"
          R"({"from":"0","label":"0 to below 10"},{"from":"10","label":"ten or more"}]},)"
          R"({"name":"seen","title":"Title","type":"string","meaning":"date","form":"month",)"
          R"("bands":[]}])");
}

TEST_CASE("every meaning that has a rule of its own is one that the catalogue knows") {
  std::size_t compact = 0;
  std::size_t named = 0;
  for (const catalogue::SemanticRule& rule : catalogue::SemanticRules()) {
    const auto normalisation = NormalisationOfMeaning(rule.code);
    compact += normalisation == engine::Normalisation::kCompact ? 1 : 0;
    named += normalisation == engine::Normalisation::kName ? 1 : 0;
  }
  REQUIRE(compact == 15);
  REQUIRE(named == 8);
  REQUIRE(NormalisationOfMeaning("what nobody knows") == engine::Normalisation::kExact);
}

}  // namespace
}  // namespace agreements
