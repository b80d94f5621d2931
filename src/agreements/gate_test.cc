// Tests of: gate.cc gate_uses.cc terms.cc
#include "agreements/gate.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "agreements/testing.h"
#include "base/canonical_json.h"
#include "storage/accesses.h"

namespace agreements {
namespace {

using base::ErrorCode;

std::string TextOf(const base::Json& leaf, std::string_view field) {
  const base::Json* value = leaf.Find(field);
  REQUIRE(value != nullptr);
  return value->AsString();
}

storage::AccessRow RowOf(GateWorld& home, std::uint64_t index) {
  std::optional<storage::AccessRow> row;
  const auto read = home.run->store->Read([&](storage::Transaction& t) -> base::Result<void> {
    row = TRY(storage::AccessRepository(t).FindByIndex(index));
    return {};
  });
  REQUIRE(read.has_value());
  REQUIRE(row.has_value());
  return *row;
}

// The code and the recorded reason of a refusal.
std::pair<ErrorCode, std::string> Refused(GateWorld& home, const identity::Principal& who,
                                          const Question& question) {
  const std::uint64_t before = home.log().size();
  const auto permit = home.gate().Enter(who, question);
  REQUIRE_FALSE(permit.has_value());
  REQUIRE(home.log().size() == before + 1);
  const base::Json leaf = home.Newest();
  REQUIRE(TextOf(leaf, "kind") == "access.refused");
  REQUIRE(TextOf(leaf, "agreement") == kAgreement);
  return {permit.error().code, TextOf(leaf, "reason")};
}

}  // namespace

TEST_CASE("a permit stands on a durable opening, and its end is on record") {
  GateWorld home;
  auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  REQUIRE(permit.opened_index() == 0);
  const base::Json opened = home.Newest();
  REQUIRE(TextOf(opened, "kind") == "access.opened");
  REQUIRE(TextOf(opened, "dataset") == "paye-employments-1a2b3c");
  REQUIRE(opened.Find("version")->AsInteger() == 2);
  REQUIRE(TextOf(opened, "time") == "2026-11-24T10:00:00Z");
  REQUIRE(permit.versions().size() == 2);
  REQUIRE(home.gate().open_accesses() == 1);
  const base::Digest body = base::Sha256("a\n1\n");
  const auto closed =
      home.gate().Close(std::move(permit),
                        {.outcome = AccessOutcome::kComplete, .rows = 1, .bytes = 4, .body = body});
  REQUIRE(closed.value() == 1);
  REQUIRE(home.Newest().Find("opened")->AsInteger() == 0);
  REQUIRE(TextOf(home.Newest(), "body") == body.Hex());
  REQUIRE(home.gate().open_accesses() == 0);
}

TEST_CASE("the leaf commits to the exact words, and holds none of them") {
  GateWorld home;
  const auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  const std::string leaf = home.log().Leaf(0).value();
  REQUIRE(leaf.find("SELECT") == std::string::npos);
  REQUIRE(leaf.find(home.ada_id.Text()) == std::string::npos);
  const storage::AccessRow row = RowOf(home, 0);
  REQUIRE(base::Sha256(row.salt, row.record).Hex() == TextOf(home.Newest(), "commitment"));
  REQUIRE(base::IsCanonicalJson(row.record));
  REQUIRE(row.record.find("SELECT count(*)") != std::string::npos);
  REQUIRE(row.record.find("overdue-2026-4d5e6f") != std::string::npos);
}

TEST_CASE("of a private dataset the leaf holds a commitment in place of its name") {
  GateWorld home;
  home.run->versions.versions = {{"secret-list-1a2b3c", 1, false, false}};
  const auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  const base::Json leaf = home.Newest();
  REQUIRE(TextOf(leaf, "kind") == "access.opened");
  REQUIRE(leaf.Find("version") == nullptr);
  const std::string named = R"({"dataset":"secret-list-1a2b3c","version":1})";
  REQUIRE(TextOf(leaf, "dataset_commitment") == base::Sha256(RowOf(home, 0).salt, named).Hex());
}

TEST_CASE("each refusal of a party has its reason, status and leaf") {
  GateWorld home;
  const auto ada = home.Ada();
  using Answer = std::pair<ErrorCode, std::string>;
  REQUIRE(Refused(home, ada, GateWorld::Ask("")) == Answer{ErrorCode::kMalformed, "no-purpose"});
  REQUIRE(Refused(home, ada, GateWorld::Ask("curiosity")) ==
          Answer{ErrorCode::kForbidden, "foreign-purpose"});
  auto other = ada;
  other.id = identity::SubjectId::Random(home.world.randomness());
  REQUIRE(Refused(home, other, GateWorld::Ask()) == Answer{ErrorCode::kForbidden, "not-recipient"});
  auto without_role = ada;
  without_role.roles.clear();
  REQUIRE(Refused(home, without_role, GateWorld::Ask()) ==
          Answer{ErrorCode::kForbidden, "no-role"});
  auto without_scope = ada;
  without_scope.scopes = {identity::Scope::kRead};
  REQUIRE(Refused(home, without_scope, GateWorld::Ask()) ==
          Answer{ErrorCode::kForbidden, "no-role"});
  const auto in_state = [&](AgreementState state) {
    Terms terms = home.InForce();
    terms.state = state;
    home.gate().Put(terms);
    return Refused(home, ada, GateWorld::Ask());
  };
  for (const auto state : {AgreementState::kAwaitingSignature, AgreementState::kSuspended}) {
    REQUIRE(in_state(state) == Answer{ErrorCode::kConflict, "not-active"});
  }
  for (const auto state :
       {AgreementState::kRevoked, AgreementState::kClosed, AgreementState::kExpired}) {
    REQUIRE(in_state(state) == Answer{ErrorCode::kConflict, "ended"});
  }
  Terms late = home.InForce();
  late.first_day = base::ParseCivilDay("2026-11-25").value();
  home.gate().Put(late);
  REQUIRE(Refused(home, ada, GateWorld::Ask()) == Answer{ErrorCode::kConflict, "not-started"});
}

TEST_CASE("a stranger is told what a stranger is told of nothing, and leaves no leaf") {
  GateWorld home;
  auto stranger = home.Ada();
  stranger.organisation = identity::OrganisationId::Random(home.world.randomness());
  const auto there = home.gate().Enter(stranger, GateWorld::Ask());
  auto nowhere = GateWorld::Ask();
  nowhere.agreement = "DSA-2026-9999";
  const auto absent = home.gate().Enter(home.Ada(), nowhere);
  REQUIRE(there.error().code == ErrorCode::kNotFound);
  REQUIRE(there.error().Text() == absent.error().Text());
  REQUIRE(home.log().size() == 0);
}

TEST_CASE("the first and the last day count, by the date in London") {
  GateWorld home;
  Terms terms = home.InForce();
  terms.first_day = base::ParseCivilDay("2026-03-29").value();  // the clocks go forward that night
  terms.last_day = base::ParseCivilDay("2026-10-25").value();   // and back in this one
  home.gate().Put(terms);
  const auto at = [&](const char* instant) {
    home.world.SetNow(base::ParseInstant(instant).value());
    return home.gate().Enter(home.Ada(), GateWorld::Ask()).has_value();
  };
  REQUIRE_FALSE(at("2026-03-28T23:59:59Z"));
  REQUIRE(at("2026-03-29T00:00:00Z"));
  REQUIRE(at("2026-10-24T23:30:00Z"));  // half past midnight in London, still on summer time
  REQUIRE(at("2026-10-25T23:59:59Z"));
  REQUIRE_FALSE(at("2026-10-26T00:00:00Z"));
  REQUIRE(at("2026-10-25T12:00:00Z"));  // the clock was set back
}

TEST_CASE("the quota of a day counts openings, and survives a restart") {
  GateWorld home;
  Terms terms = home.InForce();
  terms.accesses_per_day = 2;
  home.gate().Put(terms);
  const auto enters = [&] { return home.gate().Enter(home.Ada(), GateWorld::Ask()).has_value(); };
  const auto used = [&] { return home.gate().UsesToday(home.Ada(), kAgreement).value().used; };
  REQUIRE(used() == 0);
  REQUIRE(enters());
  home.run.reset();
  home.run = std::make_unique<GateRun>(home.world);
  home.gate().Put(terms);
  REQUIRE(used() == 1);
  REQUIRE(home.gate().UsesToday(home.Ada(), kAgreement)->allowed == 2);
  identity::Principal stranger = home.Ada();
  stranger.organisation = identity::OrganisationId::Random(home.world.randomness());
  REQUIRE(home.gate().UsesToday(stranger, kAgreement).error().code == ErrorCode::kNotFound);
  REQUIRE(home.gate().UsesToday(home.Ada(), "DSA-2026-9999").error().code == ErrorCode::kNotFound);
  REQUIRE(enters());
  REQUIRE(Refused(home, home.Ada(), GateWorld::Ask()) ==
          std::pair{ErrorCode::kRateLimited, std::string("quota-used")});
  REQUIRE(used() == 2);
  home.world.SetNow(base::ParseInstant("2026-11-25T00:00:00Z").value());
  REQUIRE(used() == 0);
  REQUIRE(enters());
}

TEST_CASE("a stop reaches every permit that runs, and no other") {
  GateWorld home;
  const auto first = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  REQUIRE_FALSE(first.stop().stop_requested());
  Terms terms = home.InForce();
  home.gate().Hold(kAgreement);
  REQUIRE(home.gate().Enter(home.Ada(), GateWorld::Ask()).error().code == ErrorCode::kBusy);
  REQUIRE_FALSE(first.stop().stop_requested());
  home.gate().Put(terms);  // the change was not committed after all
  REQUIRE_FALSE(first.stop().stop_requested());
  const auto second = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  terms.state = AgreementState::kSuspended;
  home.gate().Put(terms);
  REQUIRE(first.stop().stop_requested());
  REQUIRE(second.stop().stop_requested());
  home.gate().Put(home.InForce());
  const auto third = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  home.gate().StopSubject(identity::SubjectId::Random(home.world.randomness()));
  REQUIRE_FALSE(third.stop().stop_requested());
  home.gate().StopSubject(home.ada_id);
  REQUIRE(third.stop().stop_requested());
}

TEST_CASE("a permit that is dropped is closed as failed") {
  GateWorld home;
  {
    const auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  }
  REQUIRE(TextOf(home.Newest(), "outcome") == "failed");
  REQUIRE(home.gate().open_accesses() == 0);
  REQUIRE(home.log().size() == 2);
}

TEST_CASE("what cannot be put on record is not let in") {
  GateWorld home;
  home.world.SetCapacity(0);
  const auto refused = home.gate().Enter(home.Ada(), GateWorld::Ask());
  REQUIRE_FALSE(refused.has_value());
  REQUIRE(home.gate().open_accesses() == 0);
  auto long_sql = GateWorld::Ask();
  long_sql.sql.assign(kMaxSqlBytes + 1, ' ');
  REQUIRE(home.gate().Enter(home.Ada(), long_sql).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a crash at every step leaves each opening with one end") {
  for (const auto mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    bool finished = false;
    for (std::uint64_t step = 0; !finished; ++step) {
      CAPTURE(step);
      GateWorld home(step + 1);
      home.world.CrashBefore(home.world.steps() + step);
      std::optional<std::uint64_t> opened;
      {
        auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask());
        if (permit) {
          opened = permit->opened_index();
          static_cast<void>(
              home.gate().Close(std::move(*permit), {.outcome = AccessOutcome::kComplete}));
        }
      }
      finished = !home.world.crashed();
      home.run.reset();
      home.world.Restart(mode);
      home.run = std::make_unique<GateRun>(home.world);
      // Acknowledged or not: what was opened was closed, once.
      const std::uint64_t size = home.log().size();
      if (opened) REQUIRE(size == 2);
      REQUIRE((size == 0 || size == 2));
      if (size == 2) {
        REQUIRE(TextOf(home.Newest(), "kind") == "access.closed");
        REQUIRE(RowOf(home, 0).closed_index == 1);
      }
    }
  }
}

TEST_CASE("many threads enter and leave while the agreement is stopped") {
  GateWorld home;
  std::vector<std::jthread> threads;
  std::atomic<int> after_stop{0};
  std::atomic<bool> stopped{false};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 15; ++j) {
        const bool was_stopped = stopped;
        auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask());
        if (permit && was_stopped) ++after_stop;
        if (permit) static_cast<void>(home.gate().Close(std::move(*permit), {}));
      }
    });
  }
  Terms terms = home.InForce();
  terms.state = AgreementState::kRevoked;
  home.gate().Put(terms);
  stopped = true;
  threads.clear();
  REQUIRE(after_stop == 0);
  REQUIRE(home.gate().open_accesses() == 0);
}

