#include "storage/agreements.h"

#include <doctest/doctest.h>

#include "base/bytes.h"
#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "base/simulated_world.h"
#include "storage/database.h"
#include "storage/outbox.h"

namespace storage {
namespace {

constexpr base::Instant kNow{1'000'000};

// An owner with a dataset, a recipient with a list, and a request of its.
struct Cabinet {
  Cabinet()
      : world(1),
        store(Store::Open(world, "home", StoreFiles::kWorld).value()),
        owner(OrganisationId::Random(world.randomness())),
        recipient(OrganisationId::Random(world.randomness())),
        dataset(DatasetId::Random(world.randomness())),
        ada(SubjectId::Random(world.randomness())) {
    Do([&](Transaction& transaction) -> base::Result<void> {
      OrganisationRepository organisations(transaction);
      TRY(organisations.Add({owner, "owner-1", "Owner", "office", kNow, 1, false}));
      TRY(organisations.Add({recipient, "recipient-1", "Recipient", "office", kNow, 2, false}));
      TRY(SubjectRepository(transaction)
              .Add({ada, SubjectKind::kPerson, recipient, "Ada", false, "ada@example.org"}));
      TRY(DatasetRepository(transaction)
              .Add({dataset,
                    owner,
                    "d",
                    "d",
                    "D",
                    "d",
                    "About.",
                    false,
                    "",
                    "",
                    1,
                    kNow,
                    kNow,
                    "",
                    "",
                    {}}));
      return RequestRepository(transaction)
          .Add({"DSR-2026-0001", recipient, owner, dataset, "accepted", 1, "{}", "{}", "{}", "",
                ada, kNow, kNow});
    });
  }
  void Do(const Store::Change& change) const {
    const auto done = store->Write(change);
    if (!done) MESSAGE(done.error().Text());
    REQUIRE(done.has_value());
  }
  [[nodiscard]] AgreementRow Row(const std::string& number, std::int64_t approved) const {
    return {.number = number,
            .request = "DSR-2026-0001",
            .owner = owner,
            .recipient = recipient,
            .dataset = dataset,
            .state = "awaiting-signature",
            .state_before = "awaiting-signature",
            .outbox = 1,
            .policy = "[1]",
            .document = "[2]",
            .verdict = "[3]",
            .sentence = base::Sha256("s"),
            .purpose = base::Sha256("p"),
            .salt = std::string("\0salt", 5),
            .token_key = std::string("\0key", 4),
            .first_day = {10},
            .last_day = {20},
            .approved_day = {5},
            .approved = {approved},
            .changed = kNow};
  }

