// Tests of: requests.cc histories.cc
#include "storage/requests.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "storage/histories.h"
#include "storage/outbox.h"

namespace storage {
namespace {

constexpr base::Instant kNow{1'000'000};

// Two organisations, a dataset of the first, a person of the second.
struct Desk {
  Desk()
      : world(1),
        store(Store::Open(world, "home", StoreFiles::kWorld).value()),
        owner(OrganisationId::Random(world.randomness())),
        asker(OrganisationId::Random(world.randomness())),
        dataset(DatasetId::Random(world.randomness())),
        ada(SubjectId::Random(world.randomness())) {
    Do([&](Transaction& transaction) -> base::Result<void> {
      OrganisationRepository organisations(transaction);
      TRY(organisations.Add({owner, "owner-1", "Owner", "office", kNow, 1, false}));
      TRY(organisations.Add({asker, "asker-1", "Asker", "office", kNow, 2, false}));
      TRY(SubjectRepository(transaction)
              .Add({ada, SubjectKind::kPerson, asker, "Ada", false, "ada@example.org"}));
      return DatasetRepository(transaction)
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
                {}});
    });
  }
  void Do(const Store::Change& change) const {
    const auto done = store->Write(change);
    if (!done) MESSAGE(done.error().Text());
    REQUIRE(done.has_value());
  }
  [[nodiscard]] RequestRow Row(const std::string& number, std::int64_t changed) const {
    return {.number = number,
            .asker = asker,
            .owner = owner,
            .dataset = dataset,
            .state = "draft",
            .document = "{}",
            .submitted = {},
            .verdict = {},
            .agreement = {},
            .created_by = ada,
            .created = kNow,
            .changed = {changed}};
  }

  base::SimulatedWorld world;
  std::unique_ptr<Store> store;
  OrganisationId owner;
  OrganisationId asker;
  DatasetId dataset;
  SubjectId ada;
};

std::vector<std::string> NumbersOf(const std::vector<RequestRow>& rows) {
  std::vector<std::string> numbers;
  numbers.reserve(rows.size());
  for (const RequestRow& row : rows) numbers.push_back(row.number);
  return numbers;
}

}  // namespace

TEST_CASE("a request is read back as it was written, and changed") {
  Desk desk;
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    RequestRepository requests(transaction);
    RequestRow row = desk.Row("DSR-2026-0001", 5);
    TRY(requests.Add(row));
    REQUIRE_FALSE(TRY(requests.Find("DSR-2026-0002")).has_value());
    row.state = "submitted";
    row.revision = 7;
    row.document = "[1]";
    row.submitted = "[2]";
    row.verdict = "[3]";
    row.agreement = "DSA-2026-0001";
    row.changed = {9};
    TRY(requests.Update(row));
    const auto found = TRY(requests.Find(row.number));
    REQUIRE(found->state == "submitted");
    REQUIRE(found->revision == 7);
    REQUIRE(found->document + found->submitted + found->verdict == "[1][2][3]");
    REQUIRE(found->agreement == "DSA-2026-0001");
    REQUIRE(found->asker == desk.asker);
    REQUIRE(found->owner == desk.owner);
    REQUIRE(found->dataset == desk.dataset);
    REQUIRE(found->created_by == desk.ada);
    REQUIRE(found->created == kNow);
    REQUIRE(found->changed == base::Instant{9});
    return {};
  });
  const auto twice = desk.store->Write([&](Transaction& transaction) {
    return RequestRepository(transaction).Add(desk.Row("DSR-2026-0001", 1));
  });
  REQUIRE(twice.error().code == base::ErrorCode::kConflict);
}

