// What the directory tells of organisations, accounts, roles and tokens, as values.
//
// The ids are the store's own types, named here without its headers: whoever uses the directory
// need not see how it keeps them. Of a secret no record holds anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "identity/roles.h"

namespace storage {
struct GrantTag;
struct OrganisationTag;
struct SubjectTag;
struct TokenTag;
}  // namespace storage

namespace identity {

using GrantId = base::Id<storage::GrantTag>;
using OrganisationId = base::Id<storage::OrganisationTag>;
using SubjectId = base::Id<storage::SubjectTag>;
using TokenId = base::Id<storage::TokenTag>;

enum class SubjectKind : unsigned char { kPerson, kMachine };

// How far a grant or a token has got.
enum class Standing : unsigned char {
  kPending,    // committed, its leaf has no index: does not count yet
  kActive,     // counts
  kWithdrawn,  // does not count any more
};

struct Organisation {
  OrganisationId id;
  std::string slug;
  std::string name;
  std::string kind;
  base::Instant created;
  // Properties that the law and row conditions ask of a body; empty: not stated.
  std::string country;    // a code such as "england"
  std::string area_code;  // of the Office for National Statistics, such as "E07000999"
};

struct Account {
  SubjectId id;
  SubjectKind kind = SubjectKind::kPerson;
  OrganisationId organisation;
  std::string name;
  bool is_disabled = false;
  std::string email;  // empty for a machine
};

struct GrantRecord {
  GrantId id;
  SubjectId subject;
  std::optional<OrganisationId> organisation;  // nothing: the platform
  Role role = Role::kExplorer;
  Standing standing = Standing::kPending;
  std::optional<std::uint64_t> leaf_index;  // of the granting leaf in the register log
};

struct TokenRecord {
  TokenId id;
  SubjectId subject;
  std::string name;
  Scopes scopes;
  base::Instant created;
  base::Instant expires;
  std::optional<std::int64_t> last_used_day;  // days since 1970, UTC
  Standing standing = Standing::kPending;
};

}  // namespace identity
