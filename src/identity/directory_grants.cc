#include <algorithm>

#include "base/format.h"
#include "identity/directory.h"
#include "identity/internal/authority.h"
#include "identity/secrets.h"
#include "identity/visibility.h"

namespace identity {
namespace {

using base::ErrorCode;
using storage::GrantRepository;
using storage::GrantRow;
using storage::OrganisationRepository;
using storage::SubjectRepository;
using storage::SubjectRow;
using storage::TokenRepository;
using storage::TokenRow;
using storage::Transaction;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;

// The slug of an organisation as an event names it.
base::Result<std::string> SlugAt(Transaction& transaction,
                                 const std::optional<OrganisationId>& at) {
  if (!at) return std::string(kPlatformSlug);
  const auto row = TRY(OrganisationRepository(transaction).Find(*at));
  if (!row) return Absent();
  return row->slug;
}

// Pending roles exclude others too: they will count.
base::Result<void> CheckExclusions(const std::vector<GrantRow>& standing, const RoleAt& at) {
  for (const GrantRow& row : standing) {
    const auto role = ParseRole(row.role);
    if (role == at.role && row.organisation == at.organisation) {
      return base::Fail(ErrorCode::kConflict, "The account has this role already, or soon");
    }
    if (role && Exclude(*role, !row.organisation, at.role, !at.organisation)) {
      return base::Fail(ErrorCode::kConflict,
                        "Administrators of the platform never approve: one of both roles must go");
    }
  }
  if (standing.size() >= kMaxRolesPerSubject) {
    return base::Fail(ErrorCode::kTooLarge, "The account has as many roles as it can");
  }
  return {};
}

// Tokens that ended or were withdrawn take no place.
base::Result<void> CheckRoom(const std::vector<TokenRow>& tokens, base::Instant now) {
  const auto count = std::ranges::count_if(tokens, [&](const TokenRow& each) {
    return each.standing != storage::Standing::kWithdrawn && each.expires > now;
  });
  if (static_cast<std::size_t>(count) < kMaxTokensPerSubject) return {};
  return base::Fail(ErrorCode::kTooLarge, "The account has as many tokens as it can", {},
                    "Withdraw one that is not needed.");
}

// The grant, when the actor may know of it.
base::Result<GrantRow> VisibleGrant(Transaction& transaction, const Principal& actor,
                                    const GrantId& id) {
  auto row = TRY(GrantRepository(transaction).Find(id));
  if (!row) return Absent();
  const bool may =
      row->organisation ? actor.Administers(*row->organisation) : actor.AdministersPlatform();
  if (!may) return Absent();
  return std::move(*row);
}

// Whose tokens an actor may see and withdraw: its own, and those that it administers.
base::Result<SubjectRow> SubjectWithTokens(Transaction& transaction, const Principal& actor,
                                           const SubjectId& id) {
  auto row = TRY(SubjectRepository(transaction).Find(id));
  if (!row || (row->id != actor.id && !actor.Administers(row->organisation))) return Absent();
  return std::move(*row);
}

}  // namespace

base::Result<GrantId> Directory::Grant(const Principal& actor, const SubjectId& subject,
                                       const RoleAt& at, const Along& along) {
  std::optional<SubjectRow> target;
  std::string slug;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    target = TRY(internal::AdministeredSubject(transaction, actor, subject));
    slug = TRY(SlugAt(transaction, at.organisation));
    return {};
  }));
  GrantId id = GrantId::Random(world_.randomness());
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    const auto row = TRY(internal::AdministeredSubject(transaction, now, subject));
    TRY(internal::MayGrant(now, row, at));
    if (row.is_disabled) return base::Fail(ErrorCode::kConflict, "The account is disabled");
    GrantRepository grants(transaction);
    TRY(CheckExclusions(TRY(grants.StandingOf(subject, kMaxRolesPerSubject)), at));
    TRY(grants.Add({id,
                    subject,
                    at.organisation,
                    std::string(RowOf(at.role).code.view()),
                    TRY(internal::NextOutboxId(transaction)),
                    storage::Standing::kPending,
                    {}}));
    return WriteAlong(along, transaction, id.Text());
  };
  TRY(recorder_.Record(change,
                       Event{EventKind::kRoleGranted, slug, at.role, internal::KindOf(*target)}));
  return id;
}

base::Result<void> Directory::WithdrawGrant(const Principal& actor, const GrantId& grant,
                                            const Along& along) {
  Event event{EventKind::kRoleWithdrawn, {}, {}, {}};
  std::optional<GrantRow> found;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    found = TRY(VisibleGrant(transaction, actor, grant));
    const auto subject = TRY(SubjectRepository(transaction).Find(found->subject));
    if (!subject) return Absent();
    event.organisation = TRY(SlugAt(transaction, found->organisation));
    event.role = ParseRole(found->role);
    event.subject = internal::KindOf(*subject);
    return {};
  }));
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    static_cast<void>(TRY(VisibleGrant(transaction, now, grant)));
    if (!found->organisation && event.role == Role::kAdministrator) {
      TRY(internal::KeepsAnAdministrator(transaction, found->subject));
    }
    const auto outbox = TRY(internal::NextOutboxId(transaction));
    const bool stood = TRY(GrantRepository(transaction).Withdraw(grant, outbox));
    if (!stood) return base::Fail(ErrorCode::kConflict, "The role is withdrawn already");
    return WriteAlong(along, transaction);
  };
  auto recorded = recorder_.Record(change, event);
  TellWatcher(recorded, found->subject);
  TRY(std::move(recorded));
  return {};
}

