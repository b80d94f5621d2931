// No text may crash the reader, the check or the compiler of policies. What is accepted comes back
// as it was written, and its SQL is always SQL: DuckDB parses it, finds every name and type, and
// refuses nothing.
//
// Each input is tried as it is, and as a list of changes of an example.
//
// DuckDB is loaded from third_party/ below the working directory, where `make fuzz` runs.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "agreements/policy_compiler.h"
#include "agreements/policy_counts.h"
#include "base/canonical_json.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// Short names, so that random texts meet them; one of them odd.
constexpr std::array<std::pair<const char*, const char*>, 8> kColumns = {{{"a", "string"},
                                                                          {"b", "long"},
                                                                          {"c", "double"},
                                                                          {"d", "decimal(9,2)"},
                                                                          {"e", "date"},
                                                                          {"f", "timestamp"},
                                                                          {"g", "boolean"},
                                                                          {"h\"'", "string"}}};

catalogue::Schema MakeSchema() {
  catalogue::Schema schema;
  for (const auto& [name, type] : kColumns) {
    const engine::ColumnType known = *engine::TypeOfText(type);
    schema.columns.push_back({.name = name,
                              .title = "",
                              .type = known,
                              .meaning = "postcode",
                              .treatments = catalogue::TreatmentsOfType(known)});
  }
  return schema;
}

struct Scene {
  catalogue::Schema schema = MakeSchema();
  std::unique_ptr<engine::Duckdb> duckdb;

  Scene() {
    auto opened =
        engine::Duckdb::Open({.library_path = "third_party/duckdb-lib/libduckdb.so", .threads = 1});
    Require(opened.has_value());
    duckdb = std::move(*opened);
    Require(agreements::RegisterPolicyFunctions(*duckdb, std::string(32, 'k')).has_value());
    std::string columns;
    for (const catalogue::SchemaColumn& column : schema.columns) {
      if (!columns.empty()) columns += ", ";
      columns += engine::SqlName(column.name) + " " + engine::DuckdbType(column.type);
    }
    for (const char* table : {"dataset", "list"}) {
      Require(
          duckdb->Execute(std::string("CREATE TABLE ") + table + " (" + columns + ")").has_value());
    }
  }
};

void RequireSql(engine::Duckdb& duckdb, const std::string& sql) {
  if (!sql.empty()) Require(duckdb.Execute("EXPLAIN " + sql).has_value());
}

void Try(const Scene& scene, std::string_view text) {
  const auto json = base::ParseJson(text, base::kRequestJson);
  if (!json) return;
  const auto policy = agreements::ReadPolicy(base::JsonItem(*json, ""));
  if (!policy) {
    Require(!policy.error().what.empty());
    return;
  }
  const base::Json written = agreements::PolicyJson(*policy);
  Require(agreements::ReadPolicy(base::JsonItem(written, "")).value() == *policy);
  (void)agreements::PolicyDigest(*policy);
  const auto compiled = agreements::CompilePolicy(
      *policy, {.dataset = &scene.schema, .list = &scene.schema},
      {agreements::TableSource("dataset"), agreements::TableSource("list")});
  if (!compiled) {
    Require(compiled.error().where.starts_with('/'));
    return;
  }
  RequireSql(*scene.duckdb, compiled->extract_sql);
  RequireSql(*scene.duckdb, compiled->counts_sql);
  RequireSql(*scene.duckdb, compiled->list_sql);
}

// A policy that is accepted, so that few changes lead to others that are.
constexpr std::string_view kExample =
    R"({"format":"tabularium-policy-1","dataset":"a","columns":[{"name":"a","treatment":"token"},)"
    R"({"name":"b","treatment":"band","bands":[{"from":1},{"from":5,"label":"x"}]},)"
    R"({"name":"e","treatment":"month"},{"name":"h\"'","treatment":"postcode-district"}],)"
    R"("condition":{"test":"and","conditions":[{"test":"equal","column":"a","value":"x'"},)"
    R"({"test":"not","condition":{"test":"in","column":"c","values":[1,2.5]}},)"
    R"({"test":"between","column":"d","least":"-1.25","greatest":"2"}]},)"
    R"("member_of":{"column":"a","list":"l","list_column":"h\"'","normalisation":"name",)"
    R"("carry":[{"column":"b","as":"y"}],"greatest_entries":500,"follow_newer":true},)"
    R"("purposes":["b"],"recipients":["0123456789abcdef0123456789abcdef"],"doors":["c"]})";

// Each three bytes change one byte of the example.
std::string Edited(const std::uint8_t* bytes, std::size_t size) {
  std::string text(kExample);
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    text[(bytes[i] * 256U + bytes[i + 1]) % text.size()] = static_cast<char>(bytes[i + 2]);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Scene scene;
  Try(scene, {reinterpret_cast<const char*>(bytes), size});
  Try(scene, Edited(bytes, size));
  return 0;
}
