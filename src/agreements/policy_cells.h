// Values of tables as tests hold them, for the evaluator and for the tests that compare with it.
//
// Header only, for tests of this folder. It includes nothing of the policy's reader or compiler.
// A Cell is null or a value by its column's type: a boolean; a whole number of long, days since
// 1970 of date, microseconds since 1970 of timestamp; a double; a text of string, and of decimal
// with exactly its places. The infinite days and times are the ends of what DuckDB stores.
#pragma once

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agreements {

using Cell = std::optional<std::variant<bool, std::int64_t, double, std::string>>;
using Row = std::vector<Cell>;

inline constexpr std::int64_t kDayMicroseconds = 86'400'000'000;
inline constexpr std::int64_t kInfiniteDay = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kInfiniteTime = std::numeric_limits<std::int64_t>::max();

inline std::int64_t WholeOf(const Cell& cell) { return std::get<std::int64_t>(*cell); }
inline const std::string& TextOf(const Cell& cell) { return std::get<std::string>(*cell); }

// Equal as outputs: NaN is itself.
inline bool SameCell(const Cell& left, const Cell& right) {
  if (!left || !right || left->index() != right->index()) return left == right;
  const auto* a = std::get_if<double>(&*left);
  const auto* b = std::get_if<double>(&*right);
  if (a != nullptr && b != nullptr && std::isnan(*a)) return std::isnan(*b);
  return *left == *right;
}

inline std::optional<std::int64_t> NumberIn(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The day of "2024-02-29", "12024-01-01", "0044-03-15 (BC)" or "-infinity"; nothing otherwise.
inline std::optional<std::int64_t> DayIn(std::string_view text) {
  if (text == "infinity") return kInfiniteDay;
  if (text == "-infinity") return -kInfiniteDay;
  const bool is_before = text.ends_with(" (BC)");
  if (is_before) text.remove_suffix(5);
  if (text.size() < 10) return std::nullopt;
  const auto year = NumberIn(text.substr(0, text.size() - 6));
  const auto month = NumberIn(text.substr(text.size() - 5, 2));
  const auto day = NumberIn(text.substr(text.size() - 2));
  if (!year || !month || !day) return std::nullopt;
  // Shifted by whole cycles of 400 years to where the calendar of the library reaches.
  std::int64_t shown = is_before ? 1 - *year : *year;
  const std::int64_t cycles = shown / 400;
  shown -= cycles * 400;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(shown)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  constexpr std::int64_t kCycleDays = 146'097;
  return std::chrono::sys_days{date}.time_since_epoch().count() + cycles * kCycleDays;
}

// The time of "2024-02-29 12:00:00.5", with a T and a Z too, before Christ and without end.
inline std::optional<std::int64_t> TimeIn(std::string_view text) {
  if (text == "infinity") return kInfiniteTime;
  if (text == "-infinity") return -kInfiniteTime;
  if (text.ends_with('Z')) text.remove_suffix(1);
  const bool is_before = text.find(" (BC)") != std::string_view::npos;
  std::string plain(text);
  if (is_before) plain.erase(plain.find(" (BC)"), 5);
  const std::size_t gap = plain.find_first_of(" T");
  if (gap == std::string::npos || plain.size() < gap + 9) return std::nullopt;
  const auto day = DayIn(plain.substr(0, gap) + (is_before ? " (BC)" : ""));
  const auto hour = NumberIn(plain.substr(gap + 1, 2));
  const auto minute = NumberIn(plain.substr(gap + 4, 2));
  const auto second = NumberIn(plain.substr(gap + 7, 2));
  std::string fraction = plain.size() > gap + 10 ? plain.substr(gap + 10) : "0";
  fraction.resize(6, '0');
  const auto microseconds = NumberIn(fraction);
  if (!day || !hour || !minute || !second || !microseconds) return std::nullopt;
  return *day * kDayMicroseconds + (*hour * 3600 + *minute * 60 + *second) * 1'000'000 +
         *microseconds;
}

// "decimal(9,2)": its places.
inline std::size_t PlacesOf(std::string_view type) {
  const std::size_t comma = type.find(',');
  return static_cast<std::size_t>(*NumberIn(type.substr(comma + 1, type.size() - comma - 2)));
}

// A decimal with a digit before its point, and no sign on zero.
inline std::string WithDigit(std::string text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.size() > sign && text[sign] == '.') text.insert(sign, "0");
  return text;
}

// The value of a text as DuckDB, or a hand-written test, writes it; the test is wrong otherwise,
// and a text stands for what could not be read, so that no comparison holds.
inline Cell CellOf(const std::optional<std::string>& text, std::string_view type) {
  if (!text) return std::nullopt;
  const auto whole = [&text](const std::optional<std::int64_t>& number) -> Cell {
    if (number) return *number;
    return "unreadable: " + *text;
  };
  if (type == "boolean") return *text == "true";
  if (type == "long") return whole(NumberIn(*text));
  if (type == "date") return whole(DayIn(*text));
  if (type == "timestamp") return whole(TimeIn(*text));
  if (type.starts_with("decimal")) return WithDigit(*text);
  if (type != "double") return *text;
  double number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace agreements
