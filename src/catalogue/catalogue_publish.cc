// Publishing: from a draft to a version that counts, complete or not at all.
//
// The problem: a version is a file of gigabytes, rows of the store, a leaf of the register log and
// a file of the Delta log, and the machine may stop between any two writes.
//
// The order, and what a crash after each step leaves:
//   1  a worker writes the Parquet file into a folder of its own in home/tmp   removed at start
//   2  its bytes are hashed and synced, the file is renamed to data/<slug>/<sha256>.parquet, the
//      folder is synced                                     a file that no version names: removed
//   3  one transaction: version row, draft marked as published, leaf in the outbox
//      -- milestone: from here on the version is a fact, though it does not count yet --
//   4  the log has the leaf, the store its index             sent again at start; then it counts
//   5  the file of the Delta log                             written at start
//   6  the draft's file is removed                           removed when the draft's time is over
//
// The number of a version stands in its leaf, which is written before the transaction: so one
// publication of a dataset at a time, and the transaction compares the number once more. A version
// whose leaf is still pending blocks the next one.
//
// Nothing waits on anything but the worker (which has a deadline) and the disk, so it ends. The
// cost is two readings of the draft and one of what was written.
#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/canonical_json.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "catalogue/catalogue.h"
#include "catalogue/delta_log.h"
#include "catalogue/file_workers.h"
#include "catalogue/internal/rows.h"
#include "ledger/ledger.h"

namespace catalogue {
namespace {

using base::Digest;
using base::ErrorCode;
using base::Fail;
using base::Json;
using identity::Principal;
using storage::Transaction;
using storage::VersionRepository;
using storage::VersionRow;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kFolderNameBytes = 16;
constexpr std::string_view kOutputName = "version.parquet";

struct FileDigest {
  Digest sha256;
  std::uint64_t bytes = 0;
};

base::Result<FileDigest> DigestOf(base::File& file) {
  base::Sha256Stream stream;
  FileDigest digest;
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    const std::size_t read = TRY(file.ReadAt(digest.bytes, piece));
    if (read == 0) break;
    stream.Add(std::string_view(piece).substr(0, read));
    digest.bytes += read;
  }
  digest.sha256 = stream.Finish();
  return digest;
}

base::Result<std::string> CanonicalSchema(const Schema& schema) {
  return base::WriteCanonicalJson(SchemaJson(schema));
}

bool IsSame(const VersionRow& before, const VersionRow& after) {
  return before.summary.data_digest == after.summary.data_digest &&
         before.summary.schema_digest == after.summary.schema_digest &&
         before.key_column == after.key_column &&
         before.key_normalisation == after.key_normalisation;
}

// What the leaf of a private dataset commits to: the fields that the leaf of a public one shows.
base::Result<std::string> CommittedText(const storage::DatasetRow& dataset,
                                        const VersionRow& version) {
  return base::WriteCanonicalJson(Json::Object({{"dataset", dataset.slug},
                                                {"version", version.summary.number},
                                                {"data", version.summary.data_digest.Hex()},
                                                {"schema", version.summary.schema_digest.Hex()},
                                                {"rows", version.summary.rows}}));
}

base::Result<ledger::LeafDraft> LeafOf(const storage::DatasetRow& dataset,
                                       const VersionRow& version) {
  if (dataset.is_private) {
    CHECK(version.salt.has_value());
    ledger::LeafDraft leaf(ledger::LeafKind::kPrivateDatasetPublished);
    leaf.Slug("organisation", dataset.organisation_slug)
        .Digest("commitment", base::Sha256(*version.salt, TRY(CommittedText(dataset, version))));
    return leaf;
  }
  ledger::LeafDraft leaf(ledger::LeafKind::kDatasetPublished);
  leaf.Slug("organisation", dataset.organisation_slug)
      .Slug("dataset", dataset.slug)
      .Number("version", static_cast<std::uint64_t>(version.summary.number))
      .Digest("data", version.summary.data_digest)
      .Digest("schema", version.summary.schema_digest)
      .Number("rows", version.summary.rows);
  return leaf;
}

std::vector<OrderedColumn> OrderedColumns(const Schema& schema, const Confirmation& confirmation) {
  std::vector<OrderedColumn> columns;
  for (const SchemaColumn& column : schema.columns) columns.push_back({column, false});
  for (const ConfirmedColumn& given : confirmation.columns) {
    for (OrderedColumn& column : columns) {
      if (column.column.name == given.name) column.strays_become_empty = given.strays_become_empty;
    }
  }
  return columns;
}

// A publication of a dataset is under way as long as this lives.
class Turn {
 public:
  Turn(base::Guarded<std::set<DatasetId>>& publishing, const DatasetId& dataset)
      : publishing_(publishing), dataset_(dataset) {
    auto running = publishing_.Lock();
    is_ours_ = running->insert(dataset_).second;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    auto running = publishing_.Lock();
    if (is_ours_) running->erase(dataset_);
  }
  [[nodiscard]] bool is_ours() const { return is_ours_; }

