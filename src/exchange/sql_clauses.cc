// What stands behind a query: DISTINCT, ORDER BY, LIMIT and OFFSET.
#include <algorithm>
#include <array>

#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

constexpr std::size_t kStarFields = 11;

// ORDER BY ALL is a star with everything as it is when unused, but `columns`.
base::Result<bool> IsOrderByAll(const Json& node) {
  const Json* name = node.Find("class");
  if (name == nullptr || *name != Json("STAR")) return false;
  const Json* columns = node.Find("columns");
  const Json* expression = node.Find("expr");
  return columns != nullptr && *columns == Json(true) && expression != nullptr &&
         *expression == Json() && TRY(SqlTextField(node, "relation_name")).empty() &&
         TRY(SqlListField(node, "exclude_list")).empty() &&
         TRY(SqlListField(node, "replace_list")).empty() &&
         TRY(SqlListField(node, "rename_list")).empty() &&
         TRY(SqlListField(node, "qualified_exclude_list")).empty() &&
         node.AsObject().size() == kStarFields;
}

}  // namespace

base::Result<SqlWriter::Modifiers> SqlWriter::ReadModifiers(const Json& node) const {
  struct Row {
    std::string_view type;
    const Json* Modifiers::* place;
  };
  static constexpr std::array<Row, 3> kRows = {{{"DISTINCT_MODIFIER", &Modifiers::distinct},
                                                {"ORDER_MODIFIER", &Modifiers::order},
                                                {"LIMIT_MODIFIER", &Modifiers::limit}}};
  Modifiers modifiers;
  auto next = kRows.begin();  // they come in this order, each once
  for (const Json& modifier : TRY(SqlListField(node, "modifiers"))) {
    const std::string_view type = TRY(SqlTextField(modifier, "type"));
    if (type == "LIMIT_PERCENT_MODIFIER") {
      return Refuse("LIMIT with per cent is not accepted", "Write a number of rows.");
    }
    const auto row = std::find_if(next, kRows.end(), [&](const Row& r) { return r.type == type; });
    if (row == kRows.end()) return RefuseUnknown("The clause", type);
    modifiers.*(row->place) = &modifier;
    next = row + 1;
  }
  return modifiers;
}

SqlWriter::Written SqlWriter::Distinct(const Json& modifier) {
  static constexpr std::array<SqlField, 2> kFields = {{{"type"}, {"distinct_on_targets"}}};
  TRY(CheckSqlFields(modifier, kFields));
  const auto targets = TRY(SqlListField(modifier, "distinct_on_targets"));
  out_ += "DISTINCT ";
  if (targets.empty()) return {};
  out_ += "ON (";
  TRY(List(targets));
  out_ += ") ";
  return {};
}

SqlWriter::Written SqlWriter::Tail(const Modifiers& modifiers) {
  static constexpr std::array<SqlField, 2> kFields = {{{"type"}, {"orders"}}};
  if (modifiers.order != nullptr) {
    TRY(CheckSqlFields(*modifiers.order, kFields));
    out_ += " ORDER BY ";
    const auto orders = TRY(SqlListField(*modifiers.order, "orders"));
    TRY(orders.size() == 1 ? Order(orders[0], All::kAllowed) : Orders(orders));
  }
  return modifiers.limit == nullptr ? Written() : Limit(*modifiers.limit);
}

SqlWriter::Written SqlWriter::Limit(const Json& modifier) {
  static constexpr std::array<SqlField, 3> kFields = {{{"type"}, {"limit"}, {"offset"}}};
  TRY(CheckSqlFields(modifier, kFields));
  TRY(LimitValue(" LIMIT ", modifier, "limit"));
  return LimitValue(" OFFSET ", modifier, "offset");
}

SqlWriter::Written SqlWriter::LimitValue(std::string_view word, const Json& modifier,
                                         std::string_view field) {
  const Json* value = TRY(SqlOptionalNodeField(modifier, field));
  if (value == nullptr) return {};
  const std::string_view kind = TRY(SqlTextField(*value, "class"));
  if (kind != "CONSTANT" && kind != "PARAMETER") {
    return Refuse("LIMIT and OFFSET take a number or a parameter alone", "Write the number.");
  }
  out_ += word;
  return Expression(*value);
}

SqlWriter::Written SqlWriter::Orders(std::span<const Json> orders) {
  if (orders.empty()) return RefuseUnknown("An empty", "ORDER BY");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (i != 0) out_ += ", ";
    TRY(Order(orders[i]));
  }
  return {};
}

SqlWriter::Written SqlWriter::Order(const Json& order, All all) {
  static constexpr std::array<SqlField, 3> kFields = {{{"type"}, {"null_order"}, {"expression"}}};
  static constexpr std::array<std::array<std::string_view, 2>, 6> kWords = {
      {{"ORDER_DEFAULT", ""},
       {"ASCENDING", " ASC"},
       {"DESCENDING", " DESC"},
       {"ORDER_DEFAULT", ""},
       {"NULLS FIRST", " NULLS FIRST"},
       {"NULLS LAST", " NULLS LAST"}}};
  TRY(CheckSqlFields(order, kFields));
  const Json& expression = *TRY(SqlNodeField(order, "expression"));
  if (all == All::kAllowed && TRY(IsOrderByAll(expression))) {
    out_ += "ALL";
  } else {
    TRY(Expression(expression));
  }
  const auto append = [this](std::string_view name, auto words) -> Written {
    for (const auto& [known, text] : words) {
      if (known != name) continue;
      out_ += text;
      return {};
    }
    return RefuseUnknown("The order", name);
  };
  TRY(append(TRY(SqlTextField(order, "type")), std::span(kWords).first(3)));
  return append(TRY(SqlTextField(order, "null_order")), std::span(kWords).last(3));
}

SqlWriter::Written SqlWriter::Clause(std::string_view word, const Json& node,
                                     std::string_view field) {
  const Json* expression = TRY(SqlOptionalNodeField(node, field));
  if (expression == nullptr) return {};
  out_ += word;
  return Expression(*expression);
}

}  // namespace exchange
