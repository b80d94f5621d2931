// The two logs of a home and the one way to record in them: a change of state and its leaf are one
// fact.
//
// Record commits the change together with the leaf's bytes in the store (the leaf is *pending*),
// lets the log make the leaf durable, and stores the index that it got. A machine that stops in
// between is caught up when the ledger is opened again: pending leaves are sent to their log,
// unless it has them already, which the outbox number inside each leaf tells. So no leaf is lost
// and none is there twice.
//
// Whoever records decides what a pending leaf means: a grant (an agreement in force, a role given)
// counts once its index is stored, a stop (a revocation) from the pending commit on.
//
// Thread safety: all methods from any thread; Record blocks on the disk, many callers share its
// syncs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "ledger/leaf.h"
#include "ledger/log.h"
#include "storage/outbox.h"
#include "storage/store.h"

namespace ledger {

// More pending leaves than this at once are refused: the disk has been failing for long.
inline constexpr std::size_t kMaxPendingLeaves = 10'000;

// A log's name, key and place.
struct LogIdentity {
  std::string folder;
  std::string origin;
  base::SigningKey signing_key;
  KeyList keys;
};

class Ledger {
 public:
  // Opens both logs and sends what the store holds as pending.
  static base::Result<std::unique_ptr<Ledger>> Open(base::World& world, storage::Store& store,
                                                    LogIdentity register_log,
                                                    LogIdentity access_log);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Commits `change` and the leaf as one fact and returns the leaf's index. The leaf is written
  // after `change` ran, which may so fill it in, with a kind of the same log. When `change` fails,
  // its Error, and nothing is recorded. kUnavailable or kStorageFull from the log: the change is
  // committed and its leaf pending; it is sent again by SendPending or when the ledger is opened
  // next.
  base::Result<std::uint64_t> Record(const storage::Store::Change& change, const LeafDraft& leaf);

  // Sends what is pending and not under way just now.
  base::Result<void> SendPending();

  Log& register_log() { return *register_; }
  Log& access_log() { return *access_; }
  Log& log(storage::LogName name) {
    return name == storage::LogName::kRegister ? *register_ : *access_;
  }

 private:
  using RowKey = std::pair<storage::LogName, std::int64_t>;
  struct Traffic {
    std::multiset<RowKey> under_way;           // claims of those who are sending a row
    std::map<RowKey, std::uint64_t> recorded;  // in the log, but the store does not know yet
  };

  Ledger(base::World& world, storage::Store& store) : world_(world), store_(store) {}
  base::Result<std::unique_ptr<Log>> OpenLog(storage::LogName name, LogIdentity identity);
  base::Result<std::uint64_t> Send(storage::LogName name, const storage::PendingLeaf& row);
  base::Result<void> SendIfPending(storage::LogName name, const storage::PendingLeaf& row);
  void Unclaim(const RowKey& row);
  base::Result<void> SendPendingOf(storage::LogName name);
  base::Result<std::vector<storage::PendingLeaf>> PendingOf(storage::LogName name);

  base::World& world_;
  storage::Store& store_;
  std::unique_ptr<Log> register_;
  std::unique_ptr<Log> access_;
  base::Guarded<Traffic> traffic_;
};

}  // namespace ledger
