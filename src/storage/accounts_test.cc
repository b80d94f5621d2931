// Tests of: subjects.cc grants.cc sessions.cc idempotency_keys.cc accesses.cc migrations.cc
#include <doctest/doctest.h>

#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "base/simulated_world.h"
#include "storage/accesses.h"
#include "storage/database.h"
#include "storage/grants.h"
#include "storage/idempotency_keys.h"
#include "storage/outbox.h"
#include "storage/sessions.h"

namespace storage {
namespace {

using base::ErrorCode;

constexpr base::Instant kNow{1'000'000};

// A store with one organisation and one person.
struct Accounts {
  Accounts()
      : world(1),
        store(Store::Open(world, "home", StoreFiles::kWorld).value()),
        organisation(OrganisationId::Random(world.randomness())),
        person(SubjectId::Random(world.randomness())) {
    Do([&](Transaction& transaction) -> base::Result<void> {
      TRY(OrganisationRepository(transaction)
              .Add({organisation, "a-1", "A", "office", kNow, AddLeaf(transaction), false}));
      return SubjectRepository(transaction)
          .Add({person, SubjectKind::kPerson, organisation, "Ada", false, "ada@example.org"});
    });
  }

  static std::int64_t AddLeaf(Transaction& transaction) {
    return OutboxRepository(transaction)
        .Add(LogName::kRegister, [](std::int64_t) { return "leaf"; })
        .value()
        .id;
  }
  static void SetIndex(Transaction& transaction, std::int64_t id) {
    const auto done = OutboxRepository(transaction)
                          .SetIndex(LogName::kRegister, id, static_cast<std::uint64_t>(id) + 40);
    REQUIRE(done.has_value());
  }
  void Do(const Store::Change& change) const {
    const auto done = store->Write(change);
    REQUIRE(done.has_value());
  }
  ErrorCode Refused(const Store::Change& change) const {
    const auto done = store->Write(change);
    REQUIRE_FALSE(done.has_value());
    return done.error().code;
  }
  base::Digest Hash(std::string_view text) const { return base::Sha256(text); }

  base::SimulatedWorld world;
  std::unique_ptr<Store> store;
  OrganisationId organisation;
  SubjectId person;
};

}  // namespace

TEST_CASE("an organisation is recorded once its leaf has an index") {
  Accounts accounts;
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    OrganisationRepository organisations(transaction);
    REQUIRE_FALSE(TRY(organisations.Find(accounts.organisation))->is_recorded);
    Accounts::SetIndex(transaction, 1);
    const auto row = TRY(organisations.FindBySlug("a-1"));
    REQUIRE(row->is_recorded);
    REQUIRE(row->id == accounts.organisation);
    REQUIRE(row->name == "A");
    REQUIRE(row->kind == "office");
    REQUIRE(row->created == kNow);
    REQUIRE_FALSE(TRY(organisations.FindBySlug("b")).has_value());
    REQUIRE(TRY(organisations.List(10)).size() == 1);
    REQUIRE(TRY(organisations.List(0)).empty());
    return {};
  });
}

TEST_CASE("a slug, an e-mail address and an id are taken once") {
  Accounts accounts;
  auto& randomness = accounts.world.randomness();
  REQUIRE(accounts.Refused([&](Transaction& transaction) {
    return OrganisationRepository(transaction)
        .Add({OrganisationId::Random(randomness), "a-1", "B", "x", kNow, 1, false});
  }) == ErrorCode::kConflict);
  REQUIRE(accounts.Refused([&](Transaction& transaction) {
    return SubjectRepository(transaction)
        .Add({SubjectId::Random(randomness), SubjectKind::kPerson, accounts.organisation, "B",
              false, "ada@example.org"});
  }) == ErrorCode::kConflict);
  // A subject of an organisation that is not there.
  REQUIRE(accounts.Refused([&](Transaction& transaction) {
    return SubjectRepository(transaction)
        .Add({SubjectId::Random(randomness),
              SubjectKind::kMachine,
              OrganisationId::Random(randomness),
              "B",
              false,
              {}});
  }) == ErrorCode::kConflict);
}

TEST_CASE("people have passwords, machines have none, and both are disabled once") {
  Accounts accounts;
  const auto machine = SubjectId::Random(accounts.world.randomness());
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    SubjectRepository subjects(transaction);
    TRY(subjects.Add(
        {machine, SubjectKind::kMachine, accounts.organisation, "robot", false, "ignored"}));
    REQUIRE(TRY(subjects.Find(machine))->email.empty());
    REQUIRE(TRY(subjects.ListOf(accounts.organisation, 10)).size() == 2);
    REQUIRE_FALSE(TRY(subjects.PasswordHashOf(accounts.person)).has_value());
    TRY(subjects.SetPasswordHash(accounts.person, "hash"));
    REQUIRE(TRY(subjects.PasswordHashOf(accounts.person)) == "hash");
    REQUIRE(subjects.SetPasswordHash(machine, "hash").error().code == ErrorCode::kNotFound);
    REQUIRE(TRY(subjects.FindByEmail("ada@example.org"))->id == accounts.person);
    REQUIRE_FALSE(TRY(subjects.FindByEmail("ignored")).has_value());
    REQUIRE(TRY(subjects.Disable(accounts.person)));
    REQUIRE_FALSE(TRY(subjects.Disable(accounts.person)));
    REQUIRE(TRY(subjects.Find(accounts.person))->is_disabled);
    return {};
  });
}

