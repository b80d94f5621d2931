#include "agreements/policy_literal.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/format.h"
#include "base/slug.h"
#include "base/time.h"

namespace agreements {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;
using engine::ColumnKind;

constexpr std::int64_t kLargestExactInteger = (std::int64_t{1} << 53U) - 1;

bool IsDigit(char c) { return '0' <= c && c <= '9'; }

bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

// Digits without needless leading zeros.
bool IsWhole(std::string_view text) {
  return AllDigits(text) && (text.size() == 1 || text.front() != '0');
}

std::unexpected<base::Error> Misfit(const engine::ColumnType& type, const std::string& pointer,
                                    std::string remedy) {
  return Fail(ErrorCode::kInvalid,
              Format("The value is no literal of the column's type, {}", engine::TypeText(type)),
              pointer, std::move(remedy));
}

std::optional<std::int64_t> LongOf(const Json& literal) {
  if (literal.kind() == Json::Kind::kInteger) {
    const std::int64_t number = literal.AsInteger();
    const bool is_exact = number >= -kLargestExactInteger && number <= kLargestExactInteger;
    return is_exact ? std::optional(number) : std::nullopt;
  }
  if (literal.kind() != Json::Kind::kString) return std::nullopt;
  const std::string& text = literal.AsString();
  if (!IsWhole(std::string_view(text).substr(text.starts_with('-') ? 1 : 0))) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  // What a number can say exactly is written as one, so that a policy has one form.
  if (number >= -kLargestExactInteger && number <= kLargestExactInteger) return std::nullopt;
  return number;
}

std::optional<double> DoubleOf(const Json& literal) {
  double number = 0;
  if (literal.kind() == Json::Kind::kInteger) {
    if (!LongOf(literal)) return std::nullopt;
    number = static_cast<double>(literal.AsInteger());
  } else if (literal.kind() == Json::Kind::kNumber) {
    number = literal.AsNumber();
  } else {
    return std::nullopt;
  }
  return number == 0 ? 0.0 : number;  // of two zeros one
}

std::optional<FixedPoint> FixedPointOf(const Json& literal, const engine::ColumnType& type) {
  if (literal.kind() != Json::Kind::kString) return std::nullopt;
  std::string_view text = literal.AsString();
  FixedPoint number;
  number.is_negative = text.starts_with('-');
  if (number.is_negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  if (!IsWhole(whole)) return std::nullopt;
  std::string_view fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    if (!AllDigits(fraction) || fraction.size() > type.scale) return std::nullopt;
  }
  if (whole == "0") whole = {};
  const std::size_t places = type.precision - type.scale;
  if (whole.size() > places) return std::nullopt;
  number.digits = std::string(places - whole.size(), '0') + std::string(whole) +
                  std::string(fraction) + std::string(type.scale - fraction.size(), '0');
  if (number.digits.find_first_not_of('0') == std::string::npos) number.is_negative = false;
  return number;
}

std::optional<std::int64_t> DayOf(const Json& literal) {
  if (literal.kind() != Json::Kind::kString) return std::nullopt;
  const auto day = base::ParseCivilDay(literal.AsString());
  return day ? std::optional<std::int64_t>(day->days) : std::nullopt;
}

std::optional<std::int64_t> MicrosecondOf(const Json& literal) {
  constexpr std::size_t kSecondBytes = 19;    // YYYY-MM-DDThh:mm:ss
  constexpr std::size_t kFractionBytes = 27;  // and .ffffffZ
  if (literal.kind() != Json::Kind::kString) return std::nullopt;
  const std::string& text = literal.AsString();
  std::int64_t fraction = 0;
  std::string seconds = text;
  if (text.size() == kFractionBytes) {
    const std::string_view digits = std::string_view(text).substr(kSecondBytes + 1, 6);
    if (text[kSecondBytes] != '.' || !AllDigits(digits) || text.back() != 'Z') return std::nullopt;
    for (const char digit : digits) fraction = fraction * 10 + (digit - '0');
    seconds = text.substr(0, kSecondBytes) + "Z";
  }
  const auto instant = base::ParseInstant(seconds);
  return instant ? std::optional(instant->microseconds + fraction) : std::nullopt;
}

std::string FixedPointText(const FixedPoint& number, unsigned scale) {
  const std::size_t places = number.digits.size() - scale;
  std::string whole = number.digits.substr(0, places);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.empty()) whole = "0";
  return (number.is_negative ? "-" : "") + whole +
         (scale == 0 ? "" : "." + number.digits.substr(places));
}

std::string MicrosecondText(std::int64_t microseconds) {
  const std::int64_t fraction =
      (microseconds % base::kMicrosecondsPerSecond + base::kMicrosecondsPerSecond) %
      base::kMicrosecondsPerSecond;
  std::string text = base::Instant{microseconds - fraction}.Text();
  text.insert(text.size() - 1, Format(".{:06}", fraction));
  return text;
}

}  // namespace

