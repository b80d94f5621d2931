#include "storage/datasets.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;
using internal::ReadOptional;

// The eight columns of a VersionSummaryRow, from dataset_versions v and its outbox row b.
#define SUMMARY_COLUMNS                                                                           \
  "v.number, v.data_digest, v.schema_digest, v.row_count, v.bytes, v.column_count, v.published, " \
  "b.leaf_index"
constexpr int kSummaryColumns = 8;

// A dataset with its owner and the newest version that counts.
#define FROM_DATASETS                                                                              \
  "FROM datasets d JOIN organisations o ON o.id = d.organisation LEFT JOIN dataset_versions v ON " \
  "v.dataset = d.id AND v.number = (SELECT max(w.number) FROM dataset_versions w JOIN outbox c "   \
  "ON c.log = 0 AND c.id = w.outbox WHERE w.dataset = d.id AND c.leaf_index IS NOT NULL) "         \
  "LEFT JOIN outbox b ON b.log = 0 AND b.id = v.outbox "
#define SELECT_DATASET                                                                          \
  "SELECT d.id, d.organisation, d.slug, d.short_name, d.title, d.folded_title, d.description, " \
  "d.is_private, d.licence, d.frequency, d.revision, d.created, d.changed, o.slug, "            \
  "o.name, " SUMMARY_COLUMNS " " FROM_DATASETS
// Parameters: the own organisation, or an empty text; 1 to list others' too; the part of the
// title, twice.
#define WHERE_FILTERED                                                                        \
  "WHERE (d.organisation = ? OR (? AND d.is_private = 0 AND v.number IS NOT NULL)) AND (? = " \
  "'' OR instr(d.folded_title, ?) > 0) "
#define SELECT_VERSION                                                                \
  "SELECT v.dataset, v.key_column, v.key_normalisation, v.salt, v.outbox, v.schema, " \
  "v.profile, " SUMMARY_COLUMNS                                                       \
  " FROM dataset_versions v LEFT JOIN outbox b ON b.log = 0 AND b.id = v.outbox "

std::unexpected<base::Error> BadDigest() {
  return base::Fail(base::ErrorCode::kDamaged, "The store holds a digest that is none", "store");
}

std::int64_t Stored(std::uint64_t count) { return static_cast<std::int64_t>(count); }

base::Result<VersionSummaryRow> ReadSummary(const Statement& statement, int first) {
  const auto data = base::Digest::FromBytes(statement.Bytes(first + 1));
  const auto schema = base::Digest::FromBytes(statement.Bytes(first + 2));
  if (!data || !schema) return BadDigest();
  VersionSummaryRow row{.number = statement.Integer(first),
                        .data_digest = *data,
                        .schema_digest = *schema,
                        .rows = static_cast<std::uint64_t>(statement.Integer(first + 3)),
                        .bytes = static_cast<std::uint64_t>(statement.Integer(first + 4)),
                        .columns = static_cast<std::uint64_t>(statement.Integer(first + 5)),
                        .published = ReadInstant(statement, first + 6),
                        .leaf_index = {}};
  const auto index = ReadOptional(statement, first + kSummaryColumns - 1);
  if (index) row.leaf_index = static_cast<std::uint64_t>(*index);
  return row;
}

base::Result<DatasetRow> ReadDataset(const Statement& statement) {
  constexpr int kLatest = 15;
  DatasetRow row{.id = TRY(ReadId<DatasetId>(statement, 0)),
                 .organisation = TRY(ReadId<OrganisationId>(statement, 1)),
                 .slug = statement.Bytes(2),
                 .short_name = statement.Bytes(3),
                 .title = statement.Bytes(4),
                 .folded_title = statement.Bytes(5),
                 .description = statement.Bytes(6),
                 .is_private = statement.Integer(7) != 0,
                 .licence = statement.Bytes(8),
                 .frequency = statement.Bytes(9),
                 .revision = statement.Integer(10),
                 .created = ReadInstant(statement, 11),
                 .changed = ReadInstant(statement, 12),
                 .organisation_slug = statement.Bytes(13),
                 .organisation_name = statement.Bytes(14),
                 .latest = {}};
  if (!statement.IsNull(kLatest)) row.latest = TRY(ReadSummary(statement, kLatest));
  return row;
}

