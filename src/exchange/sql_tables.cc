// What may stand after FROM. This is where data comes from, so it is the narrowest list of all:
// tables that were granted, names of WITH that are in scope, subqueries, and joins of these.
#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/json_text.h"
#include "exchange/sql_functions.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

constexpr std::size_t kMaxShownTables = 10;

// Kinds of tables that are known and refused.
struct RefusedTable {
  std::string_view type;
  std::string_view what;
  std::string_view remedy;
};
constexpr std::array<RefusedTable, 5> kRefusedTables = {{
    {"SHOW_REF", "DESCRIBE, SHOW and SUMMARIZE are not accepted",
     "The columns stand in the agreement; count and average in a SELECT."},
    {"PIVOT", "PIVOT and UNPIVOT are not accepted",
     "Use an aggregate with FILTER for each column, or UNION ALL."},
    {"EXPRESSION_LIST", "VALUES without brackets after FROM is not accepted",
     "Write FROM (VALUES (…), (…)) AS name(a, b)."},
    {"EMPTY", "A join of nothing is not accepted", "Name a table."},
    {"COLUMN_DATA", "A table of this kind is not accepted", "Name a table of the agreement."},
}};

// What a table function is called, for people.
std::string FunctionShown(const Json& table) {
  const Json* function = table.Find("function");
  const Json* name = function == nullptr ? nullptr : function->Find("function_name");
  const bool is_named = name != nullptr && name->kind() == Json::Kind::kString;
  return is_named ? base::ShownName(name->AsString()) : "";
}

}  // namespace

SqlWriter::Written SqlWriter::Table(const Json& table) {
  const Visit visit(*this, table);
  TRY(CheckBudget());
  return Placed(TableOf(table));
}

SqlWriter::Written SqlWriter::TableOf(const Json& table) {
  const std::string_view type = TRY(SqlTextField(table, "type"));
  if (type == "BASE_TABLE") return BaseTable(table);
  if (type == "SUBQUERY") return SubqueryTable(table);
  if (type == "JOIN") return Join(table);
  if (type == "TABLE_FUNCTION") {
    return Refuse(base::Format("The table function {} is not accepted: table functions open files, "
                               "settings, the catalogue or memory",
                               FunctionShown(table)),
                  "Name a table of the agreement after FROM.");
  }
  const auto refused = std::ranges::find(kRefusedTables, type, &RefusedTable::type);
  if (refused == kRefusedTables.end()) return RefuseUnknown("A table of the kind", type);
  return Refuse(std::string(refused->what), std::string(refused->remedy));
}

SqlWriter::Written SqlWriter::BaseTable(const Json& table) {
  static constexpr std::array<SqlField, 9> kFields = {
      {{"type"},
       {"alias"},
       {"sample", SqlFieldRule::kNull, "TABLESAMPLE"},
       {"query_location"},
       {"schema_name", SqlFieldRule::kEmptyText, "A schema before a table"},
       {"table_name"},
       {"column_name_alias"},
       {"catalog_name", SqlFieldRule::kEmptyText, "A catalogue before a table"},
       {"at_clause", SqlFieldRule::kNull, "AT"}}};
  TRY(CheckSqlFields(table, kFields));
  TRY(TableName(TRY(SqlTextField(table, "table_name"))));
  return TableAlias(table);
}

// AS "x"("a", "b"). Without the first name the others would make the table a call of a function.
SqlWriter::Written SqlWriter::TableAlias(const Json& table) {
  const std::string_view alias = TRY(SqlTextField(table, "alias"));
  const auto columns = TRY(SqlNamesField(table, "column_name_alias"));
  if (alias.empty()) {
    return columns.empty() ? Written() : RefuseUnknown("Names of columns of", "a nameless table");
  }
  out_ += " AS ";
  TRY(Name(alias));
  return columns.empty() ? Written() : Names(columns);
}

bool SqlWriter::IsCommonTable(std::string_view lower) const {
  return std::ranges::find(common_tables_, lower) != common_tables_.end();
}

const std::string* SqlWriter::GrantedTable(std::string_view lower) const {
  const auto found = std::ranges::find_if(
      tables_, [lower](const std::string& table) { return LowerAscii(table) == lower; });
  return found == tables_.end() ? nullptr : &*found;
}

