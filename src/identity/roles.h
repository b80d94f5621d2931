// Roles and scopes: what a grant of a role allows, and who may give it. docs/formats/identity.md
// shows the same tables.
//
// A role is held at one organisation, or at the platform. A scope is a kind of act; a session has
// the scopes of its person's roles, a token those among them that were chosen for it. A scope alone
// decides nothing: whoever acts still needs the role at the right organisation. Pure, any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "base/event_log.h"

namespace identity {

enum class Role : unsigned char {
  kAdministrator,
  kPublisher,
  kApprover,
  kExplorer,
  kAuditor,
};

// Numbers are stored in tokens: never renumbered.
enum class Scope : unsigned char {
  kRead = 0,        // see what one's roles let one see
  kRequest = 1,     // write and send requests
  kPublish = 2,     // upload and publish datasets
  kQuery = 3,       // get data under an agreement
  kDecide = 4,      // rehearse, decide, countersign, suspend, stop; people alone
  kAdminister = 5,  // accounts, roles and tokens of others
  kAudit = 6,       // open commitments
};
inline constexpr std::size_t kScopeCount = 7;

class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const Scope scope : scopes) bits_ |= BitOf(scope);
  }
  // Nothing when a bit stands for no scope.
  static std::optional<Scopes> FromBits(std::uint32_t bits);

  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  [[nodiscard]] constexpr bool IsEmpty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool Has(Scope scope) const { return (bits_ & BitOf(scope)) != 0; }
  [[nodiscard]] constexpr bool HasAll(Scopes other) const {
    return (bits_ & other.bits_) == other.bits_;
  }
  friend constexpr Scopes operator&(Scopes left, Scopes right) {
    return Scopes(left.bits_ & right.bits_);
  }
  friend constexpr Scopes operator|(Scopes left, Scopes right) {
    return Scopes(left.bits_ | right.bits_);
  }
  friend constexpr bool operator==(Scopes, Scopes) = default;

 private:
  explicit constexpr Scopes(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t BitOf(Scope scope) {
    return 1U << static_cast<std::uint32_t>(scope);
  }
  std::uint32_t bits_ = 0;
};

// What every enabled account has, and the most that a machine may have.
inline constexpr Scopes kScopesOfEverybody{Scope::kRead};
inline constexpr Scopes kScopesOfMachines{Scope::kRead, Scope::kPublish, Scope::kQuery};

struct RoleRow {
  Role role;
  base::Literal code;         // in leaves, in the store and on the wire
  Scopes scopes;              // besides kScopesOfEverybody
  bool at_platform;           // may be held at the platform
  bool for_machines;          // may be held by a machine
  bool by_own_administrator;  // an administrator of the same organisation may give it
};

std::span<const RoleRow> RoleTable();
const RoleRow& RowOf(Role role);
std::optional<Role> ParseRole(std::string_view code);

// The word of a scope, as "decide".
std::string_view CodeOf(Scope scope);
std::optional<Scope> ParseScope(std::string_view code);

// Whether one person may not hold both: whoever administers the platform never approves.
bool Exclude(Role left, bool left_at_platform, Role right, bool right_at_platform);

}  // namespace identity