base::Result<std::optional<DatasetRow>> FirstDataset(Statement& statement) {
  const bool found = TRY(statement.Step());
  if (!found) return std::optional<DatasetRow>{};
  return std::optional(TRY(ReadDataset(statement)));
}

base::Result<std::vector<DatasetRow>> AllDatasets(Statement& statement) {
  std::vector<DatasetRow> rows;
  while (TRY(statement.Step())) rows.push_back(TRY(ReadDataset(statement)));
  return rows;
}

std::optional<std::string> OptionalBytes(const Statement& statement, int column) {
  if (statement.IsNull(column)) return std::nullopt;
  return statement.Bytes(column);
}

base::Result<std::optional<VersionRow>> FirstVersion(Statement& statement) {
  constexpr int kSummary = 7;
  const bool found = TRY(statement.Step());
  if (!found) return std::optional<VersionRow>{};
  return std::optional(VersionRow{.dataset = TRY(ReadId<DatasetId>(statement, 0)),
                                  .summary = TRY(ReadSummary(statement, kSummary)),
                                  .key_column = OptionalBytes(statement, 1),
                                  .key_normalisation = OptionalBytes(statement, 2),
                                  .salt = OptionalBytes(statement, 3),
                                  .outbox = statement.Integer(4),
                                  .schema = statement.Bytes(5),
                                  .profile = statement.Bytes(6)});
}

// Reports are large; lists leave them out.
base::Result<DraftRow> ReadDraft(const Statement& statement) {
  return DraftRow{.id = TRY(ReadId<DraftId>(statement, 0)),
                  .dataset = TRY(ReadId<DatasetId>(statement, 1)),
                  .created = ReadInstant(statement, 2),
                  .expires = ReadInstant(statement, 3),
                  .bytes = static_cast<std::uint64_t>(statement.Integer(4)),
                  .published_version = ReadOptional(statement, 5),
                  .report = statement.Bytes(6)};
}

void BindOptional(Statement& statement, const std::optional<std::string>& text) {
  if (text) {
    statement.Bind(*text);
  } else {
    statement.BindNull();
  }
}

void BindFilter(Statement& statement, const DatasetFilter& filter) {
  statement.Bind(filter.own ? filter.own->Text() : std::string{});
  statement.Bind(std::int64_t{!filter.own_only});
  statement.Bind(filter.folded_part).Bind(filter.folded_part);
}

}  // namespace