TEST_CASE("a grant is pending, active, withdrawn, and an index that comes late changes nothing") {
  Accounts accounts;
  const auto grant = GrantId::Random(accounts.world.randomness());
  const auto late = GrantId::Random(accounts.world.randomness());
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    GrantRepository grants(transaction);
    const auto first = Accounts::AddLeaf(transaction);
    const auto second = Accounts::AddLeaf(transaction);
    TRY(grants.Add({grant, accounts.person, accounts.organisation, "explorer", first, {}, {}}));
    TRY(grants.Add({late, accounts.person, std::nullopt, "auditor", second, {}, {}}));
    REQUIRE(TRY(grants.Find(grant))->standing == Standing::kPending);
    Accounts::SetIndex(transaction, first);
    REQUIRE(TRY(grants.Find(grant))->standing == Standing::kActive);
    REQUIRE(TRY(grants.Find(grant))->leaf_index == static_cast<std::uint64_t>(first) + 40);
    REQUIRE(TRY(grants.StandingOf(accounts.person, 10)).size() == 2);
    REQUIRE(TRY(grants.Withdraw(grant, 9)));
    REQUIRE_FALSE(TRY(grants.Withdraw(grant, 10)));
    REQUIRE(TRY(grants.Withdraw(late, 11)));
    Accounts::SetIndex(transaction, second);
    REQUIRE(TRY(grants.Find(late))->standing == Standing::kWithdrawn);
    REQUIRE(TRY(grants.StandingOf(accounts.person, 10)).empty());
    REQUIRE(TRY(grants.ListAt(accounts.organisation, 10)).size() == 1);
    REQUIRE(TRY(grants.ListAt(std::nullopt, 10)).at(0).role == "auditor");
    return {};
  });
}

TEST_CASE("a role stands once for a subject and place, and again after its withdrawal") {
  Accounts accounts;
  const auto add = [&](std::optional<OrganisationId> at) {
    return [&accounts, at](Transaction& transaction) {
      return GrantRepository(transaction)
          .Add({GrantId::Random(accounts.world.randomness()),
                accounts.person,
                at,
                "auditor",
                1,
                {},
                {}});
    };
  };
  accounts.Do(add(std::nullopt));
  accounts.Do(add(accounts.organisation));
  REQUIRE(accounts.Refused(add(std::nullopt)) == ErrorCode::kConflict);
  REQUIRE(accounts.Refused(add(accounts.organisation)) == ErrorCode::kConflict);
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    GrantRepository grants(transaction);
    for (const auto& row : TRY(grants.StandingOf(accounts.person, 10))) {
      REQUIRE(TRY(grants.Withdraw(row.id, 2)));
    }
    return {};
  });
  accounts.Do(add(std::nullopt));
}

