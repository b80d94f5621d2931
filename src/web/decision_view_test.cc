#include "web/decision_view.h"

#include <doctest/doctest.h>

#include "agreements/law.h"
#include "base/simulated_world.h"
#include "web/json_view.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::RequestState;
using base::Json;

agreements::HistoryEvent Event(std::string name, std::int64_t day, std::string comment = {}) {
  return {.event = std::move(name),
          .state = {},
          .part = {},
          .reason = {},
          .comment = std::move(comment),
          .words = {},
          .at = {day * 86'400 * base::kMicrosecondsPerSecond},
          .leaf_index = {}};
}

RequestToDecide Asked(RequestState state) {
  base::SimulatedWorld world{1};
  const auto id = [&] { return identity::OrganisationId::Random(world.randomness()); };
  RequestToDecide target{.request = {.number = "DSR-2026-0118",
                                     .state = state,
                                     .revision = 3,
                                     .asker = {id(), "ambleford", "Ambleford District Council"},
                                     .owner = {id(), "hmrc", "HM Revenue and Customs"},
                                     .dataset = "jobs",
                                     .dataset_title = "Jobs",
                                     .document = {},
                                     .verdict = {},
                                     .agreement = {},
                                     .created = {},
                                     .changed = {},
                                     .is_own_edit = false,
                                     .history = {Event("submit", 1)}},
                         .document = {},
                         .verdict = {},
                         .schema = {},
                         .latest = 1,
                         .area_code = {},
                         .took_part = false,
                         .now = {3 * 86'400 * base::kMicrosecondsPerSecond}};
  target.document.policy = agreements::Policy{};
  return target;
}

Json ViewOf(const RequestToDecide& target) {
  const agreements::Law law{};
  return Json::Object(DecisionView(target, {}, {}, law, English()));
}

DecisionChoice Chosen(std::string decision, std::string words, std::string code = {}) {
  return {.decision = std::move(decision),
          .code = std::move(code),
          .words = std::move(words),
          .is_declared = true,
          .revision = {},
          .rehearsal = {}};
}

std::vector<std::string> FieldsOf(const FieldErrors& errors) {
  std::vector<std::string> fields;
  for (const FieldError& each : errors) fields.push_back(each.field);
  return fields;
}

}  // namespace

TEST_CASE("a decision names what it is, a rejection its reason, and both say why") {
  const Texts texts = English();
  using Fields = std::vector<std::string>;
  REQUIRE(CheckDecision(Chosen("approve", {}), texts).empty());
  REQUIRE(CheckDecision(Chosen("return", "Fewer columns"), texts).empty());
  REQUIRE(CheckDecision(Chosen("reject", "No", "too-much-data"), texts).empty());
  REQUIRE(FieldsOf(CheckDecision(Chosen("", "No"), texts)) == Fields{"decision"});
  REQUIRE(FieldsOf(CheckDecision(Chosen("return", {}), texts)) == Fields{"reason"});
  REQUIRE(FieldsOf(CheckDecision(Chosen("reject", {}), texts)) == Fields{"code", "reason"});
  REQUIRE(FieldsOf(CheckDecision(Chosen("reject", "No", "data-wrong"), texts)) == Fields{"code"});
  DecisionChoice undeclared = Chosen("approve", {});
  undeclared.is_declared = false;
  REQUIRE(FieldsOf(CheckDecision(undeclared, texts)) == Fields{"declare"});
}

TEST_CASE("who took part is told so in place of the form, and may not rehearse") {
  RequestToDecide target = Asked(RequestState::kInReview);
  Json view = ViewOf(target);
  REQUIRE(MemberOf(view, "form").kind() == Json::Kind::kObject);
  REQUIRE(IsTrue(view, "may_rehearse"));
  target.took_part = true;
  view = ViewOf(target);
  REQUIRE(MemberOf(view, "form").kind() == Json::Kind::kNull);
  REQUIRE_FALSE(IsTrue(view, "may_rehearse"));
  REQUIRE(TextOf(MemberOf(view, "instead"), "instead_words")
              .starts_with("You cannot decide this: you took part in it."));
}

TEST_CASE("the page follows the state: to be taken, in review, decided") {
  const Json sent = ViewOf(Asked(RequestState::kSubmitted));
  REQUIRE(IsTrue(sent, "waits_for_taking"));
  REQUIRE(MemberOf(sent, "form").kind() == Json::Kind::kNull);
  REQUIRE(MemberOf(sent, "instead").kind() == Json::Kind::kNull);
  REQUIRE(TextOf(sent, "waiting") ==
          "Waiting for HM Revenue and Customs for 2 days: sent on 2 January 1970.");
  RequestToDecide back = Asked(RequestState::kReturned);
  back.request.history.push_back(Event("return", 2, "Fewer columns"));
  const Json returned = ViewOf(back);
  REQUIRE_FALSE(IsTrue(returned, "waits_for_taking"));
  REQUIRE(TextOf(MemberOf(returned, "instead"), "comment") == "Fewer columns");
  REQUIRE(MemberOf(returned, "waiting").kind() == Json::Kind::kNull);
  back.request.state = RequestState::kInReview;
  back.request.history.push_back(Event("submit", 3));
  REQUIRE(TextOf(ViewOf(back), "waiting") ==
          "Waiting for HM Revenue and Customs since today: you returned it on 3 January 1970, "
          "Ambleford District Council sent it again on 4 January 1970.");
  RequestToDecide accepted = Asked(RequestState::kAccepted);
  accepted.request.agreement = "DSA-2026-0041";
  REQUIRE(TextOf(MemberOf(ViewOf(accepted), "instead"), "agreement_url") ==
          "/agreements/DSA-2026-0041");
}

TEST_CASE("a second click is known by its words, and a colleague's decision is not one") {
  RequestToDecide target = Asked(RequestState::kReturned);
  target.request.history.push_back(Event("return", 2, "Fewer columns"));
  REQUIRE(IsDecidedLike(target.request, Chosen("return", "Fewer columns"), {}));
  REQUIRE_FALSE(IsDecidedLike(target.request, Chosen("return", "Fewer rows"), {}));
  REQUIRE_FALSE(IsDecidedLike(target.request, Chosen("approve", "Fewer columns"), {}));
  target.request.history.push_back(Event("reject", 3));
  target.request.history.back().reason = "other";
  REQUIRE(IsDecidedLike(target.request, Chosen("reject", "No", "other"), "No"));
  REQUIRE_FALSE(IsDecidedLike(target.request, Chosen("reject", "No", "too-much-data"), "No"));
  REQUIRE_FALSE(IsDecidedLike(target.request, Chosen("reject", "No", "other"), std::nullopt));
}

TEST_CASE("conditions say who keeps each") {
  RequestToDecide target = Asked(RequestState::kInReview);
  target.document.proposal.purpose = "Collect overdue council tax";
  target.document.proposal.nature.revenue = true;
  const Json view = ViewOf(target);
  const auto& conditions = ItemsOf(view, "conditions");
  REQUIRE(conditions.size() == 6);
  REQUIRE(TextOf(conditions[0], "text") == "Collect overdue council tax. Nothing else.");
  REQUIRE(TextOf(conditions[0], "keeper") == "The server, on each query");
  REQUIRE(TextOf(conditions[2], "text").find("consent of the Commissioners") != std::string::npos);
  REQUIRE(TextOf(conditions[2], "keeper") == "Ambleford District Council");
}

}  // namespace web
