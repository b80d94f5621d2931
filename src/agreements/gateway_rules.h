// The rules of the gateway check: one small function for each, in a table. Inside agreements only.
//
// A function looks at a Case and gives an Answer, or nothing where the rule has nothing to say of
// it. What the rule is called, where it stands in the law, for which powers, and how sure we are,
// is data (law/rules.json); a rule that the data does not name for a power is not asked about it.
//
// To add a rule: its source in law/rules.json, its function and its row here, and in
// tests/policy/law a case that would pass without it. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/law.h"
#include "agreements/proposal.h"
#include "agreements/verdict.h"

namespace agreements {

struct Answer {
  Outcome outcome = Outcome::kHolds;
  std::string sentence;
  std::string remedy;
  // Where the answer rests on one entry of the law that is less sure than the rule itself.
  Sureness sureness = Sureness::kAct;
  const Document* declared = nullptr;  // of the case's proposal
};

// A proposal before the law, with what several rules ask.
struct Case {
  const Proposal& proposal;
  const Law& law;
  const Power* power = nullptr;
  const Objective* objective = nullptr;
  bool data_protection_refuses = false;  // known when the rules of the power are asked

  [[nodiscard]] std::vector<const Party*> Receivers() const;  // the asker first
  [[nodiscard]] std::vector<const Party*> Parties() const;    // the owner first
  [[nodiscard]] bool HasPersonal() const;  // a column about people leaves, or a list is read
  [[nodiscard]] bool HasClass(catalogue::ColumnClass column_class) const;
  [[nodiscard]] bool HasRevenue() const;
  // The kind of a party; nullptr: not stated, or not in the law.
  [[nodiscard]] const BodyKind* KindOf(const Party& party) const;
};

struct GatewayRule {
  std::string_view id;
  std::optional<Answer> (*ask)(const Case& of);
};

// All rules, in the order in which a verdict shows them.
std::span<const GatewayRule> GatewayRules();

// CheckGateway with other rules in place of the program's: what the tests of the rules need, to see
// that each of them matters.
Verdict CheckWith(std::span<const GatewayRule> rules, const Proposal& proposal, const Law& law);

// The rules by power, each in its own file.
std::span<const GatewayRule> CommonRules();
std::span<const GatewayRule> ServiceDeliveryRules();
std::span<const GatewayRule> DebtRules();
std::span<const GatewayRule> FraudRules();
std::span<const GatewayRule> StatisticsRules();
std::span<const GatewayRule> DataProtectionRules();
std::span<const GatewayRule> SafeguardRules();

// --- what several files of rules use
// --------------------------------------------------------------

Answer Holds(std::string sentence);
Answer Note(std::string sentence, std::string remedy);
Answer Advice(std::string sentence, std::string remedy);
Answer Refused(std::string sentence, std::string remedy);
// Holds, by a document that was declared.
Answer Declares(std::string_view what, const Document& document);

// Whether a Schedule names a body.
struct Membership {
  enum class State : unsigned char { kNamed, kUnsure, kNotNamed };
  State state = State::kNotNamed;
  const ScheduleEntry* entry = nullptr;  // where named; or where perhaps
};

// A provider of services counts as the body that it serves. Unsure is an unverified entry, and
// whoever is not named although our lists of its kind or country are known to have gaps.
Membership MembershipOf(const Party& party, const Schedule& schedule, const Law& law);
// Of all parties in one answer: the worst of them, and why.
Answer MembershipAnswer(const Case& of, const std::vector<const Party*>& parties);
// "Ambleford District Council", or "The asker" where it has no name yet.
std::string NameOf(const Case& of, const Party& party);
// "Ambleford District Council (a district council in England)".
std::string Described(const Case& of, const Party& party);
// "England, Wales".
std::string CountryTitles(const std::vector<std::string>& countries);
// "21 September 2026", as sentences write a day.
std::string DayInWords(base::CivilDay day);

// What debt and fraud share.
std::optional<Answer> ActAnswer(const Case& of, const std::vector<Act>& acts,
                                std::string_view subject);
std::optional<Answer> PilotAnswer(const Case& of);
std::optional<Answer> NorthernIrelandAnswer(const Case& of);

bool IsStated(std::string_view text);  // holds something beside blanks

}  // namespace agreements
