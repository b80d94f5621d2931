// What holds of every check, whatever the rules say; the rules themselves are tested by the cases
// of tests/policy/law (law_cases_test.cc).
#include "agreements/gateway.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "agreements/gateway_rules.h"

namespace agreements {
namespace {

const Law& TheLaw() {
  static const Law law = *ReadLaw(LawFiles());
  return law;
}

Party Body(std::string name, std::string kind, std::string body, std::string country) {
  Party party;
  party.name = std::move(name);
  party.place = {std::move(kind), std::move(body), std::move(country)};
  party.role = Role::kController;
  party.regime = Regime::kGeneral;
  party.basis = "public-task";
  return party;
}

// A district council asks HM Revenue and Customs under section 48; much is not filled in yet.
Proposal Draft() {
  Proposal proposal;
  proposal.today = *base::ParseCivilDay("2026-09-14");
  proposal.owner = Body("HM Revenue and Customs", "uk-department", "hmrc", "united-kingdom");
  proposal.asker = Body("Ambleford District Council", "district-council", "", "england");
  proposal.power = "dea-48";
  proposal.act = "collect-debt";
  proposal.territory = {"england"};
  return proposal;
}

const Finding* FindingOf(const Verdict& verdict, std::string_view rule) {
  const auto found = std::ranges::find(verdict.findings, rule, &Finding::rule);
  return found == verdict.findings.end() ? nullptr : &*found;
}

TEST_CASE("findings stand in the order of the rules, the power before data protection") {
  const Verdict verdict = CheckGateway(Draft(), TheLaw());
  std::vector<std::string> expected;
  for (const RuleGroup group : {RuleGroup::kPower, RuleGroup::kDataProtection}) {
    for (const GatewayRule& rule : GatewayRules()) {
      if (FindingOf(verdict, rule.id) == nullptr) continue;
      if (Find(TheLaw().rules, rule.id)->group == group) expected.emplace_back(rule.id);
    }
  }
  std::vector<std::string> found;
  for (const Finding& finding : verdict.findings) found.push_back(finding.rule);
  REQUIRE(found == expected);
  REQUIRE(found.front() == "DEA-0-1");
  REQUIRE(found.back() == "DP-23");
}

TEST_CASE("the worst finding is the verdict's outcome") {
  const auto asks = [](std::string_view id, std::optional<Answer> (*ask)(const Case&)) {
    return GatewayRule{id, ask};
  };
  const GatewayRule holds = asks("DEA-0-1", [](const Case&) { return std::optional(Holds("")); });
  const GatewayRule note = asks("DEA-0-2", [](const Case&) { return std::optional(Note("", "")); });
  const GatewayRule advice =
      asks("DEA-0-3", [](const Case&) { return std::optional(Advice("", "")); });
  const GatewayRule unchecked = asks(
      "DEA-0-6", [](const Case&) { return std::optional(Answer{Outcome::kNotChecked, "", ""}); });
  const GatewayRule refused =
      asks("DEA-0-8", [](const Case&) { return std::optional(Refused("", "")); });
  std::vector<GatewayRule> rules;
  REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == Outcome::kHolds);
  for (const auto& [rule, outcome] : {std::pair{refused, Outcome::kRefused},
                                      {holds, Outcome::kRefused},
                                      {note, Outcome::kRefused}}) {
    rules.push_back(rule);
    REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == outcome);
  }
  rules = {holds, note};
  REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == Outcome::kNote);
  rules = {advice, note};
  REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == Outcome::kAdvice);
  rules = {unchecked, advice};
  REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == Outcome::kNotChecked);
  rules = {unchecked, refused};
  REQUIRE(CheckWith(rules, Draft(), TheLaw()).outcome == Outcome::kRefused);
}

TEST_CASE("the same proposal and law give the same verdict, with the digest of the law") {
  const Verdict verdict = CheckGateway(Draft(), TheLaw());
  REQUIRE(verdict == CheckGateway(Draft(), TheLaw()));
  REQUIRE(verdict.law_digest == TheLaw().digest);
  REQUIRE(verdict.law_edition == TheLaw().edition);
  REQUIRE(verdict.checked.Text() == "2026-09-14");
  REQUIRE(verdict.power == "dea-48");
}

