// What days bring: lapse, expiry, missed reviews, in London's days, whatever the clock does.
// Tests of: agreements.cc
#include <doctest/doctest.h>

#include "agreements/agreements.h"
#include "agreements/sharing_testing.h"

namespace agreements {
namespace {

using base::ErrorCode;

AgreementState StateNow(SharingWorld& home, const std::string& number) {
  return Good(home.agreements().Find(std::nullopt, number)).state;
}

std::size_t TickAt(SharingWorld& home, const char* instant) {
  home.world.SetNow(base::ParseInstant(instant).value());
  return Good(home.agreements().Tick());
}

// A request for other days, approved and signed.
Agreement InForceFor(SharingWorld& home, const char* review, const char* end) {
  const base::Json document =
      With(With(home.Document(), "proposal.review", review), "proposal.end", end);
  const Request draft = Good(home.requests().Create(*home.ada, document));
  Good(home.requests().Submit(*home.ada, draft.number, 1));
  Good(home.requests().Take(*home.noor, draft.number, 2));
  const Agreement waiting = Good(home.agreements().Approve(*home.noor, draft.number, 3, ""));
  return Good(home.agreements().Countersign(*home.carl, waiting.number));
}

}  // namespace

TEST_CASE("what nobody signs lapses when thirty days are over in London") {
  SharingWorld home;
  const Agreement waiting = home.Approved();  // on 14 September
  // 14 October 23:30 in London is 22:30 in UTC: summer time.
  REQUIRE(TickAt(home, "2026-10-14T22:59:59Z") == 0);
  REQUIRE(StateNow(home, waiting.number) == AgreementState::kAwaitingSignature);
  REQUIRE(TickAt(home, "2026-10-14T23:00:00Z") == 1);
  REQUIRE(StateNow(home, waiting.number) == AgreementState::kLapsed);
  REQUIRE(home.NewestLeaf().Find("reason")->AsString() == "time-over");
  REQUIRE(home.NewestLeaf().Find("part")->AsString() == "clock");
  REQUIRE(CodeOfBad(home.agreements().Countersign(*home.carl, waiting.number)) ==
          ErrorCode::kConflict);
  REQUIRE(TickAt(home, "2026-10-16T00:00:00Z") == 0);
}

TEST_CASE("a last day ends at midnight in London, before and after the clock change of autumn") {
  SharingWorld home;
  // 24 October 2026 is in summer time, 25 October the day of the change, 26 October in winter time.
  const Agreement summer = InForceFor(home, "2026-10-01", "2026-10-24");
  const Agreement change = InForceFor(home, "2026-10-01", "2026-10-25");
  REQUIRE(TickAt(home, "2026-10-01T12:00:00Z") == 0);
  REQUIRE(TickAt(home, "2026-10-02T12:00:00Z") == 2);  // the reviews were missed
  REQUIRE(TickAt(home, "2026-10-24T22:59:59Z") == 0);
  REQUIRE(TickAt(home, "2026-10-24T23:00:00Z") == 1);
  REQUIRE(StateNow(home, summer.number) == AgreementState::kExpired);
  REQUIRE(StateNow(home, change.number) == AgreementState::kSuspended);
  REQUIRE(TickAt(home, "2026-10-25T23:59:59Z") == 0);
  REQUIRE(TickAt(home, "2026-10-26T00:00:00Z") == 1);
  REQUIRE(StateNow(home, change.number) == AgreementState::kExpired);
}

TEST_CASE("a last day ends at midnight in London, also at the clock change of spring") {
  SharingWorld home;
  // 28 March 2027 begins in winter time and ends in summer time.
  const Agreement before = InForceFor(home, "2027-03-01", "2027-03-27");
  const Agreement change = InForceFor(home, "2027-03-28", "2027-03-28");
  REQUIRE(TickAt(home, "2027-03-27T23:59:59Z") == 1);  // the review of the first
  REQUIRE(TickAt(home, "2027-03-28T00:00:00Z") == 1);
  REQUIRE(StateNow(home, before.number) == AgreementState::kExpired);
  REQUIRE(TickAt(home, "2027-03-28T22:59:59Z") == 0);
  Good(home.Enter(change.number));
  REQUIRE(TickAt(home, "2027-03-28T23:00:00Z") == 1);
  REQUIRE(StateNow(home, change.number) == AgreementState::kExpired);
  REQUIRE(CodeOfBad(home.Enter(change.number)) == ErrorCode::kConflict);
}

TEST_CASE("the gate does not wait for a tick to end an agreement") {
  SharingWorld home;
  const Agreement active = InForceFor(home, "2026-10-24", "2026-10-24");
  home.world.SetNow(base::ParseInstant("2026-10-24T22:59:59Z").value());
  Good(home.Enter(active.number));
  home.world.SetNow(base::ParseInstant("2026-10-24T23:00:00Z").value());
  REQUIRE(CodeOfBad(home.Enter(active.number)) == ErrorCode::kConflict);
}

TEST_CASE("a missed review pauses, and a new one must be named to go on") {
  SharingWorld home;
  const Agreement active = home.InForce();  // review on 22 March, end on 20 September 2027
  home.SetDay("2027-03-22");
  REQUIRE(Good(home.agreements().Tick()) == 0);
  Good(home.Enter(active.number));
  home.SetDay("2027-03-23");
  REQUIRE(Good(home.agreements().Tick()) == 1);
  REQUIRE(CodeOfBad(home.Enter(active.number)) == ErrorCode::kConflict);
  REQUIRE(home.NewestLeaf().Find("reason")->AsString() == "review-missed");
  const Decision resolved{Reason::kResolved, "Looked at."};
  const auto resume = [&](const std::optional<base::CivilDay>& day) {
    return home.agreements().Resume(*home.noor, active.number, resolved, day);
  };
  REQUIRE(CodeOfBad(resume({})) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(resume(base::ParseCivilDay("2027-03-22"))) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(resume(base::ParseCivilDay("2027-09-21"))) == ErrorCode::kInvalid);
  const Agreement resumed = Good(resume(base::ParseCivilDay("2027-06-01")));
  REQUIRE(resumed.review_day == base::ParseCivilDay("2027-06-01"));
  Good(home.Enter(active.number));
  REQUIRE(Good(home.agreements().Tick()) == 0);
}

TEST_CASE("what is over stays over when the clock jumps back") {
  SharingWorld home;
  const Agreement active = home.InForce();
  REQUIRE(TickAt(home, "2027-09-21T12:00:00Z") == 1);
  home.SetDay("2026-10-01");
  REQUIRE(Good(home.agreements().Tick()) == 0);
  REQUIRE(StateNow(home, active.number) == AgreementState::kExpired);
  REQUIRE(CodeOfBad(home.Enter(active.number)) == ErrorCode::kConflict);
  home.Restart(base::CrashMode::kHarsh);
  REQUIRE(CodeOfBad(home.Enter(active.number)) == ErrorCode::kConflict);
}

TEST_CASE("a start catches up with the days that passed") {
  SharingWorld home;
  const Agreement active = home.InForce();
  const Agreement waiting = home.Approved();
  home.SetDay("2027-10-01");
  home.Restart(base::CrashMode::kHarsh);
  REQUIRE(StateNow(home, active.number) == AgreementState::kExpired);
  REQUIRE(StateNow(home, waiting.number) == AgreementState::kLapsed);
}

}  // namespace agreements
