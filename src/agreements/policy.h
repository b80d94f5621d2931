// The policy of an agreement: which columns of one dataset, in which form, and which rows, for
// which purposes and to whom. docs/formats/policy.md is the definition.
//
// A Policy is what the JSON says, no more: CheckPolicy holds it against the schemas, and the
// compiler does so again before it writes a line of SQL. What is not named is left out. Values.
// Invariants of what ReadPolicy gave: the limits below, no unknown member, no two equal purposes,
// recipients, doors or columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/condition.h"
#include "base/crypto.h"
#include "base/json_reader.h"
#include "base/result.h"
#include "catalogue/schema.h"
#include "engine/token_function.h"

namespace agreements {

inline constexpr std::string_view kPolicyFormat = "tabularium-policy-1";
inline constexpr std::size_t kMaxPolicyColumns = catalogue::kMaxSchemaColumns;
inline constexpr std::size_t kMaxBands = 100;
inline constexpr std::size_t kMaxLabelCharacters = 200;
inline constexpr std::size_t kMaxReasonCharacters = 500;
inline constexpr std::size_t kMaxCarried = 50;
inline constexpr std::size_t kMaxPurposes = 20;
inline constexpr std::size_t kMaxRecipients = 200;
inline constexpr std::size_t kMaxDoors = 16;
inline constexpr std::int64_t kMaxListEntries = 10'000'000;
inline constexpr std::int64_t kDefaultLeastEntries = 100;
inline constexpr std::int64_t kMaxUsesPerDay = 1'000'000;

struct PolicyBand {
  base::Json from;    // a literal of the column's type
  std::string label;  // empty: made from the edges

  friend bool operator==(const PolicyBand&, const PolicyBand&) = default;
};

struct PolicyColumn {
  std::string name;
  catalogue::Treatment treatment = catalogue::kDrop;
  std::vector<PolicyBand> bands;  // of kBand
  std::string reason;             // may be empty

  friend bool operator==(const PolicyColumn&, const PolicyColumn&) = default;
};

struct CarriedColumn {
  std::string column;  // of the list
  std::string as;      // in the output; empty: as in the list
  std::string reason;

  [[nodiscard]] const std::string& OutputName() const { return as.empty() ? column : as; }
  friend bool operator==(const CarriedColumn&, const CarriedColumn&) = default;
};

struct MemberOf {
  std::string column;
  std::string list;
  std::string list_column;
  engine::Normalisation normalisation = engine::Normalisation::kExact;
  std::vector<CarriedColumn> carry;
  std::int64_t least_entries = kDefaultLeastEntries;
  std::int64_t greatest_entries = 0;
  bool follow_newer = false;

  friend bool operator==(const MemberOf&, const MemberOf&) = default;
};

struct Policy {
  std::string dataset;
  std::vector<PolicyColumn> columns;
  std::optional<Condition> condition;
  std::optional<MemberOf> member_of;
  std::vector<std::string> purposes;
  std::vector<std::string> recipients;
  std::vector<std::string> doors;
  std::optional<std::int64_t> uses_per_day;

  friend bool operator==(const Policy&, const Policy&) = default;
};

// kInvalid or kTooLarge at the JSON pointer; kNewerFormat for another number of the format.
base::Result<Policy> ReadPolicy(const base::JsonItem& item);
base::Json PolicyJson(const Policy& policy);
// SHA-256 of the canonical JSON.
base::Digest PolicyDigest(const Policy& policy);

// Gives every property of the recipient in the condition its value: done once, at signing, and anew
// whatever the draft held. kInvalid at the place of a property that is not known.
base::Result<void> BindPolicy(Policy& policy, const RecipientProperties& properties);

}  // namespace agreements
