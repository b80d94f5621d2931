// The rules DEA-0-*: what Chapters 1, 3 and 4 of Part 5 of the Digital Economy Act 2017 share.
#include <algorithm>
#include <array>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::Format;

// The power is known, and in force in each place on the first day. A place without commencement is
// Northern Ireland, of which each power has a rule of its own.
std::optional<Answer> PowerInForce(const Case& of) {
  const Proposal& proposal = of.proposal;
  if (proposal.power.empty()) return Refused("No power is named.", "Name the power that you use.");
  if (of.power == nullptr)
    return Refused("This power is not known.", "Choose a power of the list.");
  if (!of.power->checked) {
    return Answer{
        Outcome::kNotChecked,
        Format("{}: the rules of this power are not written as code yet.", of.power->title),
        "Choose a power that is checked, or ask for a legal reading."};
  }
  if (proposal.territory.empty()) {
    return Refused("It is not stated where the people live.", "Name the parts of the country.");
  }
  const base::CivilDay day = proposal.start.value_or(proposal.today);
  Answer answer = Holds(Format("The power is in force in {} on {}.",
                               CountryTitles(proposal.territory), DayInWords(day)));
  for (const Commencement& commencement : of.power->commencement) {
    if (std::ranges::find(proposal.territory, commencement.country) == proposal.territory.end()) {
      continue;
    }
    if (!commencement.from) {
      answer = Note("When the power came into force was not read.", "Check that it is in force.");
      answer.sureness = commencement.sureness;
      return answer;
    }
    if (day < *commencement.from) {
      return Refused(Format("The power is in force from {} on.", DayInWords(*commencement.from)),
                     "Choose a later first day.");
    }
    answer.sureness = std::max(answer.sureness, commencement.sureness);
  }
  return answer;
}

// Confidence and other secrecy give way to these powers; data protection law never does.
std::optional<Answer> DataProtectionHolds(const Case& of) {
  if (!of.data_protection_refuses) return Holds("No rule of data protection refuses.");
  return Refused("A rule of data protection refuses, and no power lifts data protection law.",
                 "Mend what that rule names; nothing else to change here.");
}

std::optional<Answer> HolderHasFunction(const Case& of) {
  if (IsStated(of.proposal.held_for.function)) {
    return Holds(
        Format("{} holds the data for a function of its own.", NameOf(of, of.proposal.owner)));
  }
  return Advice("It is not stated for which of its functions the owner holds the data.",
                "Ask the owner, and name the function.");
}

std::optional<Answer> ProviderGivesServiceData(const Case& of) {
  if (!of.proposal.owner.serves) return std::nullopt;
  if (of.proposal.held_for.service) return Holds("The data is held for the service provided.");
  return Refused("A provider of services may give only what it holds for that service.",
                 "Ask the body that it serves, or ask only for what is held for the service.");
}

// An entry may name a body for some functions alone, as those for Business and Trade do.
std::optional<Answer> NamedFunctions(const Case& of) {
  const Schedule* schedule = of.power ? Find(of.law.schedules, of.power->schedule) : nullptr;
  if (schedule == nullptr) return std::nullopt;
  const Membership membership = MembershipOf(of.proposal.owner, *schedule, of.law);
  if (membership.entry == nullptr || !membership.entry->named_functions) return std::nullopt;
  if (of.proposal.held_for.named_function) {
    return Holds("The data belongs to the functions for which the Schedule names the owner.");
  }
  return Refused(
      Format("The Schedule names {} for some of its functions alone, and it is not stated that "
             "the data belongs to them.",
             NameOf(of, of.proposal.owner)),
      "State that the data belongs to those functions, or choose another power.");
}

// The exception of a use or an onward step, where the chapter has it.
bool IsExcepted(const Case& of, const std::string& exception,
                const std::vector<std::string> Exception::* chapters) {
  const Exception* found = Find(of.law.exceptions, exception);
  if (found == nullptr) return false;
  const std::vector<std::string>& powers = found->*chapters;
  return std::ranges::find(powers, of.proposal.power) != powers.end();
}

// For revenue data the lists of exceptions do not count; the consent of the Commissioners does.
bool HasRevenueConsent(const Case& of) {
  return of.HasRevenue() && of.proposal.Declared("revenue-consent") != nullptr;
}

std::optional<Answer> StatedUse(const Case& of) {
  if (!IsStated(of.proposal.purpose)) {
    return Refused("No purpose is stated, so no use can be tied to it.", "State the purpose.");
  }
  for (const OtherUse& use : of.proposal.other_uses) {
    if (IsExcepted(of, use.exception, &Exception::use) || HasRevenueConsent(of)) continue;
    return Refused(
        "The data would be used for more than the stated purpose, and the other use is "
        "not on the list of this chapter.",
        "Leave the other use out, or name the exception that allows it.");
  }
  return Holds("The data is used for the stated purpose, or as the chapter allows.");
}

// The lists of exceptions do not apply to revenue data, so an exception is no way out here.
std::optional<Answer> RevenueConsent(const Case& of) {
  if (!of.HasRevenue()) return std::nullopt;
  if (of.proposal.other_uses.empty() && of.proposal.onward.empty()) {
    return Holds("Revenue data has no other use and goes no further.");
  }
  if (const Document* consent = of.proposal.Declared("revenue-consent")) {
    return Declares("The consent of the Commissioners", *consent);
  }
  return Refused(
      "Revenue data would have another use or go further, without the consent of the "
      "Commissioners for HM Revenue and Customs.",
      "Leave that out, or ask for the consent and declare it.");
}

