// Values: columns, constants, comparisons, casts, subqueries. DuckDB's parser has simplified some
// of what was written (IF is a CASE, IN (SELECT …) is = ANY), so the words here are fewer than
// people use; what is written for such a node is the longer form of the same tree.
#include <algorithm>
#include <array>

#include "base/format.h"
#include "exchange/sql_comparisons.h"
#include "exchange/sql_functions.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

// Classes of expressions that are known and refused.
struct RefusedClass {
  std::string_view name;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::array<RefusedClass, 5> kRefusedClasses = {{
    {"LAMBDA", "A lambda, a list comprehension or an arrow (->) is not accepted",
     "Use unnest and a subquery."},
    {"COLLATE", "COLLATE is not accepted", "Compare or order by lower(…) or strip_accents(…)."},
    {"POSITIONAL_REFERENCE", "#1 and ARRAY(SELECT …) are not accepted",
     "Name the column, or use the aggregate list(…)."},
    {"DEFAULT", "DEFAULT is not accepted", "Write the value."},
    {"STAR", "* inside an expression, and COLUMNS(…), are not accepted", "Name the columns."},
}};

constexpr std::array<SqlField, 7> kCastFields = {
    {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"child"}, {"cast_type"}, {"try_cast"}}};

}  // namespace

SqlWriter::Written SqlWriter::Expression(const Json& node, Alias alias) {
  const Visit visit(*this, node);
  TRY(CheckBudget());
  TRY(Placed(ExpressionOf(node)));
  const std::string_view name = TRY(SqlTextField(node, "alias"));
  if (name.empty()) return {};
  if (alias == Alias::kNone) {
    return Refuse("A name for an argument or an inner expression is not accepted",
                  "Give arguments in their order, without names.");
  }
  out_ += " AS ";
  return Name(name);
}

// The closed list of classes. What is written by one function is checked by the same.
SqlWriter::Written SqlWriter::ExpressionOf(const Json& node) {
  struct Row {
    std::string_view name;
    Written (SqlWriter::*write)(const Json&);
  };
  static constexpr std::array<Row, 12> kRows = {{
      {"COLUMN_REF", &SqlWriter::Column},
      {"CONSTANT", &SqlWriter::Constant},
      {"COMPARISON", &SqlWriter::Comparison},
      {"FUNCTION", &SqlWriter::Function},
      {"CONJUNCTION", &SqlWriter::Conjunction},
      {"OPERATOR", &SqlWriter::Operator},
      {"CAST", &SqlWriter::Cast},
      {"CASE", &SqlWriter::Case},
      {"BETWEEN", &SqlWriter::Between},
      {"SUBQUERY", &SqlWriter::Subquery},
      {"WINDOW", &SqlWriter::Window},
      {"PARAMETER", &SqlWriter::Parameter},
  }};
  const std::string_view name = TRY(SqlTextField(node, "class"));
  const auto row = std::ranges::find(kRows, name, &Row::name);
  if (row != kRows.end()) return (this->*row->write)(node);
  const auto refused = std::ranges::find(kRefusedClasses, name, &RefusedClass::name);
  if (refused == kRefusedClasses.end()) return RefuseUnknown("An expression of the kind", name);
  return Refuse(std::string(refused->what), std::string(refused->remedy));
}

SqlWriter::Written SqlWriter::Field(const Json& node, std::string_view field) {
  return Expression(*TRY(SqlNodeField(node, field)));
}

SqlWriter::Written SqlWriter::List(std::span<const Json> nodes) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i != 0) out_ += ", ";
    TRY(Expression(nodes[i]));
  }
  return {};
}

SqlWriter::Written SqlWriter::Column(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"column_names"}}};
  TRY(CheckSqlFields(node, kFields));
  const auto names = TRY(SqlNamesField(node, "column_names"));
  if (names.empty() || names.size() > 2) {
    return Refuse("A column has a schema before its table, or a part behind it",
                  "Write column or table.column.");
  }
  // In a tree a column "user" and the function USER are one and the same.
  if (names.size() == 1 && IsSqlValueName(names[0])) {
    return Refuse(base::Format("{} depends on when or by whom it is asked", LowerAscii(names[0])),
                  "Pass it as a parameter; for a column of this name write table.column.");
  }
  TRY(Name(names[0]));
  if (names.size() == 1) return {};
  out_ += '.';
  return Name(names[1]);
}

