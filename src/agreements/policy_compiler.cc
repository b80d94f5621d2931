// The problem. A policy is JSON that two bodies argued about and signed; DuckDB wants a SELECT. The
// names in it were written by strangers and hold quotes, line ends and marks that turn the
// direction of reading; the literals come from a form on a page. What comes out must be exactly the
// rows and values that docs/formats/policy.md describes, since an approver read that page and not
// our SQL. One row too many is a disclosure that cannot be taken back.
//
// The method. A policy is compiled in three steps, each of which can only refuse.
//
//   1. CheckPolicy holds it against the schemas: names exist, treatments are allowed, literals have
//      the type of their column. It runs here again, whoever ran it before.
//   2. Each node of the condition and each treatment becomes one SqlExpression, from the leaves up.
//      An expression cannot be made of a text: names are quoted, literals typed, words of SQL are
//      constants of this program. See policy_sql.h.
//   3. The expressions are put into one of three frames: the extract, the counts, the list.
//
// Where SQL alone would say something else than the page, the expression says it at length:
//
//   NaN       For DuckDB it is greater than all numbers, so `pay > 100` would let it pass. The page
//             calls the test unknown. Every test of a double looks for NaN first.
//   drop      There is no SQL for it. A column is in the SELECT because the policy names it, and a
//             file with new columns gives the same rows as before.
//   no parse  Each treatment ends in a CASE without ELSE: what it cannot read becomes null, never
//             itself. ReadableSql is null in the same rows, which is how they are counted.
//   the list  The awkward case. A list with one key twice would double a row of data:
//
//                 data   QQ123456C          list   qq 12 34 56 c | A-1
//                                                  QQ123456C     | A-2
//
//             Publishing refuses such a list, and list_sql lets the worker refuse it too. The join
//             does not rely on either: it groups the list by its normal key and keeps the groups of
//             one row, so that every key of the join is unique and one row of data meets at most
//             one row of the list. A null key meets nothing, because NULL = NULL is not TRUE.
//   order     A filter keeps the order of the rows, a join need not: DuckDB may read either side
//             first, and hands out what its threads finish. It also makes a join of its own out of
//             an IN with five values or more. So a policy with a list or an IN sorts by file and
//             row number, which Parquet files have for nothing; where a schema has columns of those
//             very names, rows are numbered as they come.
//
// Why the counts are those of the extract. Both frames hold the same expressions for the condition
// and the key, made by the same calls. The counts use a LEFT JOIN, so that rows without an entry
// stay and can be counted in the steps before; a row passes the last step exactly if the JOIN of
// the extract would keep it, since the keys are unique.
//
// What it costs. Compiling is linear in the policy, times the search for a column among at most
// 2,000. Running is one scan of the named columns; a list is one hash table of its entries. What
// may be a join sorts the rows that passed.
#include "agreements/policy_compiler.h"

#include <algorithm>
#include <set>
#include <utility>

#include "agreements/condition_sql.h"
#include "agreements/treatment_sql.h"
#include "base/check.h"
#include "base/format.h"
#include "base/text.h"
#include "engine/duckdb.h"

