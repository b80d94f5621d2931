// Expressions of SQL that hold nothing but what was quoted and typed.
//
// A SqlExpression can be made only by the functions below. Words of SQL (operators, names of
// functions and of our own tables) must be constants of the program, which the compiler of C++
// checks: SqlWord has a consteval constructor. Whatever comes from a policy goes through SqlColumn,
// SqlLiteral or SqlText, which quote it. So no text of a stranger can become SQL, by construction
// and not by care. Each expression stands in brackets of its own. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agreements/policy_literal.h"
#include "engine/column_types.h"

namespace agreements {

// A word of SQL that stands in the source of the program.
class SqlWord {
 public:
  consteval SqlWord(const char* word) : word_(word) {}
  [[nodiscard]] std::string_view text() const { return word_; }

 private:
  std::string_view word_;
};

class SqlExpression {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }

  // "table"."name"
  static SqlExpression Column(SqlWord table, std::string_view name);
  // A literal of its type: CAST('2024-02-29' AS DATE).
  static SqlExpression Literal(const TypedLiteral& literal);
  static SqlExpression Text(std::string_view text);
  static SqlExpression Integer(std::int64_t number);
  static SqlExpression Null(const engine::ColumnType& type);
  // A constant of the program: TRUE, 1.
  static SqlExpression Constant(SqlWord word);

  static SqlExpression Cast(const SqlExpression& value, const engine::ColumnType& type);
  static SqlExpression Call(SqlWord function, const std::vector<SqlExpression>& arguments);
  static SqlExpression Binary(const SqlExpression& left, SqlWord word, const SqlExpression& right);
  // The value, then words: "x IS NULL".
  static SqlExpression Postfix(const SqlExpression& value, SqlWord words);
  static SqlExpression Not(const SqlExpression& value);
  // All of them with the word between; at least one.
  static SqlExpression Joined(const std::vector<SqlExpression>& parts, SqlWord word);
  static SqlExpression In(const SqlExpression& value, const std::vector<SqlExpression>& list);
  static SqlExpression Between(const SqlExpression& value, const SqlExpression& least,
                               const SqlExpression& greatest);
  // The value of the first case that is TRUE; null when none is.
  using Cases = std::vector<std::pair<SqlExpression, SqlExpression>>;
  static SqlExpression Case(const Cases& cases);
  // How many rows there are of which the condition is TRUE.
  static SqlExpression CountOf(const SqlExpression& condition);

 private:
  explicit SqlExpression(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace agreements
