#include "ledger/ledger.h"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/simulated_world.h"

namespace ledger {
namespace {

using base::ErrorCode;
using storage::LogName;
using storage::OutboxRepository;
using storage::Store;
using storage::StoreFiles;
using storage::Transaction;

constexpr const char* kOrigin = "example.org";

LogIdentity IdentityOf(const std::string& name, char seed_letter) {
  auto key = base::SigningKey::FromSeed(std::string(base::kEd25519SeedBytes, seed_letter)).value();
  const std::string origin = std::string(kOrigin) + "/" + name;
  KeyList keys{ListedKey{VerifierKey{origin, key.public_key()}, 0, std::nullopt}};
  return {"home/log/" + name, origin, std::move(key), std::move(keys)};
}

// A store and a ledger on one World, opened together.
struct Home {
  std::unique_ptr<Store> store;
  std::unique_ptr<Ledger> ledger;

  static base::Result<Home> Open(base::World& world) {
    Home home;
    home.store = TRY(Store::Open(world, "home", StoreFiles::kWorld));
    home.ledger = TRY(
        Ledger::Open(world, *home.store, IdentityOf("register", 'r'), IdentityOf("access", 'a')));
    return home;
  }
  [[nodiscard]] Log& log() const { return ledger->log(LogName::kRegister); }
  [[nodiscard]] std::vector<storage::PendingLeaf> Pending() const {
    std::vector<storage::PendingLeaf> rows;
    REQUIRE(store
                ->Read([&](Transaction& transaction) -> base::Result<void> {
                  rows = TRY(OutboxRepository(transaction).Pending(LogName::kRegister, 1000));
                  return {};
                })
                .has_value());
    return rows;
  }
};

LeafDraft SomeLeaf(bool demonstration) {
  return LeafDraft(LeafKind::kHomeCreated)
      .Origin("origin", kOrigin)
      .Flag("demonstration", demonstration);
}

base::Result<void> NoChange(Transaction&) { return {}; }

// The outbox numbers of all leaves of the log, which must all differ.
std::set<std::int64_t> OutboxIds(Log& log) {
  std::set<std::int64_t> ids;
  for (std::uint64_t index = 0; index < log.size(); ++index) {
    REQUIRE(ids.insert(OutboxIdOf(log.Leaf(index).value()).value()).second);
  }
  return ids;
}

}  // namespace

TEST_CASE("a recorded change has its leaf in the log and nothing pending") {
  base::SimulatedWorld world(1);
  const Home home = Home::Open(world).value();
  REQUIRE(home.ledger->Record(NoChange, SomeLeaf(true)).value() == 0);
  REQUIRE(home.ledger->Record(NoChange, SomeLeaf(false)).value() == 1);
  REQUIRE(home.log().size() == 2);
  REQUIRE(home.ledger->log(LogName::kAccess).size() == 0);
  REQUIRE(home.Pending().empty());
  REQUIRE(home.log().Leaf(1).value().find("\"outbox\":2") != std::string::npos);
}

TEST_CASE("a change that fails is not recorded") {
  base::SimulatedWorld world(1);
  const Home home = Home::Open(world).value();
  const auto refuse = [](Transaction&) -> base::Result<void> {
    return base::Fail(ErrorCode::kConflict, "The state does not allow it");
  };
  REQUIRE(home.ledger->Record(refuse, SomeLeaf(true)).error().code == ErrorCode::kConflict);
  REQUIRE(home.log().size() == 0);
  REQUIRE(home.Pending().empty());
}

TEST_CASE("a leaf stays pending while its log cannot take it, and is sent later, once") {
  base::SimulatedWorld world(1);
  {
    const Home home = Home::Open(world).value();
    REQUIRE(home.ledger->Record(NoChange, SomeLeaf(true)).has_value());
    // The log's disk fails; the store's does not.
    world.FailSyncsOf([](std::string_view path) { return path.ends_with("register/entries"); });
    REQUIRE(home.ledger->Record(NoChange, SomeLeaf(false)).error().code == ErrorCode::kUnavailable);
    REQUIRE(home.Pending().size() == 1);
    world.FailSyncsOf({});
    REQUIRE(home.ledger->SendPending().error().code == ErrorCode::kUnavailable);  // poisoned
  }
  const Home home = Home::Open(world).value();
  REQUIRE(home.Pending().empty());
  REQUIRE(OutboxIds(home.log()) == std::set<std::int64_t>{1, 2});
}

TEST_CASE("a store and a log of different homes are noticed") {
  base::SimulatedWorld world(1);
  {
    const Home home = Home::Open(world).value();
    REQUIRE(home.ledger->Record(NoChange, SomeLeaf(true)).has_value());
  }
  {  // a store that believes it still has to send number 1, with other bytes
    const auto store = Store::Open(world, "other", StoreFiles::kWorld).value();
    REQUIRE(store
                ->Write([](Transaction& transaction) -> base::Result<void> {
                  TRY(OutboxRepository(transaction).Add(LogName::kRegister, [](std::int64_t id) {
                    return SomeLeaf(false).Write(id, base::Instant{0});
                  }));
                  return {};
                })
                .has_value());
    REQUIRE(Ledger::Open(world, *store, IdentityOf("register", 'r'), IdentityOf("access", 'a'))
                .error()
                .code == ErrorCode::kDamaged);
  }
}

TEST_CASE("records of many threads are each there once") {
  base::SimulatedWorld world(1);
  const Home home = Home::Open(world).value();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          REQUIRE(home.ledger->Record(NoChange, SomeLeaf(true)).has_value());
          if (i % 5 == 0) REQUIRE(home.ledger->SendPending().has_value());
        }
      });
    }
  }
  REQUIRE(home.Pending().empty());
  REQUIRE(OutboxIds(home.log()).size() == 120);
}

