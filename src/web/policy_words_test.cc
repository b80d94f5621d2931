// Tests of: request_view.cc
#include "web/policy_words.h"

#include <doctest/doctest.h>

#include "agreements/law.h"
#include "base/json_reader.h"
#include "web/json_view.h"
#include "web/request_view.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;
using engine::ColumnKind;

catalogue::Schema Jobs() {
  const auto column = [](std::string name, ColumnKind kind, std::string meaning) {
    catalogue::SchemaColumn made;
    made.name = std::move(name);
    made.type = {.kind = kind};
    made.meaning = std::move(meaning);
    made.treatments = catalogue::kShow;
    return made;
  };
  return {{column("nino", ColumnKind::kString, "national-insurance-number"),
           column("born", ColumnKind::kDate, "date-of-birth"),
           column("pay", ColumnKind::kLong, "money"),
           column("area", ColumnKind::kString, "area-code"),
           column("left", ColumnKind::kDate, "date")}};
}

agreements::Policy Parsed(const std::string& members) {
  const std::string text = R"({"format":"tabularium-policy-1","dataset":"jobs-1a2b3c",)"
                           R"("purposes":["tax"],"doors":["query"],"uses_per_day":20,)"
                           R"("recipients":["0123456789abcdef0123456789abcdef"],)" +
                           members + "}";
  const Json json = base::ParseJson(text, base::kRequestJson).value();
  return agreements::ReadPolicy(base::JsonItem(json, "")).value();
}

agreements::Policy Whole() {
  return Parsed(
      R"("columns":[{"name":"nino","treatment":"token","reason":"One person"},)"
      R"({"name":"pay","treatment":"band","bands":[{"from":0},{"from":15000},{"from":20000}]},)"
      R"({"name":"area","treatment":"drop"}],)"
      R"("condition":{"test":"and","conditions":[)"
      R"({"test":"equal","column":"area","value":{"property":"area-code"}},)"
      R"({"test":"or","conditions":[{"test":"is-null","column":"left"},)"
      R"({"test":"greater","column":"left","value":"2026-03-31"}]},)"
      R"({"test":"not","condition":{"test":"in","column":"nino","values":["a","b"]}}]},)"
      R"("member_of":{"column":"nino","list":"overdue-1a2b3c","list_column":"n",)"
      R"("normalisation":"compact","carry":[{"column":"your_reference","reason":"Which"}],)"
      R"("least_entries":100,"greatest_entries":10000,"follow_newer":false})");
}

}  // namespace

TEST_CASE("columns are counted, and what is carried beside them") {
  const catalogue::Schema schema = Jobs();
  REQUIRE(ColumnCountWords(Whole(), {.schema = &schema, .viewpoint = Viewpoint::kRecipient},
                           English()) == "2 of 5 columns, plus 1 carried from your list");
  REQUIRE(ColumnCountWords(Whole(), {.viewpoint = Viewpoint::kOwner}, English()) ==
          "2 columns, plus 1 carried from their list");
  REQUIRE(LeftOutColumns(Whole(), schema) == std::vector<std::string>{"born", "area", "left"});
}

TEST_CASE("conditions are sentences, by type and by who reads") {
  const catalogue::Schema schema = Jobs();
  const auto rows = RowSentences(
      Whole(), {.schema = &schema, .area_code = "E07000999", .viewpoint = Viewpoint::kRecipient},
      English());
  REQUIRE(rows.size() == 4);
  REQUIRE(rows[0] == "area is your own area, E07000999");
  REQUIRE(rows[1] == "(left is empty or left is more than 31 March 2026)");
  REQUIRE(rows[2] == "not: nino is one of “a”, “b”");
  REQUIRE(rows[3] == "nino is on your list overdue-1a2b3c");
  REQUIRE(RowSentences(Whole(), {.viewpoint = Viewpoint::kOwner}, English())[3] ==
          "nino is on their list overdue-1a2b3c");
  REQUIRE(RowCountWords(Whole(), English()) == "Rows that meet 4 conditions");
  REQUIRE(RowCountWords(Parsed(R"("columns":[{"name":"nino","treatment":"token"}])"), English()) ==
          "All rows");
}

