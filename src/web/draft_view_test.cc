// Tests of: draft_choices.cc
#include "web/draft_view.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "base/simulated_world.h"
#include "catalogue/schema_change.h"
#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using base::Json;
using catalogue::ColumnClass;
using catalogue::Draft;

std::string Column(std::string_view name, std::string_view type, std::string_view column_class,
                   bool sure, std::string_view remarks = "") {
  return base::Format(
      R"({{"name":"{}","type":{{"name":"{}"}},"meaning":{{"type":"unrecognised"}},)"
      R"("class":{{"name":"{}","sure":{},"identifies":{}}},"treatments":["show"],)"
      R"("profile":{{"filled":90,"empty":10,"min_characters":2,"max_characters":5,"shapes":[]}},)"
      R"("remarks":[{}]}})",
      name, type, column_class, sure, name == "id", remarks);
}

// Columns: an identifier, a text with strays, a public number, a public text that is not sure.
Draft MakeDraft() {
  base::SimulatedWorld world{1};
  const std::string stray =
      R"({"code":"stray-values","rows":1,"sentence":"","first":[{"row":4321,"characters":7}]})";
  const std::string report = "{\"rows\":100,\"format\":\"csv\",\"columns\":[" +
                             Column("id", "string", "personal", true) + "," +
                             Column("note", "string", "personal", true, stray) + "," +
                             Column("count", "long", "public", true) + "," +
                             Column("code", "string", "public", false) + "]}";
  Draft draft{.summary = {.id = catalogue::DraftId::Random(world.randomness()),
                          .created = {},
                          .expires = {},
                          .bytes = 1,
                          .published_version = {}},
              .dataset = catalogue::DatasetId::Random(world.randomness()),
              .report = base::ParseJson(report, base::kRequestJson).value(),
              .proposal = {},
              .previous_version = {},
              .change = {}};
  draft.proposal = catalogue::ProposeSchema(draft.report, nullptr).value();
  return draft;
}

Form Sent(std::string body) {
  base::SimulatedWorld world{1};
  http::Request request{http::RequestId::Random(world.randomness())};
  request.body = std::move(body);
  REQUIRE(request.headers.Add("Content-Type", "application/x-www-form-urlencoded").has_value());
  return Form::Parse(request, kPublicationForm).value();
}

const std::string kAsProposed =
    "previous_version=0&type-0=string&class-0=identifier&as-0=token&type-1=string&class-1=personal&"
    "type-2=long&class-2=public&as-2=show&as-2=band&type-3=string&class-3=personal&as-3=show";

}  // namespace

TEST_CASE("what is proposed is chosen beforehand, and never public without being sure") {
  const DraftChoices choices =
      ProposedChoices(MakeDraft(), catalogue::DatasetKey{.column = "count"});
  REQUIRE(choices.columns.at(0).column_class == "identifier");
  REQUIRE(choices.columns.at(1).column_class == "personal");
  REQUIRE(choices.columns.at(2).column_class == "public");
  REQUIRE(choices.columns.at(3).column_class == "personal");
  REQUIRE(choices.columns.at(2).treatments == catalogue::kShow);
  REQUIRE(choices.key_column == "2");
  REQUIRE_FALSE(choices.is_confirmed);
  REQUIRE_FALSE(choices.visibility.has_value());
}

TEST_CASE("types that may be chosen are the found one, text, and those that empty strays") {
  const Draft draft = MakeDraft();
  const auto values = [&](std::size_t column) {
    std::string all;
    for (const TypeOption& option : TypeOptionsOf(draft, column)) all += option.value + " ";
    return all;
  };
  REQUIRE(values(0) == "string ");
  REQUIRE(values(1) == "string long-or-empty date-or-empty ");
  REQUIRE(values(2) == "long string ");
}

TEST_CASE("a form is read by places, and what it leaves out is never given") {
  const Draft draft = MakeDraft();
  const DraftChoices choices =
      ReadChoices(Sent(kAsProposed + "&key=0&key_form=compact&seen=own&confirm=yes"), draft)
          .value();
  REQUIRE(MissingChoices(draft, choices, English()).empty());
  const auto confirmation = ConfirmationOf(draft, choices);
  REQUIRE(confirmation.columns.at(0).identifies == true);
  REQUIRE(confirmation.columns.at(1).treatments == catalogue::kDrop);
  REQUIRE(confirmation.columns.at(2).column_class == ColumnClass::kPublic);
  REQUIRE(confirmation.columns.at(2).treatments == (catalogue::kShow | catalogue::kBand));
  REQUIRE(confirmation.columns.at(3).confirmed == true);
  REQUIRE(confirmation.key->column == "id");
  REQUIRE(confirmation.key->normalisation == catalogue::KeyNormalisation::kCompact);
  REQUIRE(confirmation.previous_version == 0U);
  REQUIRE(confirmation.accepted.empty());
  REQUIRE(choices.visibility == catalogue::DatasetVisibility::kPrivate);
  // The catalogue takes exactly this.
  REQUIRE(catalogue::ConfirmSchema(draft.proposal, confirmation).has_value());
}

