// Writes SQL anew from a syntax tree, and refuses whatever the closed lists do not name.
//
// The problem: a stranger's SQL shall run, but only what is known to be harmless, and what was
// checked shall be what runs. A check of the text cannot know what the parser makes of it. A check
// of the tree, followed by running the text, trusts that both parsers agree. So the tree is checked
// and the text thrown away: what runs is written here, from the tree alone.
//
// Checking and writing are one pass: nothing can be written that was not checked, and nothing that
// was not written takes effect. Every identifier and literal is quoted here, types and operators
// are words of ours, and each composite expression has brackets of its own, so that no precedence
// is left to chance. Every field of every node is accounted for (sql_tree.h).
//
// The proof is in the tests: what was written, parsed by DuckDB, is the same tree again.
//
// The pass is a recursion over the tree. It ends because each step goes one node down, at most
// kMaxSqlLevels deep, and costs O(tree). After a refusal the writer is of no more use.
//
// Internal to exchange: sql_check.h is the door. Belongs to one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace exchange {

inline constexpr std::size_t kMaxSqlNodes = 20'000;
inline constexpr std::size_t kMaxSqlLevels = 250;
inline constexpr std::size_t kMaxSqlParameters = 100;
inline constexpr std::size_t kMaxSqlNameBytes = 256;
inline constexpr std::size_t kMaxSqlParameterNameBytes = 63;
inline constexpr std::int64_t kMaxSqlPadCharacters = 1'000;

class SqlWriter {
 public:
  // `sql` is what the tree was made of, for the places of errors alone. Both outlive the writer.
  SqlWriter(std::string_view sql, std::span<const std::string> tables);

  // Of a whole statement; once.
  base::Result<void> Statement(const base::Json& statement);

  // What was written, after success.
  [[nodiscard]] const std::string& text() const { return out_; }
  [[nodiscard]] const std::set<std::string>& tables() const { return used_tables_; }
  [[nodiscard]] const std::set<std::string>& parameters() const { return parameters_; }

 private:
  using Json = base::Json;
  using Written = base::Result<void>;
  class Visit;

  // The clauses behind a query, each at most once.
  struct Modifiers {
    const Json* distinct = nullptr;
    const Json* order = nullptr;
    const Json* limit = nullptr;
  };

  // --- sql_writer.cc: places, names, limits ---
  [[nodiscard]] std::unexpected<base::Error> Refuse(std::string what, std::string remedy) const;
  [[nodiscard]] std::unexpected<base::Error> RefuseUnknown(std::string_view what,
                                                           std::string_view name) const;
  // Gives an error without a place the present one.
  Written Placed(Written written) const;
  Written CheckBudget() const;
  Written CheckParameters(const Json& statement) const;
  Written Name(std::string_view name);
  Written Names(std::span<const std::string_view> names);  // ("a", "b")

  // --- sql_query.cc: queries and their clauses ---
  Written Query(const Json& node);
  Written QueryOf(const Json& node);
  Written Nested(const Json& statement);  // a query inside another, without brackets
  Written CommonTables(const Json& node);
  Written CommonTable(const Json& entry);
  Written SelectNode(const Json& node, const Modifiers& modifiers);
  Written ValuesNode(const Json& node, const Json& list, const Modifiers& modifiers);
  Written SetOperation(const Json& node, const Modifiers& modifiers);
  Written SelectItems(std::span<const Json> items);
  Written Star(const Json& star);
  Written Grouping(const Json& node);
  Written GroupingSet(const Json& set, std::span<const Json> expressions);

  // --- sql_clauses.cc: what stands behind a query ---
  base::Result<Modifiers> ReadModifiers(const Json& node) const;
  Written Distinct(const Json& modifier);
  Written Tail(const Modifiers& modifiers);  // ORDER BY, LIMIT, OFFSET
  Written Limit(const Json& modifier);
  Written LimitValue(std::string_view word, const Json& modifier, std::string_view field);
  Written Orders(std::span<const Json> orders);
  // ALL stands by itself, behind a query.
  enum class All : unsigned char { kRefused, kAllowed };
  Written Order(const Json& order, All all = All::kRefused);
  Written Clause(std::string_view word, const Json& node, std::string_view field);

  // --- sql_tables.cc: what stands after FROM ---
  Written Table(const Json& table);
  Written TableOf(const Json& table);
  Written BaseTable(const Json& table);
  Written SubqueryTable(const Json& table);
  Written TableAlias(const Json& table);
  Written Join(const Json& table);
  Written JoinCondition(const Json& table);
  Written TableName(std::string_view name);
  [[nodiscard]] bool IsCommonTable(std::string_view lower) const;
  [[nodiscard]] const std::string* GrantedTable(std::string_view lower) const;

  // --- sql_expressions.cc: values ---
  enum class Alias : unsigned char { kNone, kAllowed };
  Written Expression(const Json& node, Alias alias = Alias::kNone);
  Written ExpressionOf(const Json& node);
  Written Field(const Json& node, std::string_view field);
  Written List(std::span<const Json> nodes);  // a, b
  Written Column(const Json& node);
  Written Case(const Json& node);
  Written Cast(const Json& node);
  Written Subquery(const Json& node);
  Written Parameter(const Json& node);

  // --- sql_operators.cc: comparisons, AND, OR, NOT, IN, … ---
  Written Comparison(const Json& node);
  Written Conjunction(const Json& node);
  Written Operator(const Json& node);
  Written OperatorOf(std::string_view type, std::span<const Json> children);
  Written InList(std::string_view type, std::span<const Json> children);
  Written Slice(std::span<const Json> children);
  Written Between(const Json& node);
  // `x IS TRUE` is a comparison with a constant that cannot be written in any other way.
  base::Result<bool> TruthTest(const Json& node);

  // --- sql_calls.cc: functions ---
  Written Function(const Json& node);
  Written InfixFunction(const Json& node, std::string_view name);
  Written Call(const Json& node, std::string_view name);
  Written CheckArguments(std::string_view name, std::span<const Json> arguments) const;
  Written FunctionName(const Json& node, std::string_view name);
  Written Arguments(std::string_view name, const Json& node, std::span<const Json> orders);
  Written Window(const Json& node);
  Written WindowDefinition(const Json& node);
  Written WindowArguments(const Json& node, std::string_view name);
  Written Frame(const Json& node);
  Written FrameEnd(const Json& node, std::string_view end, std::string_view field);

  // --- sql_constants.cc: literals and types ---
  Written Constant(const Json& node);
  Written Literal(const Json& value);
  Written Type(const Json& type);

  const std::string_view sql_;
  const std::span<const std::string> tables_;
  std::string out_;
  std::vector<std::string> common_tables_;  // in scope, in lower case
  std::set<std::string> used_tables_;       // as granted
  std::set<std::string> parameters_;
  bool in_window_definition_ = false;
  std::size_t nodes_ = 0;
  std::size_t levels_ = 0;
  std::optional<std::size_t> offset_;  // of the node at hand
};

// One node deeper, as long as it lives.
class SqlWriter::Visit {
 public:
  Visit(SqlWriter& writer, const base::Json& node);
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit();

 private:
  SqlWriter& writer_;
  const std::optional<std::size_t> offset_before_;
};

}  // namespace exchange