TEST_CASE("every word of the tables is different") {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kGateReasons; ++i) {
    words.insert(CodeOf(static_cast<GateReason>(i)).view());
  }
  for (const auto outcome :
       {AccessOutcome::kComplete, AccessOutcome::kFailed, AccessOutcome::kRefused,
        AccessOutcome::kCut, AccessOutcome::kRevoked, AccessOutcome::kUnknown}) {
    words.insert(CodeOf(outcome).view());
  }
  REQUIRE(words.size() == kGateReasons + 6);
}

TEST_CASE("a rehearsal is for an approver of the owning body, and on record before it counts") {
  GateWorld home;
  identity::Principal approver = home.Ada();
  approver.organisation = home.owner;
  approver.roles = {{identity::Role::kApprover, home.owner}};
  approver.scopes = approver.scopes | identity::RowOf(identity::Role::kApprover).scopes;
  const PinnedVersion pinned = home.run->versions.versions[0];
  const auto rehearse = [&](const identity::Principal& who, const PinnedVersion& version) {
    return home.gate().OpenRehearsal(who, home.owner, "DSR-2026-0007", version);
  };
  const auto rehearsal = rehearse(approver, pinned).value();
  REQUIRE(rehearsal.index() == 0);
  REQUIRE(rehearsal.request() == "DSR-2026-0007");
  REQUIRE(rehearsal.version().version == 2);
  REQUIRE(rehearsal.salt().empty());
  REQUIRE(home.log().Leaf(0).value() ==
          R"({"dataset":"paye-employments-1a2b3c","kind":"access.rehearsed","outbox":)" +
              std::to_string(home.Newest().Find("outbox")->AsInteger()) +
              R"(,"request":"DSR-2026-0007","time":"2026-11-24T10:00:00Z","version":2})");
  // Of a private dataset the leaf is a commitment that the salt opens.
  PinnedVersion hidden = pinned;
  hidden.is_public = false;
  const auto private_one = rehearse(approver, hidden).value();
  REQUIRE(TextOf(home.Newest(), "dataset_commitment") ==
          base::Sha256(private_one.salt(), R"({"dataset":"paye-employments-1a2b3c","version":2})")
              .Hex());
  // Nobody else, and no leaf of that.
  REQUIRE(rehearse(home.Ada(), pinned).error().code == ErrorCode::kNotFound);
  identity::Principal machine = approver;
  machine.kind = identity::SubjectKind::kMachine;
  REQUIRE(rehearse(machine, pinned).error().code == ErrorCode::kForbidden);
  identity::Principal reader = approver;
  reader.roles = {{identity::Role::kPublisher, home.owner}};
  REQUIRE(rehearse(reader, pinned).error().code == ErrorCode::kForbidden);
  REQUIRE(home.log().size() == 2);
}

