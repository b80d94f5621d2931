// Grants of roles, and tokens: what a subject may do.
//
// A grant or a token counts from the moment that its leaf has an index in the register log, and
// stops with the commit that withdraws it, whether or not the leaf of that has an index yet. Both
// are one question to the tables, so it has the same answer before and after a crash: the outbox
// holds the index. Roles are words and scopes bits here; identity says what they mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "storage/subjects.h"

namespace storage {

using GrantId = base::Id<struct GrantTag>;
using TokenId = base::Id<struct TokenTag>;

// How far a change has got.
enum class Standing : unsigned char {
  kPending,    // committed, its leaf has no index: does not count yet
  kActive,     // counts
  kWithdrawn,  // does not count any more
};

struct GrantRow {
  GrantId id;
  SubjectId subject;
  std::optional<OrganisationId> organisation;  // nothing: the platform
  std::string role;
  std::int64_t granted_outbox = 0;
  Standing standing = Standing::kPending;   // read, not written
  std::optional<std::uint64_t> leaf_index;  // of the granting leaf; read, not written
};

struct TokenRow {
  TokenId id;
  base::Digest secret_hash;
  SubjectId subject;
  std::string name;
  std::uint32_t scopes = 0;
  base::Instant created;
  base::Instant expires;
  std::optional<std::int64_t> last_used_day;  // days since 1970, UTC
  std::int64_t created_outbox = 0;
  Standing standing = Standing::kPending;  // read, not written
};

class GrantRepository : private Repository {
 public:
  explicit GrantRepository(Transaction& transaction) : Repository(transaction) {}

  // kConflict when the same subject has the same role there already, pending or active.
  base::Result<void> Add(const GrantRow& row);
  base::Result<std::optional<GrantRow>> Find(const GrantId& id);
  // Pending and active ones.
  base::Result<std::vector<GrantRow>> StandingOf(const SubjectId& subject, std::size_t limit);
  // Every grant at an organisation, or at the platform, the withdrawn ones too.
  base::Result<std::vector<GrantRow>> ListAt(const std::optional<OrganisationId>& organisation,
                                             std::size_t limit);
  // True when it stood until now.
  base::Result<bool> Withdraw(const GrantId& id, std::int64_t outbox);
};

class TokenRepository : private Repository {
 public:
  explicit TokenRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const TokenRow& row);
  base::Result<std::optional<TokenRow>> Find(const TokenId& id);
  base::Result<std::optional<TokenRow>> FindBySecretHash(const base::Digest& hash);
  base::Result<std::vector<TokenRow>> ListOf(const SubjectId& subject, std::size_t limit);
  // True when it stood until now.
  base::Result<bool> Withdraw(const TokenId& id, std::int64_t outbox);
  // All that stood until now; returns how many.
  base::Result<std::uint64_t> WithdrawAll(std::int64_t outbox);
  base::Result<void> SetLastUsedDay(const TokenId& id, std::int64_t day);
};

}  // namespace storage
