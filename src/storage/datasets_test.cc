#include "storage/datasets.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"
#include "storage/outbox.h"

namespace storage {
namespace {

using base::ErrorCode;

constexpr base::Instant kNow{1'000'000};

// Two organisations and helpers that must succeed.
struct Shelf {
  Shelf()
      : world(1),
        store(Store::Open(world, "home", StoreFiles::kWorld).value()),
        owner(OrganisationId::Random(world.randomness())),
        other(OrganisationId::Random(world.randomness())) {
    Do([&](Transaction& transaction) -> base::Result<void> {
      OrganisationRepository organisations(transaction);
      TRY(organisations.Add({owner, "owner-1", "Owner", "office", kNow, 1, false}));
      return organisations.Add({other, "other-1", "Other", "office", kNow, 2, false});
    });
  }

  void Do(const Store::Change& change) const {
    const auto done = store->Write(change);
    if (!done) MESSAGE(done.error().Text());
    REQUIRE(done.has_value());
  }
  DatasetRow Dataset(const std::string& title, bool is_private = false) {
    const auto id = DatasetId::Random(world.randomness());
    const std::string name = "d" + id.Text().substr(0, 6);
    return {id, owner, name, name, title, title, "About.", is_private,
            "", "",    1,    kNow, kNow,  "",    "",       {}};
  }
  DatasetRow Added(const std::string& title, bool is_private = false) {
    DatasetRow row = Dataset(title, is_private);
    Do([&](Transaction& transaction) { return DatasetRepository(transaction).Add(row); });
    return row;
  }
  // Adds a version; without an index it is pending.
  void AddVersion(const DatasetRow& dataset, std::int64_t number, bool has_index,
                  const std::string& data = "data") const {
    Do([&](Transaction& transaction) -> base::Result<void> {
      OutboxRepository outbox(transaction);
      const auto leaf = TRY(outbox.Add(LogName::kRegister, [](std::int64_t) { return "leaf"; }));
      const auto index = static_cast<std::uint64_t>(leaf.id) + 40;
      if (has_index) TRY(outbox.SetIndex(LogName::kRegister, leaf.id, index));
      return VersionRepository(transaction)
          .Add({dataset.id,
                {number, base::Sha256(data), base::Sha256("schema"), 7, 99, 3, kNow, {}},
                "k",
                "exact",
                std::string("\0salt", 5),
                leaf.id,
                "[]",
                "{}"});
    });
  }
  template <typename Look>
  auto See(const Look& look) const {
    std::optional<std::decay_t<decltype(look(std::declval<Transaction&>()).value())>> found;
    const auto read = store->Read([&](Transaction& transaction) -> base::Result<void> {
      found = TRY(look(transaction));
      return {};
    });
    REQUIRE(read.has_value());
    return *found;
  }
  std::vector<std::string> Titles(const DatasetFilter& filter,
                                  const std::optional<TitlePosition>& after = {},
                                  std::size_t limit = 100) const {
    std::vector<std::string> titles;
    for (const auto& row : See([&](Transaction& transaction) {
           return DatasetRepository(transaction).List(filter, after, limit);
         })) {
      titles.push_back(row.title);
    }
    return titles;
  }

