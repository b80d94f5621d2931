// The directory: organisations, people, machines, their roles and tokens, and signing in.
//
// Two rules hold throughout. What allows (a role given, a token made) counts once its leaf has an
// index; what forbids (a role or token withdrawn, a person disabled) counts from its commit. And
// whoever changes an account is looked up again inside the transaction of the change, so a
// withdrawal that was acknowledged before is never overtaken.
//
// An error of kind kUnavailable or kStorageFull from a method that records may mean that the change
// is committed and its leaf pending; asking again then says kConflict. Errors hold no name, address
// or secret. Whatever the asker may not know of is identity::Absent().
//
// Nothing here writes a log line. Thread safety: all methods from any thread; they block.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "identity/along.h"
#include "identity/passwords.h"
#include "identity/principal.h"
#include "identity/recorder.h"

namespace storage {
struct OrganisationRow;
class Store;
struct SubjectRow;
class Transaction;
}  // namespace storage

namespace identity {

// Limits.
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr std::size_t kMaxKindBytes = 64;
inline constexpr std::size_t kMaxRolesPerSubject = 64;
inline constexpr std::size_t kMaxTokensPerSubject = 50;
inline constexpr std::size_t kMaxListedRows = 10'000;
inline constexpr std::int64_t kMaxTokenDays = 366;
inline constexpr std::int64_t kLinkHours = 72;
inline constexpr std::int64_t kSessionIdleMinutes = 30;
inline constexpr std::int64_t kSessionHours = 12;
inline constexpr std::int64_t kSessionSeenEverySeconds = 60;  // how often last_seen is written
inline constexpr std::int64_t kClockStepBackMinutes = 5;      // beyond it a session is not believed
// Failed sign-ins within one window.
inline constexpr std::int64_t kFailureWindowMinutes = 15;
inline constexpr std::int64_t kMaxFailuresPerAccount = 10;
inline constexpr std::int64_t kMaxFailuresPerRemote = 100;
inline constexpr std::size_t kMaxFailureRows = 100'000;
inline constexpr std::size_t kMinFailureKeyBytes = 32;

struct DirectorySettings {
  base::PasswordCost password_cost;
  // Of this home, random, at least kMinFailureKeyBytes: hides accounts and addresses in the table
  // of failures.
  std::string failure_key;
};

struct NewOrganisation {
  std::string name;         // UTF-8 without control characters, at most kMaxNameBytes
  std::string kind;         // a code: a-z 0-9 . -
  std::string country{};    // a code like that, or empty
  std::string area_code{};  // letters and digits, or empty
};

struct NewPerson {
  std::string name;
  std::string email;
};

struct NewToken {
  SubjectId subject;
  std::string name;  // what it is for
  Scopes scopes;
  base::Instant expires;
};

// Secrets in the following are shown once and kept as digests alone.
struct CreatedPerson {
  SubjectId id;
  std::string link_secret;  // of a one-time link to set the first password
};

struct Founding {
  OrganisationId organisation;
  CreatedPerson administrator;
};

struct CreatedToken {
  TokenId id;
  std::string secret;  // tab_…
};

struct OwnAccountRecord {
  Account account;
  Organisation organisation;
};

struct SignInAttempt {
  std::string_view email;
  std::string_view password;
  std::string_view remote;       // the address, an IPv6 one cut to its /64
  std::string_view old_session;  // the cookie that came along, if any: that session ends
};

struct SignedIn {
  SubjectId person;
  std::string session_secret;
  std::string form_token;
};

class Directory {
 public:
  // Computes one password hash, so that unknown accounts cost what known ones do. kInvalid for a
  // failure key that is too short.
  static base::Result<std::unique_ptr<Directory>> Open(base::World& world, storage::Store& store,
                                                       Recorder& recorder,
                                                       DirectorySettings settings);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // Told of whoever has lost something (a role, a token, the account) once that counts, so that
  // what they are reading can be stopped. Set once, before other threads use this; called in the
  // thread of the change, without any lock.
  using Watcher = std::function<void(const SubjectId& subject)>;
  void SetWatcher(Watcher watcher) { watcher_ = std::move(watcher); }

  // The first organisation and the first administrator of the platform, for `init`. kConflict once
  // the platform has an administrator.
  base::Result<Founding> Found(const NewOrganisation& organisation, const NewPerson& person);

