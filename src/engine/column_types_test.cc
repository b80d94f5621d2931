// Tests of: value_forms.cc
#include "engine/column_types.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace engine {
namespace {

TypeVerdict VerdictOf(const std::vector<std::string>& values) {
  TypeTally tally;
  for (std::size_t i = 0; i < values.size(); ++i) tally.Add(i + 1, values[i]);
  return tally.Verdict();
}

std::string TypeOf(const std::vector<std::string>& values) {
  return TypeText(VerdictOf(values).type);
}

// `count` times `value`, then the others.
std::vector<std::string> Mostly(const std::string& value, std::size_t count,
                                const std::vector<std::string>& others) {
  std::vector<std::string> values(count, value);
  values.insert(values.end(), others.begin(), others.end());
  return values;
}

}  // namespace

TEST_CASE("each type has one row, and its DuckDB name leads back to it") {
  REQUIRE(TypeTable().size() == 7);
  for (const TypeRow& row : TypeTable()) {
    REQUIRE(!row.csv_rule.empty());
    REQUIRE(!row.json.empty());
    if (row.kind == ColumnKind::kDecimal) continue;
    REQUIRE(TypeOfDuckdb(row.duckdb) == ColumnType{row.kind});
    REQUIRE(TypeText({row.kind}) == row.name);
  }
  REQUIRE(TypeText({ColumnKind::kDecimal, 18, 2}) == "decimal(18,2)");
  REQUIRE(TypeOfDuckdb("DECIMAL(18,2)") == ColumnType{ColumnKind::kDecimal, 18, 2});
  REQUIRE(TypeOfDuckdb("UBIGINT") == ColumnType{ColumnKind::kDecimal, 20, 0});
  for (const char* none : {"INTEGER[]", "STRUCT(a INTEGER)", "BLOB", "DECIMAL(18,2)[]", "",
                           "DECIMAL(40,2)", "DECIMAL(2,3)", "DECIMAL(x)"}) {
    CAPTURE(none);
    REQUIRE(!TypeOfDuckdb(none).has_value());
  }
}

TEST_CASE("whole numbers are long, and leading zeros, plus signs and separators keep text") {
  REQUIRE(TypeOf({"0", "1", "-12", "9223372036854775807", "-9223372036854775808"}) == "long");
  REQUIRE(TypeOf({"0", "1"}) == "long");  // not boolean
  REQUIRE(TypeOf({"1", "007"}) == "string");
  REQUIRE(VerdictOf({"1", "007"}).reason == "Leading zeros, which a number would lose: 1 value.");
  REQUIRE(TypeOf({"01632960001", "01632960002"}) == "string");
  REQUIRE(TypeOf({"00.50", "1.25"}) == "string");
  REQUIRE(TypeOf({"+441632960001", "12"}) == "string");
  REQUIRE(TypeOf({"1,234", "12"}) == "string");
  REQUIRE(TypeOf({"1,234,567.89", "12.00"}) == "string");
  REQUIRE(TypeOf({"9223372036854775808", "1"}) == "string");
  REQUIRE(TypeOf({"-0", "1"}) == "string");
  for (const char* no_number : {"1_000", " 1", "1 ", "0x1F", "1,23", "12E5", "1.", ".5", "NaN",
                                "inf", "--1", "1-", "\xD9\xA1"}) {
    CAPTURE(no_number);
    REQUIRE(TypeOf({no_number}) == "string");
  }
}

TEST_CASE("a constant number of places is decimal, another number is double") {
  REQUIRE(TypeOf({"1.50", "-0.25", "12345.00"}) == "decimal(18,2)");
  REQUIRE(TypeOf({"1.50", "7"}) == "decimal(18,2)");
  REQUIRE(TypeOf({"12345678901234567.50"}) == "decimal(38,2)");
  REQUIRE(TypeOf({"1.5", "1.25"}) == "double");
  REQUIRE(TypeOf({"1.5e-05", "3", "1E+20"}) == "double");
  REQUIRE(TypeOf({"1E+999", "3"}) == "string");                    // no such double
  REQUIRE(TypeOf({"1.5", "0.12345678901234567890"}) == "string");  // digits would be lost
  REQUIRE(VerdictOf({"1.5", "1.25"}).rule == TextRule::kFloatingPoint);
}

TEST_CASE("booleans are one pair of words, and both words of a short pair") {
  REQUIRE(TypeOf({"true", "FALSE"}) == "boolean");
  REQUIRE(TypeOf({"True"}) == "boolean");
  REQUIRE(TypeOf({"yes", "No"}) == "boolean");
  REQUIRE(TypeOf({"Y", "n", "N"}) == "boolean");
  REQUIRE(TypeOf({"N", "N"}) == "string");  // a category of National Insurance, perhaps
  REQUIRE(TypeOf({"yes", "yes"}) == "string");
  REQUIRE(TypeOf({"yes", "false"}) == "string");
  REQUIRE(TypeOf({"y", "no"}) == "string");
  REQUIRE(VerdictOf({"Y", "N"}).rule == TextRule::kYN);
}