namespace agreements {
namespace {

using base::Format;
using catalogue::Schema;
using catalogue::SchemaColumn;
using engine::ColumnKind;

// Our own names for what stands behind FROM.
constexpr SqlWord kRows = "d";
constexpr SqlWord kEntries = "m";
constexpr SqlWord kList = "l";
constexpr SqlWord kSteps = "s";

// --- columns -----------------------------------------------------------------------------------

struct GivenColumn {
  OutputColumn output;
  SqlExpression value;
  SqlExpression is_left_empty;  // never null
};

std::vector<OutputBand> BandsOf(const PolicyColumn& column,
                                const std::vector<TypedLiteral>& edges) {
  std::vector<OutputBand> bands;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const std::string from = edges[i].Text();
    std::string label = column.bands[i].label;
    if (label.empty()) {
      label = i + 1 == edges.size() ? Format("{} or more", from)
                                    : Format("{} to below {}", from, edges[i + 1].Text());
    }
    bands.push_back({.from = from, .label = std::move(label)});
  }
  return bands;
}

SqlExpression IsLeftEmpty(const PolicyColumn& column, const SchemaColumn& of,
                          const std::vector<TypedLiteral>& edges, const SqlExpression& value) {
  if (column.treatment == catalogue::kShow || column.treatment == catalogue::kMask) {
    return SqlExpression::Constant("FALSE");
  }
  const SqlExpression readable = ReadableSql(column.treatment, of, edges, value);
  return SqlExpression::Joined(
      {SqlExpression::Postfix(value, "IS NOT NULL"), SqlExpression::Postfix(readable, "IS NULL")},
      "AND");
}

base::Result<GivenColumn> Given(const PolicyColumn& column, const Schema& schema,
                                const std::string& pointer) {
  const SchemaColumn* of = TRY(NamedColumn(schema, column.name, pointer + "/name"));
  const auto edges = TRY(TypeEdges(column, of->type, pointer));
  const SqlExpression value = SourceColumn(kRows, *of);
  return GivenColumn{
      .output = {.name = column.name,
                 .title = of->title,
                 .type = TreatedType(column.treatment, of->type),
                 .meaning = of->meaning,
                 .form = std::string(catalogue::TreatmentNames(column.treatment).front()),
                 .bands = BandsOf(column, edges)},
      .value = TreatedSql(column.treatment, *of, edges, value),
      .is_left_empty = IsLeftEmpty(column, *of, edges, value)};
}

base::Result<std::vector<GivenColumn>> GivenColumns(const Policy& policy, const Schema& schema) {
  std::vector<GivenColumn> given;
  for (std::size_t i = 0; i < policy.columns.size(); ++i) {
    if (policy.columns[i].treatment == catalogue::kDrop) continue;
    given.push_back(TRY(Given(policy.columns[i], schema, Format("/columns/{}", i))));
  }
  return given;
}

base::Result<OutputColumn> CarriedOutput(const CarriedColumn& carried, const Schema& list,
                                         const std::string& pointer) {
  const SchemaColumn* of = TRY(NamedColumn(list, carried.column, pointer + "/column"));
  return OutputColumn{.name = carried.OutputName(),
                      .title = of->title,
                      .type = of->type,
                      .meaning = of->meaning,
                      .form = "carried",
                      .bands = {}};
}

base::Result<std::vector<OutputColumn>> CarriedOutputs(const Policy& policy, const Schema* list) {
  std::vector<OutputColumn> outputs;
  if (!policy.member_of) return outputs;
  const auto& carry = policy.member_of->carry;
  for (std::size_t i = 0; i < carry.size(); ++i) {
    outputs.push_back(TRY(CarriedOutput(carry[i], *list, Format("/member_of/carry/{}", i))));
  }
  return outputs;
}

// --- the list ----------------------------------------------------------------------------------

// A key as it is compared: a text in its normal form, every other value as it is.
SqlExpression KeySql(SqlWord table, const SchemaColumn& column, engine::Normalisation rule) {
  const SqlExpression value = SourceColumn(table, column);
  return column.type.kind == ColumnKind::kString ? NormalSql(value, column.type, rule) : value;
}

std::string EntryName(std::size_t carried) { return Format("c{}", carried); }

// A table of one column, the normal key, and of the carried ones, with each key once.
std::string EntriesSql(const MemberOf& member, const Schema& list, const SqlSource& source) {
  const SchemaColumn& key = *list.Find(member.list_column);
  std::string inner = KeySql(kList, key, member.normalisation).text() + " AS \"k\"";
  std::string outer = "\"e\".\"k\" AS \"k\"";
  for (std::size_t i = 0; i < member.carry.size(); ++i) {
    const SchemaColumn& carried = *list.Find(member.carry[i].column);
    const std::string name = engine::SqlName(EntryName(i));
    inner += Format(", {} AS {}", SourceColumn(kList, carried).text(), name);
    outer += Format(", any_value(\"e\".{}) AS {}", name, name);
  }
  return Format(
      "SELECT {} FROM (SELECT {} FROM {} AS \"l\") AS \"e\" WHERE \"e\".\"k\" IS NOT NULL "
      "GROUP BY \"e\".\"k\" HAVING count(*) = 1",
      outer, inner, source.from);
}

std::string ListSql(const MemberOf& member, const Schema& list, const SqlSource& source) {
  const SchemaColumn& key = *list.Find(member.list_column);
  return Format(
      "SELECT count(*) AS \"rows\", count(\"e\".\"k\") AS \"entries\", "
      "count(DISTINCT \"e\".\"k\") AS \"keys\" FROM (SELECT {} AS \"k\" FROM {} AS \"l\") AS \"e\"",
      KeySql(kList, key, member.normalisation).text(), source.from);
}

// " LEFT JOIN (…) AS m ON …"
std::string JoinSql(std::string_view kind, const MemberOf& member, const PolicySchemas& schemas,
                    const SqlSource& list) {
  const SchemaColumn& key = *schemas.dataset->Find(member.column);
  const SqlExpression meets = SqlExpression::Binary(KeySql(kRows, key, member.normalisation), "=",
                                                    SqlExpression::Column(kEntries, "k"));
  return Format(" {} ({}) AS \"m\" ON {}", kind, EntriesSql(member, *schemas.list, list),
                meets.text());
}

// --- frames ------------------------------------------------------------------------------------

// A name that no column of the schema has, whatever the case.
std::string FreshName(const Schema& schema) {
  std::set<std::string> names;
  for (const SchemaColumn& column : schema.columns) names.insert(base::FoldCase(column.name));
  std::string name = "row";
  while (names.contains(name)) name += '_';  // ends: there are more such names than columns
  return name;
}

struct OrderedSource {
  std::string from;
  std::string order_by;  // " ORDER BY …"; empty: as they come
};

OrderedSource Ordered(const SqlSource& source, const Schema& schema, bool is_joined) {
  if (!is_joined) return {.from = source.from, .order_by = {}};
  OrderedSource ordered{.from = source.from, .order_by = {}};
  std::vector<std::string> order = source.order;
  if (order.empty()) {
    order.push_back(FreshName(schema));
    ordered.from = Format("(SELECT *, row_number() OVER () AS {} FROM {})",
                          engine::SqlName(order.front()), source.from);
  }
  std::vector<SqlExpression> columns;
  for (const std::string& name : order) columns.push_back(SqlExpression::Column(kRows, name));
  for (const SqlExpression& column : columns) {
    ordered.order_by += ordered.order_by.empty() ? " ORDER BY " : ", ";
    ordered.order_by += column.text();
  }
  return ordered;
}

std::string ExtractSql(const Policy& policy, const PolicySchemas& schemas,
                       const PolicySources& sources, const std::vector<GivenColumn>& given,
                       const std::vector<SqlExpression>& steps) {
  std::string select;
  const auto add = [&select](const SqlExpression& value, const std::string& name) {
    select += Format("{}{} AS {}", select.empty() ? "" : ", ", value.text(), engine::SqlName(name));
  };
  for (const GivenColumn& column : given) add(column.value, column.output.name);
  std::string join;
  if (policy.member_of) {
    join = JoinSql("JOIN", *policy.member_of, schemas, *sources.list);
    for (std::size_t i = 0; i < policy.member_of->carry.size(); ++i) {
      add(SqlExpression::Column(kEntries, EntryName(i)), policy.member_of->carry[i].OutputName());
    }
  }
  const bool is_joined = policy.member_of || (policy.condition && MayBecomeJoin(*policy.condition));
  const auto [from, order_by] = Ordered(sources.dataset, *schemas.dataset, is_joined);
  std::string sql = Format("SELECT {} FROM {} AS \"d\"{}", select, from, join);
  if (!steps.empty()) sql += " WHERE " + SqlExpression::Joined(steps, "AND").text();
  return sql + order_by;
}

// The number of the first step that a row does not pass; `steps.size()` when it passes them all.
SqlExpression FirstFailed(const std::vector<SqlExpression>& steps) {
  SqlExpression::Cases cases;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const SqlExpression passed =
        SqlExpression::Call("coalesce", {steps[i], SqlExpression::Constant("FALSE")});
    cases.emplace_back(SqlExpression::Not(passed),
                       SqlExpression::Integer(static_cast<std::int64_t>(i)));
  }
  cases.emplace_back(SqlExpression::Constant("TRUE"),
                     SqlExpression::Integer(static_cast<std::int64_t>(steps.size())));
  return SqlExpression::Case(cases);
}