  base::SimulatedWorld world;
  std::unique_ptr<Store> store;
  OrganisationId owner;
  OrganisationId recipient;
  DatasetId dataset;
  SubjectId ada;
};

std::vector<std::string> NumbersOf(const std::vector<AgreementRow>& rows) {
  std::vector<std::string> numbers;
  numbers.reserve(rows.size());
  for (const AgreementRow& row : rows) numbers.push_back(row.number);
  return numbers;
}

}  // namespace

TEST_CASE("an agreement is read back as it was written, and changed") {
  Cabinet cabinet;
  cabinet.Do([&](Transaction& transaction) -> base::Result<void> {
    AgreementRepository agreements(transaction);
    AgreementRow row = cabinet.Row("DSA-2026-0001", 7);
    TRY(agreements.Add(row));
    const auto first = TRY(agreements.Find(row.number));
    REQUIRE(first->salt == row.salt);
    REQUIRE(first->token_key == row.token_key);
    REQUIRE(first->document == "[2]");
    REQUIRE((first->sentence == row.sentence && first->purpose == row.purpose));
    REQUIRE_FALSE(first->list.has_value());
    REQUIRE_FALSE(first->review_day.has_value());
    REQUIRE(first->first_day.days + first->last_day.days + first->approved_day.days == 35);
    row.state = "active";
    row.policy = "[4]";
    row.verdict = "[5]";
    row.list_version = 3;
    row.review_day = base::CivilDay{15};
    row.token_key.clear();
    row.changed = {9};
    OutboxRepository outbox(transaction);
    row.outbox = TRY(outbox.Add(LogName::kRegister, [](std::int64_t) { return "leaf"; })).id;
    TRY(agreements.Update(row));
    const auto second = TRY(agreements.Find(row.number));
    REQUIRE(second->state + second->state_before == "activeawaiting-signature");
    REQUIRE(second->policy + second->verdict == "[4][5]");
    REQUIRE(second->list_version == 3);
    REQUIRE(second->review_day == base::CivilDay{15});
    REQUIRE((second->token_key.empty() && !second->leaf_index));
    TRY(outbox.SetIndex(LogName::kRegister, row.outbox, 8));
    REQUIRE(TRY(agreements.Find(row.number))->leaf_index == 8);
    REQUIRE_FALSE(TRY(agreements.Find("DSA-2026-0002")).has_value());
    return {};
  });
  const auto twice = cabinet.store->Write([&](Transaction& transaction) {
    return AgreementRepository(transaction).Add(cabinet.Row("DSA-2026-0001", 7));
  });
  REQUIRE(twice.error().code == base::ErrorCode::kConflict);
}

TEST_CASE("what is due is found by its state and its days, and nothing else") {
  Cabinet cabinet;  // approved on day 5, from 10 to 20
  cabinet.Do([&](Transaction& transaction) -> base::Result<void> {
    AgreementRepository agreements(transaction);
    AgreementRow row = cabinet.Row("DSA-2026-0001", 1);
    TRY(agreements.Add(row));
    int number = 2;
    for (const char* state : {"active", "suspended", "expired"}) {
      row = cabinet.Row("DSA-2026-000" + std::to_string(number++), 1);
      row.state = state;
      row.review_day = base::CivilDay{15};
      TRY(agreements.Add(row));
    }
    using Numbers = std::vector<std::string>;
    const auto due = [&](int today, int approved_before, const char* after = "") {
      return NumbersOf(agreements.ListDue({today}, {approved_before}, after, 9).value());
    };
    REQUIRE(due(15, 5).empty());
    REQUIRE(due(15, 6) == Numbers{"DSA-2026-0001"});
    REQUIRE(due(16, 5) == Numbers{"DSA-2026-0002"});
    REQUIRE(due(20, 5) == Numbers{"DSA-2026-0002"});
    REQUIRE(due(21, 5) == Numbers{"DSA-2026-0002", "DSA-2026-0003"});
    REQUIRE(due(21, 5, "DSA-2026-0002") == Numbers{"DSA-2026-0003"});
    return {};
  });
}

TEST_CASE("lists of agreements go by approval, state and party") {
  Cabinet cabinet;
  cabinet.Do([&](Transaction& transaction) -> base::Result<void> {
    AgreementRepository agreements(transaction);
    AgreementRow row = cabinet.Row("DSA-2026-0001", 7);
    row.list = cabinet.dataset;
    TRY(agreements.Add(row));
    TRY(agreements.Add(cabinet.Row("DSA-2026-0002", 5)));
    row = cabinet.Row("DSA-2026-0003", 7);
    row.state = "active";
    TRY(agreements.Add(row));
    REQUIRE(TRY(agreements.Find("DSA-2026-0001"))->list == cabinet.dataset);
    using Numbers = std::vector<std::string>;
    const auto list = [&](const AgreementFilter& filter) {
      return NumbersOf(agreements.List(filter, {}, 9).value());
    };
    REQUIRE(list({}) == Numbers{"DSA-2026-0003", "DSA-2026-0001", "DSA-2026-0002"});
    REQUIRE(list({.state = "active"}) == Numbers{"DSA-2026-0003"});
    REQUIRE(list({.party = cabinet.owner}).size() == 3);
    REQUIRE(list({.party = cabinet.recipient}).size() == 3);
    REQUIRE(list({.party = OrganisationId::Random(cabinet.world.randomness())}).empty());
    REQUIRE(list({.owner = cabinet.owner}).size() == 3);
    REQUIRE(list({.owner = cabinet.recipient}).empty());
    REQUIRE(list({.recipient = cabinet.recipient}).size() == 3);
    REQUIRE(list({.recipient = cabinet.owner}).empty());
    row = cabinet.Row("DSA-2026-0004", 3);
    row.document = R"({"proposal":{"power":"dea-48"}})";
    TRY(agreements.Add(row));
    REQUIRE(list({.power = "dea-48"}) == Numbers{"DSA-2026-0004"});
    REQUIRE(list({.state = "active", .power = "dea-48"}).empty());
    REQUIRE(TRY(agreements.Count({})) == 4);
    REQUIRE(TRY(agreements.Count({.state = "active"})) == 1);
    REQUIRE(TRY(agreements.Count({.power = "dea-56"})) == 0);
    REQUIRE(NumbersOf(TRY(agreements.List({}, ChangePosition{7, "DSA-2026-0003"}, 1))) ==
            Numbers{"DSA-2026-0001"});
    REQUIRE(NumbersOf(TRY(agreements.ListAll("", 2))) == Numbers{"DSA-2026-0001", "DSA-2026-0002"});
    REQUIRE(NumbersOf(TRY(agreements.ListAll("DSA-2026-0002", 1))) == Numbers{"DSA-2026-0003"});
    return {};
  });
}

TEST_CASE("token keys are listed and set until they are destroyed") {
  Cabinet cabinet;
  cabinet.Do([&](Transaction& transaction) -> base::Result<void> {
    AgreementRepository agreements(transaction);
    for (const char* number : {"DSA-2026-0001", "DSA-2026-0002", "DSA-2026-0003"}) {
      TRY(agreements.Add(cabinet.Row(number, 7)));
    }
    AgreementRow over = cabinet.Row("DSA-2026-0002", 7);
    over.token_key.clear();
    TRY(agreements.Update(over));
    TRY(agreements.SetTokenKey({over.number, "again", 1}));
    TRY(agreements.SetTokenKey({"DSA-2026-0003", "wrapped", 2}));
    const auto keys = TRY(agreements.ListTokenKeys("", 9));
    REQUIRE(keys.size() == 2);
    REQUIRE((keys[0].agreement == "DSA-2026-0001" && keys[0].version == 0));
    REQUIRE((keys[1].token_key == "wrapped" && keys[1].version == 2));
    REQUIRE(TRY(agreements.Find("DSA-2026-0003"))->token_key_version == 2);
    REQUIRE(TRY(agreements.ListTokenKeys("DSA-2026-0001", 9)).size() == 1);
    REQUIRE(TRY(agreements.ListTokenKeys("", 1)).size() == 1);
    return {};
  });
}

TEST_CASE("a key that was overwritten is in no file of the store once it was forgotten") {
  Cabinet cabinet;
  const std::string secret = "what nobody shall find any more";
  AgreementRow row = cabinet.Row("DSA-2026-0001", 7);
  row.token_key = secret;
  const auto is_found = [&] {
    bool found = false;
    for (const std::string& name : cabinet.world.files().List("home").value()) {
      const auto bytes = base::ReadWholeFile(cabinet.world.files(), "home/" + name, 1U << 24U);
      found = found || bytes.value().find(secret) != std::string::npos;
    }
    return found;
  };
  cabinet.Do([&](Transaction& t) { return AgreementRepository(t).Add(row); });
  REQUIRE(is_found());
  cabinet.Do([&](Transaction& t) {
    return AgreementRepository(t).SetTokenKey({row.number, "another", 1});
  });
  REQUIRE(cabinet.store->ForgetOverwritten().has_value());
  REQUIRE_FALSE(is_found());
}

TEST_CASE("a store of before keeps its keys, marked as bare") {
  const base::TemporaryFolder folder;
  const auto world = base::MakeRealWorld();
  const std::string path = folder / "tabularium.sqlite";
  REQUIRE(Store::Open(*world, folder.path(), StoreFiles::kSystem).has_value());
  REQUIRE(Database::Open(path, nullptr, false, false)
              .value()
              ->Execute("PRAGMA foreign_keys=OFF;"
                        "ALTER TABLE agreements DROP COLUMN token_key_version;"
                        "INSERT INTO agreements VALUES ('DSA-2026-0001', 'r', 'o', 'e', 'd', NULL,"
                        "NULL, 'active', 'active', 1, '', '', '', x'', x'', x'', x'6b6579', 1, 2,"
                        "NULL, 1, 1, 1); PRAGMA user_version = 8")
              .has_value());
  const auto store = Store::Open(*world, folder.path(), StoreFiles::kSystem).value();
  REQUIRE(world->files().Status(path + ".before-8").value().has_value());
  const auto look = [&](Transaction& transaction) -> base::Result<void> {
    const auto keys = TRY(AgreementRepository(transaction).ListTokenKeys("", 9));
    REQUIRE((keys.size() == 1 && keys[0].token_key == "key" && keys[0].version == 0));
    return {};
  };
  REQUIRE(store->Read(look).has_value());
}

}  // namespace storage