TEST_CASE("dates are days that exist, in an order that all of them prove") {
  REQUIRE(TypeOf({"2024-02-29", "1900-02-28", "2000-02-29"}) == "date");
  REQUIRE(TypeOf({"2023-02-29"}) == "string");
  REQUIRE(TypeOf({"1900-02-29"}) == "string");
  REQUIRE(TypeOf({"0000-01-01"}) == "string");
  REQUIRE(TypeOf({"2024-13-01"}) == "string");
  REQUIRE(TypeOf({"2024-1-01"}) == "string");
  const TypeVerdict uk = VerdictOf({"13/02/2024", "01/02/2024"});
  REQUIRE(uk.rule == TextRule::kUkDate);
  REQUIRE(uk.reason.find("no other order fits") != std::string::npos);
  REQUIRE(TypeOf({"01/02/2024", "03/04/2024"}) == "string");
  REQUIRE(VerdictOf({"01/02/2024"}).reason.find("alike") != std::string::npos);
  REQUIRE(VerdictOf({"02/13/2024", "01/02/2024"}).reason.find("month/day/year") !=
          std::string::npos);
  REQUIRE(TypeOf({"02/13/2024", "13/02/2024"}) == "string");
  REQUIRE(VerdictOf({"2024-01-01", "13/02/2024"}).reason.find("more than one order") !=
          std::string::npos);
  REQUIRE(TypeOf({"31/02/2024", "13/02/2024"}) == "string");
}

TEST_CASE("times are timestamps when they name their zone") {
  REQUIRE(TypeOf({"2024-01-01T00:00:00Z", "2024-01-01 10:20:30.123456+01:00"}) == "timestamp");
  const TypeVerdict local = VerdictOf({"2024-01-01 00:00:00", "2024-01-01T10:00:00"});
  REQUIRE(TypeText(local.type) == "string");
  REQUIRE(local.reason.find("zone") != std::string::npos);
  for (const char* no_time :
       {"2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00Z", "2024-02-30T00:00:00Z",
        "2024-01-01T00:00:00+15:00", "2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00 Z"}) {
    CAPTURE(no_time);
    REQUIRE(TypeOf({no_time}) == "string");
  }
}

TEST_CASE("a few strays keep a column text and are told by row and length") {
  const TypeVerdict verdict = VerdictOf(Mostly("12", 199, {"ABC\xC3\xA9"}));
  REQUIRE(TypeText(verdict.type) == "string");
  REQUIRE(verdict.strays.has_value());
  REQUIRE(verdict.strays->nearly == "whole number");
  REQUIRE(verdict.strays->count == 1);
  REQUIRE(verdict.strays->first.size() == 1);
  REQUIRE(verdict.strays->first[0].row == 200);
  REQUIRE(verdict.strays->first[0].characters == 4);
  REQUIRE(verdict.reason.find("ABC") == std::string::npos);

  REQUIRE(VerdictOf(Mostly("2024-01-01", 199, {"2024-02-31"})).strays->nearly == "date");
  REQUIRE(VerdictOf(Mostly("13/01/2024", 199, {"31/02/2024"})).strays->nearly == "date");
  // Leading zeros are the form of the column; the stray is what is no number at all.
  REQUIRE(VerdictOf(Mostly("00012", 199, {"X"})).strays->nearly == "number");
}

TEST_CASE("fewer than 99 of 100 are no type to stray from, and only ten strays are told") {
  REQUIRE(VerdictOf(Mostly("12", 99, {"a"})).strays.has_value());
  REQUIRE(!VerdictOf(Mostly("12", 98, {"a"})).strays.has_value());
  const TypeVerdict many = VerdictOf(Mostly("12", 2'000, std::vector<std::string>(20, "x")));
  REQUIRE(many.strays->count == 20);
  REQUIRE(many.strays->first.size() == kShownStrays);
  REQUIRE(many.strays->first[0].row == 2'001);
}

TEST_CASE("no value is text, and hostile texts fit nothing") {
  REQUIRE(VerdictOf({}).reason == "The column is empty.");
  for (const std::string& text :
       {std::string(1'000, '9'), std::string("\0", 1), std::string("9\0", 2), std::string("-"),
        std::string("+"), std::string("2024-"), std::string("1e+"), std::string("1,")}) {
    REQUIRE(FormsOf(text).forms == 0);
  }
  REQUIRE(FormsOf("").forms == 0);
}

TEST_CASE("SQL of a rule names the type of its column") {
  REQUIRE(TypedSql(TextRule::kText, {}, "c1") == "nullif(c1, '')");
  REQUIRE(TypedSql(TextRule::kFixedPoint, {ColumnKind::kDecimal, 18, 2}, "c1") ==
          "TRY_CAST(c1 AS DECIMAL(18,2))");
  REQUIRE(TypedSql(TextRule::kUkDate, {ColumnKind::kDate}, "c1") ==
          "TRY_CAST(try_strptime(c1, '%d/%m/%Y') AS DATE)");
  REQUIRE(TextRuleName(TextRule::kUtcTime) == "utc-time");
}

}  // namespace engine
