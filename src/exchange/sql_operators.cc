// Comparisons, AND and OR, and what DuckDB keeps as an operator of a fixed kind.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "exchange/sql_comparisons.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

struct Word {
  std::string_view type;  // in the tree
  std::string_view text;  // in SQL
};

constexpr std::array<Word, 8> kComparisons = {{
    {"COMPARE_EQUAL", "="},
    {"COMPARE_NOTEQUAL", "<>"},
    {"COMPARE_LESSTHAN", "<"},
    {"COMPARE_GREATERTHAN", ">"},
    {"COMPARE_LESSTHANOREQUALTO", "<="},
    {"COMPARE_GREATERTHANOREQUALTO", ">="},
    {"COMPARE_DISTINCT_FROM", "IS DISTINCT FROM"},
    {"COMPARE_NOT_DISTINCT_FROM", "IS NOT DISTINCT FROM"},
}};
// ANY and ALL know no IS [NOT] DISTINCT FROM. ALL is NOT … ANY in the tree.
constexpr std::size_t kQuantifiedComparisons = 6;  // those that may stand before ANY

std::string_view WordOf(std::span<const Word> words, std::string_view type) {
  const auto found = std::ranges::find(words, type, &Word::type);
  return found == words.end() ? "" : found->text;
}

// Operators of the tree that are written as a function of all their children.
constexpr std::array<Word, 3> kCalls = {{
    {"OPERATOR_COALESCE", "COALESCE("},
    {"GROUPING_FUNCTION", "GROUPING("},
    {"ARRAY_CONSTRUCTOR", "ARRAY["},
}};

// Those with one child, and what stands before and behind it.
struct Around {
  std::string_view type;
  std::string_view before;
  std::string_view behind;
};
constexpr std::array<Around, 4> kAround = {{{"OPERATOR_NOT", "(NOT ", ")"},
                                            {"OPERATOR_IS_NULL", "(", " IS NULL)"},
                                            {"OPERATOR_IS_NOT_NULL", "(", " IS NOT NULL)"},
                                            {"OPERATOR_TRY", "TRY(", ")"}}};

constexpr std::array<SqlField, 7> kCastFields = {
    {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"child"}, {"cast_type"}, {"try_cast"}}};

bool IsBooleanType(const Json& type) {
  const Json* id = type.Find("id");
  const Json* more = type.Find("type_info");
  return id != nullptr && *id == Json("BOOLEAN") && more != nullptr && *more == Json() &&
         type.AsObject().size() == 2;
}

bool IsText(const Json& node, std::string_view field, std::string_view text) {
  const Json* value = node.Find(field);
  return value != nullptr && *value == Json(text);
}

// Nothing for any other node.
base::Result<std::optional<bool>> BooleanConstant(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias", SqlFieldRule::kEmptyText}, {"query_location"}, {"value"}}};
  static constexpr std::array<SqlField, 3> kValueFields = {
      {{"type"}, {"is_null", SqlFieldRule::kFalse}, {"value"}}};
  const Json* value = node.Find("value");
  const Json* type = value == nullptr ? nullptr : value->Find("type");
  if (type == nullptr || !IsBooleanType(*type) || !IsText(node, "class", "CONSTANT") ||
      !IsText(node, "type", "VALUE_CONSTANT")) {
    return std::nullopt;
  }
  TRY(CheckSqlFields(node, kFields));
  TRY(CheckSqlFields(*value, kValueFields));
  return TRY(SqlBoolField(*value, "value"));
}

base::Result<bool> IsCastToBoolean(const Json& node) {
  if (!IsText(node, "class", "CAST") || !IsText(node, "type", "OPERATOR_CAST")) return false;
  TRY(CheckSqlFields(node, kCastFields));
  return !TRY(SqlBoolField(node, "try_cast")) && IsText(node, "alias", "") &&
         IsBooleanType(*TRY(SqlNodeField(node, "cast_type")));
}

}  // namespace

std::string_view SqlComparison(std::string_view type) { return WordOf(kComparisons, type); }

std::string_view SqlQuantifiedComparison(std::string_view type) {
  return WordOf(std::span(kComparisons).first(kQuantifiedComparisons), type);
}

SqlWriter::Written SqlWriter::Comparison(const Json& node) {
  static constexpr std::array<SqlField, 6> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"left"}, {"right"}}};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view type = TRY(SqlTextField(node, "type"));
  const std::string_view word = SqlComparison(type);
  if (word.empty()) return RefuseUnknown("The comparison", type);
  if (TRY(TruthTest(node))) return {};
  out_ += '(';
  TRY(Field(node, "left"));
  out_ += base::Format(" {} ", word);
  TRY(Field(node, "right"));
  out_ += ')';
  return {};
}

