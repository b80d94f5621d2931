// Tests of: catalogue_publish.cc catalogue.cc
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "catalogue/catalogue.h"
#include "catalogue/delta_log.h"
#include "catalogue/testing.h"
#include "storage/datasets.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Format;

const Asker kNobody;

// A file of other rows each time.
std::string FileOf(int rows) {
  std::string text = "cols id:long,name:string\n";
  for (int row = 0; row < rows; ++row) text += Format("{},x\n", row);
  return text;
}

}  // namespace

TEST_CASE("a published version has its rows, digests, leaf and file, and the next follows it") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const PublishedVersion first = Good(home.Publish(made.id, kFirstFile));
  REQUIRE(first.summary.number == 1);
  REQUIRE(first.summary.rows == 2);
  REQUIRE(first.summary.columns == 2);
  REQUIRE_FALSE(first.delta_is_behind);
  home.world.Advance(1'000'000);
  const PublishedVersion second = Good(home.Publish(made.id, kSecondFile));
  REQUIRE(second.summary.number == 2);
  REQUIRE(second.change == SchemaChange{});
  const auto versions = Good(home.catalogue().ListVersions(kNobody, made.id, 0, 10));
  REQUIRE(versions.size() == 2);
  REQUIRE(versions[0].data_digest == second.summary.data_digest);
  REQUIRE(Good(home.catalogue().ListVersions(kNobody, made.id, 2, 10)).size() == 1);
  const Version version = Good(home.catalogue().FindVersion(kNobody, made.id, 1));
  REQUIRE(version.summary.leaf_index == first.summary.leaf_index);
  REQUIRE(version.schema.columns[1].name == "name");
  REQUIRE(version.profile.AsArray().size() == 2);
  REQUIRE(CodeOfBad(home.catalogue().FindVersion(kNobody, made.id, 3)) == ErrorCode::kNotFound);
  const VersionFile file = Good(home.catalogue().FileOf(made.id, 1));
  REQUIRE(base::Sha256(home.Bytes(file.path)) == file.sha256);
  REQUIRE(file.bytes == home.Bytes(file.path).size());
  REQUIRE(Good(home.catalogue().FindDataset(kNobody, made.id)).latest->number == 2);
  const auto leaves = home.PublicationLeaves();
  REQUIRE(leaves.size() == 2);
  REQUIRE(leaves[1].Find("dataset")->AsString() == made.slug);
  REQUIRE(leaves[1].Find("version")->AsInteger() == 2);
  REQUIRE(leaves[1].Find("rows")->AsInteger() == 3);
  REQUIRE(leaves[1].Find("data")->AsString() == second.summary.data_digest.Hex());
  REQUIRE(home.Names("home/drafts").empty());
  REQUIRE(home.Names("home/tmp/catalogue").empty());
}

TEST_CASE("the same rows and schema are not published twice, nor is a draft") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const Draft draft = Good(home.Upload(made.id, kFirstFile));
  Good(home.catalogue().Publish(*home.noor, draft.summary.id, {}));
  REQUIRE(CodeOfBad(home.catalogue().Publish(*home.noor, draft.summary.id, {})) ==
          ErrorCode::kConflict);
  REQUIRE(
      Good(home.catalogue().FindDraft(*home.noor, draft.summary.id)).summary.published_version ==
      1);
  const auto again = Bad(home.Publish(made.id, kFirstFile));
  REQUIRE(again.code == ErrorCode::kConflict);
  REQUIRE(again.what.find("Version 1") != std::string::npos);
  REQUIRE(home.Names("home/data/" + made.slug).size() == 2);  // with the Delta log
  // With another class it is another version of the same file.
  const Confirmation confirmed{
      .columns = {{.name = "id", .column_class = ColumnClass::kPublic, .confirmed = true}}};
  REQUIRE(Good(home.Publish(made.id, kFirstFile, confirmed)).summary.number == 2);
  REQUIRE(home.Names("home/data/" + made.slug).size() == 2);
  REQUIRE(Good(home.Publish(made.id, kSecondFile)).summary.number == 3);
  const Draft kept = Good(home.Upload(made.id, kFirstFile));
  REQUIRE(kept.proposal.columns[0].confirmed);
  REQUIRE(kept.proposal.columns[0].column_class == ColumnClass::kPublic);
  REQUIRE(Good(home.catalogue().Publish(*home.noor, kept.summary.id, {})).summary.number == 4);
}

