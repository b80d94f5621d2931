#include "api/catalogue_json.h"

#include <utility>

#include "base/bytes.h"
#include "base/format.h"

namespace api {
namespace {

using base::Json;
using catalogue::DatasetId;

constexpr std::size_t kMaxTreatments = 8;
constexpr std::size_t kMaxSuspended = 10'000;
constexpr TextRule kDigestRule{64, 64, TextForm::kCode};
constexpr TextRule kSlugRule{1, 64, TextForm::kCode};
constexpr TextRule kColumnRule{1, catalogue::kMaxColumnNameBytes};

JsonSchema Count(const std::string& description) {
  return JsonSchema::Integer(description, 0, kMaxSafeInteger);
}

JsonSchema Names(const std::string& description) {
  return JsonSchema::Array(description, JsonSchema::Text("The name of a column.", kColumnRule),
                           2 * catalogue::kMaxSchemaColumns);
}

// Names of columns come from strangers' files.
Json TextArray(const std::vector<std::string>& texts) {
  Json::Items items;
  for (const std::string& each : texts) items.push_back(Json::Repaired(each));
  return Json::Array(std::move(items));
}

// docs/formats/schema.md
JsonSchema ColumnsSchema() {
  const JsonSchema word = JsonSchema::Text("A word of a closed list.", {1, 64});
  return JsonSchema::Array(
      "The columns in order; docs/formats/schema.md.",
      JsonSchema::Object(
          "A column.",
          {{"name", JsonSchema::Text("As in the data.", kColumnRule)},
           {"title", JsonSchema::Text("In plain words.", {0, catalogue::kMaxColumnTitleBytes})},
           {"type", word},
           {"meaning", word},
           {"class", word},
           {"confirmed", JsonSchema::Bool("Whether a person confirmed the class.")},
           {"identifies", JsonSchema::Bool("Whether it singles out a person or a home.")},
           {"treatments",
            JsonSchema::Array("The forms in which it may be given.", word, kMaxTreatments)}}),
      catalogue::kMaxSchemaColumns);
}

// Names alone: which types a column had and has stands in the versions themselves.
JsonSchema ChangeSchema() {
  return JsonSchema::Object("What differs from the version before.",
                            {{"removed", Names("Columns that went.")},
                             {"retyped", Names("Columns of another type.")},
                             {"added", Names("New columns.")}});
}

Json ChangeJson(const catalogue::SchemaChange& change) {
  Json::Items retyped;
  for (const auto& each : change.retyped) retyped.push_back(Json::Repaired(each.name));
  return Json::Object({{"removed", TextArray(change.removed)},
                       {"retyped", Json::Array(std::move(retyped))},
                       {"added", TextArray(change.added)}});
}

}  // namespace

base::Result<catalogue::Dataset> PlaceDataset(const Services& services, const Call& call,
                                              const catalogue::Asker& asker) {
  const std::string& place = call.places.at(0);
  if (const auto id = DatasetId::Parse(place)) return services.catalogue.FindDataset(asker, *id);
  return services.catalogue.FindDatasetBySlug(asker, place);
}

base::Result<std::uint64_t> RequireRevision(const Call& call) {
  const auto header = call.request.headers.Find("If-Match");
  if (!header) {
    return base::Fail(base::ErrorCode::kUnconditional,
                      "The change does not say which state it is of", "If-Match");
  }
  std::string_view text = *header;
  const bool is_quoted = text.size() > 2 && text.starts_with('"') && text.ends_with('"');
  const auto revision =
      is_quoted ? base::ParseDecimal(text.substr(1, text.size() - 2)) : std::nullopt;
  if (!revision) {
    return base::Fail(base::ErrorCode::kStale, "This is no ETag of what is to be changed",
                      "If-Match");
  }
  return *revision;
}

JsonSchema VersionSummarySchema() {
  return JsonSchema::Object(
      "A version of a dataset. It never changes.",
      {{"number", Count("From 1.")},
       {"rows", Count("How many rows it has.")},
       {"columns", Count("How many columns.")},
       {"bytes", Count("Of its data file.")},
       {"data_digest", JsonSchema::Text("SHA-256 of its data file.", kDigestRule)},
       {"schema_digest", JsonSchema::Text("SHA-256 of its schema.", kDigestRule)},
       {"published", JsonSchema::Instant("When it was published.")},
       {"entry", Count("Its entry in the register log.")}});
}

Json VersionSummaryJson(const catalogue::VersionSummary& version) {
  return Json::Object({{"number", version.number},
                       {"rows", version.rows},
                       {"columns", version.columns},
                       {"bytes", version.bytes},
                       {"data_digest", version.data_digest.Hex()},
                       {"schema_digest", version.schema_digest.Hex()},
                       {"published", version.published.Text()},
                       {"entry", version.leaf_index}});
}

JsonSchema DatasetSchema() {
  const JsonSchema note =
      JsonSchema::Text("In plain words; may be empty.", {0, catalogue::kMaxNoteBytes});
  return JsonSchema::Object(
      "A dataset.",
      {{"id", JsonSchema::Id("Its id.")},
       {"slug", JsonSchema::Text("Its name in addresses and in the log.", kSlugRule)},
       {"short_name", JsonSchema::Text("Its name in SQL, with _ for -.", kSlugRule)},
       {"title", JsonSchema::Text("Its title.", {1, catalogue::kMaxTitleBytes})},
       {"description", JsonSchema::Text("One sentence.", {1, catalogue::kMaxDescriptionBytes})},
       {"organisation",
        JsonSchema::Object("Its owner.", {{"id", JsonSchema::Id("Its id.")},
                                          {"slug", JsonSchema::Text("Its slug.", kSlugRule)},
                                          {"name", JsonSchema::Text("Its name.", {1, 200})}})},
       {"visibility", JsonSchema::Word("Who may see the record.", {"public", "private"})},
       {"licence", note},
       {"frequency", note},
       {"revision", Count("Counts changes; the ETag.")},
       {"created", JsonSchema::Instant("When it was made.")},
       {"changed", JsonSchema::Instant("When the record changed last.")},
       {"latest", VersionSummarySchema().OrNull()}});
}

Json DatasetJson(const catalogue::Dataset& dataset) {
  const bool is_private = dataset.visibility == catalogue::DatasetVisibility::kPrivate;
  return Json::Object({{"id", dataset.id.Text()},
                       {"slug", dataset.slug},
                       {"short_name", dataset.short_name},
                       {"title", dataset.title},
                       {"description", dataset.description},
                       {"organisation", Json::Object({{"id", dataset.organisation.Text()},
                                                      {"slug", dataset.organisation_slug},
                                                      {"name", dataset.organisation_name}})},
                       {"visibility", is_private ? "private" : "public"},
                       {"licence", dataset.licence},
                       {"frequency", dataset.frequency},
                       {"revision", dataset.revision},
                       {"created", dataset.created.Text()},
                       {"changed", dataset.changed.Text()},
                       {"latest", dataset.latest ? VersionSummaryJson(*dataset.latest) : Json()}});
}

JsonSchema VersionSchema() {
  return JsonSchema::Object(
      "A version with its schema and profile.",
      {{"summary", VersionSummarySchema()},
       {"columns", ColumnsSchema()},
       {"key", JsonSchema::Document("A column whose values are all different, and how they are "
                                    "normalised; null: none is stated.")
                   .OrNull()},
       {"profile", JsonSchema::Array("What is known of each column's values.",
                                     JsonSchema::Document("docs/formats/dataset.md."),
                                     catalogue::kMaxSchemaColumns)}});
}

Json VersionJson(const catalogue::Version& version) {
  Json key;
  if (version.key) {
    key = Json::Object(
        {{"column", Json::Repaired(version.key->column)},
         {"normalisation", catalogue::KeyNormalisationName(version.key->normalisation)}});
  }
  return Json::Object({{"summary", VersionSummaryJson(version.summary)},
                       {"columns", catalogue::SchemaJson(version.schema)},
                       {"key", std::move(key)},
                       {"profile", version.profile}});
}

JsonSchema DraftSummarySchema() {
  return JsonSchema::Object(
      "An upload.",
      {{"id", JsonSchema::Id("Its id.")},
       {"created", JsonSchema::Instant("When it was uploaded.")},
       {"expires", JsonSchema::Instant("When it is removed.")},
       {"bytes", Count("Of the file.")},
       {"published_version", Count("The version that it became; null: not published.").OrNull()}});
}

Json DraftSummaryJson(const catalogue::DraftSummary& draft) {
  return Json::Object(
      {{"id", draft.id.Text()},
       {"created", draft.created.Text()},
       {"expires", draft.expires.Text()},
       {"bytes", draft.bytes},
       {"published_version", draft.published_version ? Json(*draft.published_version) : Json()}});
}

JsonSchema DraftSchema() {
  return JsonSchema::Object(
      "An upload with what was found.",
      {{"summary", DraftSummarySchema()},
       {"dataset", JsonSchema::Id("The dataset that it is for.")},
       {"report", JsonSchema::Document("What the worker found; docs/formats/draft.md.")},
       {"proposal", ColumnsSchema()},
       {"previous_version",
        Count("The version it is compared with; null: it is the first.").OrNull()},
       {"change", ChangeSchema()}});
}

Json DraftJson(const catalogue::Draft& draft) {
  return Json::Object(
      {{"summary", DraftSummaryJson(draft.summary)},
       {"dataset", draft.dataset.Text()},
       {"report", draft.report},
       {"proposal", catalogue::SchemaJson(draft.proposal)},
       {"previous_version", draft.previous_version ? Json(*draft.previous_version) : Json()},
       {"change", ChangeJson(draft.change)}});
}

JsonSchema PublishedSchema() {
  return JsonSchema::Object(
      "What was published.",
      {{"summary", VersionSummarySchema()},
       {"change", ChangeSchema()},
       {"suspended",
        JsonSchema::Array("Agreements that were suspended for want of a column.",
                          JsonSchema::Text("A public number.", {1, 32}), kMaxSuspended)}});
}

Json PublishedJson(const catalogue::PublishedVersion& published) {
  Json::Items suspended;
  for (const auto& each : published.suspended) suspended.emplace_back(each.agreement);
  return Json::Object({{"summary", VersionSummaryJson(published.summary)},
                       {"change", ChangeJson(published.change)},
                       {"suspended", Json::Array(std::move(suspended))}});
}

}  // namespace api
