#include "web/words.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/format.h"

namespace web {
namespace {

constexpr std::uint64_t kThousand = 1'000;
constexpr std::string_view kIsolate = "\u2068";
constexpr std::string_view kEndIsolate = "\u2069";
// The first byte of U+0590 and above, where scripts from right to left begin, in UTF-8.
constexpr unsigned char kFirstTurning = 0xD6;

struct Unit {
  std::int64_t seconds;
  std::string_view one;  // keys of texts
  std::string_view many;
};
constexpr std::array kUnits = {
    Unit{86'400, "duration.day", "duration.days"},
    Unit{3'600, "duration.hour", "duration.hours"},
    Unit{60, "duration.minute", "duration.minutes"},
    Unit{1, "duration.second", "duration.seconds"},
};

}  // namespace

std::string NumberText(std::uint64_t number) {
  std::string digits = base::Format("{}", number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string DateText(base::Instant instant, const Texts& texts) {
  const std::string text = instant.Text();  // 2026-11-24T10:00:04Z
  const auto day = base::ParseDecimal(text[8] == '0' ? text.substr(9, 1) : text.substr(8, 2));
  return base::Format("{} {} {}", day.value_or(0), texts.Get("month." + text.substr(5, 2)),
                      text.substr(0, 4));
}

std::string DateTimeText(base::Instant instant, const Texts& texts) {
  return base::Format("{}, {} UTC", DateText(instant, texts), instant.Text().substr(11, 8));
}

std::string DayText(base::CivilDay day, const Texts& texts) {
  constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;
  return DateText({day.days * kMicrosecondsPerDay}, texts);
}

std::string BytesText(std::uint64_t bytes) {
  constexpr std::array kNames = {"KB", "MB", "GB", "TB"};
  std::uint64_t unit = kThousand;
  std::size_t name = 0;
  while (name + 1 < kNames.size() && bytes >= unit * kThousand) {
    unit *= kThousand;
    ++name;
  }
  const std::uint64_t tenths = (bytes * 10 + unit - 1) / unit;
  if (name == 0 || tenths >= 100) {
    return base::Format("{} {}", NumberText(std::max<std::uint64_t>(1, (tenths + 9) / 10)),
                        kNames.at(name));
  }
  return base::Format("{}.{} {}", tenths / 10, tenths % 10, kNames.at(name));
}

std::string DurationText(std::int64_t seconds, const Texts& texts) {
  const std::int64_t whole = std::max<std::int64_t>(0, seconds);
  const auto words = [&](const Unit& unit, std::int64_t count) {
    return texts.Get(count == 1 ? unit.one : unit.many, {{"count", base::Format("{}", count)}});
  };
  std::size_t first = 0;
  while (first + 1 < kUnits.size() && whole < kUnits.at(first).seconds) ++first;
  const Unit& large = kUnits.at(first);
  std::string out = words(large, whole / large.seconds);
  if (first + 1 == kUnits.size()) return out;
  const Unit& small = kUnits.at(first + 1);
  const std::int64_t rest = whole % large.seconds / small.seconds;
  if (rest > 0) out += ", " + words(small, rest);
  return out;
}

std::string ShownText(std::string_view name) {
  const bool may_turn = std::ranges::any_of(
      name, [](char byte) { return static_cast<unsigned char>(byte) >= kFirstTurning; });
  if (!may_turn) return std::string(name);
  return std::string(kIsolate) + std::string(name) + std::string(kEndIsolate);
}

}  // namespace web
