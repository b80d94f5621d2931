// The rules DP-1 to DP-14: regime, roles, lawful basis, conditions, authority, policy document. In
// the order of evaluation of data protection law. All of them ask nothing where no column is about
// people; the first says so.
#include <algorithm>
#include <array>
#include <set>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::Format;
using catalogue::ColumnClass;

// The controllers under UK GDPR.
std::vector<const Party*> Controllers(const Case& of) {
  std::vector<const Party*> controllers;
  for (const Party* party : of.Parties()) {
    // A party that states no role is asked for a basis as a controller would be.
    if (party->role != Role::kProcessor && party->regime != Regime::kLawEnforcement) {
      controllers.push_back(party);
    }
  }
  return controllers;
}

bool ActsForLawEnforcement(const Case& of) {
  const auto acts = [](const Party* party) { return party->regime == Regime::kLawEnforcement; };
  return std::ranges::any_of(of.Parties(), acts);
}

// Our list of competent authorities is short: many bodies have some function of law enforcement by
// statute. So a body that is not on it gets advice.
std::optional<Answer> RegimeIsChosen(const Case& of) {
  if (!of.HasPersonal()) {
    return Holds("No column is about people, so data protection law asks nothing here.");
  }
  for (const Party* party : of.Parties()) {
    if (party->regime == Regime::kUnstated) {
      return Refused(Format("{} does not say under which regime it acts.", Described(of, *party)),
                     "Choose the general regime (UK GDPR), or law enforcement for a competent "
                     "authority.");
    }
  }
  for (const Party* party : of.Parties()) {
    const BodyKind* kind = of.KindOf(*party);
    if (party->regime == Regime::kLawEnforcement && (kind == nullptr || !kind->competent)) {
      return Advice(Format("{} acts for law enforcement, and our lists do not show it as a "
                           "competent authority.",
                           Described(of, *party)),
                    "Name the statute that gives it functions of law enforcement.");
    }
  }
  return Holds("Each body says under which regime it acts.");
}

std::optional<Answer> RolesAreStated(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  for (const Party* party : of.Parties()) {
    if (party->role == Role::kUnstated) {
      return Refused(Format("{} does not say which role it has.", Described(of, *party)),
                     "Choose controller, joint controller or processor.");
    }
  }
  return Holds("Each body says which role it has.");
}

std::optional<Answer> BasisIsNamed(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  std::set<std::string> named;
  Sureness sureness = Sureness::kAct;
  for (const Party* party : Controllers(of)) {
    const Ground* basis = Find(of.law.bases, party->basis);
    if (basis == nullptr) {
      return Refused(Format("{} names no lawful basis.", Described(of, *party)),
                     "Choose a basis of Article 6(1).");
    }
    named.insert(basis->title);
    sureness = std::max(sureness, basis->sureness);
  }
  if (named.empty()) return std::nullopt;  // all act for law enforcement
  std::string titles;
  for (const std::string& title : named) {
    titles += Format("{}{}", titles.empty() ? "" : "; ", title);
  }
  Answer answer = Holds(Format("Each controller names a lawful basis: {}.", titles));
  answer.sureness = sureness;
  return answer;
}

std::optional<Answer> BasisCitesLaw(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  bool asked = false;
  for (const Party* party : Controllers(of)) {
    const bool task = party->basis == "public-task";
    const bool obligation = party->basis == "legal-obligation";
    if (!task && !obligation) continue;
    asked = true;
    if (IsStated(party->duty) || (task && of.power != nullptr)) continue;
    return Refused(Format("The basis of {} cites no {}.", Described(of, *party),
                          task ? "power or function" : "duty"),
                   "Name the provision that the basis rests on.");
  }
  if (!asked) return std::nullopt;
  return Holds("The basis cites the power or the duty that it rests on.");
}

std::optional<Answer> NoLegitimateInterests(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  for (const Party* party : Controllers(of)) {
    const BodyKind* kind = of.KindOf(*party);
    const bool interests =
        party->basis == "legitimate-interests" || party->basis == "recognised-legitimate-interests";
    if (interests && kind != nullptr && kind->is_public) {
      return Advice(Format("{} is a public authority and rests its own task on legitimate "
                           "interests.",
                           Described(of, *party)),
                    "Public task is mostly the right basis.");
    }
  }
  return Holds("No public authority rests its own task on legitimate interests.");
}

std::optional<Answer> ConsentCanBeWithdrawn(const Case& of) {
  bool asked = false;
  for (const Party* party : Controllers(of)) {
    if (party->basis != "consent") continue;
    asked = true;
    if (!IsStated(party->withdrawal)) {
      return Advice(Format("{} rests on consent and does not say how it is withdrawn.",
                           Described(of, *party)),
                    "Say how a person withdraws it and what then happens to the data.");
    }
  }
  if (!asked || !of.HasPersonal()) return std::nullopt;
  return Holds("It is stated how consent is withdrawn.");
}

std::optional<Answer> SpecialHasCondition(const Case& of) {
  if (!of.HasPersonal()) return std::nullopt;
  if (!of.HasClass(ColumnClass::kSpecialCategory)) {
    return Holds("No column holds special category data.");
  }
  const Ground* condition = Find(of.law.conditions, of.proposal.condition);
  if (condition == nullptr) {
    return Refused("A column holds special category data, and no condition of Article 9 is named.",
                   "Name the condition, or leave the column out.");
  }
  Answer answer = Holds(Format("The special category data has a condition: {}, {}.",
                               condition->title, condition->citation));
  answer.sureness = condition->sureness;
  return answer;
}

