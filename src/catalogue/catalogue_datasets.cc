#include "base/check.h"
#include "base/format.h"
#include "base/json_text.h"
#include "base/slug.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "catalogue/cursor.h"
#include "catalogue/delta_log.h"
#include "catalogue/internal/rows.h"
#include "identity/current_principal.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using identity::Principal;
using storage::DatasetRepository;
using storage::DatasetRow;
using storage::Transaction;
using storage::VersionRepository;

constexpr std::size_t kSlugPieceDigits = 6;

base::Result<void> CheckTexts(const DatasetRow& row) {
  TRY(internal::CheckLine(row.title, "title", 1, kMaxTitleBytes));
  TRY(internal::CheckLine(row.description, "description", 1, kMaxDescriptionBytes));
  TRY(internal::CheckLine(row.licence, "licence", 0, kMaxNoteBytes));
  return internal::CheckLine(row.frequency, "frequency", 0, kMaxNoteBytes);
}

// The record as it will be. kConflict for what may not change any more.
base::Result<DatasetRow> Edited(DatasetRow row, const DatasetEdit& edit, bool has_versions) {
  if (edit.visibility) {
    const bool is_private = *edit.visibility == DatasetVisibility::kPrivate;
    if (is_private != row.is_private && has_versions) {
      return base::Fail(ErrorCode::kConflict,
                        "Who may know of a dataset cannot change once a version is published",
                        "visibility", "Publish the data under a dataset of its own.");
    }
    row.is_private = is_private;
  }
  if (edit.title) row.title = *edit.title;
  if (edit.description) row.description = *edit.description;
  if (edit.licence) row.licence = *edit.licence;
  if (edit.frequency) row.frequency = *edit.frequency;
  TRY(CheckTexts(row));
  row.folded_title = base::FoldAccents(row.title);
  return row;
}

base::Result<Dataset> StoredDataset(Transaction& transaction, const DatasetId& id) {
  const auto row = TRY(DatasetRepository(transaction).Find(id));
  CHECK(row.has_value());  // this very transaction wrote it
  return internal::DatasetOf(*row);
}

// Which rows a list shows: what SightOf says of each kind, as a question to the store. Datasets of
// one's own body are all seen; of the others', public ones with a version.
storage::DatasetFilter FilterOf(const Asker& asker, const DatasetQuery& query) {
  storage::DatasetFilter filter{
      .own = {}, .folded_part = base::FoldAccents(query.title_part), .own_only = query.own_only};
  if (asker) filter.own = asker->organisation;
  return filter;
}

std::string ScopeOf(const storage::DatasetFilter& filter) {
  return base::Format("{} {} {}", filter.own_only ? "own-datasets" : "datasets",
                      filter.own ? filter.own->Text() : "nobody", filter.folded_part);
}

base::Result<std::optional<storage::TitlePosition>> PositionOf(std::string_view key,
                                                               std::string_view scope,
                                                               std::string_view cursor) {
  if (cursor.empty()) return std::optional<storage::TitlePosition>{};
  if (cursor.size() <= kMaxCursorBytes) {
    auto position = OpenCursor(key, scope, cursor);
    if (position) {
      return std::optional(
          storage::TitlePosition{std::move(position->sort_key), std::move(position->id)});
    }
  }
  return base::Fail(ErrorCode::kInvalid, "This cursor belongs to no list that you see", "cursor",
                    "Begin at the first page again.");
}

}  // namespace

base::Result<Dataset> Catalogue::CreateDataset(const Principal& actor, const NewDataset& dataset,
                                               const identity::Along& along) {
  TRY(CheckShortName(dataset.short_name));
  const auto id = DatasetId::Random(world_.randomness());
  const base::Instant now = world_.clock().Now();
  DatasetRow row{.id = id,
                 .organisation = actor.organisation,
                 .slug = base::SlugOf(dataset.short_name, id.Text().substr(0, kSlugPieceDigits)),
                 .short_name = dataset.short_name,
                 .title = dataset.title,
                 .folded_title = base::FoldAccents(dataset.title),
                 .description = dataset.description,
                 .is_private = dataset.visibility == DatasetVisibility::kPrivate,
                 .licence = dataset.licence,
                 .frequency = dataset.frequency,
                 .revision = 1,
                 .created = now,
                 .changed = now,
                 .organisation_slug = {},
                 .organisation_name = {},
                 .latest = {}};
  TRY(CheckTexts(row));
  std::optional<Dataset> created;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    TRY(internal::RequirePublisher(transaction, actor, row));
    const auto added = DatasetRepository(transaction).Add(row);
    if (!added && added.error().code == ErrorCode::kConflict) {
      return base::Fail(ErrorCode::kConflict,
                        "The organisation has a dataset of this short name already", "short_name",
                        "Choose another short name, or upload a new version of that dataset.");
    }
    TRY(added);
    created = TRY(StoredDataset(transaction, id));
    return identity::WriteAlong(along, transaction, id.Text());
  }));
  return *std::move(created);
}

base::Result<Dataset> Catalogue::EditDataset(const Principal& actor, const DatasetId& id,
                                             std::uint64_t revision, const DatasetEdit& edit,
                                             const identity::Along& along) {
  std::optional<Dataset> edited;
  TRY(store_.Write([&](Transaction& transaction) -> base::Result<void> {
    const DatasetRow before = TRY(internal::SeenDataset(transaction, actor, id));
    TRY(internal::RequirePublisher(transaction, actor, before));
    const bool has_versions = TRY(VersionRepository(transaction).Newest(id)).has_value();
    DatasetRow row = TRY(Edited(before, edit, has_versions));
    row.changed = world_.clock().Now();
    row.revision = static_cast<std::int64_t>(revision);
    const bool updated = TRY(DatasetRepository(transaction).Update(row));
    if (!updated) {
      return base::Fail(ErrorCode::kStale, "Somebody has changed the record meanwhile", "revision",
                        "Read it again and repeat the change.");
    }
    edited = TRY(StoredDataset(transaction, id));
    return identity::WriteAlong(along, transaction);
  }));
  return *std::move(edited);
}

