// What a new schema does to the one before it, and which schema is proposed for a draft.
//
// Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "catalogue/schema.h"

namespace catalogue {

struct RetypedColumn {
  std::string name;
  engine::ColumnType from;
  engine::ColumnType to;

  friend bool operator==(const RetypedColumn&, const RetypedColumn&) = default;
};

struct SchemaChange {
  std::vector<std::string> removed;  // in the order of the schema before
  std::vector<RetypedColumn> retyped;
  std::vector<std::string> added;  // in the order of the schema after

  // The names of columns on which a policy may rest no longer.
  [[nodiscard]] std::vector<std::string> Lost() const;
  friend bool operator==(const SchemaChange&, const SchemaChange&) = default;
};

SchemaChange CompareSchemas(const Schema& before, const Schema& after);

// The schema of a draft's report (docs/formats/draft.md) as the worker proposes it: no class is
// confirmed. Where `previous` has a column of the same name and type, that column is taken over as
// it is, with what its publisher confirmed. kDamaged when the report is none of ours.
base::Result<Schema> ProposeSchema(const base::Json& report, const Schema* previous);

}  // namespace catalogue