// An inner table with the number of the first failed step and a boolean for each column, an outer
// one that counts them.
std::string CountsSql(const Policy& policy, const PolicySchemas& schemas,
                      const PolicySources& sources, const std::vector<GivenColumn>& given,
                      std::vector<SqlExpression> steps) {
  std::string join;
  if (policy.member_of) {
    join = JoinSql("LEFT JOIN", *policy.member_of, schemas, *sources.list);
    steps.push_back(SqlExpression::Postfix(SqlExpression::Column(kEntries, "k"), "IS NOT NULL"));
  }
  const SqlExpression failed = SqlExpression::Column(kSteps, "failed");
  const auto passes = [&failed](std::size_t step) {
    return SqlExpression::Binary(failed, ">",
                                 SqlExpression::Integer(static_cast<std::int64_t>(step)));
  };
  std::string inner = FirstFailed(steps).text() + " AS \"failed\"";
  std::string outer = "count(*) AS \"rows\"";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    outer += Format(", {} AS \"s{}\"", SqlExpression::CountOf(passes(i)).text(), i);
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string name = Format("e{}", i);
    inner += Format(", {} AS {}", given[i].is_left_empty.text(), engine::SqlName(name));
    std::vector<SqlExpression> counted = {SqlExpression::Column(kSteps, name)};
    if (!steps.empty()) counted.push_back(passes(steps.size() - 1));
    outer +=
        Format(", {} AS {}", SqlExpression::CountOf(SqlExpression::Joined(counted, "AND")).text(),
               engine::SqlName(name));
  }
  return Format("SELECT {} FROM (SELECT {} FROM {} AS \"d\"{}) AS \"s\"", outer, inner,
                sources.dataset.from, join);
}

