#include "web/countersign_view.h"

#include <doctest/doctest.h>

#include "web/json_view.h"
#include "web/sample_agreement.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::AgreementState;
using base::Json;

AgreementToSign Waiting() {
  AgreementToSign target{.agreement = SampleAgreement(),
                         .document = {},
                         .verdict = Json::Object({{"may_be_sent", true}}),
                         .schema = {},
                         .area_code = {},
                         .words = "It fits.",
                         .is_own_edit = false,
                         .returns = {},
                         .today = base::ParseCivilDay("2026-09-21").value(),
                         .approved_day = base::ParseCivilDay("2026-09-17").value()};
  target.agreement.state = AgreementState::kAwaitingSignature;
  target.document.policy = agreements::Policy{};
  return target;
}

Json ViewOf(const AgreementToSign& target) {
  const agreements::Law law{};
  return Json::Object(CountersignView(target, {}, {}, law, English()));
}

std::vector<std::string> FieldsOf(const FieldErrors& errors) {
  std::vector<std::string> fields;
  for (const FieldError& each : errors) fields.push_back(each.field);
  return fields;
}

bool HasForm(const AgreementToSign& target) {
  return MemberOf(ViewOf(target), "form").kind() == Json::Kind::kObject;
}

}  // namespace

TEST_CASE("the page says since when it waits and when it lapses") {
  const Json view = ViewOf(Waiting());
  REQUIRE(
      TextOf(view, "waits") ==
      "HM Revenue and Customs approved this on 17 September 2026. It waits for the signature of "
      "Ambleford District Council for 4 days. If nobody signs by 17 October 2026, it lapses.");
  REQUIRE(TextOf(view, "owner_words") == "“It fits.”");
  REQUIRE(TextOf(MemberOf(view, "form"), "sign_hint") ==
          "The agreement is in force at once. Data can flow from today.");
  AgreementToSign early = Waiting();
  early.today = base::ParseCivilDay("2026-09-20").value();
  REQUIRE(TextOf(MemberOf(ViewOf(early), "form"), "sign_hint") ==
          "The agreement is in force at once. Data can flow from 21 September 2026.");
}

TEST_CASE("words that were removed are said to be, and none are left out") {
  AgreementToSign target = Waiting();
  target.words = std::nullopt;
  REQUIRE(TextOf(ViewOf(target), "owner_words") == "The words were removed");
  target.words = "";
  REQUIRE(MemberOf(ViewOf(target), "owner_words").kind() == Json::Kind::kNull);
}

TEST_CASE("there is no form for who edited it, where a rule refuses, and once it is decided") {
  REQUIRE(HasForm(Waiting()));
  AgreementToSign own = Waiting();
  own.is_own_edit = true;
  REQUIRE_FALSE(HasForm(own));
  REQUIRE(TextOf(ViewOf(own), "instead").starts_with("You cannot sign this: you edited"));
  AgreementToSign refused = Waiting();
  refused.verdict = Json::Object({{"may_be_sent", false}});
  REQUIRE_FALSE(HasForm(refused));
  REQUIRE(TextOf(ViewOf(refused), "instead").starts_with("This cannot be signed: a rule refuses"));
  for (const auto state : {AgreementState::kActive, AgreementState::kDeclined,
                           AgreementState::kLapsed, AgreementState::kRevoked}) {
    AgreementToSign over = Waiting();
    over.agreement.state = state;
    REQUIRE_FALSE(HasForm(over));
    REQUIRE(MemberOf(ViewOf(over), "waits").kind() == Json::Kind::kNull);
    REQUIRE_FALSE(TextOf(ViewOf(over), "instead").empty());
  }
}

TEST_CASE("declining needs a reason of its list and words, signing neither; both a declaration") {
  const Texts texts = English();
  using Fields = std::vector<std::string>;
  REQUIRE(CheckSignature({"sign", {}, {}, true}, texts).empty());
  REQUIRE(CheckSignature({"decline", "not-needed", "No", true}, texts).empty());
  REQUIRE(FieldsOf(CheckSignature({"decline", {}, {}, true}, texts)) == Fields{"code", "reason"});
  REQUIRE(FieldsOf(CheckSignature({"decline", "data-wrong", "No", true}, texts)) == Fields{"code"});
  REQUIRE(FieldsOf(CheckSignature({"sign", {}, {}, false}, texts)) == Fields{"declare"});
  REQUIRE(FieldsOf(CheckSignature({"approve", {}, {}, true}, texts)) == Fields{"decision"});
}

TEST_CASE("what was asked to change is listed, and no more is claimed") {
  AgreementToSign target = Waiting();
  REQUIRE(MemberOf(ViewOf(target), "changed").kind() == Json::Kind::kNull);
  target.returns = {{.event = "return",
                     .state = "returned",
                     .part = "owner-approver",
                     .reason = {},
                     .comment = "Fewer columns",
                     .words = {},
                     .at = {},
                     .leaf_index = {}}};
  const Json view = ViewOf(target);
  const auto& returns = ItemsOf(MemberOf(view, "changed"), "returns");
  REQUIRE(returns.size() == 1);
  REQUIRE(returns.front().AsString() ==
          "HM Revenue and Customs returned it on 1 January 1970: “Fewer columns”");
}

TEST_CASE("a second click is known by what was done") {
  agreements::Agreement agreement = SampleAgreement();
  REQUIRE_FALSE(IsSignedLike(agreement, {"sign", {}, {}, true}, {}));
  agreement.history = {{.event = "countersign",
                        .state = "active",
                        .part = "countersigner",
                        .reason = {},
                        .comment = {},
                        .words = {},
                        .at = {},
                        .leaf_index = {}}};
  REQUIRE(IsSignedLike(agreement, {"sign", {}, {}, true}, {}));
  REQUIRE_FALSE(IsSignedLike(agreement, {"decline", "other", "No", true}, "No"));
  agreement.history.back().event = "decline";
  agreement.history.back().reason = "other";
  REQUIRE(IsSignedLike(agreement, {"decline", "other", "No", true}, "No"));
  REQUIRE_FALSE(IsSignedLike(agreement, {"decline", "other", "Nein", true}, "No"));
}

}  // namespace web