TEST_CASE("lists of requests come by change, and tell editors apart") {
  Desk desk;
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    RequestRepository requests(transaction);
    for (const auto& [number, changed] :
         {std::pair{"DSR-2026-0001", 7}, {"DSR-2026-0002", 5}, {"DSR-2026-0003", 7}}) {
      TRY(requests.Add(desk.Row(number, changed)));
    }
    TRY(requests.AddEditor("DSR-2026-0001", desk.ada));
    TRY(requests.AddEditor("DSR-2026-0001", desk.ada));
    REQUIRE(TRY(requests.IsEditor("DSR-2026-0001", desk.ada)));
    REQUIRE_FALSE(TRY(requests.IsEditor("DSR-2026-0002", desk.ada)));
    using Numbers = std::vector<std::string>;
    const auto others = [&](const std::optional<ChangePosition>& after, std::size_t limit) {
      return NumbersOf(requests.ListOfAsker(desk.asker, desk.ada, false, after, limit).value());
    };
    REQUIRE(others({}, 10) == Numbers{"DSR-2026-0003", "DSR-2026-0002"});
    REQUIRE(others({}, 1) == Numbers{"DSR-2026-0003"});
    REQUIRE(others(ChangePosition{7, "DSR-2026-0003"}, 9) == Numbers{"DSR-2026-0002"});
    REQUIRE(NumbersOf(TRY(requests.ListOfAsker(desk.asker, desk.ada, true, {}, 9))) ==
            Numbers{"DSR-2026-0001"});
    REQUIRE(NumbersOf(TRY(requests.ListOfOwner(desk.owner, "draft", "returned", {}, 9))) ==
            Numbers{"DSR-2026-0003", "DSR-2026-0001", "DSR-2026-0002"});
    REQUIRE(TRY(requests.ListOfOwner(desk.owner, "submitted", "returned", {}, 9)).empty());
    REQUIRE(TRY(requests.ListOfOwner(desk.asker, "draft", "returned", {}, 9)).empty());
    REQUIRE(NumbersOf(TRY(requests.ListEditedIn(desk.asker, desk.ada, "draft", {}, 9))) ==
            Numbers{"DSR-2026-0001"});
    return {};
  });
}

TEST_CASE("numbers count by series and year, and a failed change gives its number back") {
  Desk desk;
  const auto next = [](Transaction& transaction, std::string_view series, std::int64_t year) {
    return NumberRepository(transaction).Next(series, year).value();
  };
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    REQUIRE(next(transaction, "DSR", 2026) == 1);
    REQUIRE(next(transaction, "DSR", 2026) == 2);
    REQUIRE(next(transaction, "DSA", 2026) == 1);
    REQUIRE(next(transaction, "DSR", 2027) == 1);
    return {};
  });
  const auto failed = desk.store->Write([&](Transaction& transaction) -> base::Result<void> {
    REQUIRE(next(transaction, "DSR", 2026) == 3);
    return base::Fail(base::ErrorCode::kConflict, "No");
  });
  REQUIRE_FALSE(failed.has_value());
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    REQUIRE(next(transaction, "DSR", 2026) == 3);
    return {};
  });
}

TEST_CASE("a history keeps its order, and knows the index of a leaf once the log has it") {
  Desk desk;
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    HistoryRepository histories(transaction);
    OutboxRepository outbox(transaction);
    const auto leaf = TRY(outbox.Add(LogName::kRegister, [](std::int64_t) { return "leaf"; }));
    TRY(histories.Add({.number = "DSR-2026-0001",
                       .event = "reject",
                       .state = "rejected",
                       .part = "owner-approver",
                       .reason = "other",
                       .comment = "c",
                       .words = base::Sha256("w"),
                       .at = kNow,
                       .outbox = leaf.id}));
    TRY(histories.Add({.number = "DSR-2026-0001",
                       .event = "b",
                       .state = "s",
                       .part = "p",
                       .reason = {},
                       .comment = {},
                       .at = {1}}));
    TRY(histories.Add({.number = "DSR-2026-0002",
                       .event = "b",
                       .state = "s",
                       .part = "p",
                       .reason = {},
                       .comment = {},
                       .at = {1}}));
    const auto pending = TRY(histories.ListOf("DSR-2026-0001", 10));
    REQUIRE(pending.size() == 2);
    REQUIRE(pending[0].words == base::Sha256("w"));
    REQUIRE_FALSE(pending[0].leaf_index.has_value());
    REQUIRE_FALSE(pending[1].words.has_value());
    TRY(outbox.SetIndex(LogName::kRegister, leaf.id, 12));
    REQUIRE(TRY(histories.ListOf("DSR-2026-0001", 1)).front().leaf_index == 12);
    return {};
  });
}

TEST_CASE("a text that is removed loses salt and words for good") {
  Desk desk;
  desk.Do([&](Transaction& transaction) -> base::Result<void> {
    TextRepository texts(transaction);
    const base::Digest digest = base::Sha256("salt", "text");
    TRY(texts.Add({.digest = digest, .number = "DSA-2026-0001", .salt = "salt", .text = "text"}));
    REQUIRE(TRY(texts.Find(digest))->text == "text");
    REQUIRE(TRY(texts.Remove(digest, 4)));
    REQUIRE_FALSE(TRY(texts.Remove(digest, 5)));
    const auto removed = TRY(texts.Find(digest));
    REQUIRE(removed->salt.empty());
    REQUIRE(removed->text.empty());
    REQUIRE(removed->removed_outbox == 4);
    REQUIRE_FALSE(TRY(texts.Find(base::Sha256("other"))).has_value());
    return {};
  });
}

}  // namespace storage
