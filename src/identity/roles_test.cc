#include "identity/roles.h"

#include <doctest/doctest.h>

#include "identity/principal.h"

namespace identity {

TEST_CASE("each role has the scopes of the page, and nobody else's") {
  const auto scopes = [](Role role) { return RowOf(role).scopes; };
  REQUIRE(scopes(Role::kAdministrator) == Scopes{Scope::kAdminister});
  REQUIRE(scopes(Role::kPublisher) == Scopes{Scope::kPublish});
  REQUIRE(scopes(Role::kApprover) == Scopes{Scope::kDecide});
  REQUIRE(scopes(Role::kExplorer) == Scopes{Scope::kRequest, Scope::kQuery});
  REQUIRE(scopes(Role::kAuditor) == Scopes{Scope::kAudit});
  for (const RoleRow& row : RoleTable()) {
    REQUIRE(ParseRole(row.code.view()) == row.role);
    // What only people may do, no machine's role allows.
    if (row.for_machines) REQUIRE_FALSE(row.scopes.Has(Scope::kDecide));
    // Whoever may decide or administer is made by the platform.
    if (row.by_own_administrator) {
      REQUIRE_FALSE(row.scopes.Has(Scope::kDecide));
      REQUIRE_FALSE(row.scopes.Has(Scope::kAdminister));
    }
  }
  REQUIRE_FALSE(ParseRole("Approver").has_value());
  REQUIRE_FALSE(ParseRole("").has_value());
}

TEST_CASE("a machine's scopes hold nothing that a person answers for") {
  for (const Scope scope : {Scope::kRequest, Scope::kDecide, Scope::kAdminister, Scope::kAudit}) {
    REQUIRE_FALSE(kScopesOfMachines.Has(scope));
  }
}

TEST_CASE("scopes are stored as bits whose numbers never change") {
  REQUIRE(Scopes{Scope::kRead}.bits() == 1);
  REQUIRE(Scopes{Scope::kAudit}.bits() == 64);
  REQUIRE(Scopes::FromBits(127).has_value());
  REQUIRE_FALSE(Scopes::FromBits(128).has_value());
  for (std::size_t i = 0; i < kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    REQUIRE(ParseScope(CodeOf(scope)) == scope);
  }
  REQUIRE_FALSE(ParseScope("everything").has_value());
}

TEST_CASE("sets of scopes meet and join") {
  const Scopes left{Scope::kRead, Scope::kQuery};
  const Scopes right{Scope::kQuery, Scope::kDecide};
  REQUIRE((left & right) == Scopes{Scope::kQuery});
  REQUIRE((left | right) == Scopes{Scope::kRead, Scope::kQuery, Scope::kDecide});
  REQUIRE(left.HasAll(Scopes{Scope::kRead}));
  REQUIRE_FALSE(left.HasAll(right));
  REQUIRE(Scopes{}.IsEmpty());
}

TEST_CASE("whoever administers the platform never approves") {
  REQUIRE(Exclude(Role::kAdministrator, true, Role::kApprover, false));
  REQUIRE(Exclude(Role::kApprover, false, Role::kAdministrator, true));
  REQUIRE_FALSE(Exclude(Role::kAdministrator, false, Role::kApprover, false));
  REQUIRE_FALSE(Exclude(Role::kAdministrator, true, Role::kAuditor, true));
}

}  // namespace identity
