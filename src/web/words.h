// Numbers, dates and names as the pages show them. Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "web/texts.h"

namespace web {

// "2,317"
std::string NumberText(std::uint64_t number);

// "24 November 2026", "24 November 2026, 10:00:04 UTC"
std::string DateText(base::Instant instant, const Texts& texts);
std::string DateTimeText(base::Instant instant, const Texts& texts);
// The same of a day in the calendar.
std::string DayText(base::CivilDay day, const Texts& texts);

// "4 KB", "1.2 GB": of 1,000 bytes each, at most one decimal, rounded up to 1 KB.
std::string BytesText(std::uint64_t bytes);

// How long something has run: "3 days, 4 hours", "12 minutes", in its two largest units.
std::string DurationText(std::int64_t seconds, const Texts& texts);

// A name that came from outside, as it may stand in a sentence of ours: kept apart by the marks of
// Unicode's bidirectional algorithm (U+2068, U+2069) where it holds anything that could turn the
// direction of the words around it.
std::string ShownText(std::string_view name);

}  // namespace web
