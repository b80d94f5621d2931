// Signing in, sessions and tokens as proof of who asks.
//
// Guessing is slowed down without telling whether an account exists. Each attempt is counted before
// its password is looked at, under the e-mail as it was typed and under the address that it came
// from, in one transaction; so a thousand attempts at once are a thousand counts, and an account
// that nobody has is locked like one that somebody has. A success takes its counts back.
#include <algorithm>

#include "base/format.h"
#include "identity/directory.h"
#include "identity/internal/authority.h"
#include "identity/secrets.h"
#include "storage/sessions.h"

namespace identity {
namespace {

using base::ErrorCode;
using internal::NotSignedIn;
using storage::LinkRepository;
using storage::SessionRepository;
using storage::SessionRow;
using storage::SignInFailureRepository;
using storage::SubjectRepository;
using storage::TokenRepository;
using storage::Transaction;

constexpr std::int64_t kMicrosecondsPerMinute = 60 * base::kMicrosecondsPerSecond;
constexpr std::int64_t kMicrosecondsPerDay = 1'440 * kMicrosecondsPerMinute;
constexpr std::size_t kMaxRemoteBytes = 64;

base::Instant After(base::Instant from, std::int64_t minutes) {
  return {from.microseconds + minutes * kMicrosecondsPerMinute};
}

std::unexpected<base::Error> WrongPair() {
  return base::Fail(ErrorCode::kUnauthenticated, "The e-mail address and the password do not fit",
                    {}, "Try again, or ask an administrator of your organisation for a new link.");
}

std::unexpected<base::Error> DeadLink() {
  return base::Fail(ErrorCode::kUnauthenticated, "This link was used, has ended or never was", {},
                    "Ask an administrator of your organisation for a new one.");
}

// The clock of the day may jump. Backwards by more than a little, a session's times mean nothing.
bool IsAlive(const SessionRow& session, base::Instant now) {
  return now < session.expires && now < After(session.last_seen, kSessionIdleMinutes) &&
         session.last_seen < After(now, kClockStepBackMinutes);
}

}  // namespace

// The lengths are limited before anything is hashed; what is cut here is no e-mail of ours.
Directory::FailureKeys Directory::FailureKeysOf(std::string_view email,
                                                std::string_view remote) const {
  const auto normal = NormaliseEmail(email);
  const std::string account = normal ? *normal : std::string(email.substr(0, kMaxEmailBytes));
  const std::string place(remote.substr(0, kMaxRemoteBytes));
  return {base::HmacSha256(settings_.failure_key, "account " + account),
          base::HmacSha256(settings_.failure_key, "remote " + place)};
}

base::Result<void> Directory::CountAttempt(const FailureKeys& keys) {
  const base::Instant now = world_.clock().Now();
  const base::Instant end = After(now, kFailureWindowMinutes);
  SignInFailureRepository::Count account;
  SignInFailureRepository::Count remote;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    SignInFailureRepository failures(transaction);
    TRY(failures.Prune(now, kMaxFailureRows));
    account = TRY(failures.Add(keys.account, now, end));
    remote = TRY(failures.Add(keys.remote, now, end));
    return {};
  }));
  base::Instant until = now;
  if (account.count > kMaxFailuresPerAccount) until = std::max(until, account.window_end);
  if (remote.count > kMaxFailuresPerRemote) until = std::max(until, remote.window_end);
  if (until == now) return {};
  const std::int64_t wait_s =
      (until.microseconds - now.microseconds) / base::kMicrosecondsPerSecond + 1;
  return base::Fail(base::Error{ErrorCode::kRateLimited,
                                "Sign-in failed too often",
                                {},
                                base::Format("Try again after {}.", until.Text()),
                                wait_s});
}

base::Result<void> Directory::TakeBackAttempt(const FailureKeys& keys) {
  return store_.Write([&](Transaction& transaction) -> base::Result<void> {
    SignInFailureRepository failures(transaction);
    TRY(failures.TakeBack(keys.account));
    return failures.TakeBack(keys.remote);
  });
}

struct Directory::KnownPerson {
  storage::SubjectRow row;
  std::optional<std::string> password_hash;
};

base::Result<std::optional<Directory::KnownPerson>> Directory::FindAccount(
    const std::optional<std::string>& email) {
  std::optional<KnownPerson> account;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    SubjectRepository subjects(transaction);
    // An empty address is nobody's, so text that is no address costs the same look.
    const auto row = TRY(subjects.FindByEmail(email.value_or(std::string{})));
    if (row && !row->is_disabled) account = {*row, TRY(subjects.PasswordHashOf(row->id))};
    return {};
  }));
  return account;
}

base::Result<SignedIn> Directory::SignIn(const SignInAttempt& attempt) {
  const FailureKeys keys = FailureKeysOf(attempt.email, attempt.remote);
  TRY(CountAttempt(keys));
  const auto account = TRY(FindAccount(NormaliseEmail(attempt.email)));
  const auto hash = account ? account->password_hash : std::nullopt;
  const auto fits = passwords_->Fits(attempt.password, hash);
  if (!fits) {
    // Not the asker's fault, so not counted.
    TRY(TakeBackAttempt(keys));
    return base::Fail(fits.error());
  }
  if (!*fits) return WrongPair();
  return BeginSession(*account, keys, attempt.old_session);
}

