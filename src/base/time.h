// Instants in UTC and civil days of London.
//
// An Instant is a point in time, counted in microseconds since 1970 in UTC without leap seconds, as
// POSIX does. A CivilDay is a day of the proleptic Gregorian calendar without a place. Agreements
// and quotas are held in civil days of Europe/London: LondonDay says which day an instant falls
// into there. Values; stateless; safe from any thread. Years 1 to 9999.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

struct Instant {
  std::int64_t microseconds = 0;  // since 1970-01-01T00:00:00Z

  friend auto operator<=>(const Instant&, const Instant&) = default;

  // "2026-11-24T10:00:00Z" (RFC 3339), cut down to the second.
  [[nodiscard]] std::string Text() const;
  // The same with the minutes and seconds cut to zero: what the access log shows.
  [[nodiscard]] std::string HourText() const;
};

inline constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

// The instants that Text can write: years 1 to 9999.
bool IsWritable(Instant instant);

// Exactly the form of Text, for a date and time that exist (no second 60).
std::optional<Instant> ParseInstant(std::string_view text);

struct CivilDay {
  std::int32_t days = 0;  // since 1970-01-01

  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;

  // "2026-11-24" (ISO 8601)
  [[nodiscard]] std::string Text() const;
};

// Exactly the form of Text, for a day that exists.
std::optional<CivilDay> ParseCivilDay(std::string_view text);

// The day in London at an instant, by the IANA time zone rules that ICU carries. kUnavailable when
// ICU's data is not installed.
Result<CivilDay> LondonDay(Instant instant);

}  // namespace base