TEST_CASE("a token is found by its digest and stands like a grant") {
  Accounts accounts;
  const auto id = TokenId::Random(accounts.world.randomness());
  const base::Digest hash = accounts.Hash("secret");
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    TokenRepository tokens(transaction);
    const auto leaf = Accounts::AddLeaf(transaction);
    TRY(tokens.Add({id, hash, accounts.person, "robot", 5, kNow, {9}, {}, leaf, {}}));
    REQUIRE_FALSE(TRY(tokens.FindBySecretHash(accounts.Hash("other"))).has_value());
    REQUIRE(TRY(tokens.FindBySecretHash(hash))->standing == Standing::kPending);
    Accounts::SetIndex(transaction, leaf);
    TRY(tokens.SetLastUsedDay(id, 20'000));
    const auto row = TRY(tokens.Find(id));
    REQUIRE(row->standing == Standing::kActive);
    REQUIRE(row->secret_hash == hash);
    REQUIRE(row->scopes == 5);
    REQUIRE(row->created == kNow);
    REQUIRE(row->expires == base::Instant{9});
    REQUIRE(row->last_used_day == 20'000);
    REQUIRE(TRY(tokens.ListOf(accounts.person, 10)).size() == 1);
    REQUIRE(TRY(tokens.Withdraw(id, 7)));
    REQUIRE_FALSE(TRY(tokens.Withdraw(id, 7)));
    REQUIRE(TRY(tokens.FindBySecretHash(hash))->standing == Standing::kWithdrawn);
    const auto other = TokenId::Random(accounts.world.randomness());
    TRY(tokens.Add({other, accounts.Hash("a"), accounts.person, "a", 5, kNow, {9}, {}, leaf, {}}));
    REQUIRE(TRY(tokens.WithdrawAll(8)) == 1);
    REQUIRE(TRY(tokens.WithdrawAll(9)) == 0);
    REQUIRE(TRY(tokens.Find(other))->standing == Standing::kWithdrawn);
    return {};
  });
}

TEST_CASE("sessions are found, seen and removed") {
  Accounts accounts;
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    SessionRepository sessions(transaction);
    for (const char* name : {"a", "b", "c"}) {
      TRY(sessions.Add(
          {accounts.Hash(name), accounts.person, kNow, kNow, {kNow.microseconds + 5}}));
    }
    TRY(sessions.SetLastSeen(accounts.Hash("a"), {7}));
    REQUIRE(TRY(sessions.Find(accounts.Hash("a")))->last_seen == base::Instant{7});
    REQUIRE(TRY(sessions.Find(accounts.Hash("a")))->subject == accounts.person);
    TRY(sessions.Remove(accounts.Hash("a")));
    REQUIRE_FALSE(TRY(sessions.Find(accounts.Hash("a"))).has_value());
    TRY(sessions.RemoveEnded({kNow.microseconds + 4}));
    REQUIRE(TRY(sessions.Find(accounts.Hash("b"))).has_value());
    TRY(sessions.RemoveEnded({kNow.microseconds + 5}));
    REQUIRE_FALSE(TRY(sessions.Find(accounts.Hash("b"))).has_value());
    TRY(sessions.Add({accounts.Hash("d"), accounts.person, kNow, kNow, {9}}));
    TRY(sessions.RemoveOf(accounts.person));
    REQUIRE_FALSE(TRY(sessions.Find(accounts.Hash("d"))).has_value());
    TRY(sessions.Add({accounts.Hash("e"), accounts.person, kNow, kNow, {9}}));
    TRY(sessions.RemoveAll());
    REQUIRE_FALSE(TRY(sessions.Find(accounts.Hash("e"))).has_value());
    return {};
  });
}

TEST_CASE("a link is used once") {
  Accounts accounts;
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    LinkRepository links(transaction);
    for (const char* name : {"a", "b"}) {
      TRY(links.Add({accounts.Hash(name), accounts.person, LinkPurpose::kNewPassword, {9}, {}}));
    }
    REQUIRE(TRY(links.Use(accounts.Hash("a"), kNow)));
    REQUIRE_FALSE(TRY(links.Use(accounts.Hash("a"), kNow)));
    REQUIRE_FALSE(TRY(links.Use(accounts.Hash("x"), kNow)));
    REQUIRE(TRY(links.Find(accounts.Hash("a")))->used == kNow);
    REQUIRE(TRY(links.Find(accounts.Hash("b")))->purpose == LinkPurpose::kNewPassword);
    TRY(links.RemoveUnusedOf(accounts.person));
    REQUIRE(TRY(links.Find(accounts.Hash("a"))).has_value());
    REQUIRE_FALSE(TRY(links.Find(accounts.Hash("b"))).has_value());
    TRY(links.RemoveAll());
    REQUIRE_FALSE(TRY(links.Find(accounts.Hash("a"))).has_value());
    return {};
  });
}

TEST_CASE("failures are counted within a window, and the table has a size") {
  Accounts accounts;
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    SignInFailureRepository failures(transaction);
    const auto key = accounts.Hash("key");
    REQUIRE(TRY(failures.Add(key, {0}, {10})).count == 1);
    const auto second = TRY(failures.Add(key, {9}, {19}));
    REQUIRE(second.count == 2);
    REQUIRE(second.window_end == base::Instant{10});
    TRY(failures.TakeBack(key));
    REQUIRE(TRY(failures.Add(key, {9}, {19})).count == 2);
    const auto anew = TRY(failures.Add(key, {10}, {20}));
    REQUIRE(anew.count == 1);
    REQUIRE(anew.window_end == base::Instant{20});
    TRY(failures.Forget(key));
    REQUIRE(TRY(failures.Add(key, {11}, {21})).count == 1);
    REQUIRE(TRY(failures.Add(accounts.Hash("older"), {9}, {19})).count == 1);
    // Two rows, room for one: the window that ends first goes.
    TRY(failures.Prune({12}, 1));
    REQUIRE(TRY(failures.Add(key, {12}, {22})).count == 2);
    REQUIRE(TRY(failures.Add(accounts.Hash("older"), {12}, {22})).count == 1);
    TRY(failures.Prune({22}, 10));
    REQUIRE(TRY(failures.Add(key, {21}, {31})).count == 1);
    return {};
  });
}

