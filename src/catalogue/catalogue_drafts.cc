// Drafts: a file arrives in home/tmp/catalogue, is synced and read by a worker there, moves to
// home/drafts, and only then has a row. Files without a row are removed at the next start.
#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"
#include "catalogue/catalogue.h"
#include "catalogue/file_workers.h"
#include "catalogue/internal/rows.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using identity::Principal;
using storage::DraftRepository;
using storage::DraftRow;
using storage::Transaction;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;
constexpr std::size_t kDraftsAtOnce = 100;
constexpr std::size_t kUploadNameBytes = 16;

base::Result<void> RequireRoom(Transaction& transaction, const DatasetId& dataset) {
  const auto drafts = TRY(DraftRepository(transaction).ListOf(dataset, kMaxDraftsPerDataset + 1));
  std::size_t open = 0;
  for (const DraftRow& draft : drafts) open += draft.published_version ? 0 : 1;
  if (open < kMaxDraftsPerDataset) return {};
  return base::Fail(
      ErrorCode::kConflict,
      base::Format("The dataset has {} drafts, which is the limit", kMaxDraftsPerDataset), {},
      "Publish or withdraw one of them.");
}

}  // namespace

DraftUpload::~DraftUpload() {
  file_.reset();
  // A crash of the server leaves it to the next start; here there is nobody to tell.
  if (!is_kept_) static_cast<void>(files_.Remove(path_));
}

base::Result<void> DraftUpload::Append(std::string_view bytes) {
  if (bytes.size() > max_bytes_ - bytes_) {
    return base::Fail(ErrorCode::kTooLarge,
                      base::Format("An upload has more than {} bytes", max_bytes_), {},
                      "Split the file, or write it as Parquet.");
  }
  TRY(file_->WriteAt(bytes_, bytes));
  bytes_ += bytes.size();
  return {};
}

base::Result<std::unique_ptr<DraftUpload>> Catalogue::BeginUpload(const Principal& actor,
                                                                  const DatasetId& dataset) {
  TRY(RemoveExpiredDrafts());
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(internal::SeenDataset(transaction, actor, dataset));
    TRY(internal::RequirePublisher(transaction, actor, row));
    return RequireRoom(transaction, dataset);
  }));
  std::string path = base::JoinPath(TemporaryFolder(),
                                    base::HexEncode(world_.randomness().Bytes(kUploadNameBytes)));
  auto file = TRY(world_.files().Open(path, base::OpenMode::kCreateNew));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<DraftUpload>(
      // tidy: allow raw-memory because the constructor is private
      new DraftUpload(world_.files(), dataset, std::move(path), std::move(file),
                      settings_.max_upload_bytes));
}

// The row comes last: from its commit on, the file is there whole.
base::Result<Draft> Catalogue::FinishUpload(const Principal& actor,
                                            std::unique_ptr<DraftUpload> upload,
                                            const identity::Along& along) {
  CHECK(upload != nullptr);
  TRY(upload->file_->Sync());
  upload->file_.reset();
  DraftRow row{.id = DraftId::Random(world_.randomness()),
               .dataset = upload->dataset_,
               .created = world_.clock().Now(),
               .expires = {},
               .bytes = upload->bytes_,
               .published_version = {},
               .report = TRY(workers_.ReadDraft(upload->path_))};
  row.expires = {row.created.microseconds + kDraftDays * kMicrosecondsPerDay};
  // Also proves that a schema can be made of it, before anything is kept.
  std::optional<Draft> draft;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    draft = TRY(DraftOf(transaction, row));
    return {};
  }));
  base::Files& files = world_.files();
  TRY(files.Rename(upload->path_, DraftPath(row.id)));
  upload->is_kept_ = true;
  auto kept = files.SyncFolder(DraftFolder());
  if (kept) {
    kept = store_.Write([&](Transaction& transaction) -> base::Result<void> {
      const auto dataset = TRY(internal::SeenDataset(transaction, actor, row.dataset));
      TRY(internal::RequirePublisher(transaction, actor, dataset));
      TRY(RequireRoom(transaction, row.dataset));
      TRY(DraftRepository(transaction).Add(row));
      return identity::WriteAlong(along, transaction, row.id.Text());
    });
  }
  if (kept) return *std::move(draft);
  // After kUnavailable nobody knows whether the row is there; then the file stays until the next
  // start, which does know.
  if (kept.error().code != ErrorCode::kUnavailable) static_cast<void>(RemoveDraftFile(row.id));
  return base::Fail(std::move(kept).error());
}