SqlWriter::Written SqlWriter::Case(const Json& node) {
  static constexpr std::array<SqlField, 6> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"case_checks"}, {"else_expr"}}};
  static constexpr std::array<SqlField, 2> kCheckFields = {{{"when_expr"}, {"then_expr"}}};
  TRY(CheckSqlFields(node, kFields));
  const auto checks = TRY(SqlListField(node, "case_checks"));
  if (TRY(SqlTextField(node, "type")) != "CASE_EXPR" || checks.empty()) {
    return RefuseUnknown("The form of", "CASE");
  }
  out_ += "CASE";
  for (const Json& check : checks) {
    TRY(CheckSqlFields(check, kCheckFields));
    out_ += " WHEN ";
    TRY(Field(check, "when_expr"));
    out_ += " THEN ";
    TRY(Field(check, "then_expr"));
  }
  out_ += " ELSE ";
  TRY(Field(node, "else_expr"));
  out_ += " END";
  return {};
}

SqlWriter::Written SqlWriter::Cast(const Json& node) {
  TRY(CheckSqlFields(node, kCastFields));
  const std::string_view type = TRY(SqlTextField(node, "type"));
  if (type != "OPERATOR_CAST") return RefuseUnknown("The cast", type);
  out_ += TRY(SqlBoolField(node, "try_cast")) ? "TRY_CAST(" : "CAST(";
  TRY(Field(node, "child"));
  out_ += " AS ";
  TRY(Type(*TRY(SqlNodeField(node, "cast_type"))));
  out_ += ')';
  return {};
}

SqlWriter::Written SqlWriter::Subquery(const Json& node) {
  static constexpr std::array<SqlField, 8> kFields = {{{"class"},
                                                       {"type"},
                                                       {"alias"},
                                                       {"query_location"},
                                                       {"subquery_type"},
                                                       {"subquery"},
                                                       {"child"},
                                                       {"comparison_type"}}};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view type = TRY(SqlTextField(node, "subquery_type"));
  const std::string_view comparison = TRY(SqlTextField(node, "comparison_type"));
  const Json* child = TRY(SqlOptionalNodeField(node, "child"));
  const std::string_view word = SqlQuantifiedComparison(comparison);
  if (type == "ANY" && child != nullptr && !word.empty()) {
    out_ += '(';
    TRY(Expression(*child));
    out_ += base::Format(" {} ANY (", word);
  } else if ((type == "SCALAR" || type == "EXISTS") && child == nullptr &&
             comparison == "INVALID") {
    out_ += type == "SCALAR" ? "((" : "(EXISTS (";
  } else {
    return RefuseUnknown("A subquery of the kind", type);
  }
  TRY(Nested(*TRY(SqlNodeField(node, "subquery"))));
  out_ += "))";
  return {};
}

// The dollar cannot be followed by a quoted name, so that the name itself must be harmless.
SqlWriter::Written SqlWriter::Parameter(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"identifier"}}};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view name = TRY(SqlTextField(node, "identifier"));
  const bool is_number = !name.empty() && name[0] >= '1' && name[0] <= '9';
  const bool is_plain = std::ranges::all_of(name, [is_number](char c) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return is_digit || (is_letter && !is_number);
  });
  if (name.empty() || name.size() > kMaxSqlParameterNameBytes || !is_plain || name[0] == '0') {
    return Refuse("The name of a parameter is not plain",
                  "Write $name with letters, digits and _, or $1, or ?.");
  }
  parameters_.emplace(name);
  if (parameters_.size() > kMaxSqlParameters || (is_number && name.size() > 3)) {
    return Refuse(base::Format("There are more than {} parameters", kMaxSqlParameters),
                  "Use fewer.");
  }
  out_ += base::Format("${}", name);
  return {};
}

}  // namespace exchange
