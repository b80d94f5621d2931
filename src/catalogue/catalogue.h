// The catalogue: datasets, the drafts that are uploaded for them, and their immutable versions.
//
// A publication is complete or nothing. The data file is in its final place and synced before the
// version and its leaf are committed as one fact; a version counts, for everybody, once its leaf
// has an index in the register log. The Delta log beside the data files is written after that, from
// the store alone, so whatever a crash leaves out is made good when the catalogue is opened again.
//
// Who may see what follows identity's table (SightOf): a dataset without a version that counts is
// its own body's draft. What the asker may not know of is identity::Absent(). Who may act: a
// publisher of the owning body with scope publish, looked up again inside the transaction of the
// change. Errors hold no value of the data and no title.
//
// An error of kind kUnavailable or kStorageFull from Publish may mean that the version is committed
// and its leaf pending; it appears once the log answers, and asking again says so.
//
// Thread safety: all methods from any thread; they block on the disk, FinishUpload and Publish on a
// worker as well. A DraftUpload belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "catalogue/confirmation.h"
#include "catalogue/dataset.h"
#include "catalogue/live_policies.h"
#include "identity/along.h"
#include "identity/principal.h"

namespace ledger {
class Ledger;
}  // namespace ledger
namespace storage {
struct DatasetRow;
struct DraftRow;
struct VersionRow;
class Store;
class Transaction;
}  // namespace storage

namespace catalogue {

class FileWorkers;

// Limits.
inline constexpr std::uint64_t kMaxUploadBytes = 32ULL << 30U;
inline constexpr std::size_t kMaxDraftsPerDataset = 20;
inline constexpr std::int64_t kDraftDays = 14;
inline constexpr std::size_t kMaxDatasetsPerPage = 100;
inline constexpr std::size_t kMaxVersionsPerPage = 100;
inline constexpr std::size_t kMaxFilterBytes = 200;
inline constexpr std::size_t kMaxCursorBytes = 4'096;
inline constexpr std::size_t kCursorKeyBytes = 32;
inline constexpr std::size_t kMaxVersions = 100'000;  // of one dataset

struct CatalogueSettings {
  std::string home;        // from the root; data/, drafts/ and tmp/catalogue/ are in it
  std::string cursor_key;  // seals cursors; empty: a new one, so that cursors end with the process
  std::uint64_t max_upload_bytes = kMaxUploadBytes;
};

// A file that is arriving. What was not finished goes with it.
class DraftUpload {
 public:
  DraftUpload(const DraftUpload&) = delete;
  DraftUpload& operator=(const DraftUpload&) = delete;
  ~DraftUpload();

  // The next bytes. kTooLarge beyond the limit, kStorageFull; after a failure it is of no more use.
  base::Result<void> Append(std::string_view bytes);
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  friend class Catalogue;
  DraftUpload(base::Files& files, const DatasetId& dataset, std::string path,
              std::unique_ptr<base::File> file, std::uint64_t max_bytes)
      : files_(files),
        dataset_(dataset),
        path_(std::move(path)),
        file_(std::move(file)),
        max_bytes_(max_bytes) {}

  base::Files& files_;
  const DatasetId dataset_;
  const std::string path_;
  std::unique_ptr<base::File> file_;
  const std::uint64_t max_bytes_;
  std::uint64_t bytes_ = 0;
  bool is_kept_ = false;  // it has got its final name
};

struct DatasetQuery {
  std::string title_part = {};  // found whatever its case and accents; empty: all
  bool own_only = false;        // those of the asker's own organisation
  std::string cursor = {};      // of the page before; empty: the first page
  std::size_t limit = 50;       // at most kMaxDatasetsPerPage
};

struct DatasetPage {
  std::vector<Dataset> datasets;  // by title, then id
  std::uint64_t total = 0;        // of all pages
  std::string next_cursor;        // empty: this is the last page
};

struct PublishedVersion {
  VersionSummary summary;
  SchemaChange change;                // since the version before
  std::vector<LivePolicy> suspended;  // whose columns went or changed type
  bool delta_is_behind = false;       // its file could not be written; it will be later
};

class Catalogue {
 public:
  // Makes the folders, removes what a crash left behind, writes missing files of Delta logs. All
  // that is passed in outlives the catalogue. The ledger has sent its pending leaves.
  static base::Result<std::unique_ptr<Catalogue>> Open(base::World& world, storage::Store& store,
                                                       ledger::Ledger& ledger, FileWorkers& workers,
                                                       LivePolicies& policies,
                                                       CatalogueSettings settings);
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
  ~Catalogue();