TEST_CASE("a form that no page has sent is refused") {
  const Draft draft = MakeDraft();
  for (const char* const extra :
       {"&type-0=long", "&type-0=long-or-empty", "&class-0=nothing", "&as-0=drop", "&as-0=month",
        "&as-0=x", "&key=4", "&key=id", "&key=-1", "&class-3="}) {
    CAPTURE(extra);
    REQUIRE_FALSE(ReadChoices(Sent(kAsProposed + extra), draft).has_value());
  }
  REQUIRE_FALSE(ReadChoices(Sent("previous_version=0"), draft).has_value());
  REQUIRE_FALSE(ReadChoices(Sent(kAsProposed.substr(19)), draft).has_value());
  REQUIRE(ReadChoices(Sent(kAsProposed + "&type-4=x&type-=x&other=y"), draft).has_value());
}

TEST_CASE("forms that the chosen type cannot have are left out") {
  const Draft draft = MakeDraft();
  const auto read = [&](const std::string& extra) {
    return ConfirmationOf(draft, ReadChoices(Sent(kAsProposed + extra), draft).value());
  };
  REQUIRE(read("&type-2=string").columns.at(2).treatments == catalogue::kShow);
  const auto emptied = read("&type-1=date-or-empty&as-1=month&as-1=postcode-district");
  REQUIRE(emptied.columns.at(1).treatments == catalogue::kMonth);
  REQUIRE(emptied.columns.at(1).strays_become_empty);
  REQUIRE(catalogue::ConfirmSchema(draft.proposal, emptied).has_value());
  // Columns with another type than before may be what agreements rest on.
  REQUIRE(read("&type-2=string&accept=yes").accepted == std::vector<std::string>{"count"});
}

TEST_CASE("opening a column to everybody is asked once more, unless it was proposed and sure") {
  const Draft draft = MakeDraft();
  const auto missing = [&](const std::string& extra) {
    const auto form = Sent(kAsProposed + "&seen=all&confirm=yes" + extra);
    std::string fields;
    for (const auto& each : MissingChoices(draft, ReadChoices(form, draft).value(), English())) {
      fields += each.field + " ";
    }
    return fields;
  };
  REQUIRE(missing("").empty());
  REQUIRE(missing("&class-0=public&class-3=public") == "open-0 open-3 ");
  REQUIRE(missing("&class-0=public&open-0=yes").empty());
  REQUIRE(missing("&class-0=public&open-0=no") == "open-0 ");
  const auto bare = ReadChoices(Sent(kAsProposed), draft).value();
  REQUIRE(MissingChoices(draft, bare, English()).size() == 2);  // who may know, and the classes
}

TEST_CASE("the view names what needs a look, by row and length") {
  const Draft draft = MakeDraft();
  const Texts texts = English();
  const DraftChoices choices = ProposedChoices(draft, std::nullopt);
  const Json view = Json::Object(DraftView(draft, choices, {}, texts));
  REQUIRE(TextOf(view, "look_words") == "1 column needs a look");
  const auto findings = FindingsOf(draft.report.Find("columns")->AsArray().at(1), texts);
  REQUIRE(findings.look ==
          std::vector<std::string>{"1 of 90 values have another form than all others, so the type "
                                   "is text: row 4,321, 7 characters long"});
  REQUIRE(findings.said == "90 values of 2 to 5 characters. 10 are empty");
  REQUIRE(view.Find("error_summary")->kind() == Json::Kind::kNull);
  REQUIRE(view.Find("change")->kind() == Json::Kind::kNull);
  REQUIRE(FindingsOf(Json(), texts).said == "All 0 are empty");
}

TEST_CASE("the box that asks once more is shown when it was missed, and stays when it is ticked") {
  const Draft draft = MakeDraft();
  const Texts texts = English();
  DraftChoices choices = ProposedChoices(draft, std::nullopt);
  choices.columns.at(0).column_class = "public";
  const auto box = [&](const std::vector<ChoiceError>& errors) {
    const Json view = Json::Object(DraftView(draft, choices, errors, texts));
    return *ItemsOf(view, "column_rows").at(0).Find("open");
  };
  REQUIRE(box({}).kind() == Json::Kind::kNull);
  REQUIRE(TextOf(box(MissingChoices(draft, choices, texts)), "open_error") ==
          "Confirm once more that id says nothing about a person");
  choices.columns.at(0).is_public_confirmed = true;
  REQUIRE(IsTrue(box({}), "is_open_ticked"));
}

TEST_CASE("what changes since the version before is told") {
  Draft draft = MakeDraft();
  draft.previous_version = 11;
  draft.change.removed = {"gone"};
  draft.change.retyped = {{"count", {}, {.kind = engine::ColumnKind::kLong}}};
  const Json view =
      Json::Object(DraftView(draft, ProposedChoices(draft, std::nullopt), {}, English()));
  const Json& change = MemberOf(view, "change");
  REQUIRE(TextOf(change, "before") == "11");
  REQUIRE(TextOf(change, "removed") == "gone");
  REQUIRE(TextOf(change, "retyped") == "count (was: Text; is now: Whole number)");
  REQUIRE(IsTrue(change, "has_lost"));
  REQUIRE_FALSE(IsTrue(view, "asks_who"));
  REQUIRE(TextOf(view, "next_version") == "12");
}

}  // namespace web
