#include "web/column_words.h"

#include <doctest/doctest.h>

#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;
using catalogue::ColumnClass;
using catalogue::Schema;
using catalogue::SchemaColumn;
using engine::ColumnKind;

Json Parsed(std::string_view json) { return base::ParseJson(json, base::kRequestJson).value(); }

// A profile that holds values, whatever its column's class.
const std::string_view kProfile =
    R"({"name":"pay","filled":199,"empty":1,"min_characters":2,"max_characters":9,"shapes":[],)"
    R"("values":{"distinct":2,"distinct_is_exact":true,"min":"A","max":"B",)"
    R"("top":[{"value":"BACS","rows":150},{"value":"<i>Cash","rows":49}],"histogram":[]}})";

Json RowOf(const SchemaColumn& column, std::string_view profile = kProfile) {
  const Json rows = ColumnsJson(Schema{{column}}, Json::Array({Parsed(profile)}), English());
  return rows.AsArray().at(0);
}

SchemaColumn Pay() {
  SchemaColumn column;
  column.name = "pay";
  column.meaning = "money";
  column.treatments = catalogue::kShow;
  return column;
}

}  // namespace

TEST_CASE("names break behind underscores and turn nothing") {
  REQUIRE(base::WriteJson(NamePieces("a_b__c")) == R"(["a_","b_","_","c"])");
  REQUIRE(base::WriteJson(NamePieces("plain")) == R"(["plain"])");
  REQUIRE(base::WriteJson(NamePieces("end_")) == R"(["end_"])");
  REQUIRE(NamePieces("").AsArray().empty());
  REQUIRE(ShownColumn("a\u202eb\n") == "ab");
  REQUIRE(ShownColumn("\u05d0") == "\u2068\u05d0\u2069");
}

TEST_CASE("types, meanings and forms are words") {
  const Texts texts = English();
  REQUIRE(TypeWords({ColumnKind::kDecimal, 18, 2}, texts) == "Decimal, 2 places");
  REQUIRE(TypeWords({ColumnKind::kTimestamp}, texts) == "Date and time");
  SchemaColumn column = Pay();
  REQUIRE(MeaningWords(column, texts) == "Money amount");
  column.title = "What was paid";
  REQUIRE(MeaningWords(column, texts) == "What was paid");
  using catalogue::kDrop;
  using catalogue::kMonth;
  using catalogue::kShow;
  using catalogue::kToken;
  using catalogue::kYear;
  REQUIRE(TreatmentWords(kToken, texts) == "Token");
  REQUIRE(TreatmentWords(kShow | kMonth | kYear, texts) == "As it is, month or year");
  REQUIRE(TreatmentWords(kDrop, texts) == "Never given");
  REQUIRE(TreatmentWords(0, texts) == "Never given");
  for (std::uint32_t all = 1; all < 2 * kDrop; ++all) REQUIRE(!TreatmentWords(all, texts).empty());
}

TEST_CASE("shares are whole hundredths, and neither none nor all unless it is so") {
  const Texts texts = English();
  REQUIRE(ShareWords(0, 200, texts) == "0%");
  REQUIRE(ShareWords(0, 0, texts) == "0%");
  REQUIRE(ShareWords(1, 200, texts) == "under 1%");
  REQUIRE(ShareWords(1, 2, texts) == "50%");
  REQUIRE(ShareWords(1'999, 2'000, texts) == "over 99%");
  REQUIRE(ShareWords(2'000, 2'000, texts) == "100%");
}

TEST_CASE("no value of a column that is not public and confirmed is told, whatever the profile") {
  SchemaColumn column = Pay();
  for (const ColumnClass each : {ColumnClass::kPersonal, ColumnClass::kSpecialCategory,
                                 ColumnClass::kCriminal, ColumnClass::kConfidentialBusiness}) {
    column.column_class = each;
    column.confirmed = true;
    const Json row = RowOf(column);
    REQUIRE(TextOf(row, "form") == "2 to 9 characters");
    REQUIRE(base::WriteJson(row).find("BACS") == std::string::npos);
    REQUIRE(TextOf(row, "distinct").empty());
    REQUIRE(IsTrue(row, "is_personal") == (each != ColumnClass::kConfidentialBusiness));
  }
  column.column_class = ColumnClass::kPublic;
  column.confirmed = false;  // counts as personal
  REQUIRE(base::WriteJson(RowOf(column)).find("BACS") == std::string::npos);
  column.confirmed = true;
  REQUIRE(TextOf(RowOf(column), "values") == "BACS, <i>Cash");
  REQUIRE(TextOf(RowOf(column), "distinct") == "2");
  REQUIRE_FALSE(IsTrue(RowOf(column), "is_personal"));
}

TEST_CASE("a column is told by its shapes, its lengths, or that it is empty") {
  const Texts texts = English();
  const auto form = [&](std::string_view profile) { return FormWords(Parsed(profile), texts); };
  REQUIRE(form(R"({"filled":9,"shapes":[{"shape":"AA9","rows":5},{"shape":"A9","rows":4}]})") ==
          "AA9, A9");
  REQUIRE(form(R"({"filled":9,"min_characters":1,"max_characters":1})") == "1 character");
  REQUIRE(form(R"({"filled":9,"min_characters":7,"max_characters":7})") == "7 characters");
  REQUIRE(form(R"({"filled":0,"empty":9})") == "No value");
  const std::string_view many =
      R"({"filled":9,"min_characters":1,"max_characters":4,"shapes":[{"shape":"9"},{"shape":"99"},)"
      R"({"shape":"999"},{"shape":"9999"}]})";
  REQUIRE(form(many) == "1 to 4 characters");
  // A profile of another column tells nothing of this one.
  REQUIRE(TextOf(RowOf(Pay(), R"({"name":"other","filled":9,"empty":0})"), "form") == "No value");
}

TEST_CASE("numbers and dates of public columns are told by their range") {
  SchemaColumn column = Pay();
  column.type = {.kind = ColumnKind::kLong};
  column.column_class = ColumnClass::kPublic;
  column.confirmed = true;
  REQUIRE(TextOf(RowOf(column), "values") == "A to B");
}

}  // namespace web