TEST_CASE("a publisher who looked at the draft before another version came looks again") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const auto publish = [&](std::string_view file, std::uint64_t previous) {
    return home.Publish(made.id, file, {.previous_version = previous});
  };
  REQUIRE(CodeOfBad(publish(kFirstFile, 1)) == ErrorCode::kConflict);
  Good(publish(kFirstFile, 0));
  REQUIRE(CodeOfBad(publish(kSecondFile, 0)) == ErrorCode::kConflict);
  REQUIRE(Good(publish(kSecondFile, 1)).summary.number == 2);
}

TEST_CASE("many publishers at once publish each their own, and readers see whole versions") {
  SmallHome home;
  constexpr int kPublishers = 4;
  std::vector<Dataset> datasets;
  for (int i = 0; i < kPublishers; ++i) {
    datasets.push_back(home.Make(Format("d{}", i), DatasetVisibility::kPublic));
  }
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kPublishers; ++i) {
      threads.emplace_back([&, i] {
        for (int version = 1; version <= 3; ++version) {
          const auto done = home.Publish(datasets[static_cast<std::size_t>(i)].id, FileOf(version));
          const auto page = home.catalogue().ListDatasets(kNobody, {});
          if (!done || !page || page->total != page->datasets.size()) ++failed;
        }
      });
    }
  }
  REQUIRE(failed == 0);
  REQUIRE(home.PublicationLeaves().size() == 3 * kPublishers);
  for (const Dataset& dataset : datasets) {
    REQUIRE(Good(home.catalogue().RecordOf(dataset.id)).latest->number == 3);
  }
}

TEST_CASE("a private dataset's leaf is a commitment that its salt opens") {
  SmallHome home;
  const Dataset made = home.Make("overdue-2026", DatasetVisibility::kPrivate);
  Good(home.Publish(made.id, kFirstFile, {.columns = {}, .key = DatasetKey{.column = "id"}}));
  const auto leaves = home.PublicationLeaves();
  REQUIRE(leaves.size() == 1);
  REQUIRE(leaves[0].Find("kind")->AsString() == "private-dataset.published");
  REQUIRE(leaves[0].Find("dataset") == nullptr);
  REQUIRE(leaves[0].AsObject().size() == 5);
  std::string salt;
  Good(home.running->store->Read([&](storage::Transaction& transaction) -> base::Result<void> {
    salt = TRY(storage::VersionRepository(transaction).Find(made.id, 1))->salt.value();
    return {};
  }));
  const Version version = Good(home.catalogue().VersionOf(made.id, 1));
  REQUIRE(version.key == DatasetKey{"id", KeyNormalisation::kExact});
  const std::string text =
      base::WriteCanonicalJson(base::Json::Object({{"data", version.summary.data_digest.Hex()},
                                                   {"dataset", made.slug},
                                                   {"rows", 2},
                                                   {"schema", version.summary.schema_digest.Hex()},
                                                   {"version", 1}}))
          .value();
  REQUIRE(leaves[0].Find("commitment")->AsString() == base::Sha256(salt, text).Hex());
  REQUIRE(salt.size() == 32);
}

TEST_CASE("a version that takes a column from a live policy needs the publisher's word") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  Good(home.Publish(made.id, kFirstFile));
  home.policies.live = {{"DSA-2026-0001", {"id", "name"}}, {"DSA-2026-0002", {"name"}}};
  const std::string_view file = "cols id:string,age:long\n1,2\n";
  const Draft draft = Good(home.Upload(made.id, file));
  REQUIRE(draft.change.removed == std::vector<std::string>{"name"});
  REQUIRE(draft.change.retyped.at(0).name == "id");
  REQUIRE(draft.change.added == std::vector<std::string>{"age"});
  const auto publish = [&](const std::vector<std::string>& accepted) {
    return home.catalogue().Publish(*home.noor, draft.summary.id,
                                    {.columns = {}, .key = {}, .accepted = accepted});
  };
  REQUIRE(CodeOfBad(publish({})) == ErrorCode::kConflict);
  REQUIRE(Bad(publish({"name"})).what.find("DSA-2026-0001") != std::string::npos);
  REQUIRE(home.policies.suspended.empty());
  REQUIRE(home.workers.written == 1);
  REQUIRE(Good(publish({"name", "id"})).suspended.size() == 2);
  REQUIRE(home.policies.suspended == std::vector<std::string>{"DSA-2026-0001", "DSA-2026-0002"});
}

