#include "agreements/restored.h"

#include <doctest/doctest.h>

#include "agreements/sharing_testing.h"

namespace agreements {
namespace {

using base::ErrorCode;

// What a restore does, told of by a leaf.
std::uint64_t Restore(SharingWorld& home) {
  std::uint64_t suspended = 0;
  ledger::LeafDraft leaf(ledger::LeafKind::kHomeRestored);
  leaf.Number("access_size", 0).Number("agreements", 1).Number("register_size", 9);
  leaf.Number("tokens", 0);
  Good(home.run->ledger->Record(
      [&](storage::Transaction& transaction) -> base::Result<void> {
        const auto outbox =
            TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
        suspended = TRY(SuspendRestored(transaction, outbox, home.world.clock().Now()));
        return {};
      },
      leaf));
  home.Restart(base::CrashMode::kHarsh);
  return suspended;
}

}  // namespace

TEST_CASE("after a restore an agreement that flowed is suspended until its owner resumes it") {
  SharingWorld home;
  const Agreement active = home.InForce();
  home.SetDay("2026-09-22");
  const std::string key = Good(home.agreements().GrantedUnder(active.number)).token_key;
  Good(home.Enter(active.number));
  REQUIRE(Restore(home) == 1);
  const Agreement found = Good(home.agreements().Find(home.noor, active.number));
  REQUIRE(found.state == AgreementState::kSuspended);
  const HistoryEvent& event = found.history.back();
  REQUIRE((event.event == "suspend" && event.part == "clock" && event.reason == "restored"));
  REQUIRE(CodeOfBad(home.Enter(active.number)) == ErrorCode::kConflict);
  REQUIRE_FALSE(home.agreements()
                    .Resume(*home.carl, active.number, {Reason::kResolved, "Looked."}, {})
                    .has_value());
  Good(home.agreements().Resume(*home.noor, active.number, {Reason::kResolved, "Looked."}, {}));
  Good(home.Enter(active.number));
  REQUIRE(Good(home.agreements().GrantedUnder(active.number)).token_key == key);
}

TEST_CASE("a restore leaves alone what does not flow, and nobody gives its reason by hand") {
  SharingWorld home;
  const Agreement waiting = home.Approved();
  REQUIRE(Restore(home) == 0);
  REQUIRE(Good(home.agreements().Find(home.noor, waiting.number)).state ==
          AgreementState::kAwaitingSignature);
  Good(home.agreements().Countersign(*home.carl, waiting.number));
  REQUIRE(CodeOfBad(home.agreements().Suspend(
              *home.noor, waiting.number, {Reason::kRestored, "By hand."})) == ErrorCode::kInvalid);
}

}  // namespace agreements
