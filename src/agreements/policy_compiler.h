// The compiler: from a policy and its schemas to the SQL that makes the extract, the SQL that
// counts for a rehearsal, and the schema of what comes out.
//
// It checks the policy anew, so that nothing unchecked is ever compiled. The SQL is for a trusted
// worker whose Duckdb has the functions of engine/token_function.h; it holds no key. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agreements/policy.h"
#include "agreements/policy_check.h"
#include "base/result.h"

namespace agreements {

// Part of the key of an extract: changed with whatever changes the rows that a policy gives.
inline constexpr int kPolicyCompilerVersion = 1;

// Rows as DuckDB reads them. Made by the functions below alone, never from a stranger's text.
struct SqlSource {
  std::string from;                // what follows FROM: read_parquet(['…'])
  std::vector<std::string> order;  // names of columns by which its rows have their order; empty:
                                   // the order in which they come
};

// The files of one version in their order. `schema` is theirs: the order is read from columns that
// DuckDB adds, unless the schema has columns of those names.
SqlSource ParquetSource(std::span<const std::string> paths, const catalogue::Schema& schema);
// A table of the same database.
SqlSource TableSource(std::string_view table);

struct OutputBand {
  std::string from;   // its lower edge, as a text
  std::string label;  // never empty
};

struct OutputColumn {
  std::string name;
  std::string title;
  engine::ColumnType type;
  std::string meaning;  // of the column it comes from
  std::string form;     // name of its treatment, or "carried"
  std::vector<OutputBand> bands;
};

struct CompiledPolicy {
  std::string extract_sql;  // a SELECT that gives `columns`, in the data's order
  std::string counts_sql;   // one row of BIGINT: see policy_counts.h
  std::string list_sql;     // the same of the list; empty without member_of
  std::vector<OutputColumn> columns;
  std::size_t steps = 0;             // of the rows, as the page counts them
  std::vector<std::string> treated;  // names of the columns whose empty values are counted
};

struct PolicySources {
  SqlSource dataset;
  std::optional<SqlSource> list;  // there when the policy has member_of
};

// What CheckPolicy refuses, and kInvalid at the place of a property that is not bound.
base::Result<CompiledPolicy> CompilePolicy(const Policy& policy, const PolicySchemas& schemas,
                                           const PolicySources& sources);

// The schema of the output alone: for pages that show what a recipient would get.
base::Result<std::vector<OutputColumn>> OutputOf(const Policy& policy,
                                                 const PolicySchemas& schemas);
base::Json OutputJson(const std::vector<OutputColumn>& columns);

}  // namespace agreements
