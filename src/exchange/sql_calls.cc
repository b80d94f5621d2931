// Functions, operators that DuckDB keeps as functions, and windows.
#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/json_text.h"
#include "exchange/sql_functions.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

constexpr std::array<SqlField, 12> kFunctionFields = {
    {{"class"},
     {"type"},
     {"alias"},
     {"query_location"},
     {"function_name"},
     {"schema"},
     {"children"},
     {"filter"},
     {"order_bys"},
     {"distinct"},
     {"is_operator"},
     {"export_state", SqlFieldRule::kFalse, "EXPORT_STATE"}}};

constexpr std::array<SqlField, 20> kWindowFields = {
    {{"class"},        {"type"},        {"alias"},      {"query_location"}, {"function_name"},
     {"schema"},       {"children"},    {"partitions"}, {"orders"},         {"start"},
     {"end"},          {"start_expr"},  {"end_expr"},   {"offset_expr"},    {"default_expr"},
     {"ignore_nulls"}, {"filter_expr"}, {"distinct"},   {"arg_orders"},     {"exclude_clause"}}};

// Too many braces for one list confuse more than they show; the last field is added.
constexpr SqlField kCatalog = {"catalog", SqlFieldRule::kEmptyText,
                               "A catalogue before a function"};

template <std::size_t kCount>
constexpr std::array<SqlField, kCount + 1> With(const std::array<SqlField, kCount>& fields) {
  std::array<SqlField, kCount + 1> all = {};
  std::ranges::copy(fields, all.begin());
  all[kCount] = kCatalog;
  return all;
}
constexpr auto kFunction = With(kFunctionFields);
constexpr auto kWindow = With(kWindowFields);

// The orders inside the brackets of an aggregate.
base::Result<std::span<const Json>> OrdersOf(const Json& node) {
  static constexpr std::array<SqlField, 2> kFields = {{{"type"}, {"orders"}}};
  const Json& modifier = *TRY(SqlNodeField(node, "order_bys"));
  TRY(CheckSqlFields(modifier, kFields));
  return SqlListField(modifier, "orders");
}

// A whole number written out, of DuckDB's type INTEGER.
std::optional<std::int64_t> WrittenInteger(const Json& node) {
  const Json* value = node.Find("value");
  const Json* number = value == nullptr ? nullptr : value->Find("value");
  const Json* type = value == nullptr ? nullptr : value->Find("type");
  const Json* id = type == nullptr ? nullptr : type->Find("id");
  if (id == nullptr || *id != Json("INTEGER") || number == nullptr ||
      number->kind() != Json::Kind::kInteger) {
    return std::nullopt;
  }
  return number->AsInteger();
}

// A frame that nobody wrote.
bool IsDefaultFrame(std::string_view start, std::string_view end, std::string_view exclude) {
  return start == "UNBOUNDED_PRECEDING" && end == "CURRENT_ROW_RANGE" && exclude == "NO_OTHER";
}

// ROWS, RANGE or GROUPS by the last word of an end; empty for an unbounded one, which has none.
std::string_view FrameMode(std::string_view end) {
  for (const std::string_view mode : {"ROWS", "RANGE", "GROUPS"}) {
    if (end.ends_with(mode)) return mode;
  }
  return "";
}

}  // namespace

SqlWriter::Written SqlWriter::Function(const Json& node) {
  TRY(CheckSqlFields(node, kFunction));
  const std::string_view name = TRY(SqlTextField(node, "function_name"));
  if (TRY(SqlTextField(node, "type")) != "FUNCTION") return RefuseUnknown("The function", name);
  return TRY(SqlBoolField(node, "is_operator")) ? InfixFunction(node, name) : Call(node, name);
}

// The name stands bare in SQL, which is safe because it is one of a closed list of signs. A user
// can also write "+"(a, b); that is a call of a function that no list has.
SqlWriter::Written SqlWriter::InfixFunction(const Json& node, std::string_view name) {
  const auto operands = TRY(SqlListField(node, "children"));
  const bool is_prefix = operands.size() == 1 && IsPrefixSqlOperator(name);
  const bool is_infix = operands.size() == 2 && IsInfixSqlOperator(name);
  const bool is_plain = !TRY(SqlBoolField(node, "distinct")) &&
                        TRY(SqlOptionalNodeField(node, "filter")) == nullptr &&
                        TRY(OrdersOf(node)).empty() && TRY(SqlTextField(node, "schema")).empty();
  if (!is_plain || (!is_prefix && !is_infix)) {
    return Refuse(base::Format("The operator {} is not accepted", base::ShownName(name)),
                  "Use an operator that docs/formats/query-sql.md lists.");
  }
  out_ += '(';
  if (is_infix) {
    TRY(Expression(operands[0]));
    out_ += ' ';
  }
  out_ += base::Format("{} ", name);  // the blank keeps "--" from becoming a remark
  TRY(Expression(operands.back()));
  out_ += ')';
  return {};
}

