// Queries: SELECT, VALUES and set operations, with their WITH and their clauses.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/format.h"
#include "exchange/sql_functions.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

constexpr std::array<SqlField, 12> kSelectFields = {{{"type"},
                                                     {"modifiers"},
                                                     {"cte_map"},
                                                     {"select_list"},
                                                     {"from_table"},
                                                     {"where_clause"},
                                                     {"group_expressions"},
                                                     {"group_sets"},
                                                     {"aggregate_handling"},
                                                     {"having"},
                                                     {"sample", SqlFieldRule::kNull, "SAMPLE"},
                                                     {"qualify"}}};

constexpr std::array<SqlField, 11> kStarFields = {
    {{"class"},
     {"type"},
     {"alias", SqlFieldRule::kEmptyText, "A name for *"},
     {"query_location"},
     {"relation_name"},
     {"exclude_list"},
     {"replace_list"},
     {"columns", SqlFieldRule::kFalse, "COLUMNS(…)"},
     {"expr", SqlFieldRule::kNull, "COLUMNS(…)"},
     {"qualified_exclude_list", SqlFieldRule::kEmptyList, "EXCLUDE with a table before the column"},
     {"rename_list", SqlFieldRule::kEmptyList, "RENAME"}}};

bool IsStar(const Json& node) {
  const Json* name = node.Find("class");
  return name != nullptr && *name == Json("STAR");
}

bool IsType(const Json& node, std::string_view type) {
  const Json* name = node.Find("type");
  return name != nullptr && *name == Json(type);
}

}  // namespace

// Names of WITH count until the end of the query that has them.
SqlWriter::Written SqlWriter::Query(const Json& node) {
  const Visit visit(*this, node);
  TRY(CheckBudget());
  const std::size_t scope = common_tables_.size();
  TRY(Placed(QueryOf(node)));
  common_tables_.resize(scope);
  return {};
}

SqlWriter::Written SqlWriter::QueryOf(const Json& node) {
  const std::string_view type = TRY(SqlTextField(node, "type"));
  if (type == "RECURSIVE_CTE_NODE") {
    return Refuse("A WITH RECURSIVE that refers to itself is not accepted: it may never end",
                  "Join the table to itself as often as there are levels.");
  }
  const bool is_select = type == "SELECT_NODE";
  if (!is_select && type != "SET_OPERATION_NODE") return RefuseUnknown("A query of the kind", type);
  TRY(CommonTables(node));
  const Modifiers modifiers = TRY(ReadModifiers(node));
  TRY(is_select ? SelectNode(node, modifiers) : SetOperation(node, modifiers));
  return Tail(modifiers);
}

SqlWriter::Written SqlWriter::Nested(const Json& statement) {
  static constexpr std::array<SqlField, 2> kFields = {
      {{"node"}, {"named_param_map", SqlFieldRule::kEmptyList}}};
  TRY(CheckSqlFields(statement, kFields));
  return Query(*TRY(SqlNodeField(statement, "node")));
}

SqlWriter::Written SqlWriter::CommonTables(const Json& node) {
  static constexpr std::array<SqlField, 1> kFields = {{{"map"}}};
  const Json& map = *TRY(SqlNodeField(node, "cte_map"));
  TRY(CheckSqlFields(map, kFields));
  const auto entries = TRY(SqlListField(map, "map"));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out_ += i == 0 ? "WITH " : ", ";
    TRY(CommonTable(entries[i]));
  }
  if (!entries.empty()) out_ += ' ';
  return {};
}

// Its name counts from the next one on: inside its own query it would be another table.
SqlWriter::Written SqlWriter::CommonTable(const Json& entry) {
  static constexpr std::array<SqlField, 2> kFields = {{{"key"}, {"value"}}};
  static constexpr std::array<SqlField, 4> kValueFields = {
      {{"aliases"},
       {"query"},
       {"materialized"},
       {"key_targets", SqlFieldRule::kEmptyList, "USING KEY"}}};
  TRY(CheckSqlFields(entry, kFields));
  const std::string_view name = TRY(SqlTextField(entry, "key"));
  const std::string lower = LowerAscii(name);
  if (GrantedTable(lower) != nullptr || IsCommonTable(lower)) {
    return Refuse("A WITH has the name of a table of the agreement, or of another WITH",
                  "Choose another name.");
  }
  const Json& value = *TRY(SqlNodeField(entry, "value"));
  // A recursive one has key_targets too; that it recurs is the better reason.
  const Json* query = value.Find("query");
  const Json* inner = query == nullptr ? nullptr : query->Find("node");
  if (inner != nullptr && IsType(*inner, "RECURSIVE_CTE_NODE")) return QueryOf(*inner);
  TRY(CheckSqlFields(value, kValueFields));
  if (TRY(SqlTextField(value, "materialized")) != "CTE_MATERIALIZE_DEFAULT") {
    return RefuseUnknown("A WITH of the kind", TRY(SqlTextField(value, "materialized")));
  }
  TRY(Name(name));
  const auto columns = TRY(SqlNamesField(value, "aliases"));
  if (!columns.empty()) TRY(Names(columns));
  out_ += " AS (";
  TRY(Nested(*TRY(SqlNodeField(value, "query"))));
  out_ += ')';
  common_tables_.push_back(lower);
  return {};
}