base::Result<Dataset> Catalogue::FindDataset(const Asker& asker, const DatasetId& id) {
  std::optional<Dataset> found;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    found = internal::DatasetOf(TRY(internal::SeenDataset(transaction, asker, id)));
    return {};
  }));
  return *std::move(found);
}

base::Result<Dataset> Catalogue::FindDatasetBySlug(const Asker& asker, std::string_view slug) {
  std::optional<Dataset> found;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto row = TRY(DatasetRepository(transaction).FindBySlug(slug));
    if (!row) return identity::Absent();
    found = internal::DatasetOf(TRY(internal::SeenDataset(transaction, asker, row->id)));
    return {};
  }));
  return *std::move(found);
}

base::Result<DatasetPage> Catalogue::ListDatasets(const Asker& asker, const DatasetQuery& query) {
  if (query.limit == 0 || query.limit > kMaxDatasetsPerPage) {
    return base::Fail(ErrorCode::kInvalid, "A page has too many rows or none", "limit",
                      base::Format("Ask for 1 to {}.", kMaxDatasetsPerPage));
  }
  TRY(internal::CheckLine(query.title_part, "title", 0, kMaxFilterBytes));
  const auto filter = FilterOf(asker, query);
  const std::string scope = ScopeOf(filter);
  const auto after = TRY(PositionOf(settings_.cursor_key, scope, query.cursor));
  DatasetPage page;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    DatasetRepository datasets(transaction);
    page.total = TRY(datasets.Count(filter));
    auto rows = TRY(datasets.List(filter, after, query.limit + 1));
    if (rows.size() > query.limit) {
      rows.pop_back();
      page.next_cursor = SealCursor(settings_.cursor_key, scope,
                                    {rows.back().folded_title, rows.back().id.Text()});
    }
    for (const DatasetRow& row : rows) page.datasets.push_back(internal::DatasetOf(row));
    return {};
  }));
  return page;
}

// --- versions -----------------------------------------------------------------------------------

base::Result<std::vector<VersionSummary>> Catalogue::ListVersions(const Asker& asker,
                                                                  const DatasetId& id,
                                                                  std::uint64_t before,
                                                                  std::size_t limit) {
  if (limit == 0 || limit > kMaxVersionsPerPage) {
    return base::Fail(ErrorCode::kInvalid, "A page has too many rows or none", "limit",
                      base::Format("Ask for 1 to {}.", kMaxVersionsPerPage));
  }
  const auto end =
      static_cast<std::int64_t>(before == 0 || before > kMaxVersions ? kMaxVersions + 1 : before);
  std::vector<VersionSummary> versions;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    TRY(internal::SeenDataset(transaction, asker, id));
    for (const auto& row : TRY(VersionRepository(transaction).List(id, end, limit))) {
      versions.push_back(internal::SummaryOf(row));
    }
    return {};
  }));
  return versions;
}

base::Result<storage::VersionRow> Catalogue::CountingVersion(Transaction& transaction,
                                                             const DatasetId& id,
                                                             std::uint64_t number) {
  if (number == 0 || number > kMaxVersions) return identity::Absent();
  auto row = TRY(VersionRepository(transaction).Find(id, static_cast<std::int64_t>(number)));
  if (!row || !row->summary.leaf_index) return identity::Absent();
  return *std::move(row);
}

base::Result<Version> Catalogue::FindVersion(const Asker& asker, const DatasetId& id,
                                             std::uint64_t number) {
  std::optional<storage::VersionRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    TRY(internal::SeenDataset(transaction, asker, id));
    row = TRY(CountingVersion(transaction, id, number));
    return {};
  }));
  return internal::VersionOf(*row);
}

base::Result<Version> Catalogue::VersionOf(const DatasetId& id, std::uint64_t number) {
  std::optional<storage::VersionRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    row = TRY(CountingVersion(transaction, id, number));
    return {};
  }));
  return internal::VersionOf(*row);
}

base::Result<Dataset> Catalogue::RecordOf(const DatasetId& id) {
  std::optional<storage::DatasetRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    row = TRY(DatasetRepository(transaction).Find(id));
    return {};
  }));
  if (!row) return identity::Absent();
  return internal::DatasetOf(*row);
}

base::Result<Dataset> Catalogue::RecordOfSlug(std::string_view slug) {
  std::optional<storage::DatasetRow> row;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    row = TRY(DatasetRepository(transaction).FindBySlug(slug));
    return {};
  }));
  if (!row) return identity::Absent();
  return internal::DatasetOf(*row);
}

base::Result<VersionFile> Catalogue::FileOf(const DatasetId& id, std::uint64_t number) {
  VersionFile file;
  TRY(store_.Read([&](Transaction& transaction) -> base::Result<void> {
    const auto version = TRY(CountingVersion(transaction, id, number)).summary;
    const auto dataset = TRY(DatasetRepository(transaction).Find(id));
    if (!dataset) return identity::Absent();
    file = {base::JoinPath(DataFolder(*dataset), DataFileName(version.data_digest)),
            version.data_digest, version.bytes, version.rows};
    return {};
  }));
  return file;
}

}  // namespace catalogue