// Some conditions of Article 9 count only with a paragraph of Schedule 1 of the Act of 2018.
std::optional<Answer> ConditionHasParagraph(const Case& of) {
  if (!of.HasClass(ColumnClass::kSpecialCategory)) return std::nullopt;
  const Ground* condition = Find(of.law.conditions, of.proposal.condition);
  if (condition == nullptr || !condition->part) return std::nullopt;
  const Ground* paragraph = Find(of.law.schedule_1, of.proposal.schedule_1);
  if (paragraph == nullptr || paragraph->part != condition->part) {
    return Refused(Format("This condition needs a paragraph of Part {} of Schedule 1 as well: {}.",
                          *condition->part, condition->title),
                   "Name the paragraph.");
  }
  Answer answer = Holds(Format("The condition has its paragraph: {}.", paragraph->title));
  answer.sureness = paragraph->sureness;
  return answer;
}

std::optional<Answer> CriminalHasAuthority(const Case& of) {
  if (!of.HasClass(ColumnClass::kCriminal) || Controllers(of).empty()) return std::nullopt;
  if (IsStated(of.proposal.criminal_authority)) {
    return Holds("An official authority is named for the data about offences.");
  }
  if (Find(of.law.schedule_1, of.proposal.schedule_1) != nullptr) {
    return Holds("A paragraph of Schedule 1 is named for the data about offences.");
  }
  return Advice(
      "A column is about criminal offences, and neither an official authority nor a "
      "paragraph of Schedule 1 is named.",
      "Name one of the two, or leave the column out.");
}

std::optional<Answer> PolicyDocumentIsThere(const Case& of) {
  const Ground* paragraph = Find(of.law.schedule_1, of.proposal.schedule_1);
  if (paragraph == nullptr || paragraph->policy_document == PolicyDocument::kNone) {
    return std::nullopt;
  }
  if (const Document* document = of.proposal.Declared("policy-document")) {
    return Declares("An appropriate policy document", *document);
  }
  const std::string sentence =
      Format("The paragraph asks for an appropriate policy document: {}.", paragraph->title);
  constexpr std::string_view kRemedy = "Write it and declare it.";
  if (paragraph->policy_document == PolicyDocument::kRequired) {
    return Refused(sentence, std::string(kRemedy));
  }
  return Advice(sentence, std::string(kRemedy));
}

std::optional<Answer> PolicyDocumentCovers(const Case& of) {
  const Document* document = of.proposal.Declared("policy-document");
  if (document == nullptr) return std::nullopt;
  std::string missing;
  for (const std::string_view part : {"principles", "retention", "review", "regulator"}) {
    if (std::ranges::find(document->covers, part) == document->covers.end()) {
      missing += Format("{}{}", missing.empty() ? "" : ", ", part);
    }
  }
  if (missing.empty()) return Holds("The policy document covers what it must.");
  return Advice(Format("The policy document is not said to cover: {}.", missing),
                "Say that it covers the principles, retention and erasure, its review, and that "
                "the regulator sees it on request.");
}

std::optional<Answer> SensitiveEnforcement(const Case& of) {
  const bool sensitive = of.HasClass(ColumnClass::kSpecialCategory);
  if (!sensitive || !ActsForLawEnforcement(of)) return std::nullopt;
  if (const Document* document = of.proposal.Declared("policy-document")) {
    return Declares("A policy document for sensitive processing", *document);
  }
  return Advice("Sensitive data is processed for law enforcement without a policy document.",
                "Write it and declare it.");
}

std::optional<Answer> EnforcementReuse(const Case& of) {
  if (of.proposal.owner.regime != Regime::kLawEnforcement) return std::nullopt;
  const auto general = [](const Party* party) { return party->regime == Regime::kGeneral; };
  if (std::ranges::none_of(of.Receivers(), general)) return std::nullopt;
  if (IsStated(of.proposal.enforcement_reuse)) {
    return Holds("A law is named that lets the data be used outside law enforcement.");
  }
  return Advice(
      "Data of law enforcement would be used for something else, and no law is named "
      "that allows it.",
      "Name that law.");
}

std::optional<Answer> JointArrangement(const Case& of) {
  const auto joint = [](const Party* party) { return party->role == Role::kJointController; };
  if (!of.HasPersonal() || std::ranges::none_of(of.Parties(), joint)) return std::nullopt;
  if (const Document* arrangement = of.proposal.Declared("joint-controller-arrangement")) {
    return Declares("An arrangement between the joint controllers", *arrangement);
  }
  return Advice("There are joint controllers, and no arrangement between them is declared.",
                "Agree who does what, with one contact for people, and declare it.");
}

constexpr std::array kRules = {
    GatewayRule{"DP-1", RegimeIsChosen},        GatewayRule{"DP-2", RolesAreStated},
    GatewayRule{"DP-3", BasisIsNamed},          GatewayRule{"DP-4", BasisCitesLaw},
    GatewayRule{"DP-5", NoLegitimateInterests}, GatewayRule{"DP-6", ConsentCanBeWithdrawn},
    GatewayRule{"DP-7", SpecialHasCondition},   GatewayRule{"DP-8", ConditionHasParagraph},
    GatewayRule{"DP-9", CriminalHasAuthority},  GatewayRule{"DP-10", PolicyDocumentIsThere},
    GatewayRule{"DP-11", PolicyDocumentCovers}, GatewayRule{"DP-12", SensitiveEnforcement},
    GatewayRule{"DP-13", EnforcementReuse},     GatewayRule{"DP-14", JointArrangement},
};

}  // namespace

std::span<const GatewayRule> DataProtectionRules() { return kRules; }

}  // namespace agreements
