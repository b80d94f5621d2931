// Tests of: agreement_words.cc
#include "web/agreement_view.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "web/agreement_words.h"
#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::Agreement;
using agreements::AgreementState;
using base::CivilDay;
using base::Json;

CivilDay Day(std::string_view text) { return base::ParseCivilDay(text).value(); }
base::Instant At(std::string_view text) { return base::ParseInstant(text).value(); }

Agreement Sample() {
  const auto id = identity::OrganisationId::Parse("0123456789abcdef0123456789abcdef").value();
  Agreement agreement{.number = "DSA-2026-0041",
                      .request = "DSR-2026-0118",
                      .state = AgreementState::kActive,
                      .owner = {id, "revenue", "Revenue, \"the\" department"},
                      .recipient = {id, "council", "Council"},
                      .dataset = "jobs-1a2b3c",
                      .dataset_title = "Jobs",
                      .sentence = {},
                      .purpose = "Collect tax",
                      .policy = {},
                      .policy_digest = {},
                      .first_day = Day("2026-09-21"),
                      .last_day = Day("2027-09-20"),
                      .review_day = Day("2027-03-22"),
                      .approved = At("2026-09-17T10:00:00Z"),
                      .changed = At("2026-09-21T10:00:00Z"),
                      .fields = {.power = "dea-48",
                                 .objective = {},
                                 .act = "collect-debt",
                                 .basis = "public-task",
                                 .territory = {"england", "wales"},
                                 .retention = "P6Y",
                                 .contact = "rights@example.org"},
                      .history = {},
                      .document = {},
                      .verdict = {},
                      .list = {},
                      .salt = {}};
  agreement.policy.doors = {"query"};
  agreement.policy.columns = {{"nino", catalogue::kToken, {}, {}},
                              {"surname", catalogue::kDrop, {}, {}}};
  return agreement;
}

std::vector<std::string> WordsOf(const Json& items, std::string_view name) {
  std::vector<std::string> words;
  for (const Json& each : items.AsArray()) words.push_back(TextOf(each, name));
  return words;
}

}  // namespace

TEST_CASE("days, hours, terms and places in words") {
  REQUIRE(ShortDayText(Day("2026-09-01"), English()) == "1 Sep 2026");
  REQUIRE(ShortDayText(Day("2027-12-31"), English()) == "31 Dec 2027");
  REQUIRE(HourText(At("2026-11-20T09:00:00Z"), English()) == "20 November 2026, 9 to 10");
  REQUIRE(HourText(At("2026-11-20T23:59:59Z"), English()) == "20 November 2026, 23 to 24");
  REQUIRE(RetentionWords("P6Y", English()) == "6 years");
  REQUIRE(RetentionWords("P1M", English()) == "1 month");
  REQUIRE(RetentionWords("P90D", English()) == "90 days");
  for (const char* kept : {"", "P", "PY", "P6W", "P1Y6M", "as long as needed"}) {
    REQUIRE(RetentionWords(kept, English()) == kept);
  }
  REQUIRE(TerritoryWords(Sample().fields, English()) == "England, Wales");
  REQUIRE(NameOf(Sample()) == "Collect tax");
  Agreement removed = Sample();
  removed.purpose.reset();
  REQUIRE(NameOf(removed) == "DSA-2026-0041");
  for (std::size_t i = 0; i < agreements::kAgreementStates; ++i) {
    const auto state = static_cast<AgreementState>(i);
    REQUIRE_FALSE(StateWords(state, English()).empty());
    REQUIRE(StateColour(state).starts_with("govuk-tag--"));
  }
}

TEST_CASE("a line of the register has a field for each name, quoted where it must be") {
  const std::string header = RegisterCsvHeader();
  const std::string line = RegisterCsvLine(Sample(), TheLaw());
  REQUIRE(line.starts_with("DSA-2026-0041,Collect tax,,"));
  REQUIRE(line.find(R"(,"Revenue, ""the"" department",query,council,Council,P6Y,2026-09-21,)") !=
          std::string::npos);
  REQUIRE(line.find(",nino (token),") != std::string::npos);
  REQUIRE(line.find("surname") == std::string::npos);
  // One comma of the line stands inside its only quoted pair, one in the title of the law.
  const auto commas = [](std::string_view text) {
    bool is_quoted = false;
    std::size_t count = 0;
    for (const char c : text) {
      if (c == '"') is_quoted = !is_quoted;
      if (c == ',' && !is_quoted) ++count;
    }
    return count;
  };
  REQUIRE(commas(line) == commas(header));
  REQUIRE((header.ends_with("\r\n") && line.ends_with("\r\n")));
}

TEST_CASE("no field of the register is a formula to a spreadsheet") {
  for (const char* const text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx"}) {
    CAPTURE(text);
    Agreement agreement = Sample();
    agreement.purpose = text;
    const std::string line = RegisterCsvLine(agreement, TheLaw());
    REQUIRE(line.starts_with("DSA-2026-0041,'" + std::string(text) + ","));
  }
}

TEST_CASE("fields that are empty are left out, and a text that was removed is said to be") {
  Agreement agreement = Sample();
  const auto full = AgreementFieldsJson(agreement, TheLaw(), English()).AsArray().size();
  agreement.fields = {};
  agreement.purpose.reset();
  const Json rows = AgreementFieldsJson(agreement, TheLaw(), English());
  REQUIRE(rows.AsArray().size() < full);
  const auto words = WordsOf(rows, "value");
  REQUIRE(std::ranges::find(words, "This text was removed") != words.end());
}

