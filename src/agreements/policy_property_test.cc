// Random policies over random rows: what DuckDB gives under the compiled SQL is, row by row, what
// the evaluator gives that was written from docs/formats/policy.md alone.
// Tests of: policy_compiler.cc treatment_sql.cc policy_counts.cc policy_sql.cc
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "agreements/policy_generator.h"

namespace agreements {
namespace {

constexpr std::uint64_t kSeeds = 16;
constexpr std::size_t kPoliciesOfSeed = 25;
constexpr std::size_t kRows = 250;
constexpr std::size_t kListRows = 60;

Policy Accepted(const base::Json& json) {
  const auto policy = ReadPolicy(base::JsonItem(json, ""));
  if (!policy) MESSAGE(policy.error().Text());
  REQUIRE(policy.has_value());
  // What is written is what was read.
  const base::Json written = PolicyJson(*policy);
  REQUIRE(ReadPolicy(base::JsonItem(written, "")).value() == *policy);
  return *policy;
}

bool SameRows(const std::vector<Row>& got, const std::vector<Row>& expected) {
  const auto same_row = [](const Row& left, const Row& right) {
    return std::ranges::equal(left, right, SameCell);
  };
  return std::ranges::equal(got, expected, same_row);
}

bool SameOutput(const std::vector<OutputColumn>& columns, const PolicyEvaluator::Result& expected) {
  std::vector<std::string> names;
  std::vector<std::string> types;
  for (const OutputColumn& column : columns) {
    names.push_back(column.name);
    types.push_back(engine::TypeText(column.type));
  }
  return names == expected.names && types == expected.types;
}

bool SameCounts(PolicyDesk& desk, const CompiledPolicy& compiled,
                const PolicyEvaluator::Result& expected) {
  const auto counts = CountRows(desk.duckdb(), compiled);
  REQUIRE(counts.has_value());
  const bool is_same = counts->rows == kRows && counts->after_step == expected.after_step &&
                       counts->matched == expected.rows.size() &&
                       counts->left_empty == expected.left_empty;
  if (compiled.list_sql.empty()) return is_same;
  const auto list = CountList(desk.duckdb(), compiled);
  REQUIRE(list.has_value());
  return is_same && list->rows == expected.list_rows && list->entries == expected.entries &&
         list->keys == expected.keys;
}

// The tables of one seed, in DuckDB and as cells. Every second seed reads several Parquet files.
struct Scene {
  PolicyGenerator generator;
  PolicyEvaluator::Table dataset;
  PolicyEvaluator::Table list;
  const base::Json* key = nullptr;
  catalogue::Schema schema;
  catalogue::Schema list_schema;
  PolicySources sources;

  Scene(PolicyDesk& desk, std::uint64_t seed)
      : generator(seed),
        dataset(generator.Dataset(kRows)),
        list(),
        key(generator.KeyColumn(dataset)),
        schema(SchemaOf(dataset.schema)) {
    list = generator.List(key == nullptr ? "string" : key->Find("type")->AsString(), kListRows);
    list_schema = SchemaOf(list.schema);
    desk.MakeTable("dataset", schema, dataset.rows);
    desk.MakeTable("list", list_schema, list.rows);
    sources = {.dataset = TableSource("dataset"), .list = TableSource("list")};
    if (seed % 2 == 1) sources.dataset = desk.MakeFiles("dataset", schema, kRows, 70);
  }

  base::Json NextPolicy() {
    const bool has_list = key != nullptr && generator.Below(2) == 0;
    return generator.Policy(dataset, has_list ? key : nullptr, list);
  }
  [[nodiscard]] CompiledPolicy Compiled(const base::Json& json) const {
    const auto compiled =
        CompilePolicy(Accepted(json), {.dataset = &schema, .list = &list_schema}, sources);
    if (!compiled) MESSAGE(compiled.error().Text());
    REQUIRE(compiled.has_value());
    return *compiled;
  }
  [[nodiscard]] PolicyEvaluator::Result Expected(const base::Json& json) const {
    return PolicyEvaluator(json, dataset, list, kTestTokenKey).Evaluate();
  }
};

TEST_CASE("random policies give what their definition gives") {
  PolicyDesk desk;
  std::uint64_t passed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    Scene scene(desk, seed);
    for (std::size_t policy = 0; policy < kPoliciesOfSeed; ++policy) {
      CAPTURE(policy);
      const base::Json json = scene.NextPolicy();
      CAPTURE(base::WriteJson(json));
      const CompiledPolicy compiled = scene.Compiled(json);
      CAPTURE(compiled.extract_sql);
      const auto expected = scene.Expected(json);
      REQUIRE(SameOutput(compiled.columns, expected));
      REQUIRE(SameRows(desk.Rows(compiled.extract_sql, compiled.columns), expected.rows));
      REQUIRE(SameCounts(desk, compiled, expected));
      passed += expected.rows.size();
    }
  }
  // The rows that pass are neither none nor all: the policies do decide something.
  const std::uint64_t all = kSeeds * kPoliciesOfSeed * kRows;
  REQUIRE(passed > all / 20);
  REQUIRE(passed < all * 19 / 20);
}

// Mistakes of a compiler, each as a change of the SQL that it wrote.
struct Planted {
  std::string_view from;
  std::string_view to;
};
constexpr std::array kPlanted = {
    Planted{" HAVING count(*) = 1", ""},
    Planted{" HAVING count(*) = 1", " HAVING count(*) > 0"},
    Planted{"WHEN (NOT isnan(", "WHEN (TRUE OR isnan("},
    Planted{"(CASE WHEN isnan(", "(CASE WHEN FALSE AND isnan("},
    Planted{" >= CAST(", " > CAST("},
    Planted{" < CAST(", " <= CAST("},
    Planted{" BETWEEN ", " NOT BETWEEN "},
    Planted{" OR ", " AND "},
    Planted{"(NOT ", "("},
    Planted{"'compact'", "'name'"},
    Planted{"'name'", "'compact'"},
    Planted{"{1,2}[0-9][A-Z0-9]?)", "{1,2}[0-9][0-9]?)"},
    Planted{"'%Y-%m'", "'%Y-%d'"},
    Planted{"\u2022", "*"},
    Planted{" ORDER BY ", " ORDER BY hash(1), -"},
    Planted{" IS NOT NULL", " IS NULL"},
};

// Whether any row of a policy differs when the mistake stands in its SQL. SQL that DuckDB refuses
// does not count.
bool IsNoticed(PolicyDesk& desk, const Planted& planted) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Scene scene(desk, seed);
    for (std::size_t policy = 0; policy < kPoliciesOfSeed; ++policy) {
      const base::Json json = scene.NextPolicy();
      CompiledPolicy compiled = scene.Compiled(json);
      std::string& sql = compiled.extract_sql;
      const std::size_t at = sql.find(planted.from);
      if (at == std::string::npos) continue;
      sql.replace(at, planted.from.size(), planted.to);
      if (!desk.duckdb().Execute(sql)) continue;
      const auto expected = scene.Expected(json);
      if (!SameRows(desk.Rows(sql, compiled.columns), expected.rows)) return true;
    }
  }
  return false;
}

TEST_CASE("a mistake that is planted into the SQL is noticed") {
  PolicyDesk desk;
  for (const Planted& planted : kPlanted) {
    CAPTURE(planted.from);
    CAPTURE(planted.to);
    REQUIRE(IsNoticed(desk, planted));
  }
}

}  // namespace
}  // namespace agreements