TEST_CASE("each column has its treatment and an example that comes from no row") {
  const catalogue::Schema schema = Jobs();
  const Json rows = PolicyColumnsJson(Whole(), {.schema = &schema}, English());
  REQUIRE(rows.AsArray().size() == 3);
  REQUIRE(TextOf(rows.AsArray()[0], "treatment") == "Token");
  REQUIRE(TextOf(rows.AsArray()[0], "example") == "t_5f0c…e2");
  REQUIRE(TextOf(rows.AsArray()[1], "example") == "15000");
  REQUIRE(TextOf(rows.AsArray()[1], "label") == "15000 to below 20000");
  REQUIRE(TextOf(rows.AsArray()[2], "treatment") == "Carried from the recipient’s list");
  const auto shown = [&](std::size_t i, catalogue::Treatment treatment) {
    return ExampleOf(schema.columns[i], treatment, {}, English()).text;
  };
  REQUIRE(shown(0, catalogue::kShow) == "QQ123456C");
  REQUIRE(shown(1, catalogue::kShow) == "2024-03-18");
  REQUIRE(shown(1, catalogue::kYear) == "1987");
  REQUIRE(shown(0, catalogue::kDrop).empty());
  REQUIRE(shown(2, catalogue::kBand).empty());
}

TEST_CASE("every treatment and every test has its words") {
  for (const auto& name : catalogue::TreatmentNames(0xFF)) {
    REQUIRE(English().Has("policy.as." + std::string(name)));
  }
  for (int test = 2; test <= static_cast<int>(agreements::Test::kIsNotNull); ++test) {
    const auto name = agreements::TestName(static_cast<agreements::Test>(test));
    REQUIRE(English().Has("policy.test." + std::string(name)));
  }
}

TEST_CASE("a request is rows of a summary, and what is not said is said to be so") {
  const catalogue::Schema schema = Jobs();
  agreements::RequestDocument document;
  document.title = "Employers";
  const RequestSources sources{.law = &TheLaw(),
                               .asker_name = "Council",
                               .owner_name = "Revenue",
                               .policy = {.schema = &schema, .viewpoint = Viewpoint::kOwner}};
  Json rows = RequestRowsJson(document, sources, English());
  REQUIRE(rows.AsArray().size() == 8);
  REQUIRE(base::WriteJson(rows.AsArray()[3]).find("Not said yet") != std::string::npos);
  document.policy = Whole();
  document.proposal.power = "dea-48";
  document.proposal.asker.basis = "public-task";
  document.proposal.start = base::ParseCivilDay("2026-09-21");
  document.proposal.end = base::ParseCivilDay("2027-09-20");
  agreements::Document& declared = document.proposal.documents.emplace_back();
  declared.kind = "dpia";
  declared.title = "Earnings";
  declared.held_by = "the council";
  rows = RequestRowsJson(document, sources, English());
  const std::string all = base::WriteJson(rows);
  for (const char* part :
       {"Council: 1 named person or machine, no other organisation",
        "2 of 5 columns, plus 1 carried from their list. Rows that meet 4 conditions",
        "Digital Economy Act 2017, section 48",
        "Lawful basis: public task, UK GDPR, Article 6(1)(e)", "Query. No more than 20 uses a day",
        "No onward sharing", "21 September 2026 to 20 September 2027.", "“Earnings”,",
        "without a date", "Declared, not seen by Tabularium."}) {
    CAPTURE(part);
    REQUIRE(all.find(part) != std::string::npos);
  }
}

TEST_CASE("each state of a request has a word") {
  for (std::size_t i = 0; i < agreements::kRequestStates; ++i) {
    const auto state = static_cast<agreements::RequestState>(i);
    REQUIRE_FALSE(StateWords(state, English()).empty());
    REQUIRE(StateColour(state).starts_with("govuk-tag--"));
  }
}

}  // namespace web
