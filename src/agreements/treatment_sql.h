// What each treatment makes of a column: its type in the output, and its SQL
// (docs/formats/policy.md, treatments).
//
// Pure functions over columns and bands that CheckPolicy accepted.
#pragma once

#include <string_view>
#include <vector>

#include "agreements/policy_sql.h"
#include "catalogue/schema.h"
#include "engine/column_types.h"
#include "engine/token_function.h"

namespace agreements {

// How a column of this meaning is normalised before a token is made of it.
engine::Normalisation NormalisationOfMeaning(std::string_view meaning);

// The type that the treatment gives a column of this type. Not for kDrop.
engine::ColumnType TreatedType(catalogue::Treatment treatment, const engine::ColumnType& type);

// A column of the data in its own type. An expression, not a name alone, since a file may hold a
// type that means the same: a whole number of 32 bits, a time with a zone.
SqlExpression SourceColumn(SqlWord table, const catalogue::SchemaColumn& column);

// The text of `value` (of the column's type) in the normal form; null where it has none.
SqlExpression NormalSql(const SqlExpression& value, const engine::ColumnType& type,
                        engine::Normalisation rule);

// The treated value. `edges` are those of kBand, rising.
SqlExpression TreatedSql(catalogue::Treatment treatment, const catalogue::SchemaColumn& column,
                         const std::vector<TypedLiteral>& edges, const SqlExpression& value);

// An expression that is null exactly where the treated value is, and needs no key.
SqlExpression ReadableSql(catalogue::Treatment treatment, const catalogue::SchemaColumn& column,
                          const std::vector<TypedLiteral>& edges, const SqlExpression& value);

}  // namespace agreements