TEST_CASE("what is seen and not seen, with a column that the data has lost") {
  catalogue::SchemaColumn surname;
  surname.name = "surname";
  const catalogue::Schema schema{{surname}};
  agreements::Policy policy = Sample().policy;
  agreements::MemberOf list;
  list.carry = {{"account", "your_reference", {}}};
  policy.member_of = list;
  const Json seen = SeenColumnsJson(policy, schema, English());
  REQUIRE(WordsOf(seen, "form") ==
          std::vector<std::string>{"As a code that means nothing elsewhere",
                                   "Carried from the recipient’s list"});
  REQUIRE(UnseenWords(policy, schema, English()) == "surname");
  catalogue::Schema wide;
  for (int i = 0; i < 15; ++i) {
    surname.name = "c" + std::to_string(i);
    wide.columns.push_back(surname);
  }
  REQUIRE(UnseenWords(policy, wide, English()).ends_with("c11 and 3 more"));
}

TEST_CASE("the timeline tells what happened by part, today, and what comes") {
  Agreement agreement = Sample();
  const auto event = [](const char* name, const char* part, const char* reason) {
    return agreements::HistoryEvent{.event = name,
                                    .state = {},
                                    .part = part,
                                    .reason = reason,
                                    .comment = {},
                                    .words = {},
                                    .at = At("2026-09-17T10:00:00Z"),
                                    .leaf_index = 2'151};
  };
  agreement.history = {event("approve", "owner-approver", ""),
                       event("countersign", "countersigner", ""),
                       event("suspend", "clock", "review-missed"),
                       event("suspend", "platform-administrator", "other")};
  const Json line = TimelineJson(agreement, {"It fits."}, Day("2026-11-23"), "", English());
  const auto what = WordsOf(line, "what");
  REQUIRE(what.size() == 7);
  REQUIRE(what[0].ends_with("approved"));
  REQUIRE(what[2] == "It paused by itself");
  REQUIRE(what[3] == "An administrator of the platform paused it");
  REQUIRE((what[4] == "Today" && what[5] == "Review" && what[6] == "End"));
  REQUIRE(TextOf(line.AsArray()[0], "entry_url") == "/register-log/2151");
  REQUIRE(TextOf(line.AsArray()[0], "said") == "It fits.");
  REQUIRE(TextOf(line.AsArray()[2], "reason") == "nobody reviewed it in time");
  agreement.state = AgreementState::kRevoked;
  agreement.history = {event("revoke", "owner-approver", "data-wrong")};
  const Json over = TimelineJson(agreement, {}, Day("2026-11-23"), "", English());
  REQUIRE(over.AsArray().size() == 1);
  REQUIRE(TextOf(over.AsArray()[0], "mark") == "tab-stop");
  // One that has not begun says when it will.
  agreement.state = AgreementState::kActive;
  REQUIRE(WordsOf(TimelineJson(agreement, {}, Day("2026-09-01"), "", English()), "what")[2] ==
          "Data begins to flow");
}

TEST_CASE("weeks begin on Mondays, and those before the first use are left out") {
  REQUIRE(WeeksJson({}, Day("2026-11-23"), English()).kind() == Json::Kind::kNull);
  const std::vector<agreements::Gate::UsesOfDay> days = {{Day("2026-11-22"), 2},
                                                         {Day("2026-11-16"), 1},
                                                         {Day("2026-11-15"), 6},
                                                         {Day("2025-01-01"), 9}};
  const Json weeks = WeeksJson(days, Day("2026-11-25"), English());
  const auto& bars = ItemsOf(weeks, "bars");
  REQUIRE(WordsOf(MemberOf(weeks, "bars"), "figure") == std::vector<std::string>{"6", "3", "0"});
  REQUIRE(WordsOf(MemberOf(weeks, "bars"), "week") ==
          std::vector<std::string>{"9 Nov", "16 Nov", "23 Nov"});
  REQUIRE(CountOf(bars[0], "height") == 2 * CountOf(bars[1], "height") + 1);
  REQUIRE(TextOf(weeks, "name").ends_with("6, 3, 0."));
  REQUIRE(WeeksJson({{Day("2025-01-01"), 9}}, Day("2026-11-25"), English()).kind() ==
          Json::Kind::kNull);
}

TEST_CASE("a use is told by its two leaves") {
  const Entry opened =
      EntryOf(18'377, R"({"kind":"access.opened","door":"query","time":"2026-11-20T10:00:00Z"})");
  const Entry closed = EntryOf(18'378, R"({"outcome":"complete","rows":8})");
  const Json use = UseJson(opened, closed, true, English());
  REQUIRE((TextOf(use, "index") == "18,377" && TextOf(use, "closed") == "18,378"));
  REQUIRE((TextOf(use, "rows") == "8" && TextOf(use, "outcome") == "Allowed"));
  REQUIRE(TextOf(use, "receipt_url") == "/receipts/18377");
  const Json refused =
      UseJson(opened, EntryOf(1, R"({"outcome":"refused","rows":0})"), false, English());
  REQUIRE((TextOf(refused, "rows").empty() && TextOf(refused, "outcome") == "Refused"));
  REQUIRE(MemberOf(refused, "receipt_url").kind() == Json::Kind::kNull);
  REQUIRE(TextOf(UseJson(opened, std::nullopt, false, English()), "outcome") == "Not ended yet");
}

}  // namespace web
