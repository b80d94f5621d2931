// The machine stops before every step of an approval, a signature and a revocation. Then: what was
// acknowledged is so; a grant counts exactly when its leaf is in the log; a revocation that was
// acknowledged never comes back; and whatever was cut can be done again, or is done.
// Tests of: agreements.cc agreements_approval.cc
#include <doctest/doctest.h>

#include "agreements/agreements.h"
#include "agreements/sharing_testing.h"

namespace agreements {
namespace {

using base::CrashMode;
using base::ErrorCode;
using base::Json;

// The leaves of the register log of a kind.
std::vector<Json> LeavesOf(SharingWorld& home, std::string_view kind) {
  std::vector<Json> leaves;
  for (std::uint64_t index = 0; index < home.log().size(); ++index) {
    Json leaf = base::ParseJson(home.log().Leaf(index).value(), base::kRequestJson).value();
    if (leaf.Find("kind")->AsString() == kind) leaves.push_back(std::move(leaf));
  }
  return leaves;
}

// Runs `act` with a crash before each of its steps in turn, in both modes, until it ends before the
// crash; `check` is told whether it was acknowledged.
template <typename Prepare, typename Act, typename Check>
void CrashEverywhere(const Prepare& prepare, const Act& act, const Check& check) {
  constexpr std::uint64_t kMostSteps = 500;
  for (const CrashMode mode : {CrashMode::kHarsh, CrashMode::kTorn}) {
    bool has_ended = false;
    std::uint64_t crashes = 0;
    for (std::uint64_t step = 0; step < kMostSteps && !has_ended; ++step) {
      SharingWorld home(step + 1);
      const auto prepared = prepare(home);
      home.world.CrashBefore(home.world.steps() + step);
      const bool is_acknowledged = act(home, prepared);
      has_ended = !home.world.crashed();
      crashes += has_ended ? 0 : 1;
      home.Restart(mode);
      INFO("step " << step);
      check(home, prepared, is_acknowledged);
    }
    REQUIRE(has_ended);
    REQUIRE(crashes > 3);
  }
}

}  // namespace

TEST_CASE("an approval is whole or not there, at every step") {
  const auto prepare = [](SharingWorld& home) { return home.InReview(); };
  const auto act = [](SharingWorld& home, const Request& taken) {
    return home.agreements().Approve(*home.noor, taken.number, taken.revision, "").has_value();
  };
  CrashEverywhere(prepare, act, [](SharingWorld& home, const Request& taken, bool done) {
    const auto leaves = LeavesOf(home, "agreement.approved");
    const Request now = Good(home.requests().Find(*home.noor, taken.number));
    REQUIRE(leaves.size() == (now.state == RequestState::kAccepted ? 1 : 0));
    if (done) REQUIRE(leaves.size() == 1);
    if (leaves.empty()) {
      Good(home.agreements().Approve(*home.noor, taken.number, taken.revision, ""));
    }
    const Request after = Good(home.requests().Find(*home.noor, taken.number));
    Good(home.agreements().Countersign(*home.carl, after.agreement));
  });
}

TEST_CASE("a signature counts with its leaf, at every step") {
  const auto prepare = [](SharingWorld& home) {
    const Agreement waiting = home.Approved();
    home.SetDay("2026-09-21");
    return waiting.number;
  };
  const auto act = [](SharingWorld& home, const std::string& number) {
    return home.agreements().Countersign(*home.carl, number).has_value();
  };
  CrashEverywhere(prepare, act, [](SharingWorld& home, const std::string& number, bool done) {
    const auto leaves = LeavesOf(home, "agreement.countersigned");
    REQUIRE(leaves.size() <= 1);
    if (done) REQUIRE(leaves.size() == 1);
    REQUIRE(home.Enter(number).has_value() == (leaves.size() == 1));
    const Agreement now = Good(home.agreements().Find(*home.carl, number));
    REQUIRE((now.state == AgreementState::kActive) == (leaves.size() == 1));
    if (!leaves.empty()) {
      REQUIRE(leaves.front().Find("policy")->AsString() == now.policy_digest.Hex());
    } else {
      Good(home.agreements().Countersign(*home.carl, number));
      Good(home.Enter(number));
    }
  });
}

TEST_CASE("a revocation that was acknowledged never comes back, at every step") {
  const Decision decision{Reason::kBreachSuspected, "Stop."};
  const auto prepare = [](SharingWorld& home) {
    const Agreement active = home.InForce();
    home.SetDay("2026-09-21");
    return active.number;
  };
  const auto act = [&](SharingWorld& home, const std::string& number) {
    const bool done = home.agreements().Revoke(*home.noor, number, decision).has_value();
    // From the moment that it returned, in whatever way, nobody is let in unless it failed whole.
    if (done) REQUIRE_FALSE(home.Enter(number).has_value());
    return done;
  };
  CrashEverywhere(prepare, act, [&](SharingWorld& home, const std::string& number, bool done) {
    const bool is_revoked = !LeavesOf(home, "agreement.changed").empty();
    if (done) REQUIRE(is_revoked);
    REQUIRE(home.Enter(number).has_value() == !is_revoked);
    const Agreement now = Good(home.agreements().Find(*home.noor, number));
    REQUIRE((now.state == AgreementState::kRevoked) == is_revoked);
    if (!is_revoked) Good(home.agreements().Revoke(*home.noor, number, decision));
    REQUIRE_FALSE(home.Enter(number).has_value());
  });
}

TEST_CASE("a grant whose leaf is pending counts once the log has it, a stop at once") {
  SharingWorld home;
  const Agreement waiting = home.Approved();
  home.SetDay("2026-09-21");
  const auto fails = [](std::string_view path) {
    return path.find("log/register") != std::string_view::npos;
  };
  home.world.FailSyncsOf(fails);
  REQUIRE_FALSE(home.agreements().Countersign(*home.carl, waiting.number).has_value());
  const auto state = [&] {
    return Good(home.agreements().Find(std::nullopt, waiting.number)).state;
  };
  REQUIRE(state() == AgreementState::kAwaitingSignature);
  REQUIRE_FALSE(home.Enter(waiting.number).has_value());
  // Signing again does not help, and does not make a second leaf.
  REQUIRE_FALSE(home.agreements().Countersign(*home.carl, waiting.number).has_value());
  home.world.FailSyncsOf({});
  home.Restart(CrashMode::kHarsh);
  REQUIRE(state() == AgreementState::kActive);
  Good(home.Enter(waiting.number));
  REQUIRE(LeavesOf(home, "agreement.countersigned").size() == 1);

  const auto permit = Good(home.run->gate->Enter(
      *home.ada, {waiting.number, "council-tax-recovery", Door::kQuery, "SELECT 1", Json()}));
  home.world.FailSyncsOf(fails);
  REQUIRE_FALSE(
      home.agreements().Revoke(*home.noor, waiting.number, {Reason::kOther, ""}).has_value());
  REQUIRE(state() == AgreementState::kRevoked);
  REQUIRE(permit.stop().stop_requested());
  REQUIRE_FALSE(home.Enter(waiting.number).has_value());
}

TEST_CASE("a broken store lets nobody in after an attempt to stop, and stops what streams") {
  SharingWorld home;
  const Agreement active = home.InForce();
  home.SetDay("2026-09-21");
  const auto permit = Good(home.run->gate->Enter(
      *home.ada, {active.number, "council-tax-recovery", Door::kQuery, "SELECT 1", Json()}));
  home.world.FailSyncs(true);
  REQUIRE_FALSE(
      home.agreements().Revoke(*home.noor, active.number, {Reason::kOther, ""}).has_value());
  REQUIRE(permit.stop().stop_requested());
  REQUIRE_FALSE(home.Enter(active.number).has_value());
  home.world.FailSyncs(false);
}

TEST_CASE("on a disk that lies an acknowledged revocation is lost, so the tests above can fail") {
  SharingWorld home;
  const Agreement active = home.InForce();
  home.SetDay("2026-09-21");
  home.world.LieAboutSyncs(
      [](std::string_view path) { return path.find("sqlite") != std::string_view::npos; });
  Good(home.agreements().Revoke(*home.noor, active.number, {Reason::kOther, ""}));
  home.world.CrashBefore(home.world.steps());
  home.run.reset();  // a store that is closed in good order would sync
  home.world.LieAboutSyncs({});
  home.Restart(CrashMode::kHarsh);
  Good(home.Enter(active.number));
}

}  // namespace agreements