std::optional<Answer> OnwardExceptions(const Case& of) {
  if (of.proposal.onward.empty()) return Holds("The data goes no further.");
  for (const OnwardStep& step : of.proposal.onward) {
    if (IsExcepted(of, step.exception, &Exception::onward) || HasRevenueConsent(of)) continue;
    return Refused(Format("The data would go on to {}, and no exception of this chapter is named "
                          "for it.",
                          step.to),
                   "Leave the step out, or name the exception that allows it.");
  }
  return Holds("Each onward step names an exception of this chapter.");
}

std::optional<Answer> RegardToCode(const Case& of) {
  if (const Document* statement = of.proposal.Declared("code-statement")) {
    return Declares("A statement of regard to the code of practice", *statement);
  }
  return Advice("Nothing says that the code of practice was regarded.",
                "Declare a statement: what the code asks, and where you depart from it and why.");
}

// A request becomes the agreement when it is signed. What a code expects in one it then holds, but
// for somebody whom people can ask about their rights.
std::optional<Answer> WrittenAgreement(const Case& of) {
  if (const Document* agreement = of.proposal.Declared("information-sharing-agreement")) {
    return Declares("An information sharing agreement", *agreement);
  }
  if (IsStated(of.proposal.contact)) {
    return Holds("This request becomes the written agreement, with a contact for people's rights.");
  }
  return Advice(
      "No written agreement is declared, and this request names no contact for people's "
      "rights, so it cannot become one.",
      "Name the contact, or declare the agreement.");
}

std::optional<Answer> RegisterEntry(const Case& of) {
  const Proposal& proposal = of.proposal;
  if (const Document* entry = proposal.Declared("register-entry")) {
    return Declares("An entry of the public register", *entry);
  }
  const std::array parts = {
      std::pair{IsStated(proposal.purpose), "purpose"},
      std::pair{!proposal.columns.empty(), "columns"},
      std::pair{!proposal.territory.empty(), "areas"},
      std::pair{proposal.start && proposal.review && proposal.end, "start, review and end"},
      std::pair{IsStated(proposal.retention), "retention"},
  };
  std::string missing;
  for (const auto& [there, name] : parts) {
    if (!there) missing += Format("{}{}", missing.empty() ? "" : "; ", name);
  }
  if (missing.empty()) return Holds("The request holds all that the public register shows.");
  return Advice(Format("The entry of the public register would lack: {}.", missing),
                "Fill these in.");
}

std::optional<Answer> Assessment(const Case& of) {
  if (const Document* assessment = of.proposal.Declared("dpia")) {
    return Declares("A data protection impact assessment", *assessment);
  }
  if (const Document* screening = of.proposal.Declared("dpia-screening")) {
    return Declares("The reason why no impact assessment is needed", *screening);
  }
  return Advice("Neither an impact assessment nor a reason to do without one is declared.",
                "Declare one of the two: its title, its date and who holds it.");
}

std::optional<Answer> PeopleAreTold(const Case& of) {
  if (IsStated(of.proposal.informing)) return Holds("It is stated how people are told.");
  return Note("It is not stated how people are told of the disclosure.",
              "Say how, or why they are not told.");
}

std::optional<Answer> DatesInOrder(const Case& of) {
  const Proposal& proposal = of.proposal;
  if (!proposal.start || !proposal.review || !proposal.end) {
    return Advice("Start, review and end are not all stated.", "Enter the three dates.");
  }
  if (*proposal.review < *proposal.start || *proposal.end < *proposal.review) {
    return Advice("Start, review and end do not follow one another.",
                  "Put the review between the first and the last day.");
  }
  if (!IsStated(proposal.retention)) {
    return Advice("It is not stated how long the data is kept.", "State the retention period.");
  }
  return Holds("Start, review and end follow one another, and retention is stated.");
}

// In Part 5 “personal information” is wider than personal data: it relates to companies too.
std::optional<Answer> CompaniesCount(const Case& of) {
  const bool firms = of.HasClass(catalogue::ColumnClass::kConfidentialBusiness);
  if (!firms && !of.proposal.nature.companies) return std::nullopt;
  return Note("Companies count as personal information here.",
              "Protect their rows like those of people. Nothing to change.");
}

std::optional<Answer> SecurityPlan(const Case& of) {
  if (const Document* plan = of.proposal.Declared("security-plan")) {
    return Declares("A security plan", *plan);
  }
  return Advice("No security plan is declared.", "Declare the plan: its title, date and holder.");
}

constexpr std::array kRules = {
    GatewayRule{"DEA-0-1", PowerInForce},      GatewayRule{"DEA-0-2", DataProtectionHolds},
    GatewayRule{"DEA-0-3", HolderHasFunction}, GatewayRule{"DEA-0-4", ProviderGivesServiceData},
    GatewayRule{"DEA-0-5", NamedFunctions},    GatewayRule{"DEA-0-6", StatedUse},
    GatewayRule{"DEA-0-7", RevenueConsent},    GatewayRule{"DEA-0-8", OnwardExceptions},
    GatewayRule{"DEA-0-9", RegardToCode},      GatewayRule{"DEA-0-10", WrittenAgreement},
    GatewayRule{"DEA-0-11", RegisterEntry},    GatewayRule{"DEA-0-12", Assessment},
    GatewayRule{"DEA-0-13", PeopleAreTold},    GatewayRule{"DEA-0-14", DatesInOrder},
    GatewayRule{"DEA-0-15", CompaniesCount},   GatewayRule{"DEA-0-16", SecurityPlan},
};

}  // namespace

std::span<const GatewayRule> CommonRules() { return kRules; }

}  // namespace agreements