  // --- datasets (catalogue_datasets.cc) ---
  // Of the actor's own organisation. kConflict when it has a dataset of this short name.
  base::Result<Dataset> CreateDataset(const identity::Principal& actor, const NewDataset& dataset,
                                      const identity::Along& along = {});
  // kStale when the record has another revision by now; kConflict for another visibility once a
  // version is published.
  base::Result<Dataset> EditDataset(const identity::Principal& actor, const DatasetId& id,
                                    std::uint64_t revision, const DatasetEdit& edit,
                                    const identity::Along& along = {});
  base::Result<Dataset> FindDataset(const Asker& asker, const DatasetId& id);
  base::Result<Dataset> FindDatasetBySlug(const Asker& asker, std::string_view slug);
  // kInvalid for a cursor that is not ours, or of another filter or asker.
  base::Result<DatasetPage> ListDatasets(const Asker& asker, const DatasetQuery& query);

  // --- versions (catalogue_datasets.cc) ---
  // Those below `before` (0: all), the newest first.
  base::Result<std::vector<VersionSummary>> ListVersions(const Asker& asker, const DatasetId& id,
                                                         std::uint64_t before, std::size_t limit);
  base::Result<Version> FindVersion(const Asker& asker, const DatasetId& id, std::uint64_t number);
  // For floors above that have decided already (an agreement, a Permit): these ask nobody who they
  // are. kNotFound for what is not there, or for a version that does not count.
  base::Result<Dataset> RecordOf(const DatasetId& id);
  base::Result<Dataset> RecordOfSlug(std::string_view slug);
  base::Result<VersionFile> FileOf(const DatasetId& id, std::uint64_t number);
  base::Result<Version> VersionOf(const DatasetId& id, std::uint64_t number);

  // --- drafts (catalogue_drafts.cc) ---
  base::Result<std::unique_ptr<DraftUpload>> BeginUpload(const identity::Principal& actor,
                                                         const DatasetId& dataset);
  // Reads the file in a worker. kInvalid and kTooLarge say what is wrong with it; nothing is kept
  // then.
  base::Result<Draft> FinishUpload(const identity::Principal& actor,
                                   std::unique_ptr<DraftUpload> upload,
                                   const identity::Along& along = {});
  base::Result<Draft> FindDraft(const identity::Principal& actor, const DraftId& id);
  // The newest first.
  base::Result<std::vector<DraftSummary>> ListDrafts(const identity::Principal& actor,
                                                     const DatasetId& dataset);
  base::Result<void> WithdrawDraft(const identity::Principal& actor, const DraftId& id,
                                   const identity::Along& along = {});
  // Removes drafts whose time is over, with their files. Returns how many.
  base::Result<std::size_t> RemoveExpiredDrafts();

  // --- publishing (catalogue_publish.cc) ---
  // kConflict: the latest version is the same, the draft is published already, or a live policy
  // names a column that goes or changes type and was not accepted. kBusy: the dataset is being
  // published by somebody else.
  base::Result<PublishedVersion> Publish(const identity::Principal& actor, const DraftId& draft,
                                         const Confirmation& confirmation,
                                         const identity::Along& along = {});

 private:
  class Publication;

  Catalogue(base::World& world, storage::Store& store, ledger::Ledger& ledger, FileWorkers& workers,
            LivePolicies& policies, CatalogueSettings settings);

  base::Result<void> CleanUp();
  base::Result<void> RemoveUnknownDrafts();
  base::Result<void> CatchUp(const storage::DatasetRow& dataset);
  base::Result<void> RemoveOrphans(const storage::DatasetRow& dataset);
  base::Result<void> CatchUpDelta(const storage::DatasetRow& dataset);
  base::Result<std::string> DeltaTextOf(const storage::DatasetRow& dataset, std::uint64_t number);

  base::Result<storage::VersionRow> CountingVersion(storage::Transaction& transaction,
                                                    const DatasetId& id, std::uint64_t number);
  base::Result<Draft> DraftOf(storage::Transaction& transaction, const storage::DraftRow& row);
  base::Result<void> RemoveDraftFile(const DraftId& id);

  [[nodiscard]] std::string TemporaryFolder() const;
  [[nodiscard]] std::string DraftFolder() const;
  [[nodiscard]] std::string DraftPath(const DraftId& id) const;
  [[nodiscard]] std::string DataFolder(const storage::DatasetRow& dataset) const;

  base::World& world_;
  storage::Store& store_;
  ledger::Ledger& ledger_;
  FileWorkers& workers_;
  LivePolicies& policies_;
  const CatalogueSettings settings_;
  base::Guarded<std::set<DatasetId>> publishing_;
};

}  // namespace catalogue