SqlWriter::Written SqlWriter::SelectNode(const Json& node, const Modifiers& modifiers) {
  TRY(CheckSqlFields(node, kSelectFields));
  const Json& from = *TRY(SqlNodeField(node, "from_table"));
  const auto items = TRY(SqlListField(node, "select_list"));
  const Json* alias = from.Find("alias");
  if (IsType(from, "EXPRESSION_LIST") && alias != nullptr && *alias == Json("valueslist")) {
    return ValuesNode(node, from, modifiers);
  }
  out_ += "SELECT ";
  if (modifiers.distinct != nullptr) TRY(Distinct(*modifiers.distinct));
  TRY(SelectItems(items));
  if (!IsType(from, "EMPTY")) {
    out_ += " FROM ";
    TRY(Table(from));
  } else {
    static constexpr std::array<SqlField, 4> kFields = {{{"type"},
                                                         {"alias", SqlFieldRule::kEmptyText},
                                                         {"sample", SqlFieldRule::kNull, "SAMPLE"},
                                                         {"query_location"}}};
    TRY(CheckSqlFields(from, kFields));
  }
  TRY(Clause(" WHERE ", node, "where_clause"));
  TRY(Grouping(node));
  TRY(Clause(" HAVING ", node, "having"));
  return Clause(" QUALIFY ", node, "qualify");
}

// VALUES (…), (…) is a tree of SELECT * FROM the list, with nothing else but ORDER BY and LIMIT.
SqlWriter::Written SqlWriter::ValuesNode(const Json& node, const Json& list,
                                         const Modifiers& modifiers) {
  static constexpr std::array<SqlField, 7> kFields = {{{"type"},
                                                       {"alias"},
                                                       {"sample", SqlFieldRule::kNull, "SAMPLE"},
                                                       {"query_location"},
                                                       {"expected_names", SqlFieldRule::kEmptyList},
                                                       {"expected_types", SqlFieldRule::kEmptyList},
                                                       {"values"}}};
  TRY(CheckSqlFields(list, kFields));
  const auto items = TRY(SqlListField(node, "select_list"));
  const bool has_clause = TRY(SqlOptionalNodeField(node, "where_clause")) != nullptr ||
                          TRY(SqlOptionalNodeField(node, "having")) != nullptr ||
                          TRY(SqlOptionalNodeField(node, "qualify")) != nullptr ||
                          !TRY(SqlListField(node, "group_sets")).empty() ||
                          !TRY(SqlListField(node, "group_expressions")).empty() ||
                          TRY(SqlTextField(node, "aggregate_handling")) != "STANDARD_HANDLING";
  if (has_clause || modifiers.distinct != nullptr || items.size() != 1 || !IsStar(items[0])) {
    return Refuse("VALUES is mixed with a SELECT", "Write FROM (VALUES (…), (…)) AS name(a, b).");
  }
  const std::size_t before = out_.size();
  TRY(Star(items[0]));
  if (std::string_view(out_).substr(before) != "*") return RefuseUnknown("The form of", "VALUES");
  out_.resize(before);
  const auto rows = TRY(SqlListField(list, "values"));
  if (rows.empty()) return RefuseUnknown("The form of", "VALUES");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].kind() != Json::Kind::kArray) return RefuseUnknown("The form of", "VALUES");
    if (rows[i].AsArray().empty() || rows[i].AsArray().size() != rows[0].AsArray().size()) {
      return RefuseUnknown("An empty or uneven row of", "VALUES");
    }
    out_ += i == 0 ? "VALUES (" : ", (";
    TRY(List(rows[i].AsArray()));
    out_ += ')';
  }
  return {};
}

SqlWriter::Written SqlWriter::SelectItems(std::span<const Json> items) {
  if (items.empty()) return RefuseUnknown("An empty", "SELECT");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out_ += ", ";
    TRY(IsStar(items[i]) ? Star(items[i]) : Expression(items[i], Alias::kAllowed));
  }
  return {};
}