bool HasName(const Schema& schema, std::string_view folded) {
  return std::ranges::any_of(schema.columns, [folded](const SchemaColumn& column) {
    return base::FoldCase(column.name) == folded;
  });
}

}  // namespace

SqlSource ParquetSource(std::span<const std::string> paths, const Schema& schema) {
  std::string files;
  for (const std::string& path : paths) {
    files += files.empty() ? "" : ", ";
    files += engine::SqlText(path);
  }
  SqlSource source{.from = Format("read_parquet([{}])", files), .order = {}};
  if (!HasName(schema, "file_index") && !HasName(schema, "file_row_number")) {
    source.order = {"file_index", "file_row_number"};
  }
  return source;
}

SqlSource TableSource(std::string_view table) { return {engine::SqlName(table), {}}; }

base::Result<CompiledPolicy> CompilePolicy(const Policy& policy, const PolicySchemas& schemas,
                                           const PolicySources& sources) {
  TRY(CheckPolicy(policy, schemas));
  CHECK(!policy.member_of || sources.list);
  const auto given = TRY(GivenColumns(policy, *schemas.dataset));
  const auto steps = policy.condition ? TRY(StepsOf(*policy.condition, *schemas.dataset, kRows))
                                      : std::vector<SqlExpression>();
  CompiledPolicy compiled;
  compiled.extract_sql = ExtractSql(policy, schemas, sources, given, steps);
  compiled.counts_sql = CountsSql(policy, schemas, sources, given, steps);
  if (policy.member_of) {
    compiled.list_sql = ListSql(*policy.member_of, *schemas.list, *sources.list);
  }
  compiled.steps = steps.size() + (policy.member_of ? 1 : 0);
  for (const GivenColumn& column : given) compiled.treated.push_back(column.output.name);
  compiled.columns = TRY(OutputOf(policy, schemas));
  return compiled;
}

base::Result<std::vector<OutputColumn>> OutputOf(const Policy& policy,
                                                 const PolicySchemas& schemas) {
  TRY(CheckPolicy(policy, schemas));
  std::vector<OutputColumn> outputs;
  for (GivenColumn& column : TRY(GivenColumns(policy, *schemas.dataset))) {
    outputs.push_back(std::move(column.output));
  }
  for (OutputColumn& column : TRY(CarriedOutputs(policy, schemas.list))) {
    outputs.push_back(std::move(column));
  }
  return outputs;
}

base::Json OutputJson(const std::vector<OutputColumn>& columns) {
  base::Json::Items items;
  for (const OutputColumn& column : columns) {
    base::Json::Items bands;
    for (const OutputBand& band : column.bands) {
      bands.push_back(base::Json::Object({{"from", band.from}, {"label", band.label}}));
    }
    items.push_back(base::Json::Object({{"name", column.name},
                                        {"title", column.title},
                                        {"type", engine::TypeText(column.type)},
                                        {"meaning", column.meaning},
                                        {"form", column.form},
                                        {"bands", base::Json::Array(std::move(bands))}}));
  }
  return base::Json::Array(std::move(items));
}

}  // namespace agreements
