#include "base/time.h"

#include <unicode/ucal.h>

#include <array>
#include <chrono>
#include <memory>

#include "base/format.h"

namespace base {
namespace {

using std::chrono::sys_days;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;
constexpr std::int64_t kMicrosecondsPerHour = 3'600 * kMicrosecondsPerSecond;
constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;

constexpr std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

constexpr std::int32_t DaysOf(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}
constexpr std::int32_t kFirstDay = DaysOf(1, 1, 1);
constexpr std::int32_t kLastDay = DaysOf(9999, 12, 31);

// The number that the digits of `text` from `at` on give; nothing if one is not a digit.
std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::string TextOf(Instant instant) {
  const std::int64_t day = FloorDivide(instant.microseconds, kMicrosecondsPerDay);
  const std::int64_t second =
      (instant.microseconds - day * kMicrosecondsPerDay) / kMicrosecondsPerSecond;
  return Format("{}T{:02}:{:02}:{:02}Z", CivilDay{static_cast<std::int32_t>(day)}.Text(),
                second / 3600, second / 60 % 60, second % 60);
}

struct CloseCalendar {
  void operator()(UCalendar* calendar) const { ucal_close(calendar); }
};

}  // namespace

std::string Instant::Text() const { return TextOf(*this); }

std::string Instant::HourText() const {
  return TextOf(Instant{FloorDivide(microseconds, kMicrosecondsPerHour) * kMicrosecondsPerHour});
}

bool IsWritable(Instant instant) {
  const std::int64_t day = FloorDivide(instant.microseconds, kMicrosecondsPerDay);
  return day >= kFirstDay && day <= kLastDay;
}

std::optional<Instant> ParseInstant(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size() || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z') {
    return std::nullopt;
  }
  const auto day = ParseCivilDay(text.substr(0, 10));
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return Instant{day->days * kMicrosecondsPerDay +
                 (*hour * 3600 + *minute * 60 + *second) * kMicrosecondsPerSecond};
}

std::string CivilDay::Text() const {
  const std::chrono::year_month_day date{sys_days{std::chrono::days{days}}};
  return Format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<CivilDay> ParseCivilDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return CivilDay{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

Result<CivilDay> LondonDay(Instant instant) {
  constexpr std::array kZone = {u'E', u'u', u'r', u'o', u'p', u'e', u'/',
                                u'L', u'o', u'n', u'd', u'o', u'n'};
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCalendar, CloseCalendar> calendar(
      ucal_open(kZone.data(), kZone.size(), "en_GB", UCAL_GREGORIAN, &status));
  if (calendar == nullptr || U_FAILURE(status)) {
    return Fail(ErrorCode::kUnavailable, "The time zone of London is not known to this machine",
                "ICU", "Install ICU's data (the distribution's libicu package).");
  }
  const std::int64_t milliseconds = FloorDivide(instant.microseconds, kMicrosecondsPerMillisecond);
  ucal_setMillis(calendar.get(), static_cast<UDate>(milliseconds), &status);
  const std::int64_t offset_ms = ucal_get(calendar.get(), UCAL_ZONE_OFFSET, &status) +
                                 ucal_get(calendar.get(), UCAL_DST_OFFSET, &status);
  if (U_FAILURE(status)) {
    return Fail(ErrorCode::kUnavailable, "The day in London could not be computed", "ICU");
  }
  const std::int64_t local = instant.microseconds + offset_ms * kMicrosecondsPerMillisecond;
  return CivilDay{static_cast<std::int32_t>(FloorDivide(local, kMicrosecondsPerDay))};
}

}  // namespace base