base::Result<void> DatasetRepository::Add(const DatasetRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO datasets (id, organisation, slug, short_name, title, folded_title, description, "
      "is_private, licence, frequency, revision, created, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).Bind(row.organisation.Text()).Bind(row.slug).Bind(row.short_name);
  insert->Bind(row.title).Bind(row.folded_title).Bind(row.description);
  insert->Bind(std::int64_t{row.is_private}).Bind(row.licence).Bind(row.frequency);
  insert->Bind(row.revision).Bind(row.created.microseconds).Bind(row.changed.microseconds);
  return insert->Run();
}

base::Result<std::optional<DatasetRow>> DatasetRepository::Find(const DatasetId& id) {
  const auto query = TRY(database().Prepare(SELECT_DATASET "WHERE d.id = ?"));
  return FirstDataset(query->Bind(id.Text()));
}

base::Result<std::optional<DatasetRow>> DatasetRepository::FindBySlug(std::string_view slug) {
  const auto query = TRY(database().Prepare(SELECT_DATASET "WHERE d.slug = ?"));
  return FirstDataset(query->Bind(slug));
}

base::Result<bool> DatasetRepository::Update(const DatasetRow& row) {
  const auto update = TRY(database().Prepare(
      "UPDATE datasets SET title = ?, folded_title = ?, description = ?, is_private = ?, "
      "licence = ?, frequency = ?, changed = ?, revision = revision + 1 "
      "WHERE id = ? AND revision = ? RETURNING id"));
  update->Bind(row.title).Bind(row.folded_title).Bind(row.description);
  update->Bind(std::int64_t{row.is_private}).Bind(row.licence).Bind(row.frequency);
  return update->Bind(row.changed.microseconds).Bind(row.id.Text()).Bind(row.revision).Step();
}

base::Result<std::vector<DatasetRow>> DatasetRepository::List(
    const DatasetFilter& filter, const std::optional<TitlePosition>& after, std::size_t limit) {
  const auto query = TRY(database().Prepare(SELECT_DATASET WHERE_FILTERED
                                            "AND (d.folded_title, d.id) > (?, ?) "
                                            "ORDER BY d.folded_title, d.id LIMIT ?"));
  BindFilter(*query, filter);
  const TitlePosition from = after.value_or(TitlePosition{});
  query->Bind(from.folded_title).Bind(from.id).Bind(static_cast<std::int64_t>(limit));
  return AllDatasets(*query);
}

base::Result<std::uint64_t> DatasetRepository::Count(const DatasetFilter& filter) {
  const auto query = TRY(database().Prepare("SELECT count(*) " FROM_DATASETS WHERE_FILTERED));
  BindFilter(*query, filter);
  TRY(query->Step());
  return static_cast<std::uint64_t>(query->Integer(0));
}

base::Result<std::vector<DatasetRow>> DatasetRepository::ListAll(std::string_view after,
                                                                 std::size_t limit) {
  const auto query = TRY(database().Prepare(SELECT_DATASET "WHERE d.id > ? ORDER BY d.id LIMIT ?"));
  return AllDatasets(query->Bind(after).Bind(static_cast<std::int64_t>(limit)));
}

base::Result<void> VersionRepository::Add(const VersionRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO dataset_versions (dataset, number, data_digest, schema_digest, row_count, "
      "bytes, column_count, published, key_column, key_normalisation, salt, outbox, schema, "
      "profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const VersionSummaryRow& summary = row.summary;
  insert->Bind(row.dataset.Text()).Bind(summary.number);
  insert->BindBytes(summary.data_digest.view()).BindBytes(summary.schema_digest.view());
  insert->Bind(Stored(summary.rows)).Bind(Stored(summary.bytes)).Bind(Stored(summary.columns));
  insert->Bind(summary.published.microseconds);
  BindOptional(*insert, row.key_column);
  BindOptional(*insert, row.key_normalisation);
  if (row.salt) {
    insert->BindBytes(*row.salt);
  } else {
    insert->BindNull();
  }
  return insert->Bind(row.outbox).Bind(row.schema).Bind(row.profile).Run();
}

base::Result<std::optional<VersionRow>> VersionRepository::Find(const DatasetId& dataset,
                                                                std::int64_t number) {
  const auto query = TRY(database().Prepare(SELECT_VERSION "WHERE v.dataset = ? AND v.number = ?"));
  return FirstVersion(query->Bind(dataset.Text()).Bind(number));
}

base::Result<std::optional<VersionRow>> VersionRepository::Newest(const DatasetId& dataset) {
  const auto query =
      TRY(database().Prepare(SELECT_VERSION "WHERE v.dataset = ? ORDER BY v.number DESC LIMIT 1"));
  return FirstVersion(query->Bind(dataset.Text()));
}

base::Result<std::vector<base::Digest>> VersionRepository::DataDigests(const DatasetId& dataset,
                                                                       std::size_t limit) {
  const auto query = TRY(database().Prepare(
      "SELECT DISTINCT data_digest FROM dataset_versions WHERE dataset = ? LIMIT ?"));
  query->Bind(dataset.Text()).Bind(static_cast<std::int64_t>(limit));
  std::vector<base::Digest> digests;
  while (TRY(query->Step())) {
    const auto digest = base::Digest::FromBytes(query->Bytes(0));
    if (!digest) return BadDigest();
    digests.push_back(*digest);
  }
  return digests;
}

base::Result<std::vector<VersionSummaryRow>> VersionRepository::List(const DatasetId& dataset,
                                                                     std::int64_t before,
                                                                     std::size_t limit) {
  const auto query =
      TRY(database().Prepare(
          "SELECT " SUMMARY_COLUMNS " FROM dataset_versions v JOIN outbox b ON b.log = 0 AND "
          "b.id = v.outbox AND b.leaf_index IS NOT NULL WHERE v.dataset = ? AND v.number < ? "
          "ORDER BY v.number DESC LIMIT ?"));
  query->Bind(dataset.Text()).Bind(before).Bind(static_cast<std::int64_t>(limit));
  std::vector<VersionSummaryRow> rows;
  while (TRY(query->Step())) rows.push_back(TRY(ReadSummary(*query, 0)));
  return rows;
}

base::Result<void> DraftRepository::Add(const DraftRow& row) {
  const auto insert =
      TRY(database().Prepare("INSERT INTO dataset_drafts (id, dataset, created, expires, bytes, "
                             "report) VALUES (?, ?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).Bind(row.dataset.Text()).Bind(row.created.microseconds);
  return insert->Bind(row.expires.microseconds).Bind(Stored(row.bytes)).Bind(row.report).Run();
}

base::Result<std::optional<DraftRow>> DraftRepository::Find(const DraftId& id) {
  const auto query = TRY(database().Prepare(
      "SELECT id, dataset, created, expires, bytes, published_version, report FROM dataset_drafts "
      "WHERE id = ?"));
  const bool found = TRY(query->Bind(id.Text()).Step());
  if (!found) return std::optional<DraftRow>{};
  return std::optional(TRY(ReadDraft(*query)));
}

base::Result<std::vector<DraftRow>> DraftRepository::ListOf(const DatasetId& dataset,
                                                            std::size_t limit) {
  const auto query = TRY(database().Prepare(
      "SELECT id, dataset, created, expires, bytes, published_version, '' FROM dataset_drafts "
      "WHERE dataset = ? ORDER BY created DESC, id LIMIT ?"));
  query->Bind(dataset.Text()).Bind(static_cast<std::int64_t>(limit));
  std::vector<DraftRow> rows;
  while (TRY(query->Step())) rows.push_back(TRY(ReadDraft(*query)));
  return rows;
}

base::Result<bool> DraftRepository::SetPublished(const DraftId& id, std::int64_t version) {
  const auto update =
      TRY(database().Prepare("UPDATE dataset_drafts SET published_version = ? WHERE id = ? AND "
                             "published_version IS NULL RETURNING id"));
  return update->Bind(version).Bind(id.Text()).Step();
}

base::Result<void> DraftRepository::Remove(const DraftId& id) {
  const auto remove = TRY(database().Prepare("DELETE FROM dataset_drafts WHERE id = ?"));
  return remove->Bind(id.Text()).Run();
}

base::Result<std::vector<DraftId>> DraftRepository::Ended(base::Instant now, std::size_t limit) {
  const auto query = TRY(database().Prepare(
      "SELECT id FROM dataset_drafts WHERE expires <= ? ORDER BY expires LIMIT ?"));
  query->Bind(now.microseconds).Bind(static_cast<std::int64_t>(limit));
  std::vector<DraftId> ids;
  while (TRY(query->Step())) ids.push_back(TRY(ReadId<DraftId>(*query, 0)));
  return ids;
}

}  // namespace storage
