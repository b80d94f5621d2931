#include "agreements/verdict.h"

#include <doctest/doctest.h>

namespace agreements {
namespace {

Verdict Example() {
  Verdict verdict;
  verdict.outcome = Outcome::kRefused;
  verdict.power = "dea-48";
  verdict.checked = *base::ParseCivilDay("2026-09-14");
  verdict.law_edition = *base::ParseCivilDay("2026-01-01");
  verdict.law_digest = base::Sha256("law");
  verdict.findings.push_back({.rule = "DEA-48-1",
                              .outcome = Outcome::kRefused,
                              .sentence = "It is not named.",
                              .remedy = "Choose another power.",
                              .citation = "Schedule 7",
                              .sureness = Sureness::kAct,
                              .declared = std::nullopt});
  verdict.findings.push_back(
      {.rule = "DP-17",
       .group = RuleGroup::kDataProtection,
       .outcome = Outcome::kHolds,
       .sentence = "It is declared.",
       .remedy = "",
       .citation = "Article 35",
       .sureness = Sureness::kSecondary,
       .declared = DeclaredDocument{"Advice", base::ParseCivilDay("2026-09-01"), "the council"}});
  verdict.other_powers.push_back({"dea-56", "Section 56", "Fraud"});
  return verdict;
}

TEST_CASE("a verdict is written as docs/formats/verdict.md says") {
  REQUIRE(base::WriteJson(VerdictJson(Example())) ==
          R"({"format":"tabularium-verdict-1","outcome":"refused","may_be_sent":false,)"
          R"("power":"dea-48","checked":"2026-09-14","law":{"edition":"2026-01-01","digest":")" +
              base::Sha256("law").Hex() +
              R"("},"counts":{"refused":1,"not-checked-yet":0,"advice":0,"note":0,"holds":1},)"
              R"("findings":[{"rule":"DEA-48-1","group":"power","outcome":"refused",)"
              R"("sentence":"It is not named.","remedy":"Choose another power.",)"
              R"("citation":"Schedule 7","sureness":"act","declared":null},)"
              R"({"rule":"DP-17","group":"data-protection","outcome":"holds",)"
              R"("sentence":"It is declared.","remedy":"","citation":"Article 35",)"
              R"("sureness":"secondary","declared":{"title":"Advice","date":"2026-09-01",)"
              R"("held_by":"the council"}}],)"
              R"("other_powers":[{"power":"dea-56","title":"Section 56","purpose":"Fraud"}]})");
}

TEST_CASE("a declared document without a date has null in its place") {
  Verdict verdict = Example();
  verdict.findings[1].declared->date.reset();
  const base::Json json = VerdictJson(verdict);
  const base::Json& finding = json.Find("findings")->AsArray()[1];
  REQUIRE(finding.Find("declared")->Find("date")->kind() == base::Json::Kind::kNull);
}

TEST_CASE("a request is sent with advice, and not when refused or not checked yet") {
  Verdict verdict;
  for (const auto& [outcome, may_be_sent] : {std::pair{Outcome::kHolds, true},
                                             {Outcome::kNote, true},
                                             {Outcome::kAdvice, true},
                                             {Outcome::kNotChecked, false},
                                             {Outcome::kRefused, false}}) {
    verdict.outcome = outcome;
    REQUIRE(verdict.MayBeSent() == may_be_sent);
  }
}

TEST_CASE("findings are counted by outcome") {
  Verdict verdict = Example();
  verdict.findings.push_back(verdict.findings.front());
  REQUIRE(verdict.Count(Outcome::kRefused) == 2);
  REQUIRE(verdict.Count(Outcome::kHolds) == 1);
  REQUIRE(verdict.Count(Outcome::kNote) == 0);
}

}  // namespace
}  // namespace agreements
