// A proposal: all that the gateway check reads of a request. It is the core of the request's
// document, whose JSON has the same fields (docs/formats/proposal.md).
//
// A draft has holes, so nearly everything may be empty; the check says what is missing. Words from
// lists of the law (kinds of body, powers, acts, documents …) are kept as they were written, so
// that a proposal outlives a change of the law: CheckWords says whether a law knows them.
//
// Values. ReadProposal refuses what no proposal may hold, within the limits below.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/law.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "base/time.h"
#include "catalogue/schema.h"
#include "catalogue/semantic_types.h"

namespace agreements {

// Code points.
inline constexpr std::size_t kMaxNameLength = 200;
inline constexpr std::size_t kMaxReasonLength = 500;
inline constexpr std::size_t kMaxTextLength = 4'000;
// Items of one list.
inline constexpr std::size_t kMaxProposalItems = 50;

// The act of a proposal whose act is none that a power lists.
inline constexpr std::string_view kNoAct = "none-of-these";

// UK GDPR, Articles 4(7), 4(8), 26.
enum class Role : unsigned char { kUnstated, kController, kJointController, kProcessor };
inline constexpr std::array<std::string_view, 4> kRoleNames = {"", "controller", "joint-controller",
                                                               "processor"};

// UK GDPR, or DPA 2018, Part 3.
enum class Regime : unsigned char { kUnstated, kGeneral, kLawEnforcement };
inline constexpr std::array<std::string_view, 3> kRegimeNames = {"", "general", "law-enforcement"};

enum class OwedTo : unsigned char { kUnstated, kPublicAuthority, kCrown, kOther };
inline constexpr std::array<std::string_view, 4> kOwedToNames = {"", "public-authority", "crown",
                                                                 "other"};

enum class Offence : unsigned char { kUnstated, kFraudAct, kScotsLaw, kOther };
inline constexpr std::array<std::string_view, 4> kOffenceNames = {"", "fraud-act", "scots-law",
                                                                  "other"};

enum class Loser : unsigned char { kUnstated, kPublicAuthority, kOther };
inline constexpr std::array<std::string_view, 3> kLoserNames = {"", "public-authority", "other"};

enum class Beneficiaries : unsigned char { kUnstated, kIndividuals, kHouseholds, kUndertakings };
inline constexpr std::array<std::string_view, 4> kBeneficiariesNames = {
    "", "individuals", "households", "undertakings"};

// What the law asks of a body: its kind, perhaps which one it is, and where.
struct BodyPlace {
  std::string kind;
  std::string body;     // of the law's list; empty: none of them
  std::string country;  // of kCountries, or two small letters (ISO 3166) abroad
};

struct Party {
  std::string name;
  BodyPlace place;
  std::optional<BodyPlace> serves;  // for a provider of services: to whom
  Role role = Role::kUnstated;
  Regime regime = Regime::kUnstated;
  std::string basis;       // UK GDPR, Article 6
  std::string duty;        // which one, where the basis is legal obligation
  std::string withdrawal;  // how consent is withdrawn, where it is the basis
};

struct Processor {
  std::string name;
  std::string country;
};

// Why the owner has the data.
struct Holding {
  std::string function;
  bool named_function = false;  // it is one of those that the Schedule names
  bool service = false;         // held for the service that the owner provides
};

struct OtherUse {
  std::string use;
  std::string exception;
};

struct OnwardStep {
  std::string to;
  std::string exception;
};

// A column of the owner's that is asked for, with the class and the nature that its schema states.
struct ProposalColumn {
  std::string name;
  catalogue::ColumnClass column_class = catalogue::ColumnClass::kPersonal;
  bool identifies = false;
  catalogue::Treatment treatment = catalogue::kDrop;
  std::string reason;
};

// Only rows about those on a list of the asker's; docs/formats/policy.md says how it works.
struct ListCondition {
  std::string column;
  std::string list;
  std::string list_column;
  std::vector<std::string> carry;
  std::optional<std::int64_t> least_size;
  std::optional<std::int64_t> greatest_size;
  bool follows_versions = false;
};

// What the data is, beyond the classes of its columns.
struct Nature {
  bool revenue = false;         // of HM Revenue and Customs, whoever holds it now
  bool health_or_care = false;  // held for the health service or adult social care
  bool patient = false;         // confidential patient information
  bool companies = false;       // also about companies
};

struct Debt {
  OwedTo owed_to = OwedTo::kUnstated;
  std::optional<base::CivilDay> due;  // the last day on which any of the sums was to be paid
};

struct Fraud {
  Offence offence = Offence::kUnstated;
  Loser loser = Loser::kUnstated;
};

struct People {
  Beneficiaries beneficiaries = Beneficiaries::kUnstated;
  std::vector<std::string> factors;
  std::optional<std::int64_t> least_age;
  std::optional<std::int64_t> greatest_age;  // inclusive
};

// A scheme that the data serves, such as one that helps after a change of frequencies.
struct Scheme {
  std::string name;
  std::optional<std::int64_t> least_mhz;
  std::optional<std::int64_t> greatest_mhz;
  std::optional<base::CivilDay> closes;  // inclusive
};

// UK GDPR, Article 35(1) and (3).
struct Scale {
  bool profiling = false;          // automated, with legal or like effect
  bool large_scale = false;        // special category or criminal data on a large scale
  bool public_monitoring = false;  // of public places, on a large scale
  bool high_risk = false;          // for another reason
};

// A document that somebody declares. Nobody here has seen it.
struct Document {
  std::string kind;
  std::string title;
  std::optional<base::CivilDay> date;
  std::string held_by;
  std::string sha256;  // 64 hex digits, or empty
  std::string party;   // whom it is about: a processor or a body by name
  std::vector<std::string> covers;
};

struct Proposal {
  base::CivilDay today;  // of the check; not part of the document

