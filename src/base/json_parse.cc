// Reading JSON text. Boost.JSON's basic_parser scans; this file builds the value, keeps the limits
// and is stricter where Boost is not.
//
// Boost 1.81 checks the grammar, UTF-8, surrogates and depth, and it calls the handler below with
// pieces of strings and of numbers. It recurses once per open array or object, so max_depth bounds
// the machine's stack too. What is ours:
//  - numbers: Boost's own conversion to double is off by some units in the last place, so the
//    digits are collected and std::from_chars rounds them correctly;
//  - member names that occur twice, the count of values, integers beyond 64 bits;
//  - UTF-8 is checked before anything else, so that its error can say so.
//
// The handler keeps one Frame per open array or object, so it ends with the text and takes memory
// in proportion to the number of values. The parser is given the whole text at once and throws
// nothing.
#include "base/internal/json_parse.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

#include "base/json_text.h"

namespace base {
namespace internal {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::int64_t kLargestExactInteger = (std::int64_t{1} << 53) - 1;

// Whether a number that std::from_chars finds out of range is too small, not too large: the power
// of ten of its first digit other than 0 is then negative. The number is not zero.
bool IsTiny(std::string_view number) {
  const std::size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, exponent_at);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  std::int64_t exponent = 0;
  if (exponent_at < number.size()) {
    // Boost lets no exponent above 2^31-1 through. from_chars knows no plus sign.
    const std::size_t plus = number[exponent_at + 1] == '+' ? 1 : 0;
    std::from_chars(number.data() + exponent_at + 1 + plus, number.data() + number.size(),
                    exponent);
  }
  return (first < point ? point - first - 1 : point - first) + exponent < 0;
}

// The nearest double, ties to even (IEEE 754); nothing if that would be infinite.
std::optional<double> NearestDouble(std::string_view number) {
  double value = 0;
  const auto [end, status] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (status == std::errc::result_out_of_range) {
    if (!IsTiny(number)) return std::nullopt;
    return number.front() == '-' ? -0.0 : 0.0;
  }
  if (status != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// `number` follows the grammar of RFC 8259, section 6.
Result<Json> ReadNumber(std::string_view number, IntegerRule rule) {
  if (number.size() > kJsonNumberBytes) {
    return Fail(ErrorCode::kTooLarge,
                "A number is written with more than " + std::to_string(kJsonNumberBytes) + " bytes",
                {}, "Round it, or send it as a string.");
  }
  if (number.find_first_of(".eE") == std::string_view::npos && number != "-0") {
    std::int64_t integer = 0;
    const auto [end, status] =
        std::from_chars(number.data(), number.data() + number.size(), integer);
    const bool fits = status == std::errc();
    if (rule == IntegerRule::kExact) {
      if (fits) return Json(integer);
      return Fail(ErrorCode::kInvalid, "An integer does not fit 64 bits", {},
                  "Send it as a string.");
    }
    if (fits && -kLargestExactInteger <= integer && integer <= kLargestExactInteger) {
      return Json(integer);
    }
  }
  if (const auto nearest = NearestDouble(number)) return Json(*nearest);
  return Fail(ErrorCode::kInvalid, "A number is beyond the range of 64-bit floating point", {},
              "Send it as a string.");
}

// What Boost's parser calls. Each function returns false after Refuse, which ends the parse.
class Builder {
 public:
  using Code = boost::json::error_code;
  using View = boost::json::string_view;
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  Builder(const JsonLimits& limits, IntegerRule rule) : limits_(limits), rule_(rule) {}

  [[nodiscard]] std::optional<Error>& error() { return error_; }
  [[nodiscard]] Json& root() { return root_; }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code& code) { return Open(true, code); }
  bool on_array_begin(Code& code) { return Open(false, code); }
  bool on_object_end(std::size_t, Code& code) {
    Frame frame = Close();
    Result<Json> object = Json::ObjectOf(std::move(frame.members));
    if (!object) {
      Error error = std::move(object).error();
      error.where = Pointer() + error.where;
      return Refuse(std::move(error), code);
    }
    Place(*std::move(object));
    return true;
  }
  bool on_array_end(std::size_t, Code&) {
    Frame frame = Close();
    Place(Json::Array(std::move(frame.items)));
    return true;
  }
  bool on_string_part(View part, std::size_t, Code&) { return Collect(part); }
  bool on_string(View part, std::size_t, Code& code) {
    return Collect(part) && Count(code) && Place(Json(TakeText()));
  }
  bool on_key_part(View part, std::size_t, Code&) { return Collect(part); }
  bool on_key(View part, std::size_t, Code&) {
    Collect(part);
    frames_.back().name = TakeText();
    return true;
  }
  bool on_number_part(View part, Code&) { return Collect(part); }
  bool on_int64(std::int64_t, View part, Code& code) { return Number(part, code); }
  bool on_uint64(std::uint64_t, View part, Code& code) { return Number(part, code); }
  bool on_double(double, View part, Code& code) { return Number(part, code); }
  bool on_bool(bool truth, Code& code) { return Count(code) && Place(Json(truth)); }
  bool on_null(Code& code) { return Count(code) && Place(Json()); }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }

 private:
  // An array or object that is not complete.
  struct Frame {
    bool is_object = false;
    std::string name;  // of the member whose value is next
    Json::Items items;
    Json::Members members;
  };

  bool Refuse(Error error, Code& code) {
    error_ = std::move(error);
    code = boost::json::make_error_code(boost::json::error::syntax);
    return false;
  }

  bool Collect(View part) {
    text_.append(part.data(), part.size());
    return true;
  }

  std::string TakeText() { return std::exchange(text_, {}); }

  bool Count(Code& code) {
    if (++values_ <= limits_.max_values) return true;
    return Refuse(
        Error{ErrorCode::kTooLarge,
              "The JSON text holds more than " + std::to_string(limits_.max_values) + " values",
              {},
              {}},
        code);
  }

  bool Open(bool is_object, Code& code) {
    if (!Count(code)) return false;
    frames_.push_back(Frame{.is_object = is_object, .name = {}, .items = {}, .members = {}});
    return true;
  }

  Frame Close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    return frame;
  }

