// Tests of: directory_grants.cc
//
// The machine stops before each step that a grant and its withdrawal take. Afterwards, before the
// pending leaves reach the log and after it, the two promises must hold: a role counts only with an
// index, and never after an acknowledged withdrawal.
#include <doctest/doctest.h>

#include "identity/directory.h"
#include "identity/testing.h"
#include "storage/grants.h"

namespace identity {
namespace {

struct Acknowledged {
  std::optional<GrantId> grant;
  bool is_withdrawn = false;
  bool is_disabled = false;
};

// Ada's role as the store has it after a restart; nothing when there is no such grant.
std::optional<storage::GrantRow> RowAtCouncil(SmallWorld& home) {
  std::vector<storage::GrantRow> rows;
  const auto read =
      home.running->store->Read([&](storage::Transaction& transaction) -> base::Result<void> {
        rows = TRY(storage::GrantRepository(transaction).ListAt(*home.council, 10));
        return {};
      });
  REQUIRE(read.has_value());
  REQUIRE(rows.size() <= 1);
  return rows.empty() ? std::nullopt : std::optional(rows[0]);
}

bool RoleCounts(SmallWorld& home) {
  const auto ada = home.directory().AuthenticateSession(home.ada_session);
  return ada.has_value() && ada->Holds(Role::kExplorer, *home.council);
}

void RequirePromises(SmallWorld& home, const Acknowledged& done) {
  const bool counts = RoleCounts(home);
  const auto row = RowAtCouncil(home);
  if (counts) {
    REQUIRE(row.has_value());
    REQUIRE(row->leaf_index.has_value());
  }
  if (done.grant) REQUIRE(row.has_value());
  if (done.is_withdrawn || done.is_disabled) REQUIRE_FALSE(counts);
  if (done.is_disabled) {
    REQUIRE_FALSE(home.directory().AuthenticateSession(home.ada_session).has_value());
  }
}

// Grants, withdraws and disables until the machine stops.
Acknowledged Play(SmallWorld& home) {
  Acknowledged done;
  const auto ira = home.directory().AuthenticateSession(home.ira_session);
  if (!ira) return done;
  const auto grant = home.directory().Grant(*ira, *home.ada_id, {Role::kExplorer, *home.council});
  if (!grant) return done;
  done.grant = *grant;
  if (!home.world.crashed()) REQUIRE(RoleCounts(home));
  done.is_withdrawn = home.directory().WithdrawGrant(*ira, *grant).has_value();
  if (!done.is_withdrawn) return done;
  done.is_disabled = home.directory().DisablePerson(*ira, *home.ada_id).has_value();
  return done;
}

void Restart(SmallWorld& home, base::CrashMode mode) {
  home.running.reset();
  home.world.Restart(mode);
  home.running = std::make_unique<Running>(home.world);
}

}  // namespace

TEST_CASE("whatever step the machine stops at, grants and stops keep their promises") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    bool was_lost = false;     // nothing of the grant survived
    bool was_pending = false;  // the grant survived without its index
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      SmallWorld home(step + 1);
      home.world.CrashBefore(home.world.steps() + step);
      const Acknowledged done = Play(home);
      const bool finished = !home.world.crashed();
      Restart(home, mode);
      RequirePromises(home, done);
      const auto row = RowAtCouncil(home);
      was_lost |= !row;
      was_pending |= row && row->standing == storage::Standing::kPending;
      // An acknowledged grant counts again at once, unless somebody began to withdraw it.
      if (done.grant && row->standing != storage::Standing::kWithdrawn) REQUIRE(RoleCounts(home));
      REQUIRE(home.recorder().Drain().has_value());
      RequirePromises(home, done);
      if (row && row->standing == storage::Standing::kPending) REQUIRE(RoleCounts(home));
      if (row && row->standing == storage::Standing::kWithdrawn) REQUIRE_FALSE(RoleCounts(home));
      if (finished) break;
    }
    REQUIRE(was_lost);
    REQUIRE(was_pending);
  }
}

TEST_CASE("a disk that lies about its syncs breaks the promise, so the test above can fail") {
  SmallWorld home;
  const auto grant =
      home.directory().Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council}).value();
  home.world.LieAboutSyncs([](std::string_view path) { return path.ends_with("-wal"); });
  REQUIRE(home.directory().WithdrawGrant(home.ira(), grant).has_value());
  home.world.CrashBefore(home.world.steps());
  Restart(home, base::CrashMode::kHarsh);
  REQUIRE(RoleCounts(home));
}

}  // namespace identity
