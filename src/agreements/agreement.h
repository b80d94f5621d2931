// An agreement as it is told of. docs/formats/agreement.md says who sees what. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agreements/history.h"
#include "agreements/policy.h"
#include "agreements/states.h"
#include "base/json.h"
#include "base/time.h"
#include "catalogue/dataset.h"

namespace agreements {

// A text beside the log: SHA-256(salt || text) is the digest that the leaf holds.
struct PublicText {
  std::string salt;
  std::string text;
  bool is_removed = false;                          // both are empty then
  std::optional<std::uint64_t> removed_leaf_index;  // of the leaf that says so
};

// What the public register tells of the approved document besides. Ids of the law's lists, as the
// proposal has them; any may be empty.
struct RegisterFields {
  std::string power;
  std::string objective;
  std::string act;
  std::string basis;  // of the recipient: UK GDPR, Article 6
  std::vector<std::string> territory;
  std::string retention;  // in words or as ISO 8601: "P6Y"
  std::string contact;    // for people and their rights
};

struct Agreement {
  std::string number;
  std::string request;
  AgreementState state = AgreementState::kAwaitingSignature;
  Body owner;
  Body recipient;
  std::string dataset;  // slug
  std::string dataset_title;
  std::optional<std::string> sentence;  // nothing once it was removed
  std::optional<std::string> purpose;
  Policy policy;  // public in part: JSON leaves the rest out for others
  base::Digest policy_digest;
  base::CivilDay first_day;
  base::CivilDay last_day;
  std::optional<base::CivilDay> review_day;
  base::Instant approved;
  base::Instant changed;
  RegisterFields fields;
  std::vector<HistoryEvent> history;  // comments for the two bodies alone; empty in lists
  // For the two bodies alone:
  bool is_party = false;
  base::Json document;
  base::Json verdict;
  std::string list;  // slug
  std::string salt;
};

// What whoever holds a Permit may use.
struct Granted {
  std::string agreement;
  Policy policy;          // its properties bound
  std::string token_key;  // kTokenKeyBytes
  std::uint64_t token_key_version = 0;
  catalogue::DatasetId dataset;
  std::optional<catalogue::DatasetId> list;
};
inline constexpr std::size_t kTokenKeyBytes = 32;

base::Json AgreementJson(const Agreement& agreement);

}  // namespace agreements
