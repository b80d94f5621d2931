// Literals and types. A literal is written so that DuckDB reads the very constant of the tree: the
// same type, the same width and scale of a decimal, the same double.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "engine/duckdb.h"
#include "exchange/sql_functions.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {
namespace {

using base::Json;

using Int128 = __int128;
using Unsigned128 = unsigned __int128;

constexpr std::size_t kMaxDecimalDigits = 38;
constexpr std::size_t kMaxNumberBytes = 64;

// An integer of the tree: a number of at most 15 digits, or a string of more.
std::optional<Int128> Integer64(const Json& json) {
  if (json.kind() == Json::Kind::kInteger) return json.AsInteger();
  if (json.kind() != Json::Kind::kString) return std::nullopt;
  std::string_view digits = json.AsString();
  const bool is_negative = digits.starts_with('-');
  if (is_negative) digits.remove_prefix(1);
  const auto magnitude = base::ParseDecimal(digits);
  if (!magnitude) return std::nullopt;
  return is_negative ? -static_cast<Int128>(*magnitude) : static_cast<Int128>(*magnitude);
}

// The same, or two halves of 128 bits, the lower without a sign.
std::optional<Int128> Integer128(const Json& json) {
  if (json.kind() != Json::Kind::kObject) return Integer64(json);
  const Json* upper = json.Find("upper");
  const Json* lower = json.Find("lower");
  if (upper == nullptr || lower == nullptr || json.AsObject().size() != 2) return std::nullopt;
  const auto high = Integer64(*upper);
  const auto low = Integer64(*lower);
  constexpr Int128 kHalf = static_cast<Int128>(1) << 64U;
  if (!high || !low || *low < 0 || *low >= kHalf || *high < -kHalf / 2 || *high >= kHalf / 2) {
    return std::nullopt;
  }
  return *high * kHalf + *low;
}

std::string Digits(Int128 value) {
  auto rest = static_cast<Unsigned128>(value);
  if (value < 0) rest = -rest;  // also right for the least value
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return digits;
}

// DuckDB folds a minus into the constant behind it, so the brackets keep it from what stands before
// and behind: (-1) ** 2.
std::string Signed(const std::string& digits, bool is_negative) {
  return is_negative ? "(-" + digits + ")" : digits;
}

// The width counts digits that were written: .5 has one and 0.5 has two.
std::string PointedDigits(Int128 value, std::size_t width, std::size_t scale) {
  std::string digits = Digits(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  digits.insert(digits.size() - scale, ".");
  return Signed(digits, value < 0);
}

// Digits, a point and digits, an exponent: what DuckDB prints for a finite double.
// Nothing else may reach the SQL from here, since these digits are written without quotes.
bool IsDouble(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto take_digits = [&text] {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end > 0;
  };
  if (!take_digits()) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_digits()) return false;
  }
  if (text.empty()) return true;
  if (!text.starts_with('e')) return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return take_digits() && text.empty();
}

// The exponent makes it a double again; without one it would be a decimal.
std::optional<std::string> DoubleText(const Json& value) {
  if (value.kind() != Json::Kind::kString) return std::nullopt;
  std::string text = value.AsString();
  if (text.size() > kMaxNumberBytes || !IsDouble(text)) return std::nullopt;
  if (!text.contains('e')) text += "e0";
  const bool is_negative = text.starts_with('-');
  return Signed(is_negative ? text.substr(1) : text, is_negative);
}

struct DecimalShape {
  std::size_t width;
  std::size_t scale;
};

base::Result<std::optional<DecimalShape>> ReadDecimalShape(const Json& type) {
  static constexpr std::array<SqlField, 5> kFields = {{{"type"},
                                                       {"alias", SqlFieldRule::kEmptyText},
                                                       {"extension_info", SqlFieldRule::kNull},
                                                       {"width"},
                                                       {"scale"}}};
  const Json& info = *TRY(SqlNodeField(type, "type_info"));
  TRY(CheckSqlFields(info, kFields));
  const auto width = Integer64(*info.Find("width"));
  const auto scale = Integer64(*info.Find("scale"));
  if (TRY(SqlTextField(info, "type")) != "DECIMAL_TYPE_INFO" || !width || !scale || *width < 1 ||
      *width > static_cast<Int128>(kMaxDecimalDigits) || *scale < 0 || *scale > *width) {
    return std::nullopt;
  }
  return DecimalShape{static_cast<std::size_t>(*width), static_cast<std::size_t>(*scale)};
}

std::optional<std::string> IntegerText(const Json& value) {
  const auto integer = Integer128(value);
  if (!integer) return std::nullopt;
  return Signed(Digits(*integer), *integer < 0);
}

