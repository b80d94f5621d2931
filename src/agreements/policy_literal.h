// A value that stands in a policy, and the same value by the type of the column that it is compared
// with (docs/formats/policy.md, literals).
//
// A policy is read before anybody knows the schema, so an Operand keeps what the JSON held. With a
// type it becomes a TypedLiteral, or an error that names the place. Values; pure functions.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "engine/column_types.h"

namespace agreements {

inline constexpr std::size_t kMaxLiteralCharacters = 1'000;

// Where a literal may stand: the literal itself, or a property of the recipient by its code, which
// has a literal from the signing on.
struct Operand {
  std::string property;  // empty: a literal
  base::Json literal;    // boolean, number or string; null: a property that is not bound

  [[nodiscard]] bool IsBound() const { return literal.kind() != base::Json::Kind::kNull; }
  friend bool operator==(const Operand&, const Operand&) = default;
};

// kInvalid at the pointer for what is a literal of no type: null, an array, an object, an integer
// beyond 2^53-1, a text with U+0000 or beyond kMaxLiteralCharacters.
base::Result<void> CheckLiteral(const base::Json& literal, const std::string& pointer);

base::Result<Operand> ReadOperand(const base::JsonItem& item);
base::Json OperandJson(const Operand& operand);

// A number with a fixed point: the digits without point, as many as the precision of its type.
struct FixedPoint {
  bool is_negative = false;
  std::string digits;

  friend std::strong_ordering operator<=>(const FixedPoint& left, const FixedPoint& right);
  friend bool operator==(const FixedPoint&, const FixedPoint&) = default;
};

struct TypedLiteral {
  engine::ColumnType type;
  // By the kind of the type: boolean; long; double; decimal; string; days since 1970 of a date or
  // microseconds since 1970 of a timestamp.
  std::variant<bool, std::int64_t, double, FixedPoint, std::string> value;

  // As the page writes texts of values: "12.50", "2024-02-29". The shortest form of a double.
  [[nodiscard]] std::string Text() const;
};

// Whether left comes before right; both of one type, and of a number, a date or a timestamp.
bool ComesBefore(const TypedLiteral& left, const TypedLiteral& right);

// kInvalid at the pointer when the JSON is no literal of the type.
base::Result<TypedLiteral> TypeLiteral(const base::Json& literal, const engine::ColumnType& type,
                                       const std::string& pointer);

}  // namespace agreements
