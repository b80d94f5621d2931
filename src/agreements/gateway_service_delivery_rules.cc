// The rules DEA-35-*: public service delivery, Digital Economy Act 2017, section 35, and the
// objectives of SI 2018/912.
#include <algorithm>
#include <array>
#include <set>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {
namespace {

using base::Format;

constexpr std::size_t kLeastFactors = 2;  // SI 2018/912, Schedule, paragraph 2(2)

std::optional<Answer> GiverIsNamed(const Case& of) {
  return MembershipAnswer(of, {&of.proposal.owner});
}

std::optional<Answer> ReceiversAreNamed(const Case& of) {
  return MembershipAnswer(of, of.Receivers());
}

std::optional<Answer> ObjectiveIsSpecified(const Case& of) {
  if (of.objective == nullptr || of.objective->power != of.proposal.power) {
    return Refused("No objective is named that the regulations specify.",
                   "Name one of the objectives of this power.");
  }
  const Objective& objective = *of.objective;
  const Schedule* schedule = Find(of.law.schedules, of.power->schedule);
  if (schedule == nullptr) return std::nullopt;
  Answer answer = Holds(Format("The objective is specified for each body: {}.", objective.title));
  answer.sureness = objective.sureness;
  for (const Party* party : of.Parties()) {
    const Membership membership = MembershipOf(*party, *schedule, of.law);
    if (membership.state == Membership::State::kNotNamed) continue;  // another rule says so
    if (membership.state == Membership::State::kUnsure) {
      Answer unsure = Advice(
          Format("Whether the objective is specified for {} is not known.", Described(of, *party)),
          "Look it up in the regulations as they stand today.");
      unsure.sureness = Sureness::kUnverified;
      return unsure;
    }
    const auto& paragraphs = objective.paragraphs;
    if (std::ranges::find(paragraphs, membership.entry->paragraph.value_or(0)) ==
        paragraphs.end()) {
      answer = Refused(Format("The objective is not specified for {}: {}.", Described(of, *party),
                              objective.title),
                       "Choose an objective that is specified for both bodies.");
      answer.sureness = objective.sureness;
      return answer;
    }
    answer.sureness = std::max(answer.sureness, membership.entry->sureness);
  }
  return answer;
}

std::optional<Answer> PurposeIsLimb(const Case& of) {
  if (of.objective == nullptr) return std::nullopt;
  if (of.objective->acts.empty()) {
    return Advice("What this objective allows is not entered yet.",
                  "Read its paragraph in the regulations.");
  }
  auto answer = ActAnswer(of, of.objective->acts, "this objective");
  if (answer) answer->sureness = of.objective->sureness;
  return answer;
}

std::optional<Answer> ObjectiveInForce(const Case& of) {
  if (of.objective == nullptr) return std::nullopt;
  const Objective& objective = *of.objective;
  const base::CivilDay last = of.proposal.end.value_or(of.proposal.today);
  Answer answer;
  if (!objective.from) {
    answer = Advice("Since when the objective is in force is not known.",
                    "Look it up in the regulations as they stand today.");
  } else if (of.proposal.today < *objective.from) {
    answer = Refused(Format("The objective is in force from {} on.", DayInWords(*objective.from)),
                     "Wait, or choose another objective.");
  } else if (objective.until && std::max(last, of.proposal.today) > *objective.until) {
    answer = Refused(Format("The objective is in force until {}.", DayInWords(*objective.until)),
                     "End the agreement by then, or choose another objective.");
  } else {
    answer = Holds("The objective is in force today and to the end of the agreement.");
  }
  answer.sureness = objective.sureness;
  return answer;
}

// The same disadvantage twice is one. Some count for certain ages alone, so the request must keep
// to these ages as a whole.
std::optional<Answer> TwoDisadvantages(const Case& of) {
  if (of.objective == nullptr || of.objective->factors.empty()) return std::nullopt;
  const People& people = of.proposal.people;
  std::set<std::string_view> factors;
  for (const std::string& name : people.factors) {
    const Factor* factor = Find(of.objective->factors, name);
    if (factor == nullptr) continue;
    const bool in_ages = !factor->least_age || (people.least_age && people.greatest_age &&
                                                *people.least_age >= *factor->least_age &&
                                                *people.greatest_age <= *factor->greatest_age);
    if (!in_ages) {
      return Refused(Format("“{}” counts only for ages {} to {}.", factor->title,
                            *factor->least_age, *factor->greatest_age),
                     "Limit the ages, or leave this disadvantage out.");
    }
    factors.insert(name);
  }
  if (factors.size() >= kLeastFactors) {
    return Holds("The people have two or more of the listed disadvantages.");
  }
  return Refused("Fewer than two of the listed disadvantages are named.",
                 "Name at least two, or choose another objective.");
}

// A scheme that has closed helps nobody, so data for it has no purpose: the agreement ends first.
std::optional<Answer> OpenScheme(const Case& of) {
  if (of.objective == nullptr || !of.objective->least_mhz) return std::nullopt;
  const std::optional<Scheme>& scheme = of.proposal.scheme;
  if (!scheme || !scheme->least_mhz || !scheme->greatest_mhz) {
    return Refused("No scheme is named, with its frequencies.",
                   "Name the scheme that helps with retuning, and its frequencies.");
  }
  if (*scheme->least_mhz < *of.objective->least_mhz ||
      *scheme->greatest_mhz > *of.objective->greatest_mhz) {
    return Refused(Format("The scheme is not within {} to {} MHz.", *of.objective->least_mhz,
                          *of.objective->greatest_mhz),
                   "This objective does not serve other frequencies.");
  }
  const base::CivilDay last =
      std::max(of.proposal.today, of.proposal.end.value_or(of.proposal.today));
  if (!scheme->closes) return Advice("When the scheme closes is not stated.", "State the day.");
  if (*scheme->closes < last) {
    return Refused(
        Format("The scheme closes on {}, before the agreement ends.", DayInWords(*scheme->closes)),
        "End the agreement by then; after it no data may flow.");
  }
  return Holds("The scheme is open, and within the frequencies of the objective.");
}

std::optional<Answer> ForPeople(const Case& of) {
  switch (of.proposal.people.beneficiaries) {
    case Beneficiaries::kIndividuals:
    case Beneficiaries::kHouseholds:
      return Holds("It is for individuals or households.");
    case Beneficiaries::kUndertakings:
      return Advice(
          "It is for undertakings, which the Act allows only since a change of 2025 and "
          "where an objective says so.",
          "Check that the change is in force and that an objective covers it.");
    case Beneficiaries::kUnstated:
      break;
  }
  return Advice("It is not stated whom it is for.", "State individuals or households.");
}

std::optional<Answer> WithinTerritory(const Case& of) {
  for (const std::string& country : of.proposal.territory) {
    const bool outside =
        of.objective == nullptr
            ? country == kNorthernIreland
            : std::ranges::find(of.objective->countries, country) == of.objective->countries.end();
    if (outside) {
      Answer answer = Refused(country == kNorthernIreland
                                  ? "The objectives do not extend to Northern Ireland."
                                  : "The objective does not extend to all of these places.",
                              "Leave these people out, or choose another power.");
      if (of.objective != nullptr) answer.sureness = of.objective->sureness;
      return answer;
    }
  }
  return Holds("The objective extends to all places where the people live.");
}

std::optional<Answer> HealthAsksFirst(const Case& of) {
  if (!of.proposal.nature.health_or_care) return std::nullopt;
  return Advice("The data is held for health or adult social care.",
                "Ask those who answer for such data first, and read what the code says of it.");
}

constexpr std::array kRules = {
    GatewayRule{"DEA-35-1", GiverIsNamed},         GatewayRule{"DEA-35-2", ReceiversAreNamed},
    GatewayRule{"DEA-35-3", ObjectiveIsSpecified}, GatewayRule{"DEA-35-4", PurposeIsLimb},
    GatewayRule{"DEA-35-5", ObjectiveInForce},     GatewayRule{"DEA-35-6", TwoDisadvantages},
    GatewayRule{"DEA-35-7", OpenScheme},           GatewayRule{"DEA-35-8", ForPeople},
    GatewayRule{"DEA-35-9", WithinTerritory},      GatewayRule{"DEA-35-10", HealthAsksFirst},
};

}  // namespace

std::span<const GatewayRule> ServiceDeliveryRules() { return kRules; }

}  // namespace agreements