TEST_CASE("a store of the first format gets the tables of accounts and keeps its outbox") {
  const base::TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  const std::string path = folder / "tabularium.sqlite";
  REQUIRE(Database::Open(path, nullptr, false, false)
              .value()
              ->Execute("PRAGMA application_id = 1415668273;"
                        "CREATE TABLE outbox_counter (log INTEGER PRIMARY KEY, next_id INTEGER);"
                        "INSERT INTO outbox_counter VALUES (0, 2), (1, 1);"
                        "CREATE TABLE outbox (log INTEGER, id INTEGER, leaf BLOB, leaf_index "
                        "INTEGER, PRIMARY KEY (log, id));"
                        "INSERT INTO outbox VALUES (0, 1, x'6c', NULL); PRAGMA user_version = 1")
              .has_value());
  const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
  REQUIRE(world->files().Status(path + ".before-1").value().has_value());
  const auto look = [&](Transaction& transaction) -> base::Result<void> {
    REQUIRE(TRY(OutboxRepository(transaction).Pending(LogName::kRegister, 9)).size() == 1);
    REQUIRE(TRY(OrganisationRepository(transaction).List(9)).empty());
    return {};
  };
  REQUIRE(store->Read(look).has_value());
}

TEST_CASE("a key of a request is found until it ends, and then may come again") {
  Accounts accounts;
  const auto row = [&](std::string_view request, std::int64_t end) {
    return IdempotencyRow{accounts.person, "key", accounts.Hash(request), 201, "/somewhere", {end}};
  };
  const auto find = [&](std::int64_t now) {
    std::optional<IdempotencyRow> found;
    accounts.Do([&](Transaction& transaction) -> base::Result<void> {
      found = TRY(IdempotencyRepository(transaction).Find(accounts.person, "key", {now}));
      return {};
    });
    return found;
  };
  const auto add = [&](const IdempotencyRow& each, std::int64_t now) {
    return [each, now](Transaction& transaction) {
      return IdempotencyRepository(transaction).Add(each, {now});
    };
  };
  accounts.Do(add(row("first", 100), 1));
  REQUIRE(find(99)->request_digest == accounts.Hash("first"));
  REQUIRE(find(99)->location == "/somewhere");
  REQUIRE_FALSE(find(100).has_value());
  REQUIRE(accounts.Refused(add(row("second", 300), 99)) == ErrorCode::kConflict);
  accounts.Do(add(row("second", 300), 100));
  REQUIRE(find(100)->request_digest == accounts.Hash("second"));
  accounts.Do([](Transaction& transaction) {
    return IdempotencyRepository(transaction).RemoveEnded({300}, 10);
  });
  REQUIRE_FALSE(find(100).has_value());
}

TEST_CASE("an access is opened, closed once, counted by its day, and erased") {
  Accounts accounts;
  const auto begin = [&](std::int64_t day) {
    std::int64_t outbox = 0;
    accounts.Do([&](Transaction& transaction) -> base::Result<void> {
      OutboxRepository leaves(transaction);
      outbox = TRY(leaves.Add(LogName::kAccess, [](std::int64_t) { return "leaf"; })).id;
      TRY(leaves.SetIndex(LogName::kAccess, outbox, static_cast<std::uint64_t>(outbox) + 10));
      return AccessRepository(transaction)
          .Add({outbox, "DSA-2026-0001", accounts.person, day, "salt", "{}", {}, {}, {}});
    });
    return outbox;
  };
  const std::int64_t first = begin(5);
  const std::int64_t second = begin(5);
  begin(6);
  accounts.Do([&](Transaction& transaction) -> base::Result<void> {
    AccessRepository accesses(transaction);
    REQUIRE(TRY(accesses.Open(10)).size() == 3);
    REQUIRE(TRY(accesses.Close(first, 77)));
    REQUIRE_FALSE(TRY(accesses.Close(first, 78)));
    REQUIRE(TRY(accesses.Open(10)).front().opened_outbox == second);
    REQUIRE(TRY(accesses.CountsOf(5, 10)).front().accesses == 2);
    REQUIRE(TRY(accesses.CountsOf(7, 10)).empty());
    REQUIRE(TRY(accesses.FindByIndex(static_cast<std::uint64_t>(first) + 10))->closed_outbox == 77);
    REQUIRE(TRY(accesses.ListOf("DSA-2026-0001", 1'000, 2)).size() == 2);
    REQUIRE(TRY(accesses.ListOf("DSA-2026-0001", second, 9)).size() == 1);
    TRY(accesses.Erase(second));
    REQUIRE(TRY(accesses.Find(second))->record.empty());
    REQUIRE(TRY(accesses.Find(second))->salt.empty());
    return {};
  });
}

}  // namespace storage