  Party owner;
  Party asker;
  std::vector<Party> recipients;  // who else receives under the same agreement
  std::vector<Processor> processors;

  std::string power;
  std::string objective;
  std::string act;
  std::string purpose;
  std::string need;  // the function of the asker that needs the data
  Holding held_for;
  std::vector<OtherUse> other_uses;
  std::vector<OnwardStep> onward;
  std::vector<std::string> territory;  // where the people live, of kCountries

  std::string condition;           // UK GDPR, Article 9
  std::string schedule_1;          // DPA 2018, Schedule 1
  std::string criminal_authority;  // in words: the official authority, UK GDPR, Article 10
  std::string enforcement_reuse;   // the law that lets law-enforcement data be used otherwise

  std::vector<ProposalColumn> columns;
  base::Json rows;  // the row condition, as the policy reads it; null: all rows
  std::string rows_reason;
  std::optional<ListCondition> member_of;
  Nature nature;

  std::optional<Debt> debt;
  std::optional<Fraud> fraud;
  People people;
  std::optional<Scheme> scheme;
  Scale scale;

  std::optional<base::CivilDay> start;
  std::optional<base::CivilDay> review;
  std::optional<base::CivilDay> end;  // inclusive
  std::string retention;              // in words or as ISO 8601: "P6Y"
  std::string deletion;

  std::string informing;  // how people are told, or why not
  std::string contact;    // for people and their rights
  std::vector<Document> documents;

  // The first document of this kind, about this party where one is named; nullptr: none.
  [[nodiscard]] const Document* Declared(std::string_view kind, std::string_view party = {}) const;
};

// `today` is the day of the check in London.
base::Result<Proposal> ReadProposal(const base::JsonItem& item, base::CivilDay today);

// What ReadProposal reads back as the same, but for `today`; empty fields are left out.
base::Json ProposalJson(const Proposal& proposal);

// kInvalid at the first word that this law does not have: for those who save a request.
base::Result<void> CheckWords(const Proposal& proposal, const Law& law);

}  // namespace agreements
