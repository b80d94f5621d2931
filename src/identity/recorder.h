// What identity asks of the register log. The floor that wires the program together implements it
// over the ledger; a test over the store alone.
//
// A Recorder may be used from any thread and blocks on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "identity/accounts.h"
#include "identity/roles.h"

namespace storage {
class Transaction;
}  // namespace storage

namespace identity {

enum class EventKind : unsigned char {
  kOrganisationCreated,
  kRoleGranted,
  kRoleWithdrawn,
  kTokenCreated,
  kTokenWithdrawn,
  kPersonDisabled,
};

// Where a role at the platform is held, in place of an organisation's slug. No organisation can
// have it: their slugs end in a piece of their id.
inline constexpr const char* kPlatformSlug = "platform";

// All that is said in public. There is no place for a name, an e-mail address or a person's id.
struct Event {
  EventKind kind = EventKind::kOrganisationCreated;
  std::string organisation;                 // base::IsSlug
  std::optional<Role> role = {};            // of kRoleGranted and kRoleWithdrawn
  std::optional<SubjectKind> subject = {};  // of roles and tokens
};

class Recorder {
 public:
  // What a storage::Store takes to write.
  using Change = std::function<base::Result<void>(storage::Transaction&)>;

  virtual ~Recorder() = default;

  // Commits `change` and the leaf of `event` in one transaction, the leaf as the next row of the
  // register log's outbox (identity asks OutboxRepository::NextId within `change` and stores the
  // number), then makes the leaf durable and stores its index. Returns the index. An error of
  // `change` or of the store: nothing has happened. Another error: committed and pending, the index
  // follows some day.
  virtual base::Result<std::uint64_t> Record(const Change& change, const Event& event) = 0;
};

}  // namespace identity
