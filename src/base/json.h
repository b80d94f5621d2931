// One JSON value (RFC 8259), owned: what bodies, configuration, log entries and workers' answers
// are read into and written from.
//
// Invariants: a string and a name is well-formed UTF-8, a number is finite, the names of an object
// differ. Members stay in the order written. An integer is a kind of its own: 1 is an integer; 1.0,
// 1e2 and -0 are numbers. A value does not change once it is made, except by assignment as a whole;
// so it may be read from many threads at once.
//
// Making a value from what breaks an invariant is our own mistake and fails a CHECK. Text from
// outside goes through ParseJson, IsUtf8 or Json::Repaired (json_text.h) first; names from outside
// through Json::ObjectOf.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace base {

// The integer types that stand for numbers: bool and the character types do not.
template <typename T>
concept JsonInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                      !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                      !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

class Json {
 public:
  enum class Kind : unsigned char { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };
  using Items = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Members = std::vector<Member>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  template <std::same_as<bool> T>
  Json(T truth) : value_(truth) {}
  template <JsonInteger T>
  Json(T integer) {
    if constexpr (std::unsigned_integral<T>) {
      value_ = FromUnsigned(integer);
    } else {
      value_ = static_cast<std::int64_t>(integer);
    }
  }
  Json(double number);  // finite
  Json(std::string text);
  Json(std::string_view text) : Json(std::string(text)) {}
  Json(const char* text) : Json(std::string(text)) {}

  // Json::Array({1, "two", nullptr}); Json::Object({{"a", 1}, {"b", Json::Array({})}}).
  static Json Array(Items items);
  static Json Object(Members members);

  // An object whose names came from outside: kInvalid for two equal names or one that is not UTF-8.
  static Result<Json> ObjectOf(Members members);
  // A string from outside whose encoding nobody vouches for; U+FFFD stands in for bad bytes.
  static Json Repaired(std::string_view text);

  [[nodiscard]] Kind kind() const { return static_cast<Kind>(value_.index()); }

  // Each is for a value of its own kind alone; anything else fails a CHECK.
  [[nodiscard]] bool AsBool() const;
  [[nodiscard]] std::int64_t AsInteger() const;
  [[nodiscard]] double AsNumber() const;
  [[nodiscard]] const std::string& AsString() const;
  [[nodiscard]] const Items& AsArray() const;
  [[nodiscard]] const Members& AsObject() const;

  // The member's value; nullptr if there is none of that name or this is no object. Linear.
  [[nodiscard]] const Json* Find(std::string_view name) const;

  // Equal when WriteJson writes the same: of the same kinds, with members in the same order; 1
  // differs from 1.0, and 0.0 from -0.0.
  friend bool operator==(const Json& a, const Json& b);

 private:
  static std::int64_t FromUnsigned(std::uint64_t integer);

  // In the order of Kind.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Items, Members> value_;
};

// What a text may ask of us. Depth counts open arrays and objects; values counts every value in
// the text, from null to object.
struct JsonLimits {
  std::size_t max_bytes = std::size_t{1} << 20;
  std::size_t max_depth = 32;
  std::size_t max_values = 100'000;
};

// Bodies of requests, and whatever else strangers send.
inline constexpr JsonLimits kRequestJson{};
// Syntax trees from the parse worker: 20 additions are 45 deep.
inline constexpr JsonLimits kSyntaxTreeJson{.max_bytes = std::size_t{16} << 20, .max_depth = 512};

// A number is written with at most this many bytes; the longest that names one double exactly,
// without an exponent, has 1,077.
inline constexpr std::size_t kJsonNumberBytes = 2'048;

// Reads one value and nothing after it, as strictly as RFC 8259 allows: no byte order mark, no
// comments, no trailing commas, no lone surrogates, no two members of one name. A number without
// fraction and exponent is an integer and must fit 64 bits; any other becomes the nearest double,
// which must be finite. kInvalid or kTooLarge, at "line L, column C" (from 1; columns in bytes) or
// at a JSON pointer. O(n log n).
Result<Json> ParseJson(std::string_view text, const JsonLimits& limits);

// Compact, members in order, numbers in the shortest form that ParseJson reads back as the same
// kind and value. Recurses as deep as the value, as does every function that takes or copies one.
std::string WriteJson(const Json& json);
// The same over several lines, indented by two spaces, without a line feed at the end.
std::string WritePrettyJson(const Json& json);

}  // namespace base