base::Result<Draft> Catalogue::DraftOf(Transaction& transaction, const DraftRow& row) {
  auto report = base::ParseJson(row.report, kReportJson);
  if (!report) return base::Fail(ErrorCode::kDamaged, "A draft's report is none", "store");
  const auto dataset = TRY(storage::DatasetRepository(transaction).Find(row.dataset));
  if (!dataset) return base::Fail(ErrorCode::kDamaged, "A draft belongs to no dataset", "store");
  Draft draft{.summary = internal::DraftSummaryOf(row),
              .dataset = row.dataset,
              .report = *std::move(report),
              .proposal = {},
              .previous_version = {},
              .change = {}};
  std::optional<Schema> previous;
  if (dataset->latest) {
    draft.previous_version = static_cast<std::uint64_t>(dataset->latest->number);
    previous = TRY(internal::SchemaOf(
        TRY(CountingVersion(transaction, row.dataset, *draft.previous_version))));
  }
  draft.proposal = TRY(ProposeSchema(draft.report, previous ? &*previous : nullptr));
  if (previous) draft.change = CompareSchemas(*previous, draft.proposal);
  return draft;
}

base::Result<Draft> Catalogue::FindDraft(const Principal& actor, const DraftId& id) {
  std::optional<Draft> draft;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto seen = TRY(internal::FindSeenDraft(transaction, actor, id, world_.clock().Now()));
    draft = TRY(DraftOf(transaction, seen.draft));
    return {};
  }));
  return *std::move(draft);
}

base::Result<std::vector<DraftSummary>> Catalogue::ListDrafts(const Principal& actor,
                                                              const DatasetId& dataset) {
  std::vector<DraftSummary> drafts;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(internal::SeenDataset(transaction, actor, dataset));
    TRY(identity::RequireSight(identity::ObjectKind::kDraft,
                               internal::SideOf(actor, row.organisation)));
    const base::Instant now = world_.clock().Now();
    // Published ones stay until their time is over, so there may be more than the limit of open
    // ones; the newest are what matters.
    for (const auto& draft :
         TRY(DraftRepository(transaction).ListOf(dataset, 2 * kMaxDraftsPerDataset))) {
      if (draft.expires > now) drafts.push_back(internal::DraftSummaryOf(draft));
    }
    return {};
  }));
  return drafts;
}

base::Result<void> Catalogue::WithdrawDraft(const Principal& actor, const DraftId& id,
                                            const identity::Along& along) {
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    const auto seen = TRY(internal::FindSeenDraft(transaction, actor, id, world_.clock().Now()));
    TRY(internal::RequirePublisher(transaction, actor, seen.dataset));
    if (seen.draft.published_version) {
      return base::Fail(ErrorCode::kConflict, "The draft is published already");
    }
    TRY(DraftRepository(transaction).Remove(id));
    return identity::WriteAlong(along, transaction);
  }));
  return RemoveDraftFile(id);
}

base::Result<void> Catalogue::RemoveDraftFile(const DraftId& id) {
  auto removed = world_.files().Remove(DraftPath(id));
  if (!removed && removed.error().code != ErrorCode::kNotFound) return removed;
  return world_.files().SyncFolder(DraftFolder());
}

base::Result<std::size_t> Catalogue::RemoveExpiredDrafts() {
  std::vector<DraftId> ended;
  const base::Instant now = world_.clock().Now();
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    ended = TRY(DraftRepository(transaction).Ended(now, kDraftsAtOnce));
    return {};
  }));
  if (ended.empty()) return std::size_t{0};
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    for (const DraftId& id : ended) TRY(DraftRepository(transaction).Remove(id));
    return {};
  }));
  for (const DraftId& id : ended) TRY(RemoveDraftFile(id));
  return ended.size();
}

}  // namespace catalogue
