// Datasets and their versions.
#include "api/call.h"
#include "api/catalogue_json.h"
#include "api/route_table.h"
#include "base/bytes.h"
#include "base/format.h"

namespace api {
namespace {

using base::Format;
using base::Json;
using catalogue::Dataset;
using catalogue::DatasetVisibility;
using http::Method;

constexpr TextRule kTitleRule{1, catalogue::kMaxTitleBytes, TextForm::kPlain};
constexpr TextRule kDescriptionRule{1, catalogue::kMaxDescriptionBytes, TextForm::kPlain};
constexpr TextRule kNoteRule{0, catalogue::kMaxNoteBytes, TextForm::kPlain};
constexpr TextRule kShortNameRule{1, catalogue::kMaxShortNameBytes, TextForm::kCode};

JsonSchema VisibilitySchema() {
  return JsonSchema::Word("Whether everybody may see the record, or its owner's body alone.",
                          {"public", "private"});
}

DatasetVisibility VisibilityOf(std::string_view word) {
  return word == "private" ? DatasetVisibility::kPrivate : DatasetVisibility::kPublic;
}

// Total and items are of the same asker: what one may not know of is not counted either.
base::Result<Answer> ListDatasets(const Services& services, const Call& call) {
  const catalogue::Asker asker = TRY(AuthenticateIfShown(services, call));
  const auto page = TRY(services.catalogue.ListDatasets(
      asker, {.title_part = std::string(call.Query("title").value_or("")),
              .cursor = std::string(call.Query("cursor").value_or("")),
              .limit = std::min(PageItems(call), catalogue::kMaxDatasetsPerPage)}));
  Json::Items items;
  for (const Dataset& each : page.datasets) items.push_back(DatasetJson(each));
  return Answer{
      .body = Json::Object({{"items", Json::Array(std::move(items))},
                            {"total", page.total},
                            {"next", page.next_cursor.empty() ? Json() : Json(page.next_cursor)}})};
}

// The dataset belongs to the asker's own organisation; there is no way to name another.
base::Result<Answer> CreateDataset(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const std::string location = "/api/v1/datasets/";
  return Once(services, call, actor, 201, location,
              [&](const identity::Along& along) -> base::Result<Answer> {
                const Dataset made = TRY(services.catalogue.CreateDataset(
                    actor,
                    {.short_name = call.Text("short_name"),
                     .title = call.Text("title"),
                     .description = call.Text("description"),
                     .visibility = VisibilityOf(call.Text("visibility")),
                     .licence = call.OptionalText("licence").value_or(""),
                     .frequency = call.OptionalText("frequency").value_or("")},
                    along));
                return Answer{.body = DatasetJson(made),
                              .location = location + made.id.Text(),
                              .etag = Format("{}", made.revision)};
              });
}

base::Result<Answer> GetDataset(const Services& services, const Call& call) {
  const catalogue::Asker asker = TRY(AuthenticateIfShown(services, call));
  const Dataset found = TRY(PlaceDataset(services, call, asker));
  return Answer{.body = DatasetJson(found), .etag = Format("{}", found.revision)};
}

// The state that the change was made from comes before anything is looked up, so that 428 says
// nothing of what there is.
base::Result<Answer> EditDataset(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const std::uint64_t revision = TRY(RequireRevision(call));
  const Dataset found = TRY(PlaceDataset(services, call, actor));
  catalogue::DatasetEdit edit{.title = call.OptionalText("title"),
                              .description = call.OptionalText("description"),
                              .visibility = {},
                              .licence = call.OptionalText("licence"),
                              .frequency = call.OptionalText("frequency")};
  if (const auto word = call.OptionalText("visibility")) edit.visibility = VisibilityOf(*word);
  return Once(services, call, actor, 200, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                const Dataset edited =
                    TRY(services.catalogue.EditDataset(actor, found.id, revision, edit, along));
                return Answer{.body = DatasetJson(edited), .etag = Format("{}", edited.revision)};
              });
}

// The cursor is the number of the last version shown: versions never go, so it stays right.
base::Result<Answer> ListVersions(const Services& services, const Call& call) {
  const catalogue::Asker asker = TRY(AuthenticateIfShown(services, call));
  const Dataset found = TRY(PlaceDataset(services, call, asker));
  const std::size_t limit = std::min(PageItems(call), catalogue::kMaxVersionsPerPage);
  const std::uint64_t before = base::ParseDecimal(call.Query("cursor").value_or("0")).value_or(0);
  const auto versions = TRY(services.catalogue.ListVersions(asker, found.id, before, limit));
  Json::Items items;
  for (const auto& each : versions) items.push_back(VersionSummaryJson(each));
  const bool has_more = versions.size() == limit && versions.back().number > 1;
  const Json next = has_more ? Json(Format("{}", versions.back().number)) : Json();
  return Answer{.body = Json::Object({{"items", Json::Array(std::move(items))}, {"next", next}})};
}

base::Result<Answer> GetVersion(const Services& services, const Call& call) {
  const catalogue::Asker asker = TRY(AuthenticateIfShown(services, call));
  const Dataset found = TRY(PlaceDataset(services, call, asker));
  const auto number = base::ParseDecimal(call.places.at(1));
  if (!number) return identity::Absent();
  return Answer{.body = VersionJson(TRY(services.catalogue.FindVersion(asker, found.id, *number)))};
}

Route ListDatasetsRoute() {
  const JsonSchema page = JsonSchema::Object(
      "Datasets by title.",
      {{"items", JsonSchema::Array("This page.", DatasetSchema(), kMaxPageItems)},
       {"total", JsonSchema::Integer("Of all pages.", 0, kMaxSafeInteger)},
       {"next", JsonSchema::Text("The cursor of the next page; null after the last one.",
                                 {1, catalogue::kMaxCursorBytes, TextForm::kVisible})
                    .OrNull()}});
  return {
      Method::kGet,
      "/api/v1/datasets",
      "listDatasets",
      "The datasets that the asker may know of, by title.",
      Asker::kAnybodyKnown,
      {{"title", JsonSchema::Text("Part of the title, whatever its case and accents.",
                                  {0, catalogue::kMaxFilterBytes, TextForm::kPlain})},
       {"limit", JsonSchema::Integer("How many items a page has; 50 when left out, at most 100.", 1,
                                     kMaxPageItems)},
       {"cursor", JsonSchema::Text("`next` of the page before.",
                                   {1, catalogue::kMaxCursorBytes, TextForm::kVisible})}},
      NoBody{},
      {200, JsonReply{page}},
      ListDatasets};
}

Route CreateDatasetRoute() {
  return {Method::kPost,
          "/api/v1/datasets",
          "createDataset",
          "Makes a dataset of one's own organisation, for its publishers. Nobody else may know of "
          "it before a version is published.",
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Object(
              "A new dataset; docs/formats/dataset.md.",
              {{"short_name", JsonSchema::Text("Words of a-z and 0-9 with hyphens; its table in "
                                               "SQL, with _ for -.",
                                               kShortNameRule)},
               {"title", JsonSchema::Text("Its title.", kTitleRule)},
               {"description", JsonSchema::Text("One sentence.", kDescriptionRule)},
               {"visibility", VisibilitySchema()},
               {"licence", JsonSchema::Text("In plain words.", kNoteRule).OrNull(), false},
               {"frequency", JsonSchema::Text("In plain words.", kNoteRule).OrNull(), false}})},
          {201, JsonReply{DatasetSchema()}},
          CreateDataset};
}

