// What the tests of the query door share: a DuckDB in this process that parses and runs, small
// tables, and trees as they are compared.
//
// Header only, for tests of this folder. Failures end the test.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json.h"
#include "base/real_world.h"
#include "engine/duckdb.h"
#include "engine/testing.h"
#include "exchange/sql_check.h"
#include "exchange/sql_parse.h"

namespace exchange {

inline const std::vector<std::string>& TestTables() {
  static const std::vector<std::string> tables = {"people", "payments", "paye-employments"};
  return tables;
}

// The tree without locations and parameter lists, whose order is chance, as canonical JSON; of
// GROUP BY, the sets with their expressions in place, since their numbers may differ.
inline base::Json Comparable(const base::Json& json) {
  using base::Json;
  if (json.kind() == Json::Kind::kArray) {
    Json::Items items;
    for (const Json& item : json.AsArray()) items.push_back(Comparable(item));
    return Json::Array(std::move(items));
  }
  if (json.kind() != Json::Kind::kObject) return json;
  const Json* expressions = json.Find("group_expressions");
  Json::Members members;
  for (const auto& [name, value] : json.AsObject()) {
    if (name == "query_location" || name == "named_param_map" || name == "group_expressions") {
      continue;
    }
    if (name != "group_sets" || expressions == nullptr) {
      members.emplace_back(name, Comparable(value));
      continue;
    }
    std::vector<std::string> sets;
    for (const Json& set : value.AsArray()) {
      std::vector<std::string> parts;
      for (const Json& place : set.AsArray()) {
        const auto index = static_cast<std::size_t>(place.AsInteger());
        parts.push_back(base::WriteJson(Comparable(expressions->AsArray().at(index))));
      }
      std::ranges::sort(parts);
      std::string whole;
      for (const std::string& part : parts) whole += part + ";";
      sets.push_back(std::move(whole));
    }
    Json::Items items(sets.begin(), sets.end());
    members.emplace_back(name, Json::Array(std::move(items)));
  }
  return Json::Object(std::move(members));
}

// What a query gave, as one text; the start of an error's text when it failed. The name that DuckDB
// makes of an expression may spell types in another way, so it counts only as one.
inline std::string Shown(const base::Result<engine::TextTable>& table) {
  if (!table) return "error: " + table.error().what.substr(0, table.error().what.find('\n'));
  std::string text;
  for (const std::string& name : table->names) {
    text += (name.find('(') == std::string::npos ? name : "an expression") + "|";
  }
  for (const auto& row : table->rows) {
    text += "\n";
    for (const auto& value : row) text += value.value_or("null") + "|";
  }
  return text;
}

class SqlDesk {
 public:
  SqlDesk() : duckdb_(Opened()) {
    // One thread, so that rows without an order come in the same order twice.
    for (const char* sql :
         {"CREATE TABLE people (id BIGINT, forename VARCHAR, surname VARCHAR, postcode VARCHAR, "
          "born DATE, area VARCHAR, sex VARCHAR)",
          "INSERT INTO people VALUES "
          "(1, 'Ada', 'Quince', 'ZZ1 1AA', '1980-02-29', 'E07000001', 'F'), "
          "(2, 'Ben', 'Rowan', 'ZZ1 1AB', '1999-12-31', 'E07000002', 'M'), "
          "(3, 'Cy', 'Asher', 'ZZ2 2BB', NULL, 'E07000001', 'M'), "
          "(4, 'Di', 'Abel', 'ZZ3 3CC', '2001-01-01', NULL, 'F')",
          "CREATE TABLE payments (person_id BIGINT, amount DECIMAL(18,2), paid_on DATE, "
          "method VARCHAR, late BOOLEAN, recorded TIMESTAMP)",
          "INSERT INTO payments VALUES "
          "(1, 10.50, '1979-01-31', 'BACS', TRUE, '2026-01-31 10:00:00'), "
          "(1, 7.25, '2026-02-28', 'CARD', FALSE, '2026-07-28 10:00:00'), "
          "(2, 3.00, '1999-01-01', 'BACS', NULL, '2026-03-01 00:00:00'), "
          "(9, 11.00, '2026-03-01', 'CASH', TRUE, NULL)",
          "CREATE TABLE \"paye-employments\" (nino VARCHAR, employer VARCHAR, pay DOUBLE)",
          "INSERT INTO \"paye-employments\" VALUES ('QQ123456A', 'Rowan', 20000.5), "
          "('QQ123456B', 'Mill Ltd', 1e3)"}) {
      REQUIRE(duckdb_->Execute(sql).has_value());
    }
  }

  // The statements of the SQL, as the server gets them from a worker.
  base::Result<base::Json> Parse(const std::string& sql) {
    engine::WorkerContext context;
    context.duckdb = duckdb_.get();
    const auto request = TRY(SqlParseRequest(sql));
    const auto reply = TRY(ParseSqlInWorker(context, request));
    REQUIRE(base::IsCanonicalJson(reply));
    return ReadSqlParseReply(sql, reply);
  }
  base::Result<AcceptedQuery> Check(const std::string& sql) {
    return CheckSql(sql, TRY(Parse(sql)), TestTables());
  }
  // What is written for an accepted statement is parsed to the same tree, and accepted again as it
  // stands.
  AcceptedQuery RoundTrip(const std::string& sql) {
    CAPTURE(sql);
    const auto query = Check(sql);
    if (!query) MESSAGE(query.error().Text());
    REQUIRE(query.has_value());
    CAPTURE(query->sql);
    const auto before = Parse(sql);
    const auto after = Parse(query->sql);
    if (!after) MESSAGE(after.error().Text());
    REQUIRE(after.has_value());
    const std::string tree = base::WritePrettyJson(Comparable(*before));
    REQUIRE(base::WritePrettyJson(Comparable(*after)) == tree);
    const auto again = CheckSql(query->sql, *after, TestTables());
    REQUIRE(again.has_value());
    REQUIRE(again->tables == query->tables);
    REQUIRE(again->parameters == query->parameters);
    return *query;
  }
  std::string Run(std::string sql) {
    const std::size_t end = sql.find_last_not_of("; ");
    sql.resize(end + 1);
    sql.erase(0, sql.find_first_not_of("; "));
    return Shown(duckdb_->Query(sql, 10'000));
  }
  engine::Duckdb& duckdb() { return *duckdb_; }

 private:
  static std::unique_ptr<engine::Duckdb> Opened() {
    auto opened = engine::Duckdb::Open({.library_path = engine::TestLibrary(), .threads = 1});
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }

  std::unique_ptr<engine::Duckdb> duckdb_;
};

// The lines of a file of this repository that are neither empty nor remarks.
inline std::vector<std::string> SqlLines(std::string_view name) {
  const auto world = base::MakeRealWorld();
  const auto bytes = base::ReadWholeFile(
      world->files(), base::JoinPath(TABULARIUM_SOURCE_FOLDER "/tests/sql", name), 1U << 20U);
  REQUIRE(bytes.has_value());
  std::vector<std::string> lines;
  for (const std::string_view line : base::Split(*bytes, '\n', 100'000)) {
    if (!line.empty() && !line.starts_with('#')) lines.emplace_back(line);
  }
  return lines;
}

}  // namespace exchange
