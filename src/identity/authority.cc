#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"
#include "identity/current_principal.h"
#include "identity/directory.h"
#include "identity/internal/authority.h"
#include "identity/visibility.h"
#include "storage/outbox.h"

namespace identity::internal {
namespace {

using base::ErrorCode;
using storage::GrantRepository;
using storage::GrantRow;
using storage::OrganisationRepository;
using storage::SubjectRepository;
using storage::SubjectRow;
using storage::Transaction;

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

base::Result<RoleAt> RoleOfRow(const GrantRow& row) {
  const auto role = ParseRole(row.role);
  if (!role) return base::Fail(ErrorCode::kDamaged, "The store holds a role that is none", "store");
  return RoleAt{*role, row.organisation};
}

Standing StandingOf(storage::Standing standing) {
  switch (standing) {
    case storage::Standing::kPending:
      return Standing::kPending;
    case storage::Standing::kActive:
      return Standing::kActive;
    case storage::Standing::kWithdrawn:
      break;
  }
  return Standing::kWithdrawn;
}

}  // namespace

base::Result<std::optional<Principal>> LoadPrincipal(Transaction& transaction,
                                                     const SubjectId& id) {
  const auto subject = TRY(SubjectRepository(transaction).Find(id));
  if (!subject || subject->is_disabled) return std::optional<Principal>{};
  const auto organisation = TRY(OrganisationRepository(transaction).Find(subject->organisation));
  if (!organisation) return std::optional<Principal>{};
  Principal principal{KindOf(*subject),   subject->id, organisation->id, organisation->slug, {},
                      kScopesOfEverybody, false};
  for (const GrantRow& row :
       TRY(GrantRepository(transaction).StandingOf(id, kMaxRolesPerSubject))) {
    if (row.standing != storage::Standing::kActive) continue;
    const RoleAt role = TRY(RoleOfRow(row));
    principal.scopes = principal.scopes | RowOf(role.role).scopes;
    principal.roles.push_back(role);
  }
  if (principal.kind == SubjectKind::kMachine) {
    principal.scopes = principal.scopes & kScopesOfMachines;
  }
  return std::optional(std::move(principal));
}

SubjectKind KindOf(const SubjectRow& row) {
  return row.kind == storage::SubjectKind::kMachine ? SubjectKind::kMachine : SubjectKind::kPerson;
}

Organisation OrganisationOf(const storage::OrganisationRow& row) {
  return {row.id, row.slug, row.name, row.kind, row.created, row.country, row.area_code};
}

Account AccountOf(const SubjectRow& row) {
  return {row.id, KindOf(row), row.organisation, row.name, row.is_disabled, row.email};
}

base::Result<GrantRecord> GrantOf(const GrantRow& row) {
  const RoleAt role = TRY(RoleOfRow(row));
  return GrantRecord{
      row.id, row.subject, role.organisation, role.role, StandingOf(row.standing), row.leaf_index};
}

base::Result<TokenRecord> TokenOf(const storage::TokenRow& row) {
  const auto scopes = Scopes::FromBits(row.scopes);
  if (!scopes) {
    return base::Fail(ErrorCode::kDamaged, "The store holds a scope that is none", "store");
  }
  return TokenRecord{row.id,      row.subject, row.name,          *scopes,
                     row.created, row.expires, row.last_used_day, StandingOf(row.standing)};
}

base::Result<Principal> Refresh(Transaction& transaction, const Principal& actor) {
  auto now = TRY(LoadPrincipal(transaction, actor.id));
  if (!now) return NotSignedIn();
  now->scopes = now->scopes & actor.scopes;
  now->is_person_present = actor.is_person_present;
  return std::move(*now);
}

base::Result<SubjectRow> AdministeredSubject(Transaction& transaction, const Principal& actor,
                                             const SubjectId& subject) {
  auto row = TRY(SubjectRepository(transaction).Find(subject));
  if (!row || !actor.Administers(row->organisation)) return Absent();
  const auto target = TRY(LoadPrincipal(transaction, subject));
  if (target && target->AdministersPlatform() && !actor.AdministersPlatform()) {
    return base::Fail(ErrorCode::kForbidden,
                      "Accounts of the platform's administrators are changed by such alone");
  }
  return std::move(*row);
}

bool MayGive(const Principal& actor, const RoleAt& at) {
  if (actor.AdministersPlatform()) return true;
  return at.organisation && RowOf(at.role).by_own_administrator &&
         actor.Administers(*at.organisation);
}

base::Result<void> MayGiveAllOf(Transaction& transaction, const Principal& actor,
                                const SubjectId& subject) {
  for (const GrantRow& row :
       TRY(GrantRepository(transaction).StandingOf(subject, kMaxRolesPerSubject))) {
    const RoleAt role = TRY(RoleOfRow(row));
    if (MayGive(actor, role)) continue;
    return base::Fail(ErrorCode::kForbidden, "The account has a role that you may not give", {},
                      "Ask an administrator of the platform.");
  }
  return {};
}

base::Result<void> MayGrant(const Principal& actor, const SubjectRow& subject, const RoleAt& at) {
  const RoleRow& role = RowOf(at.role);
  if (actor.id == subject.id) {
    return base::Fail(ErrorCode::kForbidden, "Nobody grants themselves a role", {},
                      "Ask another administrator.");
  }
  const bool is_machine = KindOf(subject) == SubjectKind::kMachine;
  const bool fits_place =
      at.organisation ? *at.organisation == subject.organisation : role.at_platform;
  if (!fits_place || (is_machine && (!role.for_machines || !at.organisation))) {
    return base::Fail(ErrorCode::kInvalid, "This role cannot be held there by this account", {},
                      "Roles are held at the account's own organisation; at the platform only "
                      "by people, as administrator or auditor.");
  }
  if (!MayGive(actor, at)) {
    return base::Fail(ErrorCode::kForbidden, "This role is given by administrators of the platform",
                      {}, "Ask an administrator of the platform.");
  }
  return {};
}

base::Result<void> KeepsAnAdministrator(Transaction& transaction, const SubjectId& without) {
  for (const GrantRow& row :
       TRY(GrantRepository(transaction).ListAt(std::nullopt, kMaxListedRows))) {
    const bool counts = row.standing == storage::Standing::kActive && row.subject != without &&
                        row.role == RowOf(Role::kAdministrator).code.view();
    if (!counts) continue;
    const auto subject = TRY(SubjectRepository(transaction).Find(row.subject));
    if (subject && !subject->is_disabled) return {};
  }
  return base::Fail(ErrorCode::kConflict, "The platform would be left without an administrator", {},
                    "Make another person an administrator of the platform first.");
}

base::Result<std::int64_t> NextOutboxId(Transaction& transaction) {
  return storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister);
}

base::Result<void> CheckName(std::string_view name) {
  if (name.size() > kMaxNameBytes) {
    return base::Fail(ErrorCode::kTooLarge, "The name is too long", "name",
                      base::Format("Choose at most {} bytes.", kMaxNameBytes));
  }
  if (name.empty() || !base::IsUtf8(name) || std::ranges::any_of(name, IsControl)) {
    return base::Fail(ErrorCode::kInvalid, "The name is empty or no plain text", "name");
  }
  return {};
}

std::unexpected<base::Error> NotSignedIn() {
  return base::Fail(ErrorCode::kUnauthenticated, "This token or session does not count");
}

}  // namespace identity::internal

namespace identity {

base::Result<Principal> CurrentPrincipal(storage::Transaction& transaction,
                                         const Principal& actor) {
  return internal::Refresh(transaction, actor);
}

}  // namespace identity
