// Who asks: the answer to a token or a session that counts at this moment.
//
// A Principal is a value of one moment. What changes accounts looks at the roles again in its own
// transaction; what stands for longer (a stream) must be stopped by whoever withdraws. Ids are not
// for any log.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "identity/accounts.h"
#include "identity/roles.h"

namespace identity {

// A role and where it is held.
struct RoleAt {
  Role role = Role::kExplorer;
  std::optional<OrganisationId> organisation;  // nothing: the platform

  friend bool operator==(const RoleAt&, const RoleAt&) = default;
};

struct Principal {
  SubjectKind kind = SubjectKind::kPerson;
  SubjectId id;
  OrganisationId organisation;
  std::string organisation_slug;
  std::vector<RoleAt> roles;  // only those that count
  Scopes scopes;
  bool is_person_present = false;  // by session, not by token

  [[nodiscard]] bool Holds(Role role, const OrganisationId& at) const {
    return std::ranges::find(roles, RoleAt{role, at}) != roles.end();
  }
  [[nodiscard]] bool HoldsAtPlatform(Role role) const {
    return std::ranges::find(roles, RoleAt{role, std::nullopt}) != roles.end();
  }
  // Whether accounts of an organisation are this principal's to change.
  [[nodiscard]] bool Administers(const OrganisationId& at) const {
    return kind == SubjectKind::kPerson && scopes.Has(Scope::kAdminister) &&
           (HoldsAtPlatform(Role::kAdministrator) || Holds(Role::kAdministrator, at));
  }
  [[nodiscard]] bool AdministersPlatform() const {
    return kind == SubjectKind::kPerson && scopes.Has(Scope::kAdminister) &&
           HoldsAtPlatform(Role::kAdministrator);
  }
  // Whether this principal may decide and countersign for an organisation: a person's session, or a
  // person's token with the scope; never a machine.
  [[nodiscard]] bool MayDecideFor(const OrganisationId& at) const {
    return kind == SubjectKind::kPerson && scopes.Has(Scope::kDecide) && Holds(Role::kApprover, at);
  }
};

}  // namespace identity
