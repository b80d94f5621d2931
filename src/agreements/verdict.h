// What the gateway check answers: one finding for each rule that applies, and the worst of them.
//
// A verdict says "no rule refuses", never "lawful": a person still decides. Each finding is a plain
// sentence, what to do, a citation and how sure we are; the rule's id comes last. Verdicts are kept
// with the digest of the law that they were made by (docs/formats/verdict.md). Values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/law.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/time.h"

namespace agreements {

// From the best to the worst. kNotChecked: the rules of the power are not written as code yet.
enum class Outcome : unsigned char { kHolds, kNote, kAdvice, kNotChecked, kRefused };
inline constexpr std::array<std::string_view, 5> kOutcomeNames = {"holds", "note", "advice",
                                                                  "not-checked-yet", "refused"};
std::string_view OutcomeName(Outcome outcome);

// A document that a finding rests on, as somebody declared it.
struct DeclaredDocument {
  std::string title;
  std::optional<base::CivilDay> date;
  std::string held_by;

  friend bool operator==(const DeclaredDocument&, const DeclaredDocument&) = default;
};

struct Finding {
  std::string rule;  // "DEA-48-1"
  RuleGroup group = RuleGroup::kPower;
  Outcome outcome = Outcome::kHolds;
  std::string sentence;
  std::string remedy;  // empty where nothing is to be done
  std::string citation;
  Sureness sureness = Sureness::kUnverified;
  std::optional<DeclaredDocument> declared;

  friend bool operator==(const Finding&, const Finding&) = default;
};

// A power that names both bodies, offered where the one that was chosen refuses.
struct OtherPower {
  std::string power;
  std::string title;
  std::string purpose;

  friend bool operator==(const OtherPower&, const OtherPower&) = default;
};

struct Verdict {
  Outcome outcome = Outcome::kHolds;  // the worst of the findings
  std::string power;
  base::CivilDay checked;      // the day of the check
  base::CivilDay law_edition;  // of the law's data
  base::Digest law_digest;
  std::vector<Finding> findings;  // in the order of the rules: the power, then data protection
  std::vector<OtherPower> other_powers;

  // A refused request is not sent, nor one whose power is not checked yet.
  [[nodiscard]] bool MayBeSent() const;
  [[nodiscard]] std::size_t Count(Outcome of) const;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

base::Json VerdictJson(const Verdict& verdict);

}  // namespace agreements
