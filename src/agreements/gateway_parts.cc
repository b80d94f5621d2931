// What the files of rules share: the case, who is named in a Schedule, answers.
#include <algorithm>
#include <array>

#include "agreements/gateway_rules.h"
#include "base/format.h"

namespace agreements {

using base::Format;
using catalogue::ColumnClass;

namespace {

// Whose data is revenue data, whatever the proposal says of it.
constexpr std::string_view kRevenueBody = "hmrc";

std::string_view CountryTitle(std::string_view country) {
  static constexpr std::array<std::string_view, kCountries.size()> kTitles = {
      "England", "Wales", "Scotland", "Northern Ireland", "the United Kingdom"};
  const auto found = std::ranges::find(kCountries, country);
  if (found == kCountries.end()) return "another country";
  return kTitles[static_cast<std::size_t>(found - kCountries.begin())];
}

bool Names(const ScheduleEntry& entry, const BodyPlace& place) {
  const auto has = [](const std::vector<std::string>& list, const std::string& word) {
    return !word.empty() && std::ranges::find(list, word) != list.end();
  };
  return has(entry.bodies, place.body) ||
         (has(entry.kinds, place.kind) && has(entry.countries, place.country));
}

// Whether our lists are known to have gaps where this body would stand: the devolved Parts of the
// Schedules, and departments and agencies made or added since they were read.
bool MayBeMissing(const BodyPlace& place, const Law& law) {
  const BodyKind* kind = Find(law.kinds, place.kind);
  if (kind == nullptr || !kind->is_public) return false;
  const bool devolved =
      place.country == "wales" || place.country == "scotland" || place.country == kNorthernIreland;
  return devolved || (kind->open_list && Find(law.bodies, place.body) == nullptr);
}

// "Schedule 7" of "Schedule 7: debt owed to the public sector".
std::string_view ShortTitle(const Schedule& schedule) {
  return std::string_view(schedule.title).substr(0, schedule.title.find(':'));
}

Answer NotNamed(const Case& of, const Party& party, const Schedule& schedule) {
  if (party.place.kind.empty() || party.place.country.empty()) {
    return Refused(Format("{} does not say what kind of body it is, and where.", NameOf(of, party)),
                   "Enter its kind and its country.");
  }
  const bool health = party.place.kind == "nhs-body" || party.place.body == "health";
  return Refused(Format("{} is not named in {}.", Described(of, party), ShortTitle(schedule)),
                 health ? "Look for a power about health and care: this one names no such body."
                        : "Choose a power that names both bodies.");
}

}  // namespace

Answer Holds(std::string sentence) { return {.sentence = std::move(sentence), .remedy = {}}; }

Answer Note(std::string sentence, std::string remedy) {
  return {Outcome::kNote, std::move(sentence), std::move(remedy)};
}

Answer Advice(std::string sentence, std::string remedy) {
  return {Outcome::kAdvice, std::move(sentence), std::move(remedy)};
}

Answer Refused(std::string sentence, std::string remedy) {
  return {Outcome::kRefused, std::move(sentence), std::move(remedy)};
}

Answer Declares(std::string_view what, const Document& document) {
  Answer answer = Holds(Format("{} is declared.", what));
  answer.declared = &document;
  return answer;
}

bool IsStated(std::string_view text) { return text.find_first_not_of(" \t\r\n") != text.npos; }

std::vector<const Party*> Case::Receivers() const {
  std::vector<const Party*> receivers = {&proposal.asker};
  for (const Party& party : proposal.recipients) receivers.push_back(&party);
  return receivers;
}

std::vector<const Party*> Case::Parties() const {
  std::vector<const Party*> parties = Receivers();
  parties.insert(parties.begin(), &proposal.owner);
  return parties;
}

bool Case::HasPersonal() const {
  const auto leaves = [](const ProposalColumn& column) {
    return column.treatment != catalogue::kDrop;
  };
  // A draft without columns is one of which nothing is known yet: it counts as personal.
  return proposal.member_of || std::ranges::none_of(proposal.columns, leaves) ||
         HasClass(ColumnClass::kPersonal) || HasClass(ColumnClass::kSpecialCategory) ||
         HasClass(ColumnClass::kCriminal);
}

bool Case::HasClass(ColumnClass column_class) const {
  return std::ranges::any_of(proposal.columns, [column_class](const ProposalColumn& column) {
    return column.treatment != catalogue::kDrop && column.column_class == column_class;
  });
}

bool Case::HasRevenue() const {
  return proposal.nature.revenue || proposal.owner.place.body == kRevenueBody;
}

const BodyKind* Case::KindOf(const Party& party) const { return Find(law.kinds, party.place.kind); }

Membership MembershipOf(const Party& party, const Schedule& schedule, const Law& law) {
  using State = Membership::State;
  const bool provides = party.serves.has_value();
  const BodyPlace& place = provides ? *party.serves : party.place;
  if (provides && std::ranges::none_of(schedule.entries, &ScheduleEntry::service_providers)) {
    return {};
  }
  const ScheduleEntry* perhaps = nullptr;
  for (const ScheduleEntry& entry : schedule.entries) {
    if (!Names(entry, place)) continue;
    if (entry.sureness != Sureness::kUnverified) return {State::kNamed, &entry};
    perhaps = &entry;
  }
  if (perhaps != nullptr || MayBeMissing(place, law)) return {State::kUnsure, perhaps};
  return {};
}

Answer MembershipAnswer(const Case& of, const std::vector<const Party*>& parties) {
  const Schedule* schedule = of.power ? Find(of.law.schedules, of.power->schedule) : nullptr;
  if (schedule == nullptr) return Refused("The power names no bodies.", "Choose another power.");
  Sureness sureness = Sureness::kAct;
  const Party* unsure = nullptr;
  std::string names;
  for (const Party* party : parties) {
    const Membership membership = MembershipOf(*party, *schedule, of.law);
    if (membership.state == Membership::State::kNotNamed) return NotNamed(of, *party, *schedule);
    if (membership.state == Membership::State::kUnsure) unsure = party;
    if (membership.entry != nullptr) sureness = std::max(sureness, membership.entry->sureness);
    names += Format("{}{}", names.empty() ? "" : ", and ", Described(of, *party));
  }
  if (unsure != nullptr) {
    Answer advice =
        Advice(Format("{} is not on our list of {}, and that list is not complete.",
                      Described(of, *unsure), ShortTitle(*schedule)),
               "Look it up in the Schedule as it stands today, and tell us what you find.");
    advice.sureness = Sureness::kUnverified;
    return advice;
  }
  Answer answer = Holds(Format("{} names {}.", ShortTitle(*schedule), names));
  answer.sureness = sureness;
  return answer;
}

std::string NameOf(const Case& of, const Party& party) {
  if (IsStated(party.name)) return party.name;
  if (&party == &of.proposal.owner) return "The owner";
  return &party == &of.proposal.asker ? "The asker" : "A recipient";
}

std::string Described(const Case& of, const Party& party) {
  if (!party.place.body.empty()) return NameOf(of, party);
  const BodyKind* kind = of.KindOf(party);
  const std::string_view country = CountryTitle(party.place.country);
  if (kind == nullptr) return NameOf(of, party);
  if (party.place.country == kCountries.back()) {
    return Format("{} ({})", NameOf(of, party), kind->title);
  }
  return Format("{} ({} in {})", NameOf(of, party), kind->title, country);
}

std::string CountryTitles(const std::vector<std::string>& countries) {
  std::string titles;
  for (const std::string& country : countries) {
    titles += Format("{}{}", titles.empty() ? "" : ", ", CountryTitle(country));
  }
  return titles;
}

std::string DayInWords(base::CivilDay day) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::string text = day.Text();  // 2026-09-21
  const auto digit = [&text](std::size_t at) { return static_cast<std::size_t>(text[at] - '0'); };
  const std::size_t month = digit(5) * 10 + digit(6);
  return Format("{} {} {}", digit(8) * 10 + digit(9), kMonths[month - 1], text.substr(0, 4));
}

}  // namespace agreements
