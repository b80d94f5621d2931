#include "web/agreement_management_view.h"

#include <doctest/doctest.h>

#include "web/json_view.h"
#include "web/sample_agreement.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::AgreementState;
using agreements::Part;
using agreements::Reason;
using base::Json;

base::CivilDay Day(std::string_view text) { return base::ParseCivilDay(text).value(); }

// Paused by the owner, its review over since yesterday.
ManagedAgreement Paused() {
  ManagedAgreement managed{.agreement = SampleAgreement(),
                           .parts = {Part::kOwnerApprover},
                           .is_own_edit = false,
                           .reader_organisation = "hmrc",
                           .today = Day("2027-03-23"),
                           .uses = 192,
                           .last_use = Day("2026-11-20")};
  managed.agreement.state = AgreementState::kSuspended;
  managed.agreement.history = {{.event = "suspend",
                                .state = "suspended",
                                .part = "owner-approver",
                                .reason = "data-wrong",
                                .comment = {},
                                .words = {},
                                .at = {},
                                .leaf_index = 2316}};
  return managed;
}

ManagementChoice Resume(std::string day, std::string month, std::string year) {
  return {.act = "resume",
          .code = "resolved",
          .words = {},
          .seen = {},
          .day = std::move(day),
          .month = std::move(month),
          .year = std::move(year)};
}

std::vector<std::string> FieldsOf(const FieldErrors& errors) {
  std::vector<std::string> fields;
  for (const FieldError& each : errors) fields.push_back(each.field);
  return fields;
}

}  // namespace

TEST_CASE("whoever resumes after the review names the next one, between today and the last day") {
  const Texts texts = English();
  const ManagedAgreement managed = Paused();
  REQUIRE(managed.NeedsReviewDay());
  REQUIRE(CheckChoice(managed, Resume("23", "3", "2027"), texts).empty());
  REQUIRE(CheckChoice(managed, Resume("20", "09", "2027"), texts).empty());
  const std::vector<std::string> at_day = {"review-day"};
  for (const auto& wrong :
       {Resume("", "", ""), Resume("22", "3", "2027"), Resume("21", "9", "2027"),
        Resume("30", "2", "2028"), Resume("1", "1", "99999"), Resume("-1", "3", "2027"),
        Resume("x", "3", "2027")}) {
    REQUIRE(FieldsOf(CheckChoice(managed, wrong, texts)) == at_day);
  }
  const auto chosen = ChosenOf(managed, Resume("20", "09", "2027"));
  REQUIRE(chosen.next_review == Day("2027-09-20"));
  ManagedAgreement in_time = managed;
  in_time.today = Day("2027-03-22");
  REQUIRE_FALSE(in_time.NeedsReviewDay());
  REQUIRE(CheckChoice(in_time, Resume("", "", ""), texts).empty());
  REQUIRE_FALSE(ChosenOf(in_time, Resume("", "", "")).next_review.has_value());
}

TEST_CASE("a reason of another act's list is none") {
  const Texts texts = English();
  const ManagedAgreement managed = Paused();
  ManagementChoice stop = Resume("", "", "");
  stop.act = "stop";
  REQUIRE(FieldsOf(CheckChoice(managed, stop, texts)) == std::vector<std::string>{"code"});
  stop.code = "other";
  stop.words = std::string(2'000, 'x');
  REQUIRE(CheckChoice(managed, stop, texts).empty());
  stop.words += "é";
  REQUIRE(FieldsOf(CheckChoice(managed, stop, texts)) == std::vector<std::string>{"text"});
  stop.act = "close";  // the recipient's
  REQUIRE(FieldsOf(CheckChoice(managed, stop, texts)) == std::vector<std::string>{"act", "text"});
}

TEST_CASE("the page says who paused it and why, and offers what is open") {
  const Texts texts = English();
  const ManagedAgreement managed = Paused();
  const Json view = Json::Object(ManagementView(managed, {}, {}, "token", texts));
  REQUIRE(ManagementTitle(managed, texts) == "Resume or stop this agreement");
  REQUIRE(TextOf(view, "state") ==
          "Paused since 1 January 1970, by HM Revenue and Customs. Reason from the list: “The data "
          "is wrong”");
  REQUIRE(TextOf(MemberOf(view, "paused"), "entry_url") == "/register-log/2316");
  REQUIRE(TextOf(view, "gives") == "HM Revenue and Customs, your organisation");
  REQUIRE(TextOf(view, "receives") == "Ambleford District Council");
  REQUIRE(TextOf(view, "use") == "192 uses. The last on 20 November 2026");
  const Json& form = MemberOf(view, "form");
  REQUIRE(ItemsOf(form, "acts").size() == 2);
  REQUIRE(TextOf(ItemsOf(form, "acts").front(), "value") == "resume");
  REQUIRE(ItemsOf(form, "groups").size() == 3);
  REQUIRE(MemberOf(form, "review").kind() == Json::Kind::kObject);
  REQUIRE(MemberOf(view, "instead").kind() == Json::Kind::kNull);
}

TEST_CASE("an approver of the recipient who edited the request is told so in place of a form") {
  ManagedAgreement managed = Paused();
  managed.parts = {Part::kCountersigner};
  const Texts texts = English();
  const Json may = Json::Object(ManagementView(managed, {}, {}, "token", texts));
  REQUIRE(MemberOf(may, "form").kind() == Json::Kind::kObject);
  managed.is_own_edit = true;
  const Json view = Json::Object(ManagementView(managed, {}, {}, "token", texts));
  REQUIRE(MemberOf(view, "form").kind() == Json::Kind::kNull);
  REQUIRE(TextOf(view, "instead").starts_with("You cannot stop this: you edited the request."));
}

TEST_CASE("a smaller step than stopping is offered where one may pause") {
  const Texts texts = English();
  ManagedAgreement managed = Paused();
  const ChosenAct stop{{AgreementAct::kStop, Part::kOwnerApprover}, Reason::kOther, "why", {}};
  Json view = Json::Object(ConfirmationView(managed, stop, "token", texts));
  REQUIRE(MemberOf(view, "smaller_url").kind() == Json::Kind::kNull);
  REQUIRE(TextOf(view, "action_url") == "/agreements/DSA-2026-0041/manage/stop");
  REQUIRE(IsTrue(view, "is_warning"));
  managed.agreement.state = AgreementState::kActive;
  view = Json::Object(ConfirmationView(managed, stop, "token", texts));
  REQUIRE(TextOf(view, "smaller_url") == "/agreements/DSA-2026-0041/manage?act=pause");
}

TEST_CASE("what was seen changes with the state and with each change") {
  ManagedAgreement managed = Paused();
  const std::string before = managed.Seen();
  managed.agreement.changed.microseconds += 1;
  REQUIRE(managed.Seen() != before);
  managed = Paused();
  managed.agreement.state = AgreementState::kActive;
  REQUIRE(managed.Seen() != before);
}

}  // namespace web
