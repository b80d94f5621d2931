#include "agreements/gateway.h"

#include <algorithm>

#include "agreements/gateway_rules.h"
#include "base/check.h"

namespace agreements {
namespace {

std::vector<GatewayRule> AllRules() {
  std::vector<GatewayRule> rules;
  for (const auto part : {CommonRules(), ServiceDeliveryRules(), DebtRules(), FraudRules(),
                          StatisticsRules(), DataProtectionRules(), SafeguardRules()}) {
    rules.insert(rules.end(), part.begin(), part.end());
  }
  return rules;
}

// What is unverified never refuses.
Outcome Capped(Outcome outcome, Sureness sureness) {
  if (outcome == Outcome::kRefused && sureness == Sureness::kUnverified) return Outcome::kAdvice;
  return outcome;
}

std::optional<Finding> Asked(const GatewayRule& rule, const RuleSource& source, const Case& of) {
  const Citation* citation = source.For(of.proposal.power);
  if (citation == nullptr) return std::nullopt;
  std::optional<Answer> answer = rule.ask(of);
  if (!answer) return std::nullopt;
  Finding finding;
  finding.rule = source.id;
  finding.group = source.group;
  finding.sureness = std::max(source.sureness, answer->sureness);
  finding.outcome = Capped(answer->outcome, finding.sureness);
  finding.sentence = std::move(answer->sentence);
  finding.remedy = std::move(answer->remedy);
  finding.citation = citation->citation;
  if (answer->declared != nullptr) {
    finding.declared = DeclaredDocument{answer->declared->title, answer->declared->date,
                                        answer->declared->held_by};
  }
  return finding;
}

void Ask(std::span<const GatewayRule> rules, RuleGroup group, const Case& of,
         std::vector<Finding>& findings) {
  for (const GatewayRule& rule : rules) {
    const RuleSource* source = Find(of.law.rules, rule.id);
    CHECK(source != nullptr);  // ReadLaw has seen to it
    if (source->group != group) continue;
    if (auto finding = Asked(rule, *source, of)) findings.push_back(*std::move(finding));
  }
}

// The powers that name the owner and all who receive, apart from the one that was chosen.
std::vector<OtherPower> OtherPowers(const Case& of) {
  std::vector<OtherPower> others;
  for (const Power& power : of.law.powers) {
    const Schedule* schedule = Find(of.law.schedules, power.schedule);
    if (!power.checked || schedule == nullptr || power.id == of.proposal.power) continue;
    const auto named = [&](const Party* party) {
      return MembershipOf(*party, *schedule, of.law).state == Membership::State::kNamed;
    };
    if (std::ranges::all_of(of.Parties(), named)) {
      others.push_back({power.id, power.title, power.purpose});
    }
  }
  return others;
}

}  // namespace

std::span<const GatewayRule> GatewayRules() {
  static const std::vector<GatewayRule> rules = AllRules();
  return rules;
}

Verdict CheckWith(std::span<const GatewayRule> rules, const Proposal& proposal, const Law& law) {
  Case of{.proposal = proposal,
          .law = law,
          .power = Find(law.powers, proposal.power),
          .objective = Find(law.objectives, proposal.objective)};
  // Data protection is asked first, since a rule of the powers asks what it said; it is shown last.
  std::vector<Finding> data_protection;
  Ask(rules, RuleGroup::kDataProtection, of, data_protection);
  const auto refuses = [](const Finding& each) { return each.outcome == Outcome::kRefused; };
  of.data_protection_refuses = std::ranges::any_of(data_protection, refuses);

  Verdict verdict;
  verdict.power = proposal.power;
  verdict.checked = proposal.today;
  verdict.law_edition = law.edition;
  verdict.law_digest = law.digest;
  Ask(rules, RuleGroup::kPower, of, verdict.findings);
  std::ranges::move(data_protection, std::back_inserter(verdict.findings));
  for (const Finding& each : verdict.findings) {
    verdict.outcome = std::max(verdict.outcome, each.outcome);
  }
  if (!verdict.MayBeSent()) verdict.other_powers = OtherPowers(of);
  return verdict;
}

Verdict CheckGateway(const Proposal& proposal, const Law& law) {
  return CheckWith(GatewayRules(), proposal, law);
}

}  // namespace agreements