// A token never has more than its maker. A person makes tokens for themselves; for a machine they
// are made by those who administer it.
base::Result<void> Directory::CheckTokenScopes(const Principal& actor, const SubjectRow& subject,
                                               const NewToken& token) const {
  const bool is_own = subject.id == actor.id;
  const bool is_machine = internal::KindOf(subject) == SubjectKind::kMachine;
  if (!is_own && (!is_machine || !actor.Administers(subject.organisation))) {
    return base::Fail(ErrorCode::kForbidden, "A person's tokens are made by that person alone");
  }
  // A stolen token must not live on in copies of itself.
  if (!actor.is_person_present && !actor.scopes.Has(Scope::kAdminister)) {
    return base::Fail(ErrorCode::kForbidden, "A token may not make tokens", {},
                      "Sign in, or use a token with the scope administer.");
  }
  const Scopes most = is_machine ? kScopesOfMachines : actor.scopes;
  if (token.scopes.IsEmpty() || !most.HasAll(token.scopes)) {
    return base::Fail(ErrorCode::kForbidden, "The token would have scopes that are not yours", {},
                      "Choose among the scopes of your own roles; a machine reads, publishes and "
                      "queries.");
  }
  return {};
}

base::Result<CreatedToken> Directory::CreateToken(const Principal& actor, const NewToken& token,
                                                  const Along& along) {
  TRY(internal::CheckName(token.name));
  const base::Instant now = world_.clock().Now();
  const std::int64_t longest = now.microseconds + kMaxTokenDays * kMicrosecondsPerDay;
  if (token.expires <= now || token.expires.microseconds > longest) {
    return base::Fail(ErrorCode::kInvalid, "The token ends too early or too late", "expires",
                      base::Format("Choose a time within the next {} days.", kMaxTokenDays));
  }
  Event event{EventKind::kTokenCreated, {}, {}, {}};
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(SubjectWithTokens(transaction, actor, token.subject));
    event.organisation = TRY(SlugAt(transaction, row.organisation));
    event.subject = internal::KindOf(row);
    return {};
  }));
  const Secret secret = NewSecret(world_.randomness(), kTokenPrefix);
  const TokenId id = TokenId::Random(world_.randomness());
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    const Principal fresh = TRY(internal::Refresh(transaction, actor));
    const auto row = TRY(SubjectWithTokens(transaction, fresh, token.subject));
    TRY(CheckTokenScopes(fresh, row, token));
    if (row.is_disabled) return base::Fail(ErrorCode::kConflict, "The account is disabled");
    TokenRepository tokens(transaction);
    TRY(CheckRoom(TRY(tokens.ListOf(token.subject, kMaxListedRows)), now));
    const auto outbox = TRY(internal::NextOutboxId(transaction));
    TRY(tokens.Add({id,
                    secret.hash,
                    token.subject,
                    token.name,
                    token.scopes.bits(),
                    now,
                    token.expires,
                    {},
                    outbox,
                    storage::Standing::kPending}));
    return WriteAlong(along, transaction, id.Text());
  };
  TRY(recorder_.Record(change, event));
  return CreatedToken{id, secret.text};
}

base::Result<void> Directory::WithdrawToken(const Principal& actor, const TokenId& token,
                                            const Along& along) {
  std::optional<SubjectId> owner;
  Event event{EventKind::kTokenWithdrawn, {}, {}, {}};
  const auto visible = [&](Transaction& transaction,
                           const Principal& who) -> base::Result<SubjectRow> {
    const auto row = TRY(TokenRepository(transaction).Find(token));
    if (!row) return Absent();
    return SubjectWithTokens(transaction, who, row->subject);
  };
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto subject = TRY(visible(transaction, actor));
    event.organisation = TRY(SlugAt(transaction, subject.organisation));
    owner = subject.id;
    event.subject = internal::KindOf(subject);
    return {};
  }));
  const auto change = [&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    static_cast<void>(TRY(visible(transaction, now)));
    const auto outbox = TRY(internal::NextOutboxId(transaction));
    const bool stood = TRY(TokenRepository(transaction).Withdraw(token, outbox));
    if (!stood) return base::Fail(ErrorCode::kConflict, "The token is withdrawn already");
    return WriteAlong(along, transaction);
  };
  auto recorded = recorder_.Record(change, event);
  TellWatcher(recorded, *owner);
  TRY(std::move(recorded));
  return {};
}

base::Result<GrantRecord> Directory::FindGrant(const Principal& actor, const GrantId& grant) {
  std::optional<GrantRecord> found;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    found = TRY(internal::GrantOf(TRY(VisibleGrant(transaction, now, grant))));
    return {};
  }));
  return std::move(*found);
}

base::Result<std::vector<GrantRecord>> Directory::ListGrants(
    const Principal& actor, const std::optional<OrganisationId>& at) {
  std::vector<GrantRecord> grants;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    if (at ? !now.Administers(*at) : !now.AdministersPlatform()) return Absent();
    for (const GrantRow& row : TRY(GrantRepository(transaction).ListAt(at, kMaxListedRows))) {
      grants.push_back(TRY(internal::GrantOf(row)));
    }
    return {};
  }));
  return grants;
}

base::Result<std::vector<TokenRecord>> Directory::ListTokens(const Principal& actor,
                                                             const SubjectId& subject) {
  std::vector<TokenRecord> tokens;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const Principal now = TRY(internal::Refresh(transaction, actor));
    static_cast<void>(TRY(SubjectWithTokens(transaction, now, subject)));
    for (const TokenRow& row : TRY(TokenRepository(transaction).ListOf(subject, kMaxListedRows))) {
      tokens.push_back(TRY(internal::TokenOf(row)));
    }
    return {};
  }));
  return tokens;
}

}  // namespace identity