// Nothing for a type whose constants no SQL is written for, or a value of another form.
base::Result<std::optional<std::string>> LiteralText(const Json& type, std::string_view id,
                                                     const Json& value) {
  if (id == "DECIMAL") {
    const auto shape = TRY(ReadDecimalShape(type));
    const auto integer = Integer128(value);
    if (!shape || !integer) return std::nullopt;
    if (Digits(*integer).size() > shape->width) return std::nullopt;
    return PointedDigits(*integer, shape->width, shape->scale);
  }
  if (type.Find("type_info")->kind() != Json::Kind::kNull) return std::nullopt;
  if (id == "INTEGER" || id == "BIGINT" || id == "HUGEINT") return IntegerText(value);
  if (id == "DOUBLE") return DoubleText(value);
  if (id == "VARCHAR" && value.kind() == Json::Kind::kString && !value.AsString().contains('\0')) {
    return engine::SqlText(value.AsString());
  }
  return std::nullopt;
}

// As the recipient wrote it, where DuckDB has no name of its own for the type.
std::string TypeName(const Json& type, std::string_view id) {
  const Json* name = type.Find("type_info")->Find("name");
  const bool is_named = id == "UNBOUND" && name != nullptr && name->kind() == Json::Kind::kString;
  return base::ShownName(is_named ? name->AsString() : id);
}

constexpr std::array<SqlField, 2> kTypeFields = {{{"id"}, {"type_info"}}};

}  // namespace

SqlWriter::Written SqlWriter::Constant(const Json& node) {
  static constexpr std::array<SqlField, 5> kFields = {
      {{"class"}, {"type"}, {"alias"}, {"query_location"}, {"value"}}};
  TRY(CheckSqlFields(node, kFields));
  if (TRY(SqlTextField(node, "type")) != "VALUE_CONSTANT") {
    return RefuseUnknown("A constant of the kind", TRY(SqlTextField(node, "type")));
  }
  return Literal(*TRY(SqlNodeField(node, "value")));
}

SqlWriter::Written SqlWriter::Literal(const Json& value) {
  static constexpr std::array<SqlField, 3> kFields = {{{"type"}, {"is_null"}, {"value"}}};
  static constexpr std::array<SqlField, 2> kNullFields = {{{"type"}, {"is_null"}}};
  const bool has_value = value.Find("value") != nullptr;
  if (has_value) {
    TRY(CheckSqlFields(value, kFields));
  } else {
    TRY(CheckSqlFields(value, kNullFields));
  }
  const Json& type = *TRY(SqlNodeField(value, "type"));
  TRY(CheckSqlFields(type, kTypeFields));
  const std::string_view id = TRY(SqlTextField(type, "id"));
  if (TRY(SqlBoolField(value, "is_null"))) {
    if (has_value || id != "NULL") return RefuseUnknown("A constant of type", id);
    out_ += "NULL";
    return {};
  }
  const auto text = has_value ? TRY(LiteralText(type, id, *value.Find("value"))) : std::nullopt;
  if (!text) {
    if (id == "DOUBLE") {
      return Refuse("A number is larger than any that can be held", "Write a smaller one.");
    }
    return RefuseUnknown("A constant of type", id);
  }
  out_ += *text;
  return {};
}

// Recurses once for each [] of a list type.
SqlWriter::Written SqlWriter::Type(const Json& type) {
  const Visit visit(*this, type);
  TRY(CheckBudget());
  TRY(CheckSqlFields(type, kTypeFields));
  const std::string_view id = TRY(SqlTextField(type, "id"));
  if (id == "DECIMAL") {
    const auto shape = TRY(ReadDecimalShape(type));
    if (!shape) return RefuseUnknown("The type", id);
    out_ += base::Format("DECIMAL({},{})", shape->width, shape->scale);
    return {};
  }
  if (id == "LIST") {
    static constexpr std::array<SqlField, 4> kFields = {{{"type"},
                                                         {"alias", SqlFieldRule::kEmptyText},
                                                         {"extension_info", SqlFieldRule::kNull},
                                                         {"child_type"}}};
    const Json& info = *TRY(SqlNodeField(type, "type_info"));
    TRY(CheckSqlFields(info, kFields));
    TRY(Type(*TRY(SqlNodeField(info, "child_type"))));
    out_ += "[]";
    return {};
  }
  if (!IsSimpleSqlType(id) || type.Find("type_info")->kind() != Json::Kind::kNull) {
    return Refuse(base::Format("The type \"{}\" is not accepted", TypeName(type, id)),
                  "Use a type that docs/formats/query-sql.md lists.");
  }
  out_ += id;
  return {};
}

}  // namespace exchange
