// The law that the gateway check reads: bodies, Schedules, powers, objectives, conditions and the
// sources of the rules, from the files of law/ (docs/formats/law.md).
//
// What a source says is data, so that a person who reads Acts can correct it; what a rule does with
// it is code (gateway_rules.h). Each entry says where it was read and how sure we are. What is
// unverified never refuses: the check itself sees to that, whatever a rule answers.
//
// A Law is made once, from files that were checked whole: ids differ, whatever one entry names is
// there, and each rule of the program has its source. It does not change afterwards, so it may be
// read from many threads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/embedded_file.h"
#include "base/result.h"
#include "base/time.h"

namespace agreements {

// Where a statement was read, from the surest on.
enum class Sureness : unsigned char { kAct, kSecondary, kUnverified };
inline constexpr std::array<std::string_view, 3> kSurenessNames = {"act", "secondary",
                                                                   "unverified"};

enum class RuleGroup : unsigned char { kPower, kDataProtection };
inline constexpr std::array<std::string_view, 2> kRuleGroupNames = {"power", "data-protection"};

// Whether a paragraph of DPA 2018, Schedule 1 asks for an appropriate policy document.
enum class PolicyDocument : unsigned char { kNone, kExpected, kRequired };
inline constexpr std::array<std::string_view, 3> kPolicyDocumentNames = {"none", "expected",
                                                                         "required"};

// The parts of the United Kingdom, and "united-kingdom" for a body of all of it.
inline constexpr std::array<std::string_view, 5> kCountries = {
    "england", "wales", "scotland", "northern-ireland", "united-kingdom"};
inline constexpr std::string_view kNorthernIreland = kCountries[3];

struct BodyKind {
  std::string id;          // "district-council"
  std::string title;       // "a district council"
  bool is_public = true;   // a public authority
  bool competent = false;  // a competent authority of DPA 2018, section 30
  bool open_list = false;  // new ones are made so often that our lists may lack one
};

struct ListedBody {
  std::string id;
  std::string name;
  std::string kind;
  std::vector<std::string> aliases;
};

// One paragraph of a Schedule: the bodies that it names, or kinds of body in some countries.
struct ScheduleEntry {
  std::optional<std::int64_t> paragraph;
  std::string names;
  std::vector<std::string> bodies;
  std::vector<std::string> kinds;
  std::vector<std::string> countries;
  bool named_functions = false;    // for some of its functions alone
  bool service_providers = false;  // providers of services to the others
  Sureness sureness = Sureness::kUnverified;
};

struct Schedule {
  std::string id;
  std::string title;
  std::string citation;
  std::vector<ScheduleEntry> entries;
};

struct Commencement {
  std::string country;
  std::optional<base::CivilDay> from;  // nothing: not known
  Sureness sureness = Sureness::kUnverified;
};

struct Act {
  std::string id;
  std::string title;   // "Collecting a debt"
  bool listed = true;  // the law names it; otherwise it is only like those
};

struct Power {
  std::string id;
  std::string title;    // "Digital Economy Act 2017, section 48"
  std::string purpose;  // "Action on debt owed to the public sector"
  std::string citation;
  Sureness sureness = Sureness::kUnverified;
  bool checked = false;     // its rules are written as code
  std::string schedule;     // who may give and get; empty: its rules say it
  bool objectives = false;  // for stated objectives alone
  bool revenue = false;     // lets HM Revenue and Customs disclose
  std::vector<Commencement> commencement;
  std::vector<Act> acts;
};

struct Factor {
  std::string id;
  std::string title;
  std::optional<std::int64_t> least_age;
  std::optional<std::int64_t> greatest_age;  // inclusive
};

struct Objective {
  std::string id;
  std::string title;
  std::string power;
  std::vector<std::int64_t> paragraphs;  // of the power's Schedule
  std::vector<std::string> countries;
  std::optional<base::CivilDay> from;
  std::optional<base::CivilDay> until;  // inclusive
  std::string citation;
  Sureness sureness = Sureness::kUnverified;
  std::vector<Act> acts;  // its limbs; empty: not entered yet
  std::vector<Factor> factors;
  std::optional<std::int64_t> least_mhz;
  std::optional<std::int64_t> greatest_mhz;
};

// A lawful basis, a condition, or a paragraph of DPA 2018, Schedule 1.
struct Ground {
  std::string id;
  std::string title;
  std::string citation;
  Sureness sureness = Sureness::kUnverified;
  // Of a condition of Article 9: the Part of Schedule 1 that it needs. Of a paragraph: its Part.
  std::optional<std::int64_t> part;
  PolicyDocument policy_document = PolicyDocument::kNone;
};

// A reason to use or pass on data otherwise than stated, and the powers whose chapter has it.
struct Exception {
  std::string id;
  std::string title;
  std::vector<std::string> use;
  std::vector<std::string> onward;
};

struct DocumentKind {
  std::string id;
  std::string title;
};

struct Citation {
  std::vector<std::string> powers;  // empty: whatever the power
  std::string citation;
};

struct RuleSource {
  std::string id;    // "DEA-48-1"
  std::string says;  // what must hold
  RuleGroup group = RuleGroup::kPower;
  Sureness sureness = Sureness::kUnverified;
  std::vector<Citation> citations;

  // Where the rule stands for this power; nullptr: the rule is not about it.
  [[nodiscard]] const Citation* For(std::string_view power) const;
};

struct Law {
  base::CivilDay edition;         // when the data was last brought up to date
  std::vector<std::string> read;  // what was read, in sentences
  std::vector<BodyKind> kinds;
  std::vector<ListedBody> bodies;
  std::vector<Schedule> schedules;
  std::vector<Power> powers;
  std::vector<Objective> objectives;
  std::vector<Ground> bases;       // UK GDPR, Article 6
  std::vector<Ground> conditions;  // UK GDPR, Article 9
  std::vector<Ground> schedule_1;  // DPA 2018
  std::vector<Exception> exceptions;
  std::vector<DocumentKind> documents;
  std::vector<RuleSource> rules;
  base::Digest digest;  // SHA-256 of all files, docs/formats/law.md
};

// The entry of this id; nullptr where there is none.
template <typename T>
const T* Find(const std::vector<T>& entries, std::string_view id) {
  for (const T& entry : entries) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

// The body of this name or alias, whatever its case; nullptr where the law lists none.
const ListedBody* BodyOfName(const Law& law, std::string_view name);

// Reads all files of a law. kInvalid names the file and the place in it.
base::Result<Law> ReadLaw(std::span<const base::EmbeddedFile> files);

// The files of law/, as they were when the program was built.
std::span<const base::EmbeddedFile> LawFiles();

}  // namespace agreements
