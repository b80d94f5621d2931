// The closed lists of the query door: functions, operators, types, and why the others are left out.
//
// docs/formats/query-sql.md holds the same lists; a test compares them. Pure functions over
// constants, safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace exchange {

enum class SqlFunctionKind : unsigned char { kScalar, kAggregate, kWindow };

// What the function of this name (lower case, as DuckDB's parser gives it) is; nothing when it is
// not accepted.
std::optional<SqlFunctionKind> KindOfSqlFunction(std::string_view name);

// All accepted names of a kind, sorted.
std::span<const std::string_view> SqlFunctionsOf(SqlFunctionKind kind);

// Operators as the parser names them, such as "+" and "~~" (LIKE).
std::span<const std::string_view> SqlOperators();
// Those that also, or only, stand before one operand.
bool IsPrefixSqlOperator(std::string_view name);
bool IsInfixSqlOperator(std::string_view name);

// Why a function is not accepted and what to write instead, for people.
struct SqlFunctionRefusal {
  std::string_view why;
  std::string_view remedy;
};
SqlFunctionRefusal RefusalOfSqlFunction(std::string_view name);

// DuckDB's name of a window function in a syntax tree, such as "WINDOW_LAG"; "WINDOW_AGGREGATE" for
// an aggregate; empty for what cannot stand over a window.
std::string_view WindowTypeOf(std::string_view function);

// How many arguments a window function has, those of lag and lead that DuckDB keeps apart not
// counted; nothing for an aggregate.
std::optional<std::size_t> WindowArgumentCount(std::string_view function);

// Whether the type of this name in a syntax tree is accepted and written by its name alone. DECIMAL
// and lists, which have parameters, are not among them.
bool IsSimpleSqlType(std::string_view id);

// Whether DuckDB takes a column of this name without a table for a function, whatever its case:
// "current_date", "user".
bool IsSqlValueName(std::string_view name);

// A to Z in lower case, all else as it is: how DuckDB compares names.
std::string LowerAscii(std::string_view text);

}  // namespace exchange
