#include "agreements/policy_sql.h"

#include "base/check.h"
#include "base/format.h"
#include "engine/duckdb.h"

namespace agreements {
namespace {

using base::Format;
using engine::ColumnKind;

std::string ListOf(const std::vector<SqlExpression>& parts, std::string_view between) {
  std::string list;
  for (const SqlExpression& part : parts) {
    if (!list.empty()) list += between;
    list += part.text();
  }
  return list;
}

}  // namespace

SqlExpression SqlExpression::Column(SqlWord table, std::string_view name) {
  return SqlExpression(Format("{}.{}", engine::SqlName(table.text()), engine::SqlName(name)));
}

SqlExpression SqlExpression::Literal(const TypedLiteral& literal) {
  switch (literal.type.kind) {
    case ColumnKind::kBoolean:
      return SqlExpression(std::get<bool>(literal.value) ? "TRUE" : "FALSE");
    // A time is given by its number: DuckDB has many forms of times as text, and one of these.
    case ColumnKind::kTimestamp:
      return Call("make_timestamp", {Integer(std::get<std::int64_t>(literal.value))});
    default:
      return Cast(Text(literal.Text()), literal.type);
  }
}

SqlExpression SqlExpression::Text(std::string_view text) {
  return SqlExpression(engine::SqlText(text));
}

SqlExpression SqlExpression::Integer(std::int64_t number) {
  return SqlExpression(Format("CAST('{}' AS BIGINT)", number));
}

SqlExpression SqlExpression::Null(const engine::ColumnType& type) {
  return Cast(SqlExpression("NULL"), type);
}

SqlExpression SqlExpression::Constant(SqlWord word) {
  return SqlExpression(std::string(word.text()));
}

SqlExpression SqlExpression::Cast(const SqlExpression& value, const engine::ColumnType& type) {
  return SqlExpression(Format("CAST({} AS {})", value.text(), engine::DuckdbType(type)));
}

SqlExpression SqlExpression::Call(SqlWord function, const std::vector<SqlExpression>& arguments) {
  return SqlExpression(Format("{}({})", function.text(), ListOf(arguments, ", ")));
}

SqlExpression SqlExpression::Binary(const SqlExpression& left, SqlWord word,
                                    const SqlExpression& right) {
  return SqlExpression(Format("({} {} {})", left.text(), word.text(), right.text()));
}

SqlExpression SqlExpression::Postfix(const SqlExpression& value, SqlWord words) {
  return SqlExpression(Format("({} {})", value.text(), words.text()));
}

SqlExpression SqlExpression::Not(const SqlExpression& value) {
  return SqlExpression(Format("(NOT {})", value.text()));
}

SqlExpression SqlExpression::Joined(const std::vector<SqlExpression>& parts, SqlWord word) {
  CHECK(!parts.empty());
  return SqlExpression(Format("({})", ListOf(parts, Format(" {} ", word.text()))));
}

SqlExpression SqlExpression::In(const SqlExpression& value,
                                const std::vector<SqlExpression>& list) {
  CHECK(!list.empty());
  return SqlExpression(Format("({} IN ({}))", value.text(), ListOf(list, ", ")));
}

SqlExpression SqlExpression::Between(const SqlExpression& value, const SqlExpression& least,
                                     const SqlExpression& greatest) {
  return SqlExpression(
      Format("({} BETWEEN {} AND {})", value.text(), least.text(), greatest.text()));
}

SqlExpression SqlExpression::Case(const Cases& cases) {
  CHECK(!cases.empty());
  std::string text = "(CASE";
  for (const auto& [condition, value] : cases) {
    text += Format(" WHEN {} THEN {}", condition.text(), value.text());
  }
  return SqlExpression(text + " END)");
}

SqlExpression SqlExpression::CountOf(const SqlExpression& condition) {
  return SqlExpression(Format("count(*) FILTER (WHERE {})", condition.text()));
}

}  // namespace agreements