// DuckDB's tree for `x IS [NOT] TRUE|FALSE`: CAST(x AS BOOLEAN) is [not] distinct from a constant
// of type BOOLEAN, which cannot be written: TRUE by itself is another tree, a cast of 't'.
base::Result<bool> SqlWriter::TruthTest(const Json& node) {
  const Json& left = *TRY(SqlNodeField(node, "left"));
  const auto truth = TRY(BooleanConstant(*TRY(SqlNodeField(node, "right"))));
  if (!truth || !TRY(IsCastToBoolean(left))) return false;
  const std::string_view type = TRY(SqlTextField(node, "type"));
  const bool is_not = type == "COMPARE_DISTINCT_FROM";
  if (!is_not && type != "COMPARE_NOT_DISTINCT_FROM") return false;
  out_ += '(';
  TRY(Field(left, "child"));
  out_ += base::Format(" IS {}{})", is_not ? "NOT " : "", *truth ? "TRUE" : "FALSE");
  return true;
}

SqlWriter::Written SqlWriter::Conjunction(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"children"}}};
  static constexpr std::array<Word, 2> kWords = {
      {{"CONJUNCTION_AND", "AND"}, {"CONJUNCTION_OR", "OR"}}};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view type = TRY(SqlTextField(node, "type"));
  const std::string_view word = WordOf(kWords, type);
  const auto children = TRY(SqlListField(node, "children"));
  if (word.empty() || children.size() < 2) return RefuseUnknown("The conjunction", type);
  out_ += '(';
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (i != 0) out_ += base::Format(" {} ", word);
    TRY(Expression(children[i]));
  }
  out_ += ')';
  return {};
}

SqlWriter::Written SqlWriter::Operator(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"children"}}};
  TRY(CheckSqlFields(node, kFields));
  return OperatorOf(TRY(SqlTextField(node, "type")), TRY(SqlListField(node, "children")));
}

SqlWriter::Written SqlWriter::OperatorOf(std::string_view type, std::span<const Json> children) {
  if (const std::string_view call = WordOf(kCalls, type); !call.empty()) {
    if (children.empty() && type != "ARRAY_CONSTRUCTOR") return RefuseUnknown("An empty", type);
    out_ += call;
    TRY(List(children));
    out_ += call.ends_with('[') ? ']' : ')';
    return {};
  }
  const auto around = std::ranges::find(kAround, type, &Around::type);
  if (around != kAround.end() && children.size() == 1) {
    out_ += around->before;
    TRY(Expression(children[0]));
    out_ += around->behind;
    return {};
  }
  if ((type == "COMPARE_IN" || type == "COMPARE_NOT_IN") && children.size() >= 2) {
    return InList(type, children);
  }
  if (type == "ARRAY_EXTRACT" && children.size() == 2) return Slice(children);
  if (type == "ARRAY_SLICE" && (children.size() == 3 || children.size() == 4)) {
    return Slice(children);
  }
  if (type == "STRUCT_EXTRACT") {
    return Refuse("A part of a struct, (x).y, is not accepted", "Select the columns themselves.");
  }
  if (type == "OPERATOR_UNPACK") return Refuse("*COLUMNS(…) is not accepted", "Name the columns.");
  return RefuseUnknown("The operator", type);
}

SqlWriter::Written SqlWriter::InList(std::string_view type, std::span<const Json> children) {
  out_ += '(';
  TRY(Expression(children[0]));
  out_ += type == "COMPARE_IN" ? " IN (" : " NOT IN (";
  TRY(List(children.subspan(1)));
  out_ += "))";
  return {};
}

// x[i], x[i:j], x[i:j:k]
SqlWriter::Written SqlWriter::Slice(std::span<const Json> children) {
  out_ += '(';
  TRY(Expression(children[0]));
  out_ += ")[";
  for (std::size_t i = 1; i < children.size(); ++i) {
    if (i != 1) out_ += ':';
    TRY(Expression(children[i]));
  }
  out_ += ']';
  return {};
}

SqlWriter::Written SqlWriter::Between(const Json& node) {
  static constexpr std::array<SqlField, 7> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"input"}, {"lower"}, {"upper"}}};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view type = TRY(SqlTextField(node, "type"));
  if (type != "COMPARE_BETWEEN") return RefuseUnknown("The comparison", type);
  out_ += '(';
  TRY(Field(node, "input"));
  out_ += " BETWEEN ";
  TRY(Field(node, "lower"));
  out_ += " AND ";
  TRY(Field(node, "upper"));
  out_ += ')';
  return {};
}

}  // namespace exchange