// The password was compared outside a transaction, so what it was compared with must still stand.
base::Result<SignedIn> Directory::BeginSession(const KnownPerson& account, const FailureKeys& keys,
                                               std::string_view old_session) {
  const base::Instant now = world_.clock().Now();
  const Secret secret = NewSecret(world_.randomness());
  const SubjectId& id = account.row.id;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    SubjectRepository subjects(transaction);
    const auto row = TRY(subjects.Find(id));
    if (!row || row->is_disabled || TRY(subjects.PasswordHashOf(id)) != account.password_hash) {
      return WrongPair();
    }
    SignInFailureRepository failures(transaction);
    TRY(failures.Forget(keys.account));
    TRY(failures.TakeBack(keys.remote));
    SessionRepository sessions(transaction);
    if (const auto old = HashOfSecret(old_session)) TRY(sessions.Remove(*old));
    TRY(sessions.RemoveEnded(now));
    return sessions.Add({secret.hash, id, now, now, After(now, kSessionHours * 60)});
  }));
  return SignedIn{id, secret.text, FormTokenOf(secret.text)};
}

base::Result<void> Directory::SignOut(std::string_view session_secret) {
  const auto hash = HashOfSecret(session_secret);
  if (!hash) return {};
  return store_.Write(
      [&](Transaction& transaction) { return SessionRepository(transaction).Remove(*hash); });
}

base::Result<void> Directory::SetPassword(std::string_view link_secret, std::string_view password) {
  const auto hash = HashOfSecret(link_secret);
  if (!hash) return DeadLink();
  std::optional<storage::SubjectRow> person;
  const auto look = [&](Transaction& transaction) -> base::Result<void> {
    const auto link = TRY(LinkRepository(transaction).Find(*hash));
    if (!link || link->used || link->expires <= world_.clock().Now()) return DeadLink();
    person = TRY(SubjectRepository(transaction).Find(link->subject));
    if (!person || person->is_disabled) return DeadLink();
    return {};
  };
  TRY(store_.Read(look));
  TRY(CheckPassword(password, person->email));
  const std::string password_hash = TRY(passwords_->Hash(password));
  return store_.Write([&](Transaction& transaction) -> base::Result<void> {
    TRY(look(transaction));
    LinkRepository links(transaction);
    const bool was_unused = TRY(links.Use(*hash, world_.clock().Now()));
    if (!was_unused) return DeadLink();
    TRY(links.RemoveUnusedOf(person->id));
    TRY(SessionRepository(transaction).RemoveOf(person->id));
    return SubjectRepository(transaction).SetPasswordHash(person->id, password_hash);
  });
}

base::Result<Principal> Directory::AuthenticateSession(std::string_view session_secret) {
  const auto hash = HashOfSecret(session_secret);
  if (!hash) return NotSignedIn();
  const base::Instant now = world_.clock().Now();
  std::optional<Principal> principal;
  bool is_stale = false;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto session = TRY(SessionRepository(transaction).Find(*hash));
    if (!session || !IsAlive(*session, now)) return NotSignedIn();
    is_stale = now.microseconds - session->last_seen.microseconds >=
               kSessionSeenEverySeconds * base::kMicrosecondsPerSecond;
    principal = TRY(internal::LoadPrincipal(transaction, session->subject));
    return {};
  }));
  if (!principal) return NotSignedIn();
  principal->is_person_present = true;
  if (is_stale) {
    // Where this fails the session only looks idle sooner: the safe side, so the page is shown.
    static_cast<void>(store_.Write([&](Transaction& transaction) {
      return SessionRepository(transaction).SetLastSeen(*hash, now);
    }));
  }
  return std::move(*principal);
}

base::Result<Principal> Directory::Authenticate(std::string_view bearer) {
  const auto hash = HashOfSecret(bearer, kTokenPrefix);
  if (!hash) return NotSignedIn();
  const base::Instant now = world_.clock().Now();
  const std::int64_t day = now.microseconds / kMicrosecondsPerDay;
  std::optional<Principal> principal;
  std::optional<storage::TokenRow> token;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    token = TRY(TokenRepository(transaction).FindBySecretHash(*hash));
    if (!token || token->standing != storage::Standing::kActive || token->expires <= now) {
      return NotSignedIn();
    }
    principal = TRY(internal::LoadPrincipal(transaction, token->subject));
    return {};
  }));
  if (!principal) return NotSignedIn();
  const auto chosen = Scopes::FromBits(token->scopes);
  if (!chosen) {
    return base::Fail(ErrorCode::kDamaged, "The store holds scopes that are none", "store");
  }
  principal->scopes = principal->scopes & *chosen;
  if (token->last_used_day != day) {
    // A courtesy to whoever looks for unused tokens; a full disk must not stop the reading.
    static_cast<void>(store_.Write([&](Transaction& transaction) {
      return TokenRepository(transaction).SetLastUsedDay(token->id, day);
    }));
  }
  return std::move(*principal);
}

}  // namespace identity