TEST_CASE("claims on a number that was given out twice do not double a leaf") {
  base::SimulatedWorld world(1);
  const Home home = Home::Open(world).value();
  std::atomic<int> turn = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 40; ++i) {
          world.SetCapacity(++turn % 3 == 0 ? 0 : UINT64_MAX);  // now and then a commit fails
          static_cast<void>(home.ledger->Record(NoChange, SomeLeaf(true)));
          static_cast<void>(home.ledger->SendPending());
        }
      });
    }
  }
  world.SetCapacity(UINT64_MAX);
  REQUIRE(home.ledger->SendPending().has_value());
  REQUIRE(home.Pending().empty());
  OutboxIds(home.log());
}

// The whole promise at once. Three records with a publication in between run until the machine
// stops before some step; then everything is opened again. What was acknowledged is in the log at
// the index that was told; nothing is there twice; nothing is pending; every checkpoint that was
// handed out is still true.
struct CrashOutcome {
  std::vector<std::uint64_t> acknowledged;  // indices
  std::vector<std::string> checkpoints;
  bool finished = false;
};

CrashOutcome RunUntilCrash(base::SimulatedWorld& world) {
  CrashOutcome outcome;
  auto home = Home::Open(world);
  for (int i = 0; home && i < 3; ++i) {
    if (const auto index = home->ledger->Record(NoChange, SomeLeaf(i == 0))) {
      outcome.acknowledged.push_back(*index);
      outcome.checkpoints.push_back(home->log().SignedCheckpoint());
    }
    if (i == 1) static_cast<void>(home->log().Publish());
  }
  outcome.finished = !world.crashed();
  return outcome;
}

void RequireNothingLost(base::SimulatedWorld& world, const CrashOutcome& outcome) {
  const Home home = Home::Open(world).value();
  REQUIRE(home.Pending().empty());
  const auto ids = OutboxIds(home.log());
  REQUIRE(home.log().size() >= outcome.acknowledged.size());
  REQUIRE(home.log().size() <= 3);
  for (std::size_t i = 0; i < outcome.acknowledged.size(); ++i) {
    REQUIRE(outcome.acknowledged[i] == i);
    const auto id = OutboxIdOf(home.log().Leaf(i).value());
    REQUIRE(id == static_cast<std::int64_t>(i) + 1);
    const auto old = OpenCheckpoint(outcome.checkpoints[i], IdentityOf("register", 'r').keys);
    const auto proved = home.log().ProveConsistency(old->size, home.log().size());
    const auto now =
        OpenCheckpoint(home.log().SignedCheckpoint(), IdentityOf("register", 'r').keys);
    REQUIRE(VerifyConsistency(old->size, now->size, old->root, now->root, proved.value()));
  }
  REQUIRE(home.log().Publish().has_value());
  REQUIRE(home.ledger->Record(NoChange, SomeLeaf(false)).has_value());
}

TEST_CASE("simulated crashes at every step lose no acknowledged leaf and double none") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      base::SimulatedWorld world(step * 31 + 7);
      world.CrashBefore(step);
      const CrashOutcome outcome = RunUntilCrash(world);
      world.Restart(mode);
      RequireNothingLost(world, outcome);
      if (outcome.finished) break;
    }
  }
}

TEST_CASE("a log whose sync is planted away loses a leaf, so the test above can fail") {
  base::SimulatedWorld world(1);
  CrashOutcome outcome;
  {
    const Home home = Home::Open(world).value();
    world.LieAboutSyncs([](std::string_view path) { return path.ends_with("register/entries"); });
    outcome.acknowledged.push_back(home.ledger->Record(NoChange, SomeLeaf(true)).value());
    world.CrashBefore(world.steps());
  }
  world.Restart(base::CrashMode::kHarsh);
  // The store knows that the log gave out an index, so the loss does not go unseen.
  REQUIRE(Home::Open(world).error().code == ErrorCode::kDamaged);
}

}  // namespace ledger
