// Who a subject is at this moment, and what it may do to others: looked up inside the transaction
// that acts on the answer. Inside identity only.
#pragma once

#include "base/result.h"
#include "identity/principal.h"
#include "storage/grants.h"
#include "storage/store.h"
#include "storage/subjects.h"

namespace identity::internal {

// A subject, its organisation and the roles that count, with all scopes of these roles. Nothing
// when there is no such subject or it is disabled.
base::Result<std::optional<Principal>> LoadPrincipal(storage::Transaction& transaction,
                                                     const SubjectId& id);

// The actor as it is now, with no more scopes than it came with. kUnauthenticated when it is
// disabled meanwhile.
base::Result<Principal> Refresh(storage::Transaction& transaction, const Principal& actor);

// A subject whose account the actor administers; Absent() otherwise. kForbidden for an
// administrator of the platform, whom only another one changes.
base::Result<storage::SubjectRow> AdministeredSubject(storage::Transaction& transaction,
                                                      const Principal& actor,
                                                      const SubjectId& subject);

// Whether `actor` may give this role to anybody: the last column of the table of roles.
bool MayGive(const Principal& actor, const RoleAt& at);

// Whether `actor` could have given every role that the subject has or will have: whoever makes a
// link to a new password could use it in the other's place.
base::Result<void> MayGiveAllOf(storage::Transaction& transaction, const Principal& actor,
                                const SubjectId& subject);

// Whether `actor` may give this role to that subject: the table of RoleRow, and nobody to oneself.
base::Result<void> MayGrant(const Principal& actor, const storage::SubjectRow& subject,
                            const RoleAt& at);

// kConflict when the platform would be left without an administrator if this one went.
base::Result<void> KeepsAnAdministrator(storage::Transaction& transaction,
                                        const SubjectId& without);

// The number that the leaf of this transaction will have; see Recorder.
base::Result<std::int64_t> NextOutboxId(storage::Transaction& transaction);

// What the store's rows say, as the values that the directory gives away. kDamaged for a role or a
// scope that is none.
SubjectKind KindOf(const storage::SubjectRow& row);
Organisation OrganisationOf(const storage::OrganisationRow& row);
Account AccountOf(const storage::SubjectRow& row);
base::Result<GrantRecord> GrantOf(const storage::GrantRow& row);
base::Result<TokenRecord> TokenOf(const storage::TokenRow& row);

// A name of an organisation, account or token. kInvalid or kTooLarge, never repeating it.
base::Result<void> CheckName(std::string_view name);

std::unexpected<base::Error> NotSignedIn();

}  // namespace identity::internal
