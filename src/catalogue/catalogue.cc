// Opening a catalogue: what a crash left behind is removed, what it left out is written.
//
// Every file has one fact in the store that it belongs to: a draft's file its row, a data file a
// version (pending or counting), a file of the Delta log a version that counts. A file is always
// durable before its fact is committed, so after a crash there may be files without a fact, which
// go, but no fact without its file. The Delta log is the other way about: it follows the store, so
// missing files are written here. The cost is one listing of each dataset's folder.
#include "catalogue/catalogue.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"
#include "catalogue/delta_log.h"
#include "catalogue/internal/rows.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using storage::DatasetRow;
using storage::Transaction;
using storage::VersionRepository;

constexpr std::size_t kDatasetsAtOnce = 200;

// Removes what lies in a folder, which holds files and folders of files and nothing deeper.
base::Result<void> EmptyFolder(base::Files& files, const std::string& folder, bool inner) {
  for (const std::string& name : TRY(files.List(folder))) {
    const std::string path = base::JoinPath(folder, name);
    const auto status = TRY(files.Status(path));
    if (status && status->is_folder && !inner) TRY(EmptyFolder(files, path, true));
    TRY(files.Remove(path));
  }
  return {};
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

Catalogue::Catalogue(base::World& world, storage::Store& store, ledger::Ledger& ledger,
                     FileWorkers& workers, LivePolicies& policies, CatalogueSettings settings)
    : world_(world),
      store_(store),
      ledger_(ledger),
      workers_(workers),
      policies_(policies),
      settings_(std::move(settings)) {}

Catalogue::~Catalogue() = default;

std::string Catalogue::TemporaryFolder() const {
  return base::JoinPath(settings_.home, "tmp/catalogue");
}
std::string Catalogue::DraftFolder() const { return base::JoinPath(settings_.home, "drafts"); }
std::string Catalogue::DraftPath(const DraftId& id) const {
  return base::JoinPath(DraftFolder(), id.Text());
}
std::string Catalogue::DataFolder(const DatasetRow& dataset) const {
  return base::Format("{}/data/{}", settings_.home, dataset.slug);
}

base::Result<std::unique_ptr<Catalogue>> Catalogue::Open(base::World& world, storage::Store& store,
                                                         ledger::Ledger& ledger,
                                                         FileWorkers& workers,
                                                         LivePolicies& policies,
                                                         CatalogueSettings settings) {
  if (settings.cursor_key.empty()) {
    settings.cursor_key = world.randomness().Bytes(kCursorKeyBytes);
  }
  if (settings.cursor_key.size() < kCursorKeyBytes) {
    return base::Fail(ErrorCode::kInvalid, "The key of the cursors is too short");
  }
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Catalogue> catalogue(
      new Catalogue(world, store, ledger, workers, policies, std::move(settings)));
  TRY(catalogue->CleanUp());
  return catalogue;
}

base::Result<void> Catalogue::CleanUp() {
  base::Files& files = world_.files();
  for (const std::string& folder :
       {TemporaryFolder(), DraftFolder(), base::JoinPath(settings_.home, "data")}) {
    TRY(base::MakeFolders(files, folder));
  }
  TRY(EmptyFolder(files, TemporaryFolder(), false));
  TRY(RemoveExpiredDrafts());
  TRY(RemoveUnknownDrafts());
  for (std::string after;;) {
    std::vector<DatasetRow> rows;
    TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
      rows = TRY(storage::DatasetRepository(transaction).ListAll(after, kDatasetsAtOnce));
      return {};
    }));
    for (const DatasetRow& row : rows) TRY(CatchUp(row));
    if (rows.size() < kDatasetsAtOnce) return {};
    after = rows.back().id.Text();
  }
}

base::Result<void> Catalogue::RemoveUnknownDrafts() {
  base::Files& files = world_.files();
  for (const std::string& name : TRY(files.List(DraftFolder()))) {
    const auto id = DraftId::Parse(name);
    bool is_known = false;
    if (id) {
      TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
        is_known = TRY(storage::DraftRepository(transaction).Find(*id)).has_value();
        return {};
      }));
    }
    if (!is_known) TRY(files.Remove(base::JoinPath(DraftFolder(), name)));
  }
  return files.SyncFolder(DraftFolder());
}

base::Result<void> Catalogue::CatchUp(const DatasetRow& dataset) {
  const auto folder = TRY(world_.files().Status(DataFolder(dataset)));
  if (folder) TRY(RemoveOrphans(dataset));
  return CatchUpDelta(dataset);
}

// Data files of publications that were never committed.
base::Result<void> Catalogue::RemoveOrphans(const DatasetRow& dataset) {
  std::vector<std::string> kept = {std::string(kDeltaFolder)};
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    for (const auto& digest :
         TRY(VersionRepository(transaction).DataDigests(dataset.id, kMaxVersions))) {
      kept.push_back(DataFileName(digest));
    }
    return {};
  }));
  std::ranges::sort(kept);
  base::Files& files = world_.files();
  bool has_removed = false;
  for (const std::string& name : TRY(files.List(DataFolder(dataset)))) {
    if (std::ranges::binary_search(kept, name)) continue;
    TRY(files.Remove(base::JoinPath(DataFolder(dataset), name)));
    has_removed = true;
  }
  return has_removed ? files.SyncFolder(DataFolder(dataset)) : base::Result<void>{};
}

// --- the Delta log ------------------------------------------------------------------------------

namespace {

base::Result<DeltaVersion> DeltaVersionOf(const storage::VersionRow& row) {
  return DeltaVersion{.number = static_cast<std::uint64_t>(row.summary.number),
                      .data_digest = row.summary.data_digest,
                      .bytes = row.summary.bytes,
                      .rows = row.summary.rows,
                      .published = row.summary.published,
                      .schema = TRY(internal::SchemaOf(row))};
}

}  // namespace

base::Result<std::string> Catalogue::DeltaTextOf(const DatasetRow& dataset, std::uint64_t number) {
  std::optional<DeltaVersion> first;
  std::optional<DeltaVersion> before;
  std::optional<DeltaVersion> version;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto find = [&](std::uint64_t which) -> base::Result<DeltaVersion> {
      return DeltaVersionOf(TRY(CountingVersion(transaction, dataset.id, which)));
    };
    first = TRY(find(1));
    if (number > 1) before = TRY(find(number - 1));
    if (number > 0) version = TRY(find(number));
    return {};
  }));
  const DeltaTable table{dataset.id.Text(), dataset.slug, first->published};
  if (!version) return DeltaTableText(table, *first);
  return DeltaVersionText(table, before ? &*before : nullptr, *version);
}

// Writes the files that are missing, in order, so that a reader never meets a gap.
base::Result<void> Catalogue::CatchUpDelta(const DatasetRow& dataset) {
  if (!dataset.latest) return {};
  base::Files& files = world_.files();
  const std::string folder = base::JoinPath(DataFolder(dataset), kDeltaFolder);
  TRY(base::MakeFolders(files, folder));
  const std::vector<std::string> there = TRY(files.List(folder));
  for (const std::string& name : there) {
    if (!name.ends_with(".json")) TRY(files.Remove(base::JoinPath(folder, name)));  // half written
  }
  const auto latest = static_cast<std::uint64_t>(dataset.latest->number);
  for (std::uint64_t number = 0; number <= latest; ++number) {
    const std::string name = DeltaFileName(number);
    if (Holds(there, name)) continue;
    TRY(base::ReplaceFile(files, base::JoinPath(folder, name), TRY(DeltaTextOf(dataset, number))));
  }
  return {};
}

}  // namespace catalogue