TEST_CASE("a rule of another power says nothing") {
  const Verdict verdict = CheckGateway(Draft(), TheLaw());
  REQUIRE(FindingOf(verdict, "DEA-48-1") != nullptr);
  REQUIRE(FindingOf(verdict, "DEA-56-1") == nullptr);
  REQUIRE(FindingOf(verdict, "DEA-35-1") == nullptr);
  REQUIRE(FindingOf(verdict, "SRSA-45A-1") == nullptr);
}

TEST_CASE("the citation is that of the power") {
  Proposal proposal = Draft();
  REQUIRE(FindingOf(CheckGateway(proposal, TheLaw()), "DEA-0-6")->citation ==
          "Digital Economy Act 2017, section 49(1) and (2)");
  proposal.power = "dea-56";
  REQUIRE(FindingOf(CheckGateway(proposal, TheLaw()), "DEA-0-6")->citation ==
          "Digital Economy Act 2017, section 57(1) and (2)");
}

TEST_CASE("a finding is as sure as the weaker of its rule and of the entry it rests on") {
  Proposal proposal = Draft();
  REQUIRE(FindingOf(CheckGateway(proposal, TheLaw()), "DEA-48-1")->sureness == Sureness::kAct);
  proposal.asker = Body("Cwm Example County Council", "county-council", "", "wales");
  REQUIRE(FindingOf(CheckGateway(proposal, TheLaw()), "DEA-48-1")->sureness ==
          Sureness::kSecondary);
}

TEST_CASE("a refused request is told of the powers that name both bodies, and of no other") {
  Proposal proposal = Draft();
  proposal.power = "srsa-45a";
  std::vector<std::string> others;
  for (const OtherPower& other : CheckGateway(proposal, TheLaw()).other_powers) {
    others.push_back(other.power);
  }
  REQUIRE(others == std::vector<std::string>{"dea-35", "dea-48", "dea-56"});
  // A combined authority may use the first alone, and the one that is chosen is not offered.
  proposal.asker = Body("Severnmarsh Combined Authority", "combined-authority", "", "england");
  REQUIRE(CheckGateway(proposal, TheLaw()).other_powers.size() == 1);
  proposal.power = "dea-35";
  REQUIRE(CheckGateway(proposal, TheLaw()).other_powers.empty());
}

TEST_CASE("a declared document is shown as it was declared") {
  Proposal proposal = Draft();
  Document assessment;
  assessment.kind = "dpia";
  assessment.title = "Earnings";
  assessment.date = base::ParseCivilDay("2026-09-01");
  assessment.held_by = "information governance";
  proposal.documents.push_back(assessment);
  const Verdict verdict = CheckGateway(proposal, TheLaw());
  const Finding& finding = *FindingOf(verdict, "DEA-0-12");
  REQUIRE(finding.declared ==
          DeclaredDocument{"Earnings", assessment.date, "information governance"});
  REQUIRE_FALSE(FindingOf(verdict, "DEA-0-9")->declared.has_value());
}

TEST_CASE("every finding that does not hold says what to do, and each one where it stands") {
  for (const Power& power : TheLaw().powers) {
    Proposal proposal = Draft();
    proposal.power = power.id;
    for (const Finding& finding : CheckGateway(proposal, TheLaw()).findings) {
      INFO(finding.rule);
      REQUIRE_FALSE(finding.sentence.empty());
      REQUIRE(finding.sentence.ends_with('.'));
      REQUIRE_FALSE(finding.citation.empty());
      REQUIRE(finding.remedy.empty() == (finding.outcome == Outcome::kHolds));
    }
  }
}

TEST_CASE("a power whose rules are not written yet is never sent") {
  std::size_t unchecked = 0;
  for (const Power& power : TheLaw().powers) {
    if (power.checked) continue;
    ++unchecked;
    Proposal proposal = Draft();
    proposal.power = power.id;
    const Verdict verdict = CheckGateway(proposal, TheLaw());
    REQUIRE_FALSE(verdict.MayBeSent());
    REQUIRE(FindingOf(verdict, "DEA-0-1")->outcome == Outcome::kNotChecked);
  }
  REQUIRE(unchecked > 20);
}

}  // namespace
}  // namespace agreements