 private:
  base::Guarded<std::set<DatasetId>>& publishing_;
  const DatasetId dataset_;
  bool is_ours_ = false;
};

}  // namespace

// One publication, from its first look to its last file. Belongs to one thread.
class Catalogue::Publication {
 public:
  Publication(Catalogue& catalogue, const Principal& actor, const DraftId& draft,
              const Confirmation& confirmation, const identity::Along& along)
      : catalogue_(catalogue),
        actor_(actor),
        draft_id_(draft),
        confirmation_(confirmation),
        along_(along),
        folder_(base::JoinPath(
            catalogue.TemporaryFolder(),
            base::HexEncode(catalogue.world_.randomness().Bytes(kFolderNameBytes)))) {}
  Publication(const Publication&) = delete;
  Publication& operator=(const Publication&) = delete;
  ~Publication() {
    // What is left is removed at the next start.
    static_cast<void>(files().Remove(OutputPath()));
    static_cast<void>(files().Remove(folder_));
  }

  base::Result<void> Look();
  [[nodiscard]] const DatasetId& dataset() const { return seen_->dataset.id; }
  base::Result<PublishedVersion> Run();

 private:
  base::Files& files() { return catalogue_.world_.files(); }
  [[nodiscard]] std::string OutputPath() const { return base::JoinPath(folder_, kOutputName); }
  [[nodiscard]] std::string FinalPath() const {
    return base::JoinPath(catalogue_.DataFolder(seen_->dataset),
                          DataFileName(version_->summary.data_digest));
  }
  base::Result<void> ReadStore(Transaction& transaction);
  base::Result<void> PrepareSchema();
  base::Result<void> AskPolicies();
  base::Result<void> WriteFile();
  base::Result<void> PlaceFile();
  base::Result<std::uint64_t> Commit();
  void RemoveUnnamedFile();

  Catalogue& catalogue_;
  const Principal& actor_;
  const DraftId draft_id_;
  const Confirmation& confirmation_;
  const identity::Along& along_;
  const std::string folder_;
  std::optional<internal::SeenDraft> seen_;
  std::optional<Draft> draft_;
  std::optional<VersionRow> before_;  // the version before, if there is one
  Schema schema_;
  std::optional<VersionRow> version_;  // the one being made
  PublishedVersion published_;
};

