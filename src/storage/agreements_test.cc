#include "storage/agreements.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
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

}  // namespace storage