  base::SimulatedWorld world;
  std::unique_ptr<Store> store;
  OrganisationId owner;
  OrganisationId other;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a dataset is read as it was written, with its owner, by id and by slug") {
  Shelf shelf;
  const DatasetRow row = shelf.Added("pay");
  const auto found = shelf.See([&](Transaction& transaction) {
    return DatasetRepository(transaction).FindBySlug(row.slug);
  });
  REQUIRE(found.has_value());
  REQUIRE(found->id == row.id);
  REQUIRE(found->title == "pay");
  REQUIRE(found->organisation_slug == "owner-1");
  REQUIRE(found->organisation_name == "Owner");
  REQUIRE_FALSE(found->latest.has_value());
  REQUIRE(shelf.See([&](Transaction& transaction) {
    return DatasetRepository(transaction).Find(row.id);
  }) != std::nullopt);
  REQUIRE(shelf.See([&](Transaction& transaction) {
    return DatasetRepository(transaction).FindBySlug("none");
  }) == std::nullopt);
}

TEST_CASE("a short name is taken once in an organisation, a slug once at all") {
  Shelf shelf;
  const DatasetRow row = shelf.Added("pay");
  DatasetRow twin = shelf.Dataset("pay");
  twin.short_name = row.short_name;
  const auto add = [&] {
    return shelf.store->Write(
        [&](Transaction& transaction) { return DatasetRepository(transaction).Add(twin); });
  };
  REQUIRE(add().error().code == ErrorCode::kConflict);
  twin.organisation = shelf.other;
  REQUIRE(add().has_value());
  twin = shelf.Dataset("pay");
  twin.slug = row.slug;
  REQUIRE(add().error().code == ErrorCode::kConflict);
}

TEST_CASE("an update needs the revision that it was made from") {
  Shelf shelf;
  DatasetRow row = shelf.Added("pay");
  row.title = row.folded_title = "wages";
  const auto update = [&] {
    bool done = false;
    shelf.Do([&](Transaction& transaction) -> base::Result<void> {
      done = TRY(DatasetRepository(transaction).Update(row));
      return {};
    });
    return done;
  };
  REQUIRE(update());
  REQUIRE_FALSE(update());
  row.revision = 2;
  REQUIRE(update());
  REQUIRE(shelf.Titles({shelf.owner, ""}) == Names{"wages"});
}

TEST_CASE("others list what is not private and has a version that counts") {
  Shelf shelf;
  shelf.AddVersion(shelf.Added("b public"), 1, true);
  shelf.AddVersion(shelf.Added("c pending"), 1, false);
  shelf.AddVersion(shelf.Added("a private", true), 1, true);
  shelf.Added("d empty");
  REQUIRE(shelf.Titles({{}, ""}) == Names{"b public"});
  REQUIRE(shelf.Titles({shelf.other, ""}) == Names{"b public"});
  REQUIRE(shelf.Titles({shelf.owner, ""}) ==
          Names{"a private", "b public", "c pending", "d empty"});
  REQUIRE(shelf.Titles({shelf.owner, "p"}) ==
          Names{"a private", "b public", "c pending", "d empty"});
  REQUIRE(shelf.Titles({shelf.owner, "%"}).empty());
  REQUIRE(shelf.Titles({{}, "pend"}).empty());
  REQUIRE(shelf.Titles({shelf.owner, "p", true}) ==
          Names{"a private", "b public", "c pending", "d empty"});
  REQUIRE(shelf.Titles({shelf.other, "", true}).empty());
  REQUIRE(shelf.Titles({{}, "", true}).empty());
  const auto count = [&](const DatasetFilter& filter) {
    return shelf.See(
        [&](Transaction& transaction) { return DatasetRepository(transaction).Count(filter); });
  };
  REQUIRE(count({{}, ""}) == 1);
  REQUIRE(count({shelf.owner, "pend"}) == 1);
  const auto page = shelf.See([&](Transaction& transaction) {
    return DatasetRepository(transaction).List({shelf.owner, ""}, {}, 2);
  });
  REQUIRE(page.size() == 2);
  REQUIRE(shelf.Titles({shelf.owner, ""}, TitlePosition{page[1].folded_title, page[1].id.Text()}) ==
          Names{"c pending", "d empty"});
  REQUIRE(shelf
              .See([&](Transaction& transaction) {
                return DatasetRepository(transaction).ListAll(page[0].id.Text(), 100);
              })
              .size() < 4);
}

TEST_CASE("a version counts with its index, and the newest of these is the latest") {
  Shelf shelf;
  const DatasetRow row = shelf.Added("pay");
  shelf.AddVersion(row, 1, true, "one");
  shelf.AddVersion(row, 2, true, "two");
  shelf.AddVersion(row, 3, false, "two");
  const auto found = shelf.See(
      [&](Transaction& transaction) { return DatasetRepository(transaction).Find(row.id); });
  REQUIRE(found->latest->number == 2);
  REQUIRE(found->latest->rows == 7);
  REQUIRE(found->latest->columns == 3);
  REQUIRE(found->latest->leaf_index == 42);
  const auto listed = shelf.See([&](Transaction& transaction) {
    return VersionRepository(transaction).List(row.id, 1'000, 10);
  });
  REQUIRE(listed.size() == 2);
  REQUIRE(listed[0].number == 2);
  REQUIRE(shelf
              .See([&](Transaction& transaction) {
                return VersionRepository(transaction).List(row.id, 2, 10);
              })
              .size() == 1);
  const auto newest = shelf.See(
      [&](Transaction& transaction) { return VersionRepository(transaction).Newest(row.id); });
  REQUIRE(newest->summary.number == 3);
  REQUIRE_FALSE(newest->summary.leaf_index.has_value());
  REQUIRE(newest->salt == std::string("\0salt", 5));
  REQUIRE(newest->key_column == "k");
  REQUIRE(shelf
              .See([&](Transaction& transaction) {
                return VersionRepository(transaction).DataDigests(row.id, 10);
              })
              .size() == 2);
}

TEST_CASE("a draft is published once, ends in time and is removed") {
  Shelf shelf;
  const DatasetRow row = shelf.Added("pay");
  const auto id = DraftId::Random(shelf.world.randomness());
  shelf.Do([&](Transaction& transaction) {
    return DraftRepository(transaction).Add({id, row.id, kNow, {2'000'000}, 10, {}, "{\"a\":1}"});
  });
  const auto publish = [&] {
    bool done = false;
    shelf.Do([&](Transaction& transaction) -> base::Result<void> {
      done = TRY(DraftRepository(transaction).SetPublished(id, 4));
      return {};
    });
    return done;
  };
  REQUIRE(publish());
  REQUIRE_FALSE(publish());
  const auto find = [&](Transaction& transaction) { return DraftRepository(transaction).Find(id); };
  REQUIRE(shelf.See(find)->published_version == 4);
  REQUIRE(shelf.See(find)->report == "{\"a\":1}");
  const auto listed = shelf.See(
      [&](Transaction& transaction) { return DraftRepository(transaction).ListOf(row.id, 10); });
  REQUIRE(listed.size() == 1);
  REQUIRE(listed[0].report.empty());
  const auto ended = [&](std::int64_t now) {
    return shelf
        .See(
            [&](Transaction& transaction) { return DraftRepository(transaction).Ended({now}, 10); })
        .size();
  };
  REQUIRE(ended(1'999'999) == 0);
  REQUIRE(ended(2'000'000) == 1);
  shelf.Do([&](Transaction& transaction) { return DraftRepository(transaction).Remove(id); });
  REQUIRE(shelf.See(find) == std::nullopt);
}

}  // namespace storage