SqlWriter::Written SqlWriter::Call(const Json& node, std::string_view name) {
  const auto kind = KindOfSqlFunction(name);
  if (!kind) {
    const SqlFunctionRefusal refusal = RefusalOfSqlFunction(name);
    return Refuse(
        base::Format("The function {} is not accepted: {}", base::ShownName(name), refusal.why),
        std::string(refusal.remedy));
  }
  const auto orders = TRY(OrdersOf(node));
  const Json* filter = TRY(SqlOptionalNodeField(node, "filter"));
  const bool is_distinct = TRY(SqlBoolField(node, "distinct"));
  if (*kind == SqlFunctionKind::kWindow) {
    return Refuse(base::Format("The function {} stands without OVER", name), "Add OVER (…).");
  }
  if (*kind == SqlFunctionKind::kScalar && (filter != nullptr || is_distinct || !orders.empty())) {
    return Refuse(base::Format("The function {} is no aggregate", name),
                  "Leave DISTINCT, ORDER BY and FILTER out.");
  }
  TRY(CheckArguments(name, TRY(SqlListField(node, "children"))));
  TRY(FunctionName(node, name));
  TRY(Arguments(name, node, orders));
  if (filter == nullptr) return {};
  out_ += " FILTER (WHERE ";
  TRY(Expression(*filter));
  out_ += ')';
  return {};
}

// Some functions are accepted for some arguments alone. lpad is what people need for codes; without
// a written length it would make gigabytes of one letter.
SqlWriter::Written SqlWriter::CheckArguments(std::string_view name,
                                             std::span<const Json> arguments) const {
  if (name == "lpad" || name == "rpad") {
    const auto length = arguments.size() < 2 ? std::nullopt : WrittenInteger(arguments[1]);
    if (!length || *length < 0 || *length > kMaxSqlPadCharacters) {
      return Refuse(base::Format("The length of {} is no written number from 0 to {}", name,
                                 kMaxSqlPadCharacters),
                    "Write the length as a number.");
    }
  }
  if (name == "age" && arguments.size() < 2) {
    return Refuse("The function age counts from today when it has one argument",
                  "Give two arguments: age($today, start_date).");
  }
  return {};
}

// "main" is what the parser itself writes before functions that stand for syntax of their own.
SqlWriter::Written SqlWriter::FunctionName(const Json& node, std::string_view name) {
  const std::string_view schema = TRY(SqlTextField(node, "schema"));
  if (schema == "main") {
    out_ += "\"main\".";
  } else if (!schema.empty()) {
    return Refuse("A schema before a function, or a call with a point, is not accepted",
                  "Write function(column).");
  }
  return Name(name == "count_star" ? "count" : name);
}

SqlWriter::Written SqlWriter::Arguments(std::string_view name, const Json& node,
                                        std::span<const Json> orders) {
  const auto arguments = TRY(SqlListField(node, "children"));
  if (name == "count_star") {
    if (!arguments.empty() || !orders.empty() || TRY(SqlBoolField(node, "distinct"))) {
      return RefuseUnknown("The form of", "count(*)");
    }
    out_ += "(*)";
    return {};
  }
  const bool is_distinct = TRY(SqlBoolField(node, "distinct"));
  if (arguments.empty() &&
      (is_distinct || (!orders.empty() && (name != "mode" || orders.size() > 1)))) {
    return Refuse(base::Format("The function {} has no argument", name), "Name a column.");
  }
  out_ += is_distinct ? "(DISTINCT " : "(";
  TRY(List(arguments));
  // mode() WITHIN GROUP (ORDER BY x) is the one form without an argument.
  if (arguments.empty() && !orders.empty()) out_ += ") WITHIN GROUP (";
  if (!orders.empty()) {
    out_ += arguments.empty() ? "ORDER BY " : " ORDER BY ";
    TRY(Orders(orders));
  }
  out_ += ')';
  return {};
}

SqlWriter::Written SqlWriter::Window(const Json& node) {
  TRY(CheckSqlFields(node, kWindow));
  const std::string_view name = TRY(SqlTextField(node, "function_name"));
  const std::string_view type = WindowTypeOf(name);
  if (type.empty()) {
    return Refuse(
        base::Format("The function {} over a window is not accepted", base::ShownName(name)),
        "Use a window or aggregate function that docs/formats/query-sql.md lists.");
  }
  if (TRY(SqlTextField(node, "type")) != type) return RefuseUnknown("The window function", name);
  TRY(FunctionName(node, name));
  TRY(WindowArguments(node, name));
  out_ += " OVER (";
  if (in_window_definition_) {
    return Refuse("A window function stands inside the definition of a window",
                  "Compute it in a subquery first.");
  }
  in_window_definition_ = true;
  TRY(WindowDefinition(node));
  in_window_definition_ = false;
  out_ += ')';
  return {};
}

SqlWriter::Written SqlWriter::WindowDefinition(const Json& node) {
  const auto partitions = TRY(SqlListField(node, "partitions"));
  if (!partitions.empty()) {
    out_ += "PARTITION BY ";
    TRY(List(partitions));
  }
  const auto orders = TRY(SqlListField(node, "orders"));
  if (!orders.empty()) {
    out_ += " ORDER BY ";
    TRY(Orders(orders));
  }
  return Frame(node);
}