TEST_CASE("what changes while a version is written is looked at again before it is committed") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const Draft draft = Good(home.Upload(made.id, kFirstFile));
  const auto publish = [&] { return home.catalogue().Publish(*home.noor, draft.summary.id, {}); };
  home.workers.between = [&] {
    REQUIRE(CodeOfBad(publish()) == ErrorCode::kBusy);
    Good(home.catalogue().EditDataset(*home.noor, made.id, 1,
                                      {.visibility = DatasetVisibility::kPrivate}));
  };
  REQUIRE(CodeOfBad(publish()) == ErrorCode::kConflict);
  home.workers.between = [&] { home.WithdrawGrants(); };
  REQUIRE(CodeOfBad(publish()) == ErrorCode::kForbidden);
  REQUIRE(home.PublicationLeaves().empty());
  REQUIRE(home.Names("home/data/" + made.slug).empty());
  REQUIRE(home.Names("home/tmp/catalogue").empty());
}

TEST_CASE("where the log does not answer, the version waits for its index and then counts") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const Draft draft = Good(home.Upload(made.id, kFirstFile));
  home.world.FailSyncsOf([](std::string_view path) { return path.starts_with("home/log/"); });
  const auto failed = home.catalogue().Publish(*home.noor, draft.summary.id, {});
  REQUIRE(CodeOfBad(failed) == ErrorCode::kUnavailable);
  REQUIRE(CodeOfBad(home.catalogue().FindVersion(home.noor, made.id, 1)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.catalogue().FindDataset(kNobody, made.id)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.catalogue().FileOf(made.id, 1)) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.Publish(made.id, kSecondFile)) == ErrorCode::kUnavailable);
  home.world.FailSyncsOf({});
  home.running.reset();
  home.Start();
  REQUIRE(Good(home.catalogue().FindVersion(kNobody, made.id, 1)).summary.rows == 2);
  REQUIRE(home.PublicationLeaves().size() == 1);
  REQUIRE(home.Names(Format("home/data/{}/{}", made.slug, kDeltaFolder)).size() == 2);
  REQUIRE(Good(home.Publish(made.id, kSecondFile)).summary.number == 2);
}

TEST_CASE("a full disk refuses, leaves nothing, and lets the next attempt through") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  const Draft draft = Good(home.Upload(made.id, FileOf(2'000)));
  home.workers.between = [&] { home.world.SetCapacity(1); };
  REQUIRE(CodeOfBad(home.catalogue().Publish(*home.noor, draft.summary.id, {})) ==
          ErrorCode::kStorageFull);
  REQUIRE(home.Names("home/tmp/catalogue").empty());
  REQUIRE(home.Names("home/data/" + made.slug).empty());
  REQUIRE(CodeOfBad(home.Upload(made.id, kFirstFile)) == ErrorCode::kStorageFull);
  REQUIRE(home.Names("home/tmp/catalogue").empty());
  home.workers.between = [] {};
  home.world.SetCapacity(~0ULL);
  REQUIRE(Good(home.catalogue().Publish(*home.noor, draft.summary.id, {})).summary.number == 1);
}

TEST_CASE("opening removes what belongs to nothing and writes what is missing") {
  SmallHome home;
  const Dataset made = home.Make("pay", DatasetVisibility::kPublic);
  Good(home.Publish(made.id, kFirstFile));
  Good(home.Publish(made.id, kSecondFile));
  Good(home.Upload(made.id, kFirstFile));
  const std::string data = "home/data/" + made.slug;
  const std::string delta = base::JoinPath(data, kDeltaFolder);
  const std::string text = home.Bytes(base::JoinPath(delta, DeltaFileName(1)));
  base::Files& files = home.world.files();
  Good(files.Remove(base::JoinPath(delta, DeltaFileName(1))));
  Good(base::ReplaceFile(files, data + "/orphan.parquet", "x"));
  Good(base::ReplaceFile(files, delta + "/00000000000000000003.json.new", "x"));
  Good(base::ReplaceFile(files, "home/drafts/orphan", "x"));
  Good(files.MakeFolder("home/tmp/catalogue/f"));
  Good(base::ReplaceFile(files, "home/tmp/catalogue/f/x", "x"));
  home.running.reset();
  home.Start();
  REQUIRE(home.Bytes(base::JoinPath(delta, DeltaFileName(1))) == text);
  REQUIRE(home.Names(data).size() == 3);
  REQUIRE(home.Names(delta).size() == 3);
  REQUIRE(home.Names("home/drafts").size() == 1);
  REQUIRE(home.Names("home/tmp/catalogue").empty());
}

}  // namespace catalogue