std::strong_ordering operator<=>(const FixedPoint& left, const FixedPoint& right) {
  if (left.is_negative != right.is_negative) return right.is_negative <=> left.is_negative;
  return left.is_negative ? right.digits <=> left.digits : left.digits <=> right.digits;
}

base::Result<void> CheckLiteral(const Json& literal, const std::string& pointer) {
  switch (literal.kind()) {
    case Json::Kind::kBool:
    case Json::Kind::kNumber:
      return {};
    case Json::Kind::kInteger:
      if (LongOf(literal)) return {};
      return Fail(ErrorCode::kInvalid, "A whole number beyond 2^53-1 is written as a text",
                  pointer);
    case Json::Kind::kString:
      TRY(base::JsonItem(literal, pointer).Text({.max = kMaxLiteralCharacters}));
      if (literal.AsString().find('\0') == std::string::npos) return {};
      return Fail(ErrorCode::kInvalid, "The text holds U+0000", pointer, "Leave it out.");
    case Json::Kind::kNull:
    case Json::Kind::kArray:
    case Json::Kind::kObject:
      break;
  }
  return Fail(ErrorCode::kInvalid, "A literal is a boolean, a number or a text", pointer,
              "Ask for nulls with the tests is-null and is-not-null.");
}

base::Result<Operand> ReadOperand(const base::JsonItem& item) {
  Operand operand;
  const Json* literal = &item.json();
  std::string pointer = item.pointer();
  if (item.json().kind() == Json::Kind::kObject) {
    base::JsonReader reader = TRY(item.Object());
    operand.property = TRY(reader.Text("property", {.min = 1, .max = base::kMaxSlugBytes}));
    if (!base::IsSlug(operand.property)) {
      return Fail(ErrorCode::kInvalid, "The code of a property has other characters than a code",
                  item.pointer() + "/property", "Write small letters, digits and single hyphens.");
    }
    const auto value = TRY(reader.Optional("value"));
    TRY(reader.Finish());
    if (!value) return operand;
    literal = &value->json();
    pointer = value->pointer();
  }
  TRY(CheckLiteral(*literal, pointer));
  operand.literal = *literal;
  return operand;
}

Json OperandJson(const Operand& operand) {
  if (operand.property.empty()) return operand.literal;
  Json::Members members = {{"property", operand.property}};
  if (operand.IsBound()) members.emplace_back("value", operand.literal);
  return Json::Object(std::move(members));
}

std::string TypedLiteral::Text() const {
  switch (type.kind) {
    case ColumnKind::kBoolean:
      return std::get<bool>(value) ? "true" : "false";
    case ColumnKind::kLong:
      return Format("{}", std::get<std::int64_t>(value));
    case ColumnKind::kDouble:
      return Format("{}", std::get<double>(value));
    case ColumnKind::kDecimal:
      return FixedPointText(std::get<FixedPoint>(value), type.scale);
    case ColumnKind::kString:
      return std::get<std::string>(value);
    case ColumnKind::kDate:
      return base::CivilDay{static_cast<std::int32_t>(std::get<std::int64_t>(value))}.Text();
    case ColumnKind::kTimestamp:
      return MicrosecondText(std::get<std::int64_t>(value));
  }
  std::unreachable();
}

bool ComesBefore(const TypedLiteral& left, const TypedLiteral& right) {
  CHECK(left.type == right.type);
  return left.value < right.value;
}

base::Result<TypedLiteral> TypeLiteral(const Json& literal, const engine::ColumnType& type,
                                       const std::string& pointer) {
  TypedLiteral typed{.type = type, .value = false};
  // Takes the value where there is one; nothing is the answer of each reader for a misfit.
  const auto take = [&](auto value, const char* remedy) -> base::Result<TypedLiteral> {
    if (!value) return Misfit(type, pointer, remedy);
    typed.value = std::move(*value);
    return typed;
  };
  switch (type.kind) {
    case ColumnKind::kBoolean:
      return take(
          literal.kind() == Json::Kind::kBool ? std::optional(literal.AsBool()) : std::nullopt,
          "Write true or false.");
    case ColumnKind::kLong:
      return take(LongOf(literal),
                  "Write a whole number; beyond 2^53-1 as a text, within 64 bits.");
    case ColumnKind::kDouble:
      return take(DoubleOf(literal), "Write a number.");
    case ColumnKind::kDecimal:
      return take(FixedPointOf(literal, type),
                  "Write a text such as \"12.50\", within the digits that the column has.");
    case ColumnKind::kString:
      return take(
          literal.kind() == Json::Kind::kString ? std::optional(literal.AsString()) : std::nullopt,
          "Write a text.");
    case ColumnKind::kDate:
      return take(DayOf(literal), "Write a day that exists: \"2024-02-29\".");
    case ColumnKind::kTimestamp:
      return take(MicrosecondOf(literal),
                  "Write a time that exists, in UTC: \"2024-02-29T12:00:00Z\".");
  }
  std::unreachable();
}

}  // namespace agreements