// A name that is neither in scope nor granted must not reach DuckDB, which would look for a file of
// that name.
SqlWriter::Written SqlWriter::TableName(std::string_view name) {
  const std::string lower = LowerAscii(name);
  if (!IsCommonTable(lower)) {
    const std::string* granted = GrantedTable(lower);
    if (granted == nullptr) {
      std::string names;
      for (std::size_t i = 0; i < tables_.size() && i < kMaxShownTables; ++i) {
        names += (i == 0 ? "" : ", ") + tables_[i];
      }
      return Refuse(
          base::Format("There is no table \"{}\" under this agreement", base::ShownName(name)),
          base::Format("Name one of: {}.", names));
    }
    used_tables_.insert(*granted);
  }
  return Name(name);
}

SqlWriter::Written SqlWriter::SubqueryTable(const Json& table) {
  static constexpr std::array<SqlField, 6> kFields = {
      {{"type"},
       {"alias"},
       {"sample", SqlFieldRule::kNull, "TABLESAMPLE"},
       {"query_location"},
       {"subquery"},
       {"column_name_alias"}}};
  TRY(CheckSqlFields(table, kFields));
  out_ += '(';
  TRY(Nested(*TRY(SqlNodeField(table, "subquery"))));
  out_ += ')';
  return TableAlias(table);
}

// Brackets around each join keep its place in the tree: a comma binds less than JOIN, and the right
// side may be a join itself.
SqlWriter::Written SqlWriter::Join(const Json& table) {
  static constexpr std::array<SqlField, 12> kFields = {
      {{"type"},
       {"alias", SqlFieldRule::kEmptyText, "A name for a join in brackets"},
       {"sample", SqlFieldRule::kNull, "TABLESAMPLE"},
       {"query_location"},
       {"left"},
       {"right"},
       {"condition"},
       {"join_type"},
       {"ref_type"},
       {"using_columns"},
       {"delim_flipped", SqlFieldRule::kFalse},
       {"duplicate_eliminated_columns", SqlFieldRule::kEmptyList}}};
  static constexpr std::array<std::string_view, 6> kTypes = {"INNER", "LEFT", "RIGHT",
                                                             "FULL",  "SEMI", "ANTI"};
  TRY(CheckSqlFields(table, kFields));
  const std::string_view ref = TRY(SqlTextField(table, "ref_type"));
  const std::string_view type = TRY(SqlTextField(table, "join_type"));
  const bool is_cross = ref == "CROSS" && type == "INNER";
  const bool is_ordinary =
      (ref == "REGULAR" || ref == "ASOF") && std::ranges::find(kTypes, type) != kTypes.end();
  if (ref == "NATURAL" || ref == "POSITIONAL") {
    return Refuse(base::Format("{} JOIN is not accepted", ref),
                  "Join with USING (column) or ON condition.");
  }
  if (!is_cross && !is_ordinary) return RefuseUnknown("The join", type);
  out_ += '(';
  TRY(Table(*TRY(SqlNodeField(table, "left"))));
  if (is_cross) {
    out_ += " CROSS JOIN ";
  } else {
    out_ += base::Format(" {}{} JOIN ", ref == "ASOF" ? "ASOF " : "", type);
  }
  TRY(Table(*TRY(SqlNodeField(table, "right"))));
  TRY(JoinCondition(table));
  out_ += ')';
  return {};
}

// A join without a condition is most often a slip, and a costly one; CROSS JOIN says it is meant.
SqlWriter::Written SqlWriter::JoinCondition(const Json& table) {
  const Json* condition = TRY(SqlOptionalNodeField(table, "condition"));
  const auto columns = TRY(SqlNamesField(table, "using_columns"));
  const bool is_cross = TRY(SqlTextField(table, "ref_type")) == "CROSS";
  const int conditions = (condition != nullptr ? 1 : 0) + (columns.empty() ? 0 : 1);
  if (conditions != (is_cross ? 0 : 1)) {
    return Refuse("A join has no condition, or two", "Write ON or USING, or CROSS JOIN.");
  }
  if (condition != nullptr) {
    out_ += " ON ";
    return Expression(*condition);
  }
  if (columns.empty()) return {};
  out_ += " USING ";
  return Names(columns);
}

}  // namespace exchange
