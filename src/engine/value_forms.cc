#include "engine/value_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace engine {
namespace {

constexpr std::size_t kLongestForm = 64;  // bytes; no number, date or time is longer
constexpr unsigned kMaxOffsetHours = 14;

bool IsDigit(char c) { return '0' <= c && c <= '9'; }

// The digits at the front of `text`, taken off it.
std::string_view TakeDigits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, IsDigit);
  const std::string_view digits(text.begin(), end);
  text.remove_prefix(digits.size());
  return digits;
}

bool TakeCharacter(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly `count` digits as a number, taken off; nothing when there are fewer.
std::optional<unsigned> TakeNumber(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(0, count)) {
    if (!IsDigit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool IsDay(unsigned year, unsigned month, unsigned day) {
  constexpr std::array<unsigned, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year == 0 || month == 0 || month > 12 || day == 0) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[month - 1] + (leap && month == 2 ? 1U : 0U);
}

bool EqualsWord(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, [](char a, char b) {
    return ('A' <= a && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

std::uint32_t WordForms(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> kWords = {{
      {"true", kFormTrueFalse | kFormFirstWord},
      {"false", kFormTrueFalse | kFormSecondWord},
      {"yes", kFormYesNo | kFormFirstWord},
      {"no", kFormYesNo | kFormSecondWord},
      {"y", kFormYN | kFormFirstWord},
      {"n", kFormYN | kFormSecondWord},
  }};
  for (const auto& [word, forms] : kWords) {
    if (EqualsWord(text, word)) return forms;
  }
  return 0;
}

// Whether the groups after the first comma have three digits each, down to an optional fraction.
bool IsThousands(std::string_view first, std::string_view rest) {
  if (first.empty() || first.size() > 3) return false;
  bool grouped = false;
  while (TakeCharacter(rest, ",")) {
    if (!TakeNumber(rest, 3)) return false;
    grouped = true;
  }
  if (TakeCharacter(rest, ".") && TakeDigits(rest).empty()) return false;
  return grouped && rest.empty();
}

bool Fits64Bits(std::string_view text) {
  std::int64_t number = 0;
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

bool IsFinite(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && std::isfinite(number);
}

ValueForms PlainNumber(std::string_view text, std::string_view whole, std::string_view fraction) {
  ValueForms value;
  value.integer_digits = static_cast<unsigned>(whole.size());
  value.scale = static_cast<unsigned>(fraction.size());
  if (whole.size() > 1 && whole.front() == '0') {
    value.forms = kFormZeros;
  } else if (!fraction.empty()) {
    value.forms = kFormPoint;
  } else if (text == "-0") {
    value.forms = 0;  // a whole number would lose its sign
  } else {
    value.forms = Fits64Bits(text) ? kFormWhole : kFormLongDigits;
  }
  return value;
}

ValueForms NumberForms(std::string_view text) {
  std::string_view rest = text;
  const bool plus = TakeCharacter(rest, "+");
  if (!plus) TakeCharacter(rest, "-");
  const std::string_view whole = TakeDigits(rest);
  if (whole.empty()) return {};
  // +44 (0)1632 960001 is a number of a telephone: blanks and brackets stay text as well.
  if (plus) return {.forms = rest.empty() ? kFormPlus : 0U};
  if (!rest.empty() && rest.front() == ',') {
    return {.forms = IsThousands(whole, rest) ? kFormThousands : 0U};
  }
  std::string_view fraction;
  const bool point = TakeCharacter(rest, ".");
  if (point) fraction = TakeDigits(rest);
  if (point && fraction.empty()) return {};
  if (rest.empty()) return PlainNumber(text, whole, fraction);
  if (!TakeCharacter(rest, "eE")) return {};
  const bool signed_exponent = TakeCharacter(rest, "+-");
  const std::string_view exponent = TakeDigits(rest);
  const bool zeros = whole.size() > 1 && whole.front() == '0';
  if (exponent.empty() || !rest.empty() || zeros || !(point || signed_exponent)) return {};
  if (!IsFinite(text)) return {};
  return {.forms = kFormExponent,
          .scale = static_cast<unsigned>(fraction.size()),
          .digits = static_cast<unsigned>(whole.size() + fraction.size())};
}

// An offset of Z or ±hh:mm, which must end the text.
bool IsZone(std::string_view text) {
  if (text == "Z" || text == "z") return true;
  if (!TakeCharacter(text, "+-")) return false;
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > kMaxOffsetHours || !TakeCharacter(text, ":")) return false;
  const auto minutes = TakeNumber(text, 2);
  return minutes && *minutes < 60 && text.empty();
}

// What follows the T or the blank: hh:mm:ss, a fraction to the microsecond, a zone or none.
std::uint32_t TimeForms(std::string_view rest) {
  const auto hours = TakeNumber(rest, 2);
  if (!hours || *hours > 23 || !TakeCharacter(rest, ":")) return 0;
  const auto minutes = TakeNumber(rest, 2);
  if (!minutes || *minutes > 59 || !TakeCharacter(rest, ":")) return 0;
  const auto seconds = TakeNumber(rest, 2);
  if (!seconds || *seconds > 59) return 0;
  if (TakeCharacter(rest, ".")) {
    const std::size_t places = TakeDigits(rest).size();
    if (places == 0 || places > 6) return 0;
  }
  if (rest.empty()) return kFormLocalTime;
  return IsZone(rest) ? kFormUtcTime : 0U;
}

std::uint32_t IsoForms(std::string_view text) {
  const auto year = TakeNumber(text, 4);
  if (!year || !TakeCharacter(text, "-")) return 0;
  const auto month = TakeNumber(text, 2);
  if (!month || !TakeCharacter(text, "-")) return 0;
  const auto day = TakeNumber(text, 2);
  if (!day || !IsDay(*year, *month, *day)) return 0;
  if (text.empty()) return kFormIsoDate;
  return TakeCharacter(text, "T ") ? TimeForms(text) : 0U;
}

std::uint32_t SlashForms(std::string_view text) {
  const auto first = TakeNumber(text, 2);
  if (!first || !TakeCharacter(text, "/")) return 0;
  const auto second = TakeNumber(text, 2);
  if (!second || !TakeCharacter(text, "/")) return 0;
  const auto year = TakeNumber(text, 4);
  if (!year || !text.empty()) return 0;
  return (IsDay(*year, *second, *first) ? kFormUkDate : 0U) |
         (IsDay(*year, *first, *second) ? kFormUsDate : 0U);
}

}  // namespace

ValueForms FormsOf(std::string_view text) {
  if (text.empty() || text.size() > kLongestForm) return {};
  const char first = text.front();
  if (!IsDigit(first) && first != '-' && first != '+') return {.forms = WordForms(text)};
  if (text.size() >= 10 && text[4] == '-') return {.forms = IsoForms(text)};
  if (text.size() == 10 && text[2] == '/') return {.forms = SlashForms(text)};
  return NumberForms(text);
}

}  // namespace engine