SqlWriter::Written SqlWriter::Star(const Json& star) {
  static constexpr std::array<SqlField, 2> kFields = {{{"key"}, {"value"}}};
  const Visit visit(*this, star);
  TRY(CheckBudget());
  TRY(Placed(CheckSqlFields(star, kStarFields)));
  const std::string_view table = TRY(SqlTextField(star, "relation_name"));
  if (!table.empty()) {
    TRY(Name(table));
    out_ += '.';
  }
  out_ += '*';
  std::set<std::string> named;  // no column is left out or replaced twice
  if (const auto excluded = TRY(SqlNamesField(star, "exclude_list")); !excluded.empty()) {
    out_ += " EXCLUDE ";
    TRY(Names(excluded));
    for (const std::string_view name : excluded) named.insert(LowerAscii(name));
    if (named.size() != excluded.size()) return RefuseUnknown("The form of", "EXCLUDE");
  }
  const auto replaced = TRY(SqlListField(star, "replace_list"));
  for (std::size_t i = 0; i < replaced.size(); ++i) {
    TRY(Placed(CheckSqlFields(replaced[i], kFields)));
    const std::string_view name = TRY(SqlTextField(replaced[i], "key"));
    if (!named.insert(LowerAscii(name)).second) return RefuseUnknown("The form of", "REPLACE");
    out_ += i == 0 ? " REPLACE (" : ", ";
    TRY(Field(replaced[i], "value"));
    out_ += " AS ";
    TRY(Name(name));
  }
  if (!replaced.empty()) out_ += ')';
  return {};
}

// ROLLUP, CUBE and several lists are one thing in the tree: sets of places among the expressions.
// They are written as GROUPING SETS, which may number the expressions in another order.
SqlWriter::Written SqlWriter::Grouping(const Json& node) {
  const auto expressions = TRY(SqlListField(node, "group_expressions"));
  const auto sets = TRY(SqlListField(node, "group_sets"));
  const std::string_view handling = TRY(SqlTextField(node, "aggregate_handling"));
  if (handling == "FORCE_AGGREGATES" && expressions.empty() && sets.empty()) {
    out_ += " GROUP BY ALL";
    return {};
  }
  if (handling != "STANDARD_HANDLING") return RefuseUnknown("GROUP BY of the kind", handling);
  if (sets.empty() && expressions.empty()) return {};
  if (sets.empty()) return RefuseUnknown("The form of", "GROUP BY");
  if (sets.size() == 1 && expressions.empty()) {
    out_ += " GROUP BY ()";
    return sets[0] == Json::Array({}) ? Written() : RefuseUnknown("The form of", "GROUP BY");
  }
  if (sets.size() == 1 && sets[0] == Json::Array({}))
    return RefuseUnknown("The form of", "GROUP BY");
  out_ += " GROUP BY ";
  const bool is_plain = sets.size() == 1;
  if (!is_plain) out_ += "GROUPING SETS (";
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (i != 0) out_ += ", ";
    if (!is_plain) out_ += '(';
    TRY(GroupingSet(sets[i], expressions));
    if (!is_plain) out_ += ')';
  }
  if (!is_plain) out_ += ')';
  return {};
}

// The expressions at the places in the set: a, b.
SqlWriter::Written SqlWriter::GroupingSet(const Json& set, std::span<const Json> expressions) {
  if (set.kind() != Json::Kind::kArray) return RefuseUnknown("The form of", "GROUP BY");
  bool is_first = true;
  for (const Json& place : set.AsArray()) {
    const bool is_place = place.kind() == Json::Kind::kInteger && place.AsInteger() >= 0 &&
                          place.AsInteger() < static_cast<std::int64_t>(expressions.size());
    if (!is_place) return RefuseUnknown("The form of", "GROUP BY");
    if (!is_first) out_ += ", ";
    is_first = false;
    TRY(Expression(expressions[static_cast<std::size_t>(place.AsInteger())]));
  }
  return {};
}

// Each side in brackets: INTERSECT binds closer than UNION, and a side may have its own LIMIT.
SqlWriter::Written SqlWriter::SetOperation(const Json& node, const Modifiers& modifiers) {
  static constexpr std::array<SqlField, 7> kFields = {
      {{"type"}, {"modifiers"}, {"cte_map"}, {"setop_type"}, {"left"}, {"right"}, {"setop_all"}}};
  static constexpr std::array<std::string_view, 4> kTypes = {"UNION", "UNION_BY_NAME", "EXCEPT",
                                                             "INTERSECT"};
  TRY(CheckSqlFields(node, kFields));
  const std::string_view type = TRY(SqlTextField(node, "setop_type"));
  if (std::ranges::find(kTypes, type) == kTypes.end() || modifiers.distinct != nullptr) {
    return RefuseUnknown("The set operation", type);
  }
  const bool is_by_name = type == "UNION_BY_NAME";
  out_ += '(';
  TRY(Query(*TRY(SqlNodeField(node, "left"))));
  out_ += base::Format(") {}{}{} (", is_by_name ? "UNION" : type,
                       TRY(SqlBoolField(node, "setop_all")) ? " ALL" : "",
                       is_by_name ? " BY NAME" : "");
  TRY(Query(*TRY(SqlNodeField(node, "right"))));
  out_ += ')';
  return {};
}

}  // namespace exchange
