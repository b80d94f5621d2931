// The gate: the one place where an access to data is allowed or refused, and where that is put on
// record before anything is read.
//
// Open judges (terms.h) under one lock, together with counting the access and registering its stop
// token, so that no revocation slips between the judgement and the stream. Then it commits the
// private record and the opening leaf as one fact and waits until the leaf is durable. Only then is
// there a Permit.
//
// The gate holds the terms of every agreement in memory; whoever changes an agreement in the store
// tells it, in this order: Hold (nobody is let in while the change is on its way), the commit, Put.
//
// Thread safety: all methods from any thread; Open and Close block on the disk. Stop callbacks run
// in the thread that stops. Invariant: a Permit exists only for an access whose opening leaf is
// durable, and every opening leaf gets one closing leaf, at the latest when the gate is opened
// next.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agreements/permit.h"
#include "agreements/rehearsal.h"
#include "agreements/terms.h"
#include "base/event_log.h"
#include "base/guarded.h"
#include "base/json.h"
#include "base/result.h"
#include "base/world.h"

namespace ledger {
class Ledger;
}  // namespace ledger

namespace storage {
class Store;
}  // namespace storage

namespace agreements {

inline constexpr std::size_t kMaxAgreements = 1'000'000;
inline constexpr std::size_t kMaxOpenAccesses = 10'000;
inline constexpr std::size_t kMaxUseDays = 400;
inline constexpr std::size_t kMaxListedUses = 100;
inline constexpr std::size_t kMaxSqlBytes = 64U << 10U;

// Through which door data leaves.
enum class Door : unsigned char { kQuery };

base::Literal CodeOf(Door door);

enum class AccessOutcome : unsigned char { kComplete, kFailed, kRefused, kCut, kRevoked, kUnknown };

base::Literal CodeOf(AccessOutcome outcome);

// What an access asks for, in exact words: the private record.
struct Question {
  std::string agreement;
  std::string purpose;
  Door door = Door::kQuery;
  std::string sql;
  base::Json params;
};

// How an access went.
struct Ending {
  AccessOutcome outcome = AccessOutcome::kFailed;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  base::Digest body{};  // of what was handed over
  base::Digest query_template{};
};

// Which versions an access uses; the catalogue knows.
class VersionSource {
 public:
  virtual ~VersionSource() = default;
  // The newest versions of what an agreement is about, the data first. Called without any lock.
  virtual base::Result<std::vector<PinnedVersion>> Newest(std::string_view agreement) = 0;
};

class Gate {
 public:
  // Closes what an earlier end of the server left open as unknown, and counts today's accesses.
  // What is named here outlives the gate, and the gate its Permits.
  static base::Result<std::unique_ptr<Gate>> Open(base::World& world, storage::Store& store,
                                                  ledger::Ledger& ledger, VersionSource& versions);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // --- told by whoever changes agreements ---
  // Nobody is let in under the agreement until Put; what runs goes on.
  void Hold(std::string_view number);
  // The terms as they are committed. Ends a Hold; stops what runs unless data still flows.
  void Put(Terms terms);

  // Stops all that this person or machine is getting, as when a token is withdrawn.
  void StopSubject(const identity::SubjectId& subject);

  // --- accesses ---
  // Absent() for who is no party of the agreement. A refusal of a party is on record before this
  // returns it. kBusy during a Hold, or when kMaxOpenAccesses run.
  base::Result<Permit> Enter(const identity::Principal& principal, const Question& question);
  // Puts the end of an access on record. Returns the index of the closing leaf.
  base::Result<std::uint64_t> Close(Permit permit, const Ending& ending);

  // The right to try a policy out on a version of the owner's dataset, for a request, once the leaf
  // that says so is durable. Absent() for who is not of the owning body, kForbidden for who may not
  // decide for it. `request` has the form of a public number.
  base::Result<Rehearsal> OpenRehearsal(const identity::Principal& principal,
                                        const identity::OrganisationId& owner,
                                        std::string_view request, const PinnedVersion& version);

  // The leaves of an access, for a party of its agreement: the opening one, and the closing one
  // once there is one. Absent() for anybody else, and for an index that is no opening.
  base::Result<std::vector<std::uint64_t>> EntriesOf(const identity::Principal& principal,
                                                     std::uint64_t opened_index);

  // What the agreement's day has seen and allows, for a party of it; Absent() for anybody else.
  struct DayUses {
    std::uint64_t used = 0;
    std::uint64_t allowed = 0;
  };
  base::Result<DayUses> UsesToday(const identity::Principal& principal, std::string_view number);

  // The openings under an agreement, as far as a log of `log_size` leaves tells of them: what is
  // public once so much of the access log is. Those of the latest `kMaxUseDays` days and `limit`
  // openings, newest first.
  struct Use {
    std::uint64_t opened_index = 0;
    std::optional<std::uint64_t> closed_index = {};
  };
  struct UsesOfDay {
    base::CivilDay day;
    std::uint64_t uses = 0;
  };
  struct Uses {
    std::uint64_t total = 0;
    std::vector<UsesOfDay> days;
    std::vector<Use> latest;
  };
  base::Result<Uses> UsesOf(std::string_view number, std::uint64_t log_size, std::size_t limit);
  base::Result<std::uint64_t> CountUses(std::string_view number, std::uint64_t log_size);

  // How many accesses run now.
  [[nodiscard]] std::size_t open_accesses();

 private:
  friend class Permit;

  struct Access {
    identity::SubjectId subject;
    std::stop_source stop;
  };
  struct Entry {
    Terms terms;
    bool is_held = false;
    base::CivilDay day{};  // that `accesses` counts
    std::uint64_t accesses = 0;
    std::map<std::uint64_t, Access> open{};  // by number of the access
  };
  struct State {
    std::map<std::string, Entry, std::less<>> entries;
    std::size_t open = 0;
    std::uint64_t next_access = 0;
    std::optional<std::int64_t> hour{};  // since 1970, that `today` was looked up in
    base::CivilDay today{};              // in London
  };
  // An access that was let in and is not on record yet.
  struct Admission {
    Terms terms;
    std::uint64_t access = 0;
    base::CivilDay day;
    std::stop_source stop;
  };
  struct Refusal {
    Terms terms;
    GateReason reason;
  };

  Gate(base::World& world, storage::Store& store, ledger::Ledger& ledger, VersionSource& versions)
      : world_(world), store_(store), ledger_(ledger), versions_(versions) {}

  base::Result<void> CloseOrphans();
  base::Result<void> CountToday();
  base::Result<base::CivilDay> Today(State& state);
  base::Result<std::variant<Admission, Refusal>> Admit(const identity::Principal& principal,
                                                       const Question& question);
  void Leave(std::string_view number, std::uint64_t access, bool uncount);
  base::Result<Permit> Record(const identity::Principal& principal, const Question& question,
                              const Admission& admission);
  base::Result<void> RecordRefusal(const Refusal& refusal, Door door);
  base::Result<std::uint64_t> RecordEnd(std::int64_t opened_outbox, std::uint64_t opened_index,
                                        const Ending& ending);
  void CloseDropped(Permit::Content& content);

  base::World& world_;
  storage::Store& store_;
  ledger::Ledger& ledger_;
  VersionSource& versions_;
  std::map<std::string, std::uint64_t, std::less<>> counted_;  // today's, until Put takes them
  base::CivilDay counted_day_;
  base::Guarded<State> state_;
};

}  // namespace agreements