base::Result<void> Catalogue::Publication::ReadStore(Transaction& transaction) {
  seen_ =
      TRY(internal::FindSeenDraft(transaction, actor_, draft_id_, catalogue_.world_.clock().Now()));
  TRY(internal::RequirePublisher(transaction, actor_, seen_->dataset));
  if (seen_->draft.published_version) {
    return Fail(ErrorCode::kConflict,
                base::Format("The draft is published already, as version {}",
                             *seen_->draft.published_version),
                {}, "Look at the versions of the dataset; upload a new file for a new one.");
  }
  draft_ = TRY(catalogue_.DraftOf(transaction, seen_->draft));
  before_ = TRY(VersionRepository(transaction).Newest(seen_->dataset.id));
  if (before_ && !before_->summary.leaf_index) {
    return Fail(ErrorCode::kUnavailable,
                "The version before is committed, but not yet in the register log", {},
                "Try again in a moment; if it goes on, look after the disk of the logs.");
  }
  if (before_ && before_->summary.number >= static_cast<std::int64_t>(kMaxVersions)) {
    return Fail(ErrorCode::kTooLarge, "The dataset has as many versions as it can have");
  }
  return {};
}

base::Result<void> Catalogue::Publication::Look() {
  return catalogue_.store_.Read(
      [this](Transaction& transaction) { return ReadStore(transaction); });
}

base::Result<void> Catalogue::Publication::PrepareSchema() {
  const auto before = static_cast<std::uint64_t>(before_ ? before_->summary.number : 0);
  if (confirmation_.previous_version.value_or(before) != before) {
    return Fail(ErrorCode::kConflict,
                "Another version was published since this draft was looked at", "previous_version",
                "Look at the draft again; it is compared with the new version now.");
  }
  schema_ = TRY(ConfirmSchema(draft_->proposal, confirmation_));
  if (before_) {
    published_.change = CompareSchemas(TRY(internal::SchemaOf(*before_)), schema_);
  }
  return {};
}

// kConflict when a live policy rests on a column that goes or changes type, unless the publisher
// accepted that for each of its columns.
base::Result<void> Catalogue::Publication::AskPolicies() {
  const std::vector<std::string> lost = published_.change.Lost();
  if (lost.empty()) return {};
  published_.suspended = TRY(catalogue_.policies_.Naming(dataset(), lost));
  for (const LivePolicy& policy : published_.suspended) {
    for (const std::string& column : policy.columns) {
      if (std::ranges::find(confirmation_.accepted, column) != confirmation_.accepted.end()) {
        continue;
      }
      return Fail(ErrorCode::kConflict,
                  base::Format("Agreement {} rests on a column that goes or changes type",
                               policy.agreement),
                  base::Format("column \"{}\"", base::ShownName(column)),
                  "Keep the column, or accept that the agreements resting on it are suspended.");
    }
  }
  return {};
}

base::Result<void> Catalogue::Publication::WriteFile() {
  TRY(files().MakeFolder(folder_));
  const WrittenVersion written =
      TRY(catalogue_.workers_.WriteVersion({.source = catalogue_.DraftPath(draft_id_),
                                            .folder = folder_,
                                            .output = OutputPath(),
                                            .columns = OrderedColumns(schema_, confirmation_),
                                            .key = confirmation_.key}));
  const auto file = TRY(files().Open(OutputPath(), base::OpenMode::kReadWrite));
  const FileDigest digest = TRY(DigestOf(*file));
  TRY(file->Sync());
  const std::string schema = TRY(CanonicalSchema(schema_));
  version_ = VersionRow{.dataset = dataset(),
                        .summary = {.number = before_ ? before_->summary.number + 1 : 1,
                                    .data_digest = digest.sha256,
                                    .schema_digest = base::Sha256(schema),
                                    .rows = written.rows,
                                    .bytes = digest.bytes,
                                    .columns = schema_.columns.size(),
                                    .published = catalogue_.world_.clock().Now(),
                                    .leaf_index = {}},
                        .key_column = {},
                        .key_normalisation = {},
                        .salt = {},
                        .outbox = 0,
                        .schema = schema,
                        .profile = base::WriteJson(written.profile)};
  if (confirmation_.key) {
    version_->key_column = confirmation_.key->column;
    version_->key_normalisation = KeyNormalisationName(confirmation_.key->normalisation);
  }
  if (seen_->dataset.is_private) {
    version_->salt = catalogue_.world_.randomness().Bytes(kSaltBytes);
  }
  if (!before_ || !IsSame(*before_, *version_)) return {};
  return Fail(ErrorCode::kConflict,
              base::Format("Version {} has the same rows, columns and classes already",
                           before_->summary.number),
              {}, "There is nothing to publish; withdraw the draft.");
}