TEST_CASE("the parties find the leaves of an access, and nobody else does") {
  GateWorld home;
  auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
  REQUIRE(home.gate().EntriesOf(home.Ada(), 0).value() == std::vector<std::uint64_t>{0});
  REQUIRE(home.gate().Close(std::move(permit), {.outcome = AccessOutcome::kComplete}).value() == 1);
  auto owner = home.Ada();
  owner.organisation = home.owner;
  REQUIRE(home.gate().EntriesOf(owner, 0).value() == std::vector<std::uint64_t>{0, 1});
  auto stranger = home.Ada();
  stranger.organisation = identity::OrganisationId::Random(home.world.randomness());
  REQUIRE(home.gate().EntriesOf(stranger, 0).error().code == ErrorCode::kNotFound);
  REQUIRE(home.gate().EntriesOf(owner, 1).error().code == ErrorCode::kNotFound);
}

TEST_CASE("uses are told as far as the public part of the log tells of them") {
  GateWorld home;
  for (int i = 0; i < 3; ++i) {
    auto permit = home.gate().Enter(home.Ada(), GateWorld::Ask()).value();
    REQUIRE(home.gate().Close(std::move(permit), {}).has_value());
    if (i == 1) home.world.SetNow(base::ParseInstant("2026-11-26T10:00:00Z").value());
  }
  const auto all = home.gate().UsesOf(kAgreement, 6, 2).value();
  REQUIRE((all.total == 3 && all.latest.size() == 2));
  REQUIRE((all.latest[0].opened_index == 4 && all.latest[0].closed_index == 5));
  REQUIRE((all.days.size() == 2 && all.days[0].uses == 1 && all.days[1].uses == 2));
  REQUIRE(all.days[0].day.Text() == "2026-11-26");
  const auto part = home.gate().UsesOf(kAgreement, 3, 9).value();
  REQUIRE((part.total == 2 && part.days.size() == 1));
  REQUIRE((part.latest[0].opened_index == 2 && !part.latest[0].closed_index));
  REQUIRE(home.gate().CountUses(kAgreement, 3).value() == 2);
  REQUIRE(home.gate().CountUses(kAgreement, 0).value() == 0);
  REQUIRE(home.gate().UsesOf("DSA-2026-9999", 6, 9).value().total == 0);
}

}  // namespace agreements
