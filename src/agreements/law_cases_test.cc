// The law as text: all cases of tests/policy/law against the law of the program, and the proof that
// each rule is needed. The failures name file and line.
//
// Tests of: gateway_common_rules.cc gateway_service_delivery_rules.cc gateway_debt_rules.cc
// Tests of: gateway_fraud_rules.cc gateway_statistics_rules.cc gateway_privacy_rules.cc
// Tests of: gateway_safeguard_rules.cc gateway_parts.cc gateway.cc
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "agreements/gateway.h"
#include "agreements/gateway_rules.h"
#include "agreements/law_case.h"
#include "base/format.h"
#include "base/real_world.h"

namespace agreements {
namespace {

using base::Format;

constexpr std::string_view kFolder = TABULARIUM_SOURCE_FOLDER "/tests/policy/law";
constexpr std::size_t kLeastCases = 40;

const Law& TheLaw() {
  static const Law law = *ReadLaw(LawFiles());
  return law;
}

std::vector<LawCase> ReadAllCases() {
  const auto world = base::MakeRealWorld();
  std::vector<LawCase> all;
  KnownProposals known;
  for (const std::string& name : *world->files().List(kFolder)) {
    if (!name.ends_with(".test")) continue;
    const auto text =
        base::ReadWholeFile(world->files(), Format("{}/{}", kFolder, name), kMaxCaseFileBytes);
    auto cases = ReadLawCases("tests/policy/law/" + name, *text, known);
    if (!cases) FAIL(cases.error().Text());  // tests cannot go on without their cases
    std::ranges::move(*cases, std::back_inserter(all));
  }
  return all;
}

const std::vector<LawCase>& AllCases() {
  static const std::vector<LawCase> cases = ReadAllCases();
  return cases;
}

Verdict Check(const Proposal& proposal, const Law& law, const void*) {
  return CheckGateway(proposal, law);
}

Verdict CheckWithRules(const Proposal& proposal, const Law& law, const void* rules) {
  return CheckWith(*static_cast<const std::vector<GatewayRule>*>(rules), proposal, law);
}

// The case's law: the program's, with the days that the case gives.
Law LawOf(const LawCase& of, const Law& law) {
  Law changed = law;
  for (Objective& objective : changed.objectives) {
    for (const auto& [id, day] : of.objective_ends) {
      if (objective.id == id) objective.until = day;
    }
  }
  return changed;
}

bool Fails(const LawCase& of, const std::vector<GatewayRule>& rules) {
  return !Failures(of, TheLaw(), CheckWithRules, &rules).empty();
}

// The rules with the function of one in another's place.
std::vector<GatewayRule> Mutated(std::size_t place, std::optional<Answer> (*ask)(const Case&)) {
  std::vector<GatewayRule> rules(GatewayRules().begin(), GatewayRules().end());
  rules[place].ask = ask;
  return rules;
}

}  // namespace

std::vector<std::string> Failures(const LawCase& of, const Law& law, GatewayCheck check,
                                  const void* context) {
  std::vector<std::string> failures;
  const auto fail = [&](std::size_t line, std::string_view what) {
    failures.push_back(Format("{}:{}: case {}: {}", of.file, line, of.title, what));
  };
  // A copy is dear, and few cases change the law.
  const std::optional<Law> own =
      of.objective_ends.empty() ? std::nullopt : std::optional(LawOf(of, law));
  const Law& changed = own ? *own : law;
  const auto proposal = ReadProposal(base::JsonItem(of.proposal, ""), of.today);
  const auto words = proposal ? CheckWords(*proposal, changed) : base::Result<void>();
  if (!proposal || !words) {
    fail(of.line, (proposal ? words.error() : proposal.error()).Text());
    return failures;
  }
  const Verdict verdict = check(*proposal, changed, context);
  if (verdict.outcome != of.outcome) {
    fail(of.outcome_line, Format("the verdict is {}", OutcomeName(verdict.outcome)));
  }
  for (const ExpectedFinding& expected : of.expected) {
    const auto found = std::ranges::find(verdict.findings, expected.rule, &Finding::rule);
    if (found == verdict.findings.end()) {
      fail(expected.line, Format("{} says nothing", expected.rule));
    } else if (found->outcome != expected.outcome) {
      fail(expected.line,
           Format("{}: {}: {}", expected.rule, OutcomeName(found->outcome), found->sentence));
    } else if (found->sentence.find(expected.words) == std::string::npos) {
      fail(expected.line, Format("{} says: {}", expected.rule, found->sentence));
    }
  }
  for (const Finding& finding : verdict.findings) {
    if (finding.outcome == Outcome::kHolds) continue;
    if (std::ranges::find(of.expected, finding.rule, &ExpectedFinding::rule) == of.expected.end()) {
      fail(of.line, Format("nobody expected {} {}: {}", OutcomeName(finding.outcome), finding.rule,
                           finding.sentence));
    }
  }
  return failures;
}

TEST_CASE("the law says of each case what its text expects") {
  REQUIRE(AllCases().size() >= kLeastCases);
  std::string all;
  for (const LawCase& each : AllCases()) {
    for (const std::string& failure : Failures(each, TheLaw(), Check, nullptr)) {
      all += "\n" + failure;
    }
  }
  INFO(all);
  REQUIRE(all.empty());
  MESSAGE(Format("{} cases of law", AllCases().size()));
}

TEST_CASE("a rule that always held would be noticed by a case, whichever it is") {
  for (std::size_t i = 0; i < GatewayRules().size(); ++i) {
    INFO(GatewayRules()[i].id);
    const auto rules = Mutated(
        i, [](const Case&) -> std::optional<Answer> { return Holds("A rule that always holds."); });
    REQUIRE(std::ranges::any_of(AllCases(), [&](const LawCase& of) { return Fails(of, rules); }));
  }
}

TEST_CASE("a rule that always refused, or said nothing, would be noticed too") {
  for (std::size_t i = 0; i < GatewayRules().size(); ++i) {
    INFO(GatewayRules()[i].id);
    const auto refusing = Mutated(i, [](const Case&) -> std::optional<Answer> {
      return Refused("A rule that always refuses.", "There is none.");
    });
    REQUIRE(
        std::ranges::any_of(AllCases(), [&](const LawCase& of) { return Fails(of, refusing); }));
    const auto silent = Mutated(i, [](const Case&) { return std::optional<Answer>(); });
    REQUIRE(std::ranges::any_of(AllCases(), [&](const LawCase& of) { return Fails(of, silent); }));
  }
}

TEST_CASE("what is unverified never refuses, whatever the case") {
  Law unsure = TheLaw();
  for (RuleSource& rule : unsure.rules) rule.sureness = Sureness::kUnverified;
  std::size_t refused = 0;
  for (const LawCase& each : AllCases()) {
    const auto proposal = ReadProposal(base::JsonItem(each.proposal, ""), each.today);
    REQUIRE(proposal.has_value());
    REQUIRE(CheckGateway(*proposal, unsure).outcome != Outcome::kRefused);
    if (CheckGateway(*proposal, LawOf(each, TheLaw())).outcome == Outcome::kRefused) ++refused;
  }
  REQUIRE(refused > AllCases().size() / 3);  // so there was something to turn into advice
}

TEST_CASE("each rule is seen to break and to hold in some case") {
  std::map<std::string, std::pair<bool, bool>> seen;  // broken, held
  for (const LawCase& each : AllCases()) {
    for (const ExpectedFinding& expected : each.expected) {
      (expected.outcome == Outcome::kHolds ? seen[expected.rule].second
                                           : seen[expected.rule].first) = true;
    }
  }
  // These two only ever speak where there is something to say.
  const std::vector<std::string_view> never_hold = {"DEA-0-15", "DEA-35-10"};
  for (const GatewayRule& rule : GatewayRules()) {
    INFO(rule.id);
    const auto& [broken, held] = seen[std::string(rule.id)];
    REQUIRE(broken);
    REQUIRE(held == (std::ranges::find(never_hold, rule.id) == never_hold.end()));
  }
}

}  // namespace agreements
