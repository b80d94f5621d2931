// Reading one node of a syntax tree against a closed list of fields.
//
// A node whose fields are not exactly those of its row is refused: one that a newer DuckDB adds may
// mean anything. A field that is not read must hold the one value that means "not used". Looks at
// the Json it is given, which must outlive what it returns. Pure functions, safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace exchange {

enum class SqlFieldRule : unsigned char {
  kRead,  // of any kind: the reader judges it
  // Must be as named.
  kNull,
  kFalse,
  kEmptyText,
  kEmptyList,
};

struct SqlField {
  std::string_view name;
  SqlFieldRule rule = SqlFieldRule::kRead;
  std::string_view construct = {};  // what people call it when it is used: "TABLESAMPLE"
};

// kInvalid when json is no object, has another set of fields, or one that must not be used is. The
// error has no place: the caller knows it.
base::Result<void> CheckSqlFields(const base::Json& json, std::span<const SqlField> fields);

// Fields of a checked node; kInvalid when one is of another kind.
base::Result<std::string_view> SqlTextField(const base::Json& node, std::string_view field);
base::Result<bool> SqlBoolField(const base::Json& node, std::string_view field);
base::Result<std::span<const base::Json>> SqlListField(const base::Json& node,
                                                       std::string_view field);
base::Result<const base::Json*> SqlNodeField(const base::Json& node, std::string_view field);
// Nothing when the field is null.
base::Result<const base::Json*> SqlOptionalNodeField(const base::Json& node,
                                                     std::string_view field);

// The names in a list of texts.
base::Result<std::vector<std::string_view>> SqlNamesField(const base::Json& node,
                                                          std::string_view field);

// Where the node begins in the SQL, in bytes, when the tree says so.
std::optional<std::size_t> SqlOffset(const base::Json& node);

// "line 2, column 7" of a byte of the SQL, both from 1, columns in bytes; "the SQL" for no byte.
std::string SqlPlace(std::string_view sql, std::optional<std::size_t> offset);

}  // namespace exchange
