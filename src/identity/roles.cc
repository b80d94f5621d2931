#include "identity/roles.h"

#include <array>

namespace identity {
namespace {

// Publishing and querying are what machines are for. Approvers, auditors and administrators answer
// for what they do, so these are people, and only the platform makes them.
constexpr std::array kRoles = {
    RoleRow{Role::kAdministrator, "administrator", {Scope::kAdminister}, true, false, false},
    RoleRow{Role::kPublisher, "publisher", {Scope::kPublish}, false, true, true},
    RoleRow{Role::kApprover, "approver", {Scope::kDecide}, false, false, false},
    RoleRow{Role::kExplorer, "explorer", {Scope::kRequest, Scope::kQuery}, false, true, true},
    RoleRow{Role::kAuditor, "auditor", {Scope::kAudit}, true, false, false},
};

constexpr std::array<std::string_view, kScopeCount> kScopeCodes = {
    "read", "request", "publish", "query", "decide", "administer", "audit"};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (static_cast<std::size_t>(kRoles[i].role) != i) return false;
  }
  return kRoles.size() == static_cast<std::size_t>(Role::kAuditor) + 1;
}
static_assert(InOrder(), "kRoles must hold each Role once, in order");

}  // namespace

std::optional<Scopes> Scopes::FromBits(std::uint32_t bits) {
  if ((bits >> kScopeCount) != 0) return std::nullopt;
  return Scopes(bits);
}

std::span<const RoleRow> RoleTable() { return kRoles; }

const RoleRow& RowOf(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> ParseRole(std::string_view code) {
  for (const RoleRow& row : kRoles) {
    if (row.code.view() == code) return row.role;
  }
  return std::nullopt;
}

std::string_view CodeOf(Scope scope) { return kScopeCodes[static_cast<std::size_t>(scope)]; }

std::optional<Scope> ParseScope(std::string_view code) {
  for (std::size_t i = 0; i < kScopeCodes.size(); ++i) {
    if (kScopeCodes[i] == code) return static_cast<Scope>(i);
  }
  return std::nullopt;
}

bool Exclude(Role left, bool left_at_platform, Role right, bool right_at_platform) {
  const auto administers = [](Role role, bool at_platform) {
    return role == Role::kAdministrator && at_platform;
  };
  return (administers(left, left_at_platform) && right == Role::kApprover) ||
         (administers(right, right_at_platform) && left == Role::kApprover);
}

}  // namespace identity
