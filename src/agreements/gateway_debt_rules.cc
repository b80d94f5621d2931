// The rules DEA-48-*: debt owed to the public sector, Digital Economy Act 2017, section 48; and
// what they share with those about fraud.
#include <algorithm>
#include <array>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {

using base::Format;

namespace {

std::string NumberWord(std::size_t number) {
  static constexpr std::array<std::string_view, 8> kWords = {"no",   "one",  "two", "three",
                                                             "four", "five", "six", "seven"};
  return number < kWords.size() ? std::string(kWords[number]) : Format("{}", number);
}

}  // namespace

std::optional<Answer> ActAnswer(const Case& of, const std::vector<Act>& acts,
                                std::string_view subject) {
  if (of.proposal.act.empty()) {
    return Refused("It is not stated what will be done with the data.",
                   "Choose one of the acts that the power names.");
  }
  const auto listed = static_cast<std::size_t>(std::ranges::count(acts, true, &Act::listed));
  const Act* act = Find(acts, of.proposal.act);
  if (act == nullptr) {
    return Refused(Format("What will be done with the data is not an act of {}.", subject),
                   "Choose a power that carries what you want to do.");
  }
  if (!act->listed) {
    return Advice(
        Format("{} is not one of the {} acts that the law names.", act->title, NumberWord(listed)),
        "Name one of those acts, or say why this is like them.");
  }
  return Holds(
      Format("{} is one of the {} acts that the law names.", act->title, NumberWord(listed)));
}

std::optional<Answer> PilotAnswer(const Case& of) {
  const Document* business_case = of.proposal.Declared("business-case");
  if (business_case == nullptr) {
    return Advice(
        "No business case is declared. The code expects such shares to begin as a pilot "
        "on a business case that all parties agree.",
        "Declare the business case: its title, its date and who holds it, with start and "
        "end of the pilot.");
  }
  if (!of.proposal.start || !of.proposal.end) {
    return Advice("The pilot has no start or no end.", "Enter both dates.");
  }
  return Declares("The business case of the pilot", *business_case);
}

std::optional<Answer> NorthernIrelandAnswer(const Case& of) {
  const auto& places = of.proposal.territory;
  const auto parties = of.Parties();
  const auto is_there = [](const Party* party) { return party->place.country == kNorthernIreland; };
  if (std::ranges::find(places, kNorthernIreland) == places.end() &&
      std::ranges::none_of(parties, is_there)) {
    return Holds("Nobody and no body in Northern Ireland takes part.");
  }
  for (const Commencement& commencement : of.power->commencement) {
    if (commencement.country == kNorthernIreland) return std::nullopt;  // DEA-0-1 reads its day
  }
  return Refused("The power is not in force in Northern Ireland, as far as we have read.",
                 "Leave Northern Ireland out, or tell us of the commencement.");
}

namespace {

std::optional<Answer> BothAreNamed(const Case& of) { return MembershipAnswer(of, of.Parties()); }

// A debt is money that is still unpaid after the day on which it was due; so on that day it is
// none.
std::optional<Answer> OwedAndOverdue(const Case& of) {
  const std::optional<Debt>& debt = of.proposal.debt;
  if (!debt || debt->owed_to == OwedTo::kUnstated || !debt->due) {
    return Refused("It is not stated to whom the sums are owed, and by when they were due.",
                   "State both: only overdue sums owed to a public authority or the Crown count.");
  }
  if (debt->owed_to == OwedTo::kOther) {
    return Refused("The sums are owed neither to a public authority nor to the Crown.",
                   "This power is not about other debts.");
  }
  if (of.proposal.start.value_or(of.proposal.today) <= *debt->due) {
    return Refused(Format("Some sums are due only on {}, so they are not overdue when the data "
                          "flows.",
                          DayInWords(*debt->due)),
                   "Begin after that day, or leave those sums out.");
  }
  if (of.proposal.member_of) {
    return Holds(
        Format("The sums are owed to a public authority and overdue: rows are limited to "
               "people on the list {}.",
               of.proposal.member_of->list));
  }
  return Holds("The sums are owed to a public authority or the Crown, and overdue.");
}

std::optional<Answer> DebtAct(const Case& of) { return ActAnswer(of, of.power->acts, "debt"); }

std::optional<Answer> VulnerabilityPlan(const Case& of) {
  if (const Document* plan = of.proposal.Declared("vulnerability-plan")) {
    return Declares("A plan for people in debt who are vulnerable", *plan);
  }
  return Note("There is no plan for people in debt who are vulnerable.",
              "Describe how you find and protect them.");
}

constexpr std::array kRules = {
    GatewayRule{"DEA-48-1", BothAreNamed},
    GatewayRule{"DEA-48-2", OwedAndOverdue},
    GatewayRule{"DEA-48-3", DebtAct},
    GatewayRule{"DEA-48-4", PilotAnswer},
    GatewayRule{"DEA-48-5", NorthernIrelandAnswer},
    GatewayRule{"DEA-48-6", VulnerabilityPlan},
};

}  // namespace

std::span<const GatewayRule> DebtRules() { return kRules; }

}  // namespace agreements
