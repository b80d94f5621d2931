// Tests of: catalogue_publish.cc catalogue_drafts.cc catalogue.cc
//
// The machine stops before each step that two uploads, two publications and a withdrawal take.
// Afterwards: what was acknowledged is there whole, nothing is there in part or twice, nothing lies
// about, and the work goes on.
#include <doctest/doctest.h>

#include <set>

#include "catalogue/delta_log.h"
#include "catalogue/delta_testing.h"
#include "catalogue/testing.h"

namespace catalogue {
namespace {

using base::Format;

const Asker kNobody;

struct Acknowledged {
  std::optional<DraftId> draft;  // uploaded
  std::vector<PublishedVersion> versions;
  bool is_withdrawn = false;  // a second draft
};

// Works until the machine stops. Each acknowledged version is seen at once.
Acknowledged Play(SmallHome& home, const DatasetId& dataset) {
  Acknowledged done;
  for (const std::string_view file : {kFirstFile, kSecondFile}) {
    const auto draft = home.Upload(dataset, file);
    if (!draft) return done;
    done.draft = draft->summary.id;
    const auto version = home.catalogue().Publish(*home.noor, draft->summary.id, {});
    if (!version) return done;
    if (!home.world.crashed()) {
      REQUIRE(home.catalogue().FindVersion(kNobody, dataset, version->summary.number).has_value());
    }
    done.versions.push_back(*version);
  }
  const auto draft = home.Upload(dataset, kFirstFile);
  if (!draft) return done;
  done.draft = draft->summary.id;
  if (!home.catalogue().WithdrawDraft(*home.noor, draft->summary.id)) return done;
  done.is_withdrawn = true;
  return done;
}

// Every version that counts: its file, its place in the Delta log, its one leaf.
void RequireWhole(SmallHome& home, const Dataset& dataset) {
  const auto versions = Good(home.catalogue().ListVersions(home.noor, dataset.id, 0, 100));
  const std::string folder = "home/data/" + dataset.slug;
  std::set<std::string> files;
  std::uint64_t number = versions.size();
  for (const VersionSummary& version : versions) {
    REQUIRE(version.number == number--);
    const VersionFile file = Good(home.catalogue().FileOf(dataset.id, version.number));
    const std::string bytes = home.Bytes(file.path);
    REQUIRE(base::Sha256(bytes) == version.data_digest);
    REQUIRE(bytes.size() == version.bytes);
    files.insert(DataFileName(version.data_digest));
    const DeltaReader table(home.world.files(), folder, version.number);
    REQUIRE(table.active.size() == 1);
    REQUIRE(table.active.begin()->first == DataFileName(version.data_digest));
    REQUIRE(table.active.begin()->second == static_cast<std::int64_t>(version.bytes));
    const std::string leaf = Good(home.running->ledger->register_log().Leaf(version.leaf_index));
    REQUIRE(leaf.find(version.data_digest.Hex()) != std::string::npos);
    REQUIRE(leaf.find(Format("\"version\":{}", version.number)) != std::string::npos);
  }
  REQUIRE(home.PublicationLeaves().size() == versions.size());
  const auto data = home.Names(folder);
  REQUIRE(data.size() == (versions.empty() ? 0 : files.size() + 1));
  const auto log = home.Names(base::JoinPath(folder, kDeltaFolder));
  REQUIRE(log.size() == (versions.empty() ? 0 : versions.size() + 1));
}

void RequirePromises(SmallHome& home, const Dataset& dataset, const Acknowledged& done) {
  RequireWhole(home, dataset);
  for (const PublishedVersion& version : done.versions) {
    const Version found =
        Good(home.catalogue().FindVersion(kNobody, dataset.id, version.summary.number));
    REQUIRE(found.summary.data_digest == version.summary.data_digest);
    REQUIRE(found.summary.leaf_index == version.summary.leaf_index);
  }
  REQUIRE(home.Names("home/tmp/catalogue").empty());
  // Each draft's file has its row.
  std::set<std::string> known;
  for (const auto& draft : Good(home.catalogue().ListDrafts(*home.noor, dataset.id))) {
    known.insert(draft.id.Text());
    if (!draft.published_version) {
      REQUIRE(home.Names("home/drafts").size() >= 1);
      REQUIRE(home.Bytes("home/drafts/" + draft.id.Text()).starts_with("cols "));
    }
  }
  for (const std::string& name : home.Names("home/drafts")) REQUIRE(known.contains(name));
  if (done.draft && !done.is_withdrawn && done.versions.size() < 2) {
    REQUIRE(known.contains(done.draft->Text()));
  }
  if (done.is_withdrawn) REQUIRE_FALSE(known.contains(done.draft->Text()));
}

}  // namespace

TEST_CASE("whatever step the machine stops at, a publication is complete or nothing") {
  for (const base::CrashMode mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
    std::set<std::size_t> counts;  // of versions after a crash
    bool was_unacknowledged = false;
    for (std::uint64_t step = 0;; ++step) {
      CAPTURE(step);
      SmallHome home(step + 1);
      const Dataset dataset = home.Make("pay", DatasetVisibility::kPublic);
      home.world.CrashBefore(home.world.steps() + step);
      const Acknowledged done = Play(home, dataset.id);
      const bool finished = !home.world.crashed();
      home.Restart(mode);
      RequirePromises(home, dataset, done);
      const auto versions = Good(home.catalogue().ListVersions(home.noor, dataset.id, 0, 100));
      counts.insert(versions.size());
      was_unacknowledged |= versions.size() > done.versions.size();
      // The work goes on.
      const auto next = Good(home.Publish(dataset.id, "cols id:long\n7\n8\n9\n10\n"));
      REQUIRE(next.summary.number == versions.size() + 1);
      RequireWhole(home, dataset);
      if (finished) break;
    }
    REQUIRE(counts == std::set<std::size_t>{0, 1, 2});
    REQUIRE(was_unacknowledged);
  }
}

TEST_CASE("whatever step the start after a crash stops at, the next one makes it good") {
  for (std::uint64_t step = 0;; ++step) {
    CAPTURE(step);
    SmallHome home(step + 1);
    const Dataset dataset = home.Make("pay", DatasetVisibility::kPublic);
    Good(home.Publish(dataset.id, kFirstFile));
    Good(home.Publish(dataset.id, kSecondFile));
    const std::string delta = Format("home/data/{}/{}", dataset.slug, kDeltaFolder);
    for (std::uint64_t number = 0; number < 3; ++number) {
      Good(home.world.files().Remove(base::JoinPath(delta, DeltaFileName(number))));
    }
    Good(home.world.files().SyncFolder(delta));
    Good(base::ReplaceFile(home.world.files(), "home/drafts/orphan", "x"));
    home.running.reset();
    home.world.CrashBefore(home.world.steps() + step);
    const bool opened =
        Running::Open(home.world, home.workers, home.policies, home.place).has_value();
    const bool finished = !home.world.crashed();
    if (finished) REQUIRE(opened);
    home.Restart(base::CrashMode::kTorn);
    RequireWhole(home, dataset);
    REQUIRE(home.Names("home/drafts").empty());
    if (finished) break;
  }
}

TEST_CASE("a disk that lies about the data file breaks the promise, so the tests above can fail") {
  SmallHome home;
  const Dataset dataset = home.Make("pay", DatasetVisibility::kPublic);
  home.world.LieAboutSyncs([](std::string_view path) { return path.ends_with(".parquet"); });
  Good(home.Publish(dataset.id, kFirstFile));
  home.world.CrashBefore(home.world.steps());
  home.running.reset();
  home.world.LieAboutSyncs({});
  home.Restart(base::CrashMode::kHarsh);
  const VersionFile file = Good(home.catalogue().FileOf(dataset.id, 1));
  const auto bytes = base::ReadWholeFile(home.world.files(), file.path, 1U << 20U);
  REQUIRE((!bytes || base::Sha256(*bytes) != file.sha256));
}

}  // namespace catalogue