base::Result<void> Catalogue::Publication::PlaceFile() {
  const std::string folder = catalogue_.DataFolder(seen_->dataset);
  TRY(base::MakeFolders(files(), folder));
  // A file of this name has the same bytes; this one is known to be synced.
  TRY(files().Rename(OutputPath(), FinalPath()));
  return files().SyncFolder(folder);
}

base::Result<std::uint64_t> Catalogue::Publication::Commit() {
  const auto change = [this](Transaction& transaction) -> base::Result<void> {
    const auto planned = version_->summary.number;
    TRY(ReadStore(transaction));
    const std::int64_t next = before_ ? before_->summary.number + 1 : 1;
    // The leaf was written for a record that is private, or for one that is not.
    const bool is_new = next == planned &&
                        seen_->dataset.is_private == version_->salt.has_value() &&
                        TRY(storage::DraftRepository(transaction).SetPublished(draft_id_, planned));
    if (!is_new)
      return Fail(ErrorCode::kConflict,
                  "Another version was published meanwhile, or the record changed");
    version_->outbox =
        TRY(storage::OutboxRepository(transaction).NextId(storage::LogName::kRegister));
    TRY(VersionRepository(transaction).Add(*version_));
    return identity::WriteAlong(along_, transaction, base::Format("{}", version_->summary.number));
  };
  return catalogue_.ledger_.Record(change, TRY(LeafOf(seen_->dataset, *version_)));
}

// After a failure, the file goes if the store certainly names it nowhere.
void Catalogue::Publication::RemoveUnnamedFile() {
  bool is_named = true;
  const auto looked = catalogue_.store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto digests = TRY(VersionRepository(transaction).DataDigests(dataset(), kMaxVersions));
    is_named = std::ranges::find(digests, version_->summary.data_digest) != digests.end();
    return {};
  });
  if (!looked || is_named) return;
  static_cast<void>(files().Remove(FinalPath()));
}

base::Result<PublishedVersion> Catalogue::Publication::Run() {
  // Once more, now that nobody else publishes this dataset: the version before may be a new one.
  TRY(Look());
  TRY(PrepareSchema());
  TRY(AskPolicies());
  TRY(WriteFile());
  if (!published_.suspended.empty()) TRY(catalogue_.policies_.Suspend(published_.suspended));
  auto placed = PlaceFile();
  auto index = placed ? Commit() : Fail(std::move(placed).error());
  if (!index) {
    // With kUnavailable the disk failed in mid-commit, and nobody knows what it holds.
    if (index.error().code != ErrorCode::kUnavailable) RemoveUnnamedFile();
    return Fail(std::move(index).error());
  }
  // Milestone: the version counts.
  version_->summary.leaf_index = *index;
  published_.summary = internal::SummaryOf(version_->summary);
  storage::DatasetRow dataset = seen_->dataset;
  dataset.latest = version_->summary;
  published_.delta_is_behind = !catalogue_.CatchUpDelta(dataset).has_value();
  // The draft's row stays for a while, to say what became of it.
  static_cast<void>(catalogue_.RemoveDraftFile(draft_id_));
  return published_;
}

base::Result<PublishedVersion> Catalogue::Publish(const Principal& actor, const DraftId& draft,
                                                  const Confirmation& confirmation,
                                                  const identity::Along& along) {
  Publication publication(*this, actor, draft, confirmation, along);
  TRY(publication.Look());
  const Turn turn(publishing_, publication.dataset());
  if (!turn.is_ours()) {
    return Fail(ErrorCode::kBusy, "A version of this dataset is being published just now");
  }
  return publication.Run();
}

}  // namespace catalogue