// The parser takes the second and third argument of lag and lead out of the list.
SqlWriter::Written SqlWriter::WindowArguments(const Json& node, std::string_view name) {
  const auto arguments = TRY(SqlListField(node, "children"));
  const Json* offset = TRY(SqlOptionalNodeField(node, "offset_expr"));
  const Json* fallback = TRY(SqlOptionalNodeField(node, "default_expr"));
  const bool is_shift = name == "lag" || name == "lead";
  const bool is_aggregate = WindowTypeOf(name) == "WINDOW_AGGREGATE";
  const bool is_distinct = TRY(SqlBoolField(node, "distinct"));
  const bool ignores_nulls = TRY(SqlBoolField(node, "ignore_nulls"));
  const bool is_empty = arguments.empty();
  // What DuckDB's grammar has no words for.
  if (arguments.size() != WindowArgumentCount(name).value_or(arguments.size()) ||
      (offset != nullptr && !is_shift) || (fallback != nullptr && offset == nullptr) ||
      (is_distinct && (!is_aggregate || is_empty)) ||
      (ignores_nulls && (is_aggregate || is_empty))) {
    return RefuseUnknown("The form of", name);
  }
  out_ += is_distinct ? "(DISTINCT " : "(";
  TRY(List(arguments));
  if (is_empty && name == "count") out_ += '*';
  for (const Json* more : {offset, fallback}) {
    if (more == nullptr) continue;
    out_ += ", ";
    TRY(Expression(*more));
  }
  const auto orders = TRY(SqlListField(node, "arg_orders"));
  if (!orders.empty()) {
    out_ += " ORDER BY ";
    TRY(Orders(orders));
  }
  if (ignores_nulls) out_ += " IGNORE NULLS";
  out_ += ')';
  const Json* filter = TRY(SqlOptionalNodeField(node, "filter_expr"));
  if (filter == nullptr) return {};
  out_ += " FILTER (WHERE ";
  TRY(Expression(*filter));
  out_ += ')';
  return {};
}

// The default frame is left out, since some functions accept no other words. ROWS, RANGE or GROUPS
// is told by each end by itself in the tree, but stands once in SQL, so they must agree.
SqlWriter::Written SqlWriter::Frame(const Json& node) {
  const std::string_view start = TRY(SqlTextField(node, "start"));
  const std::string_view end = TRY(SqlTextField(node, "end"));
  const std::string_view exclude = TRY(SqlTextField(node, "exclude_clause"));
  if (IsDefaultFrame(start, end, exclude)) {
    const bool is_bare = TRY(SqlOptionalNodeField(node, "start_expr")) == nullptr &&
                         TRY(SqlOptionalNodeField(node, "end_expr")) == nullptr;
    if (!is_bare) return RefuseUnknown("The frame", start);
    return {};
  }
  const std::string_view start_mode = FrameMode(start);
  const std::string_view end_mode = FrameMode(end);
  const std::string_view mode = start_mode.empty() ? end_mode : start_mode;
  if (!start_mode.empty() && !end_mode.empty() && start_mode != end_mode) {
    return RefuseUnknown("The frame", start);
  }
  out_ += base::Format(" {} BETWEEN ", mode.empty() ? "ROWS" : mode);
  TRY(FrameEnd(node, start, "start_expr"));
  out_ += " AND ";
  TRY(FrameEnd(node, end, "end_expr"));
  static constexpr std::array<std::array<std::string_view, 2>, 4> kExclusions = {
      {{"NO_OTHER", ""},
       {"CURRENT_ROW", " EXCLUDE CURRENT ROW"},
       {"GROUP", " EXCLUDE GROUP"},
       {"TIES", " EXCLUDE TIES"}}};
  for (const auto& [name, text] : kExclusions) {
    if (name != exclude) continue;
    out_ += text;
    return {};
  }
  return RefuseUnknown("The frame", exclude);
}

SqlWriter::Written SqlWriter::FrameEnd(const Json& node, std::string_view end,
                                       std::string_view field) {
  const Json* expression = TRY(SqlOptionalNodeField(node, field));
  const bool is_bound = end.starts_with("EXPR_");
  if (is_bound != (expression != nullptr)) return RefuseUnknown("The frame", end);
  if (end == "UNBOUNDED_PRECEDING") {
    out_ += "UNBOUNDED PRECEDING";
  } else if (end == "UNBOUNDED_FOLLOWING") {
    out_ += "UNBOUNDED FOLLOWING";
  } else if (end.starts_with("CURRENT_ROW_")) {
    out_ += "CURRENT ROW";
  } else if (is_bound && !FrameMode(end).empty()) {
    TRY(Expression(*expression));
    out_ += end.contains("PRECEDING") ? " PRECEDING" : " FOLLOWING";
  } else {
    return RefuseUnknown("The frame", end);
  }
  return {};
}

}  // namespace exchange
