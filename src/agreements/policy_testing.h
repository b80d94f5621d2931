// What the tests of policies share: small schemas as text, tables in a real DuckDB, and the run of
// a policy over them.
//
// Header only, for tests of this folder. Functions give what they make; a failure ends the test
// with the exception of a Result that has no value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agreements/policy.h"
#include "agreements/policy_cells.h"
#include "agreements/policy_compiler.h"
#include "agreements/policy_counts.h"
#include "base/format.h"
#include "base/json.h"
#include "catalogue/schema.h"
#include "engine/testing.h"

namespace agreements {

inline const std::string kTestTokenKey = "0123456789abcdef0123456789abcdef";

inline base::Json JsonOf(std::string_view text) {
  return base::ParseJson(text, base::kRequestJson).value();
}

inline catalogue::Schema SchemaOf(const base::Json& json) {
  return catalogue::ReadSchema(base::JsonItem(json, "")).value();
}

// One column of a schema: treatments apart by blanks.
inline base::Json SchemaColumnJson(const std::string& name, const std::string& type,
                                   const std::string& meaning,
                                   const std::vector<std::string>& treatments) {
  return base::Json::Object(
      {{"name", name},
       {"title", "Title"},
       {"type", type},
       {"meaning", meaning},
       {"class", "personal"},
       {"confirmed", true},
       {"identifies", false},
       {"treatments", base::Json::Array({treatments.begin(), treatments.end()})}});
}

// A value as a literal of SQL.
inline std::string SqlOf(const Cell& cell, const std::string& type) {
  if (!cell) return "NULL";
  if (type == "boolean") return std::get<bool>(*cell) ? "true" : "false";
  if (type == "long") return base::Format("'{}'::BIGINT", WholeOf(cell));
  if (type == "double") return base::Format("'{}'::DOUBLE", std::get<double>(*cell));
  if (type == "string") return engine::SqlText(TextOf(cell));
  if (type == "date") {
    const std::int64_t day = WholeOf(cell);
    if (day == kInfiniteDay) return "'infinity'::DATE";
    if (day == -kInfiniteDay) return "'-infinity'::DATE";
    return base::Format("(DATE '1970-01-01' + ({}))", day);
  }
  if (type == "timestamp") {
    if (WholeOf(cell) == kInfiniteTime) return "'infinity'::TIMESTAMP";
    if (WholeOf(cell) == -kInfiniteTime) return "'-infinity'::TIMESTAMP";
    return base::Format("make_timestamp('{}'::BIGINT)", WholeOf(cell));
  }
  return base::Format("'{}'::{}", TextOf(cell), type);  // decimal(p,s) is DuckDB's own form
}

// A DuckDB with both functions, and tables of cells in it.
class PolicyDesk {
 public:
  PolicyDesk() {
    duckdb_ = engine::Duckdb::Open(
                  {.library_path = engine::TestLibrary(), .writable_folder = folder_.path()})
                  .value();
    RegisterPolicyFunctions(*duckdb_, kTestTokenKey).value();
  }

  engine::Duckdb& duckdb() { return *duckdb_; }

  void Execute(const std::string& sql) { duckdb_->Execute(sql).value(); }

  // The table of this name, made anew.
  void MakeTable(std::string_view name, const catalogue::Schema& schema,
                 const std::vector<Row>& rows) {
    std::string columns;
    for (const catalogue::SchemaColumn& column : schema.columns) {
      columns += columns.empty() ? "" : ", ";
      columns += engine::SqlName(column.name) + " " + engine::DuckdbType(column.type);
    }
    Execute(base::Format("CREATE OR REPLACE TABLE {} ({})", name, columns));
    std::string values;
    for (const Row& row : rows) {
      values += values.empty() ? "(" : ", (";
      for (std::size_t i = 0; i < row.size(); ++i) {
        values += i == 0 ? "" : ", ";
        values += SqlOf(row[i], engine::TypeText(schema.columns[i].type));
      }
      values += ")";
    }
    if (!rows.empty()) Execute(base::Format("INSERT INTO {} VALUES {}", name, values));
  }

  // The table as Parquet files of so many rows each, in its order.
  SqlSource MakeFiles(std::string_view name, const catalogue::Schema& schema, std::size_t rows,
                      std::size_t rows_each) {
    std::vector<std::string> paths;
    for (std::size_t first = 0; first == 0 || first < rows; first += rows_each) {
      paths.push_back(base::Format("{}/{}-{}.parquet", folder_.path(), name, first));
      Execute(base::Format("COPY (SELECT * FROM {} LIMIT {} OFFSET {}) TO '{}' (FORMAT parquet)",
                           name, rows_each, first, paths.back()));
    }
    return ParquetSource(paths, schema);
  }

  // The rows of a SELECT, as cells of the types of the columns.
  std::vector<Row> Rows(const std::string& sql, const std::vector<OutputColumn>& columns) {
    const engine::TextTable table = duckdb_->Query(sql, 100'000).value();
    std::vector<Row> rows;
    for (const auto& texts : table.rows) {
      Row row;
      for (std::size_t i = 0; i < texts.size(); ++i) {
        row.push_back(CellOf(texts[i], engine::TypeText(columns.at(i).type)));
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  engine::TemporaryFolder folder_;
  std::unique_ptr<engine::Duckdb> duckdb_;
};

}  // namespace agreements
