// Agreements, each with the policy, document and verdict that it stands on.
//
// Texts are JSON that agreements reads and writes; states are its words. The index of the last
// change's leaf comes from the outbox, so what counts is the same before and after a crash.
// Repositories live as long as their Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "storage/requests.h"

namespace storage {

struct AgreementRow {
  std::string number;  // "DSA-2026-0001"
  std::string request;
  OrganisationId owner;
  OrganisationId recipient;
  DatasetId dataset;
  std::optional<DatasetId> list = {};
  std::optional<std::int64_t> list_version = {};  // pinned; nothing: the newest
  std::string state;
  std::string state_before;  // what counts while the last change is a grant and pending
  std::int64_t outbox = 0;   // of the last change, in the register log
  std::string policy;        // JSON
  std::string document;      // JSON
  std::string verdict;       // JSON
  base::Digest sentence;     // of a text beside the log
  base::Digest purpose;      // the same
  std::string salt;
  std::string token_key;               // wrapped; empty once destroyed
  std::int64_t token_key_version = 0;  // 0: of before there was a master key, stands bare
  base::CivilDay first_day;
  base::CivilDay last_day;
  std::optional<base::CivilDay> review_day = {};
  base::CivilDay approved_day;
  base::Instant approved;
  base::Instant changed;
  std::optional<std::uint64_t> leaf_index = {};  // of the last change; read, not written
};

// A token key that is not destroyed.
struct TokenKeyRow {
  std::string agreement;
  std::string token_key;
  std::int64_t version = 0;
};

struct AgreementFilter {
  std::optional<OrganisationId> party = {};  // owner or recipient
  std::optional<OrganisationId> owner = {};
  std::optional<OrganisationId> recipient = {};
  std::string state = {};  // empty: all
  std::string power = {};  // of the document's proposal; empty: all
};

class AgreementRepository : private Repository {
 public:
  explicit AgreementRepository(Transaction& transaction) : Repository(transaction) {}

  // kConflict when the number is taken.
  base::Result<void> Add(const AgreementRow& row);
  base::Result<std::optional<AgreementRow>> Find(std::string_view number);
  // Writes state, state_before, outbox, policy, verdict, list_version, token_key, review_day and
  // changed.
  base::Result<void> Update(const AgreementRow& row);
  // The latest approval first, those behind `after`.
  base::Result<std::vector<AgreementRow>> List(const AgreementFilter& filter,
                                               const std::optional<ChangePosition>& after,
                                               std::size_t limit);
  base::Result<std::uint64_t> Count(const AgreementFilter& filter);
  // Those that a day ends or pauses, by number, behind `after`: waiting for a signature and
  // approved before `approved_before`; active or suspended and ended before `today`; active and to
  // be reviewed before it.
  base::Result<std::vector<AgreementRow>> ListDue(base::CivilDay today,
                                                  base::CivilDay approved_before,
                                                  std::string_view after, std::size_t limit);
  // Token keys that are not destroyed, by number of their agreement, behind `after`.
  base::Result<std::vector<TokenKeyRow>> ListTokenKeys(std::string_view after, std::size_t limit);
  // Nothing happens where the key is destroyed.
  base::Result<void> SetTokenKey(const TokenKeyRow& row);
  // All there are, by number, those behind `after` (empty: from the first).
  base::Result<std::vector<AgreementRow>> ListAll(std::string_view after, std::size_t limit);
};

}  // namespace storage
