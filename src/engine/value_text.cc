#include "engine/internal/value_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

namespace engine {
namespace {

constexpr std::uint64_t kTenTo18 = 1'000'000'000'000'000'000ULL;
constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;
constexpr std::int64_t kDaysPerEra = 146'097;  // 400 years

constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* WriteTwo(char* out, std::uint64_t below_100) {
  std::memcpy(out, &kPairs[2 * below_100], 2);
  return out + 2;
}

char* WriteText(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// Exactly `digits` digits, with leading zeros; the value must fit them.
char* WritePadded(char* out, std::uint64_t value, unsigned digits) {
  char* const end = out + digits;
  char* at = end;
  for (; digits >= 2; digits -= 2) {
    at -= 2;
    WriteTwo(at, value % 100);
    value /= 100;
  }
  if (digits == 1) *(at - 1) = static_cast<char>('0' + value);
  return end;
}

char* WriteUnsigned(char* out, std::uint64_t value) {
  return std::to_chars(out, out + kMaxValueBytes, value).ptr;
}

// In up to three pieces, since division of 128 bits is slow.
char* WriteUnsigned128(char* out, unsigned __int128 value) {
  if (value < kTenTo18) return WriteUnsigned(out, static_cast<std::uint64_t>(value));
  const auto low = static_cast<std::uint64_t>(value % kTenTo18);
  return WritePadded(WriteUnsigned128(out, value / kTenTo18), low, 18);
}

template <typename Number>
char* WriteNumber(char* out, Number value) {
  if (std::isfinite(value)) [[likely]] {
    return std::to_chars(out, out + kMaxValueBytes, value).ptr;
  }
  if (std::isnan(value)) return WriteText(out, "NaN");
  return WriteText(out, value < 0 ? "-Infinity" : "Infinity");
}

char* WriteYear(char* out, std::int64_t year) {
  if (year >= 0 && year <= 9999) [[likely]] {
    return WriteTwo(WriteTwo(out, static_cast<std::uint64_t>(year / 100)),
                    static_cast<std::uint64_t>(year % 100));
  }
  *out++ = year < 0 ? '-' : '+';
  const auto magnitude = static_cast<std::uint64_t>(year < 0 ? -year : year);
  return magnitude < 1'000'000 ? WritePadded(out, magnitude, 6) : WriteUnsigned(out, magnitude);
}

// The civil day of a count of days since 1970-01-01, in the proleptic Gregorian calendar: years
// start in March here, so that a leap day is a year's last, and 400 of them are one era.
char* WriteDay(char* out, std::int64_t days) {
  const std::int64_t shifted = days + 719'468;  // since 0000-03-01
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - kDaysPerEra + 1) / kDaysPerEra;
  const std::int64_t day_of_era = shifted - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  out = WriteYear(out, year);
  *out++ = '-';
  out = WriteTwo(out, static_cast<std::uint64_t>(month));
  *out++ = '-';
  return WriteTwo(out, static_cast<std::uint64_t>(day));
}

// DuckDB's two infinities: the largest number and its negative.
template <typename Number>
bool IsInfinite(Number value) {
  return value == std::numeric_limits<Number>::max() ||
         value == -std::numeric_limits<Number>::max();
}
char* WriteInfinity(char* out, bool is_negative) {
  return WriteText(out, is_negative ? "-infinity" : "infinity");
}

}  // namespace

bool FitsDecimal(Int128 value) {
  constexpr Int128 kEnd = static_cast<Int128>(kTenTo18) * kTenTo18 * 100;
  return value < kEnd && value > -kEnd;
}

char* WriteInteger(char* out, std::int64_t value) {
  return std::to_chars(out, out + kMaxValueBytes, value).ptr;
}

char* WriteDecimal(char* out, Int128 value, unsigned scale) {
  if (value < 0) *out++ = '-';
  // Negated as unsigned: the lowest number has no positive twin.
  const auto bits = static_cast<unsigned __int128>(value);
  const unsigned __int128 magnitude = value < 0 ? 0 - bits : bits;
  if (scale == 0) return WriteUnsigned128(out, magnitude);
  char* const start = out;
  char* end = WriteUnsigned128(out, magnitude);
  const auto digits = static_cast<std::size_t>(end - start);
  if (digits <= scale) {  // leading zeros up to one before the point
    const std::size_t zeros = scale + 1 - digits;
    std::memmove(start + zeros, start, digits);
    std::memset(start, '0', zeros);
    end += zeros;
  }
  std::memmove(end - scale + 1, end - scale, scale);
  *(end - scale) = '.';
  return end + 1;
}

char* WriteDouble(char* out, double value) { return WriteNumber(out, value); }
char* WriteFloat(char* out, float value) { return WriteNumber(out, value); }

char* WriteDate(char* out, std::int32_t days) {
  if (IsInfinite(days)) [[unlikely]]
    return WriteInfinity(out, days < 0);
  return WriteDay(out, days);
}

char* WriteTimestamp(char* out, std::int64_t microseconds) {
  if (IsInfinite(microseconds)) [[unlikely]]
    return WriteInfinity(out, microseconds < 0);
  std::int64_t days = microseconds / kMicrosecondsPerDay;
  std::int64_t rest = microseconds % kMicrosecondsPerDay;
  if (rest < 0) {
    rest += kMicrosecondsPerDay;
    --days;
  }
  out = WriteDay(out, days);
  const auto seconds = static_cast<std::uint64_t>(rest / 1'000'000);
  const auto fraction = static_cast<std::uint64_t>(rest % 1'000'000);
  *out++ = 'T';
  out = WriteTwo(out, seconds / 3'600);
  *out++ = ':';
  out = WriteTwo(out, seconds / 60 % 60);
  *out++ = ':';
  out = WriteTwo(out, seconds % 60);
  if (fraction != 0) {
    *out++ = '.';
    out = WritePadded(out, fraction, 6);
  }
  *out++ = 'Z';
  return out;
}

}  // namespace engine