  bool Place(Json json) {
    if (frames_.empty()) {
      root_ = std::move(json);
    } else if (Frame& frame = frames_.back(); frame.is_object) {
      frame.members.emplace_back(std::move(frame.name), std::move(json));
    } else {
      frame.items.push_back(std::move(json));
    }
    return true;
  }

  bool Number(View part, Code& code) {
    Collect(part);
    Result<Json> number = ReadNumber(TakeText(), rule_);
    if (!number) return Refuse(std::move(number).error(), code);
    return Count(code) && Place(*std::move(number));
  }

  // To the value that was last closed or opened.
  [[nodiscard]] std::string Pointer() const {
    std::string pointer;
    for (const Frame& frame : frames_) {
      pointer = frame.is_object ? ChildPointer(pointer, frame.name)
                                : ChildPointer(pointer, frame.items.size());
    }
    return pointer;
  }

  JsonLimits limits_;
  IntegerRule rule_;
  std::vector<Frame> frames_;
  std::string text_;  // pieces of the string, name or number that is being read
  std::size_t values_ = 0;
  std::optional<Error> error_;
  Json root_;
};

// "line L, column C" of the byte at `offset`.
std::string Position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// What is wrong according to Boost, in a sentence of ours.
Error SyntaxError(const boost::json::error_code& code, const JsonLimits& limits) {
  using boost::json::error;
  constexpr auto kBad = ErrorCode::kInvalid;
  if (code == error::incomplete) {
    return {kBad, "The JSON text ends before its value is complete", {}, "Send all of it."};
  }
  if (code == error::too_deep) {
    return {ErrorCode::kTooLarge,
            "The JSON text nests deeper than " + std::to_string(limits.max_depth) + " levels",
            {},
            "Nest arrays and objects less deeply."};
  }
  if (code == error::exponent_overflow) {
    return {kBad, "The exponent of a number is too large", {}, "Send it as a string."};
  }
  if (code == error::expected_hex_digit || code == error::illegal_leading_surrogate ||
      code == error::illegal_trailing_surrogate) {
    return {kBad,
            "An escape in a string is not four hexadecimal digits, or is half of a surrogate pair",
            {},
            "Write the character itself in UTF-8."};
  }
  return {kBad, "This is not valid JSON (RFC 8259)", {}, "Correct the text at the named place."};
}

// What can be told without reading the text as JSON.
Result<void> CheckBytes(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(ErrorCode::kTooLarge,
                "The JSON text is longer than " + std::to_string(limits.max_bytes) + " bytes");
  }
  if (text.empty())
    return Fail(ErrorCode::kInvalid, "The JSON text is empty", Position(text, 0),
                "Send one JSON value.");
  if (text.starts_with(kByteOrderMark)) {
    return Fail(ErrorCode::kInvalid, "The JSON text starts with a byte order mark",
                Position(text, 0), "Save it as UTF-8 without one.");
  }
  if (const std::size_t valid = ValidUtf8Bytes(text); valid < text.size()) {
    return Fail(ErrorCode::kInvalid, "The JSON text is not valid UTF-8", Position(text, valid),
                "Save it as UTF-8.");
  }
  return {};
}

}  // namespace

Result<Json> ParseJsonText(std::string_view text, const JsonLimits& limits, IntegerRule rule) {
  TRY(CheckBytes(text, limits));
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::json::basic_parser<Builder> parser(options, limits, rule);
  boost::json::error_code code;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
  if (!code && read == text.size()) return std::move(parser.handler().root());
  Error error;
  if (auto& refused = parser.handler().error()) {
    error = *std::move(refused);
  } else if (code) {
    error = SyntaxError(code, limits);
  } else {
    error = {ErrorCode::kInvalid,
             "Text follows after the end of the JSON value",
             {},
             "Send one value alone."};
  }
  if (error.where.empty()) error.where = Position(text, read);
  return Fail(std::move(error));
}

}  // namespace internal

Result<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  return internal::ParseJsonText(text, limits, internal::IntegerRule::kExact);
}

}  // namespace base
