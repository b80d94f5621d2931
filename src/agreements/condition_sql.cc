#include "agreements/condition_sql.h"

#include <algorithm>

#include "agreements/policy_check.h"
#include "agreements/treatment_sql.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using catalogue::Schema;
using catalogue::SchemaColumn;
using engine::ColumnKind;

constexpr SqlWord OperatorOf(Test test) {
  switch (test) {
    case Test::kNotEqual:
      return "<>";
    case Test::kLess:
      return "<";
    case Test::kAtMost:
      return "<=";
    case Test::kGreater:
      return ">";
    case Test::kAtLeast:
      return ">=";
    default:
      return "=";
  }
}

base::Result<std::vector<SqlExpression>> Literals(const Condition& condition,
                                                  const engine::ColumnType& type,
                                                  const std::string& pointer) {
  std::vector<SqlExpression> literals;
  for (std::size_t i = 0; i < condition.operands.size(); ++i) {
    const Operand& operand = condition.operands[i];
    const std::string place = pointer + OperandPointer(condition, i);
    if (!operand.IsBound()) {
      return Fail(ErrorCode::kInvalid, "The property is not bound to a value yet", place,
                  "Properties are bound when the agreement is signed.");
    }
    literals.push_back(SqlExpression::Literal(TRY(TypeLiteral(operand.literal, type, place))));
  }
  return literals;
}

SqlExpression Compare(Test test, const SqlExpression& value,
                      const std::vector<SqlExpression>& literals) {
  switch (test) {
    case Test::kIn:
      return SqlExpression::In(value, literals);
    case Test::kBetween:
      return SqlExpression::Between(value, literals[0], literals[1]);
    case Test::kStartsWith:
      return SqlExpression::Call("starts_with", {value, literals[0]});
    default:
      return SqlExpression::Binary(value, OperatorOf(test), literals[0]);
  }
}

base::Result<SqlExpression> TestSql(const Condition& condition, const Schema& schema, SqlWord rows,
                                    const std::string& pointer) {
  const SchemaColumn* column = TRY(NamedColumn(schema, condition.column, pointer + "/column"));
  const SqlExpression value = SourceColumn(rows, *column);
  if (condition.test == Test::kIsNull) return SqlExpression::Postfix(value, "IS NULL");
  if (condition.test == Test::kIsNotNull) return SqlExpression::Postfix(value, "IS NOT NULL");
  SqlExpression compared =
      Compare(condition.test, value, TRY(Literals(condition, column->type, pointer)));
  if (column->type.kind != ColumnKind::kDouble) return compared;
  return SqlExpression::Case(
      {{SqlExpression::Not(SqlExpression::Call("isnan", {value})), compared}});
}

// Recurses as deep as the tree, which ReadCondition limits.
base::Result<SqlExpression> ConditionSql(const Condition& condition, const Schema& schema,
                                         SqlWord rows, const std::string& pointer) {
  if (condition.parts.empty()) return TestSql(condition, schema, rows, pointer);
  std::vector<SqlExpression> parts;
  for (std::size_t i = 0; i < condition.parts.size(); ++i) {
    parts.push_back(
        TRY(ConditionSql(condition.parts[i], schema, rows, pointer + PartPointer(condition, i))));
  }
  if (condition.test == Test::kNot) return SqlExpression::Not(parts.front());
  return condition.test == Test::kAnd ? SqlExpression::Joined(parts, "AND")
                                      : SqlExpression::Joined(parts, "OR");
}

}  // namespace

base::Result<std::vector<SqlExpression>> StepsOf(const Condition& root, const Schema& schema,
                                                 SqlWord rows) {
  std::vector<SqlExpression> steps;
  if (root.test != Test::kAnd) {
    steps.push_back(TRY(ConditionSql(root, schema, rows, "/condition")));
    return steps;
  }
  for (std::size_t i = 0; i < root.parts.size(); ++i) {
    steps.push_back(
        TRY(ConditionSql(root.parts[i], schema, rows, "/condition" + PartPointer(root, i))));
  }
  return steps;
}

// Recurses as deep as the tree, which ReadCondition limits.
bool MayBecomeJoin(const Condition& condition) {
  return condition.test == Test::kIn || condition.test == Test::kOr ||
         std::ranges::any_of(condition.parts, MayBecomeJoin);
}

}  // namespace agreements