  // --- accounts (directory.cc) ---
  base::Result<OrganisationId> CreateOrganisation(const Principal& actor,
                                                  const NewOrganisation& organisation,
                                                  const Along& along = {});
  base::Result<CreatedPerson> CreatePerson(const Principal& actor, const OrganisationId& at,
                                           const NewPerson& person, const Along& along = {});
  base::Result<SubjectId> CreateMachine(const Principal& actor, const OrganisationId& at,
                                        std::string_view name, const Along& along = {});
  // A one-time link to a new password; unused links of that person end. Returns its secret.
  base::Result<std::string> CreateLink(const Principal& actor, const SubjectId& person,
                                       const Along& along = {});
  base::Result<void> DisablePerson(const Principal& actor, const SubjectId& person,
                                   const Along& along = {});

  // The actor's own account and organisation, as pages name whoever is signed in.
  base::Result<OwnAccountRecord> OwnAccount(const Principal& actor);

  // Organisations are public. Absent() for one that is not there or not on record yet.
  base::Result<Organisation> FindOrganisation(const OrganisationId& id);
  base::Result<Organisation> FindOrganisation(std::string_view slug);
  base::Result<std::vector<Organisation>> ListOrganisations();
  base::Result<std::vector<Account>> ListSubjects(const Principal& actor, const OrganisationId& at);

  // --- roles and tokens (directory_grants.cc) ---
  // At the platform when `at.organisation` is nothing.
  base::Result<GrantId> Grant(const Principal& actor, const SubjectId& subject, const RoleAt& at,
                              const Along& along = {});
  // Absent() for who may not list it.
  base::Result<GrantRecord> FindGrant(const Principal& actor, const GrantId& grant);
  base::Result<void> WithdrawGrant(const Principal& actor, const GrantId& grant,
                                   const Along& along = {});
  base::Result<CreatedToken> CreateToken(const Principal& actor, const NewToken& token,
                                         const Along& along = {});
  base::Result<void> WithdrawToken(const Principal& actor, const TokenId& token,
                                   const Along& along = {});
  base::Result<std::vector<GrantRecord>> ListGrants(const Principal& actor,
                                                    const std::optional<OrganisationId>& at);
  base::Result<std::vector<TokenRecord>> ListTokens(const Principal& actor,
                                                    const SubjectId& subject);

  // --- signing in (directory_sign_in.cc) ---
  // Uses a one-time link up. Ends the person's sessions. kUnauthenticated for a link that does not
  // count.
  base::Result<void> SetPassword(std::string_view link_secret, std::string_view password);
  // kUnauthenticated in the same words and after the same work whether the e-mail is unknown, the
  // account disabled or the password wrong; kRateLimited says until when; kBusy.
  base::Result<SignedIn> SignIn(const SignInAttempt& attempt);
  base::Result<void> SignOut(std::string_view session_secret);
  // kUnauthenticated for whatever does not count at this moment.
  base::Result<Principal> AuthenticateSession(std::string_view session_secret);
  base::Result<Principal> Authenticate(std::string_view bearer);

 private:
  Directory(base::World& world, storage::Store& store, Recorder& recorder,
            DirectorySettings settings, std::unique_ptr<Passwords> passwords)
      : world_(world),
        store_(store),
        recorder_(recorder),
        settings_(std::move(settings)),
        passwords_(std::move(passwords)) {}

  struct FailureKeys {
    base::Digest account;
    base::Digest remote;
  };
  struct KnownPerson;

  base::Result<storage::OrganisationRow> RecordOrganisation(const NewOrganisation& organisation,
                                                            const Principal* actor,
                                                            const Along& along);
  // Adds a person with a link to the first password, inside a transaction.
  base::Result<void> AddPerson(storage::Transaction& transaction, const storage::SubjectRow& row,
                               const base::Digest& link_hash);
  // Tells the watcher if the stop is committed; also while its leaf is pending.
  void TellWatcher(const base::Result<std::uint64_t>& recorded, const SubjectId& subject) const;
  base::Result<void> CheckTokenScopes(const Principal& actor, const storage::SubjectRow& subject,
                                      const NewToken& token) const;
  [[nodiscard]] FailureKeys FailureKeysOf(std::string_view email, std::string_view remote) const;
  base::Result<void> CountAttempt(const FailureKeys& keys);
  base::Result<void> TakeBackAttempt(const FailureKeys& keys);
  base::Result<std::optional<KnownPerson>> FindAccount(const std::optional<std::string>& email);
  base::Result<SignedIn> BeginSession(const KnownPerson& account, const FailureKeys& keys,
                                      std::string_view old_session);

  base::World& world_;
  storage::Store& store_;
  Recorder& recorder_;
  const DirectorySettings settings_;
  std::unique_ptr<Passwords> passwords_;
  Watcher watcher_;
};

}  // namespace identity
