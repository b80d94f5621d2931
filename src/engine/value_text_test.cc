#include "engine/internal/value_text.h"

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "base/time.h"

namespace engine {
namespace {

template <typename Writer, typename... Values>
std::string Text(Writer writer, Values... values) {
  std::string text(kMaxValueBytes, '!');
  text.resize(static_cast<std::size_t>(writer(text.data(), values...) - text.data()));
  return text;
}

constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();

Int128 TenTo(int power) {
  Int128 value = 1;
  while (power-- > 0) value *= 10;
  return value;
}

}  // namespace

TEST_CASE("whole numbers are written up to their ends") {
  REQUIRE(Text(WriteInteger, std::int64_t{0}) == "0");
  REQUIRE(Text(WriteInteger, kMin64) == "-9223372036854775808");
  REQUIRE(Text(WriteInteger, kMax64) == "9223372036854775807");
}

TEST_CASE("a decimal has all digits of its scale and one before the point") {
  REQUIRE(Text(WriteDecimal, Int128{0}, 0U) == "0");
  REQUIRE(Text(WriteDecimal, Int128{0}, 2U) == "0.00");
  REQUIRE(Text(WriteDecimal, Int128{-5}, 2U) == "-0.05");
  REQUIRE(Text(WriteDecimal, Int128{50}, 2U) == "0.50");
  REQUIRE(Text(WriteDecimal, Int128{150}, 2U) == "1.50");
  REQUIRE(Text(WriteDecimal, Int128{-12345}, 4U) == "-1.2345");
  REQUIRE(Text(WriteDecimal, Int128{7}, 38U) == "0." + std::string(37, '0') + "7");
  REQUIRE(Text(WriteDecimal, TenTo(38) - 1, 0U) == std::string(38, '9'));
  REQUIRE(Text(WriteDecimal, 1 - TenTo(38), 38U) == "-0." + std::string(38, '9'));
  REQUIRE(Text(WriteDecimal, static_cast<Int128>(static_cast<unsigned __int128>(1) << 127U), 0U) ==
          "-170141183460469231731687303715884105728");
  for (int power = 0; power < 38; ++power) {  // around the seams of its pieces
    const std::string ten = "1" + std::string(static_cast<std::size_t>(power), '0');
    REQUIRE(Text(WriteDecimal, TenTo(power), 0U) == ten);
    if (power > 0) {
      REQUIRE(Text(WriteDecimal, TenTo(power) - 1, 0U) ==
              std::string(static_cast<std::size_t>(power), '9'));
    }
  }
}

TEST_CASE("38 digits fit a decimal, and no more") {
  REQUIRE(FitsDecimal(TenTo(38) - 1));
  REQUIRE(FitsDecimal(1 - TenTo(38)));
  REQUIRE(!FitsDecimal(TenTo(38)));
  REQUIRE(!FitsDecimal(-TenTo(38)));
  REQUIRE(FitsDecimal(Int128{1} << 126U));  // 8.5 * 10^37
  REQUIRE(!FitsDecimal(static_cast<Int128>(static_cast<unsigned __int128>(1) << 127U)));
}

TEST_CASE("doubles are the shortest text that reads back as the same") {
  for (const double value : {0.0, -0.0, 1.0, 0.1, 1e20, 1e-5, 5e-324, 1.7976931348623157e308,
                             0.30000000000000004, 123456789.125}) {
    const std::string text = Text(WriteDouble, value);
    double back = 1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), back);
    REQUIRE(read.ptr == text.data() + text.size());
    REQUIRE(read.ec == std::errc());
    REQUIRE(back == value);
    REQUIRE(std::signbit(back) == std::signbit(value));
  }
  REQUIRE(Text(WriteDouble, 0.1) == "0.1");
  REQUIRE(Text(WriteDouble, 1.0) == "1");
  REQUIRE(Text(WriteDouble, 1e20) == "1e+20");
  REQUIRE(Text(WriteFloat, 0.1F) == "0.1");
  REQUIRE(Text(WriteDouble, std::nan("")) == "NaN");
  REQUIRE(Text(WriteDouble, -HUGE_VAL) == "-Infinity");
  REQUIRE(Text(WriteFloat, HUGE_VALF) == "Infinity");
}

TEST_CASE("days are those of the calendar, in every year") {
  REQUIRE(Text(WriteDate, 0) == "1970-01-01");
  REQUIRE(Text(WriteDate, 18'321) == "2020-02-29");
  REQUIRE(Text(WriteDate, 2'932'896) == "9999-12-31");
  REQUIRE(Text(WriteDate, 2'932'897) == "+010000-01-01");
  REQUIRE(Text(WriteDate, -719'528) == "0000-01-01");
  REQUIRE(Text(WriteDate, -719'529) == "-000001-12-31");
  REQUIRE(Text(WriteDate, std::numeric_limits<std::int32_t>::max()) == "infinity");
  REQUIRE(Text(WriteDate, -std::numeric_limits<std::int32_t>::max()) == "-infinity");
  // Another implementation of the same calendar.
  for (std::int32_t days = -719'162; days <= 2'932'896; days += 97) {
    REQUIRE(Text(WriteDate, days) == base::CivilDay{days}.Text());
  }
}

TEST_CASE("instants have a fraction of six digits only where it is not zero") {
  REQUIRE(Text(WriteTimestamp, std::int64_t{0}) == "1970-01-01T00:00:00Z");
  REQUIRE(Text(WriteTimestamp, std::int64_t{1}) == "1970-01-01T00:00:00.000001Z");
  REQUIRE(Text(WriteTimestamp, std::int64_t{-1}) == "1969-12-31T23:59:59.999999Z");
  REQUIRE(Text(WriteTimestamp, std::int64_t{86'399'500'000}) == "1970-01-01T23:59:59.500000Z");
  REQUIRE(Text(WriteTimestamp, kMax64) == "infinity");
  REQUIRE(Text(WriteTimestamp, -kMax64) == "-infinity");
  REQUIRE(Text(WriteTimestamp, kMin64).size() <= kMaxValueBytes);
  for (std::int64_t second = -62'135'596'800; second <= 253'402'300'799; second += 98'765'431) {
    REQUIRE(Text(WriteTimestamp, second * 1'000'000) == base::Instant{second * 1'000'000}.Text());
  }
}

}  // namespace engine
