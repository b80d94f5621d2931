#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"
#include "catalogue/file_workers.h"
#include "catalogue/internal/rows.h"
#include "identity/current_principal.h"

namespace catalogue::internal {
namespace {

using base::ErrorCode;
using storage::DatasetRow;
using storage::Transaction;

std::unexpected<base::Error> Damaged(std::string_view what) {
  return base::Fail(ErrorCode::kDamaged, std::string(what), "store");
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

}  // namespace

VersionSummary SummaryOf(const storage::VersionSummaryRow& row) {
  return {.number = static_cast<std::uint64_t>(row.number),
          .rows = row.rows,
          .columns = row.columns,
          .bytes = row.bytes,
          .data_digest = row.data_digest,
          .schema_digest = row.schema_digest,
          .published = row.published,
          .leaf_index = row.leaf_index.value_or(0)};
}

Dataset DatasetOf(const DatasetRow& row) {
  Dataset dataset{
      .id = row.id,
      .organisation = row.organisation,
      .organisation_slug = row.organisation_slug,
      .organisation_name = row.organisation_name,
      .slug = row.slug,
      .short_name = row.short_name,
      .title = row.title,
      .description = row.description,
      .visibility = row.is_private ? DatasetVisibility::kPrivate : DatasetVisibility::kPublic,
      .licence = row.licence,
      .frequency = row.frequency,
      .revision = static_cast<std::uint64_t>(row.revision),
      .created = row.created,
      .changed = row.changed,
      .latest = {}};
  if (row.latest) dataset.latest = SummaryOf(*row.latest);
  return dataset;
}

base::Result<Schema> SchemaOf(const storage::VersionRow& row) {
  const auto json = base::ParseJson(row.schema, kReportJson);
  if (!json) return Damaged("The store holds a schema that is none");
  auto schema = ReadSchema(base::JsonItem(*json, ""));
  if (!schema) return Damaged("The store holds a schema that is none");
  return *std::move(schema);
}

base::Result<std::optional<DatasetKey>> KeyOf(const storage::VersionRow& row) {
  if (!row.key_column) return std::optional<DatasetKey>{};
  const auto normalisation = KeyNormalisationOfName(row.key_normalisation.value_or(""));
  if (!normalisation) return Damaged("The store holds a key that is none");
  return std::optional(DatasetKey{*row.key_column, *normalisation});
}

base::Result<Version> VersionOf(const storage::VersionRow& row) {
  auto profile = base::ParseJson(row.profile, kReportJson);
  if (!profile) return Damaged("The store holds a profile that is none");
  return Version{.summary = SummaryOf(row.summary),
                 .schema = TRY(SchemaOf(row)),
                 .key = TRY(KeyOf(row)),
                 .profile = *std::move(profile)};
}

DraftSummary DraftSummaryOf(const storage::DraftRow& row) {
  DraftSummary summary{.id = row.id,
                       .created = row.created,
                       .expires = row.expires,
                       .bytes = row.bytes,
                       .published_version = {}};
  if (row.published_version) {
    summary.published_version = static_cast<std::uint64_t>(*row.published_version);
  }
  return summary;
}

identity::ObjectKind KindOf(const DatasetRow& row) {
  if (!row.latest) return identity::ObjectKind::kDraft;
  return row.is_private ? identity::ObjectKind::kPrivateDataset
                        : identity::ObjectKind::kPublicDataset;
}

identity::Side SideOf(const Asker& asker, const identity::OrganisationId& owner) {
  if (!asker) return identity::Side::kAnonymous;
  return asker->organisation == owner ? identity::Side::kOwnBody : identity::Side::kOtherBody;
}

base::Result<DatasetRow> SeenDataset(Transaction& transaction, const Asker& asker,
                                     const DatasetId& id) {
  auto row = TRY(storage::DatasetRepository(transaction).Find(id));
  if (!row) return identity::Absent();
  TRY(identity::RequireSight(KindOf(*row), SideOf(asker, row->organisation)));
  return *std::move(row);
}

base::Result<SeenDraft> FindSeenDraft(Transaction& transaction, const identity::Principal& actor,
                                      const DraftId& id, base::Instant now) {
  auto draft = TRY(storage::DraftRepository(transaction).Find(id));
  if (!draft || draft->expires <= now) return identity::Absent();
  auto dataset = TRY(storage::DatasetRepository(transaction).Find(draft->dataset));
  if (!dataset) return Damaged("A draft belongs to no dataset");
  TRY(identity::RequireSight(identity::ObjectKind::kDraft, SideOf(actor, dataset->organisation)));
  return SeenDraft{*std::move(draft), *std::move(dataset)};
}

base::Result<identity::Principal> RequirePublisher(Transaction& transaction,
                                                   const identity::Principal& actor,
                                                   const DatasetRow& dataset) {
  TRY(identity::RequireSight(KindOf(dataset), SideOf(actor, dataset.organisation)));
  auto now = TRY(identity::CurrentPrincipal(transaction, actor));
  if (now.scopes.Has(identity::Scope::kPublish) &&
      now.Holds(identity::Role::kPublisher, dataset.organisation)) {
    return now;
  }
  return base::Fail(ErrorCode::kForbidden, "Only publishers of the owner may do this", {},
                    "Ask a publisher of the organisation, or use a token with scope publish.");
}

base::Result<void> CheckLine(std::string_view text, std::string_view field, std::size_t min_bytes,
                             std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return base::Fail(ErrorCode::kTooLarge, "The text is too long", std::string(field),
                      base::Format("Write at most {} bytes.", max_bytes));
  }
  if (text.size() < min_bytes || !base::IsUtf8(text) || std::ranges::any_of(text, IsControl)) {
    return base::Fail(ErrorCode::kInvalid, "The text is empty or not one line of plain text",
                      std::string(field));
  }
  return {};
}

}  // namespace catalogue::internal