Route EditDatasetRoute() {
  return {Method::kPatch,
          "/api/v1/datasets/{dataset}",
          "editDataset",
          "Changes the record; If-Match names the ETag that the change was made from. What is "
          "left out stays.",
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Object(
              "What changes.",
              {{"title", JsonSchema::Text("Its title.", kTitleRule), false},
               {"description", JsonSchema::Text("One sentence.", kDescriptionRule), false},
               {"visibility", VisibilitySchema(), false},
               {"licence", JsonSchema::Text("In plain words.", kNoteRule), false},
               {"frequency", JsonSchema::Text("In plain words.", kNoteRule), false}})},
          {200, JsonReply{DatasetSchema()}},
          EditDataset};
}

}  // namespace

std::vector<Route> DatasetRoutes() {
  return {ListDatasetsRoute(),
          CreateDatasetRoute(),
          {Method::kGet,
           "/api/v1/datasets/{dataset}",
           "getDataset",
           "One dataset, by its id or its slug.",
           Asker::kAnybodyKnown,
           {},
           NoBody{},
           {200, JsonReply{DatasetSchema()}},
           GetDataset},
          EditDatasetRoute(),
          {Method::kGet,
           "/api/v1/datasets/{dataset}/versions",
           "listVersions",
           "The versions of a dataset, the newest first.",
           Asker::kAnybodyKnown,
           PageQuery(),
           NoBody{},
           {200, JsonReply{PageSchema("Versions.", VersionSummarySchema())}},
           ListVersions},
          {Method::kGet,
           "/api/v1/datasets/{dataset}/versions/{number}",
           "getVersion",
           "One version: its schema and its profile, which has no value of a personal column.",
           Asker::kAnybodyKnown,
           {},
           NoBody{},
           {200, JsonReply{VersionSchema()}},
           GetVersion}};
}

}  // namespace api
