// Uploading and publishing.
#include <algorithm>

#include "api/call.h"
#include "api/catalogue_json.h"
#include "api/route_table.h"
#include "base/format.h"

namespace api {
namespace {

using base::Json;
using catalogue::DraftId;
using http::Method;

constexpr std::uint64_t kMaxUploadBytes = 256ULL * 1024 * 1024;  // over HTTP, in one request
constexpr std::size_t kPieceBytes = 1024UL * 1024;
constexpr std::uint64_t kMaxConfirmationBytes = 4ULL * 1024 * 1024;

// The body is in memory once; it goes to the disk in pieces, and the worker reads it from there.
base::Result<Answer> UploadDraft(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto dataset = TRY(PlaceDataset(services, call, actor));
  const std::string location = "/api/v1/drafts/";
  return Once(
      services, call, actor, 201, location,
      [&](const identity::Along& along) -> base::Result<Answer> {
        auto upload = TRY(services.catalogue.BeginUpload(actor, dataset.id));
        std::string_view rest = call.request.body;
        for (; !rest.empty(); rest.remove_prefix(std::min(rest.size(), kPieceBytes))) {
          TRY(upload->Append(rest.substr(0, kPieceBytes)));
        }
        const auto draft = TRY(services.catalogue.FinishUpload(actor, std::move(upload), along));
        return Answer{.body = DraftJson(draft), .location = location + draft.summary.id.Text()};
      });
}

// At most some dozens are open for a dataset, so there is one page.
base::Result<Answer> ListDrafts(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto dataset = TRY(PlaceDataset(services, call, actor));
  Json::Items items;
  for (const auto& each : TRY(services.catalogue.ListDrafts(actor, dataset.id))) {
    items.push_back(DraftSummaryJson(each));
  }
  return Answer{.body = Json::Object({{"items", Json::Array(std::move(items))}, {"next", Json()}})};
}

base::Result<Answer> GetDraft(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<DraftId>(call, 0));
  return Answer{.body = DraftJson(TRY(services.catalogue.FindDraft(actor, id)))};
}

base::Result<Answer> WithdrawDraft(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<DraftId>(call, 0));
  return Once(services, call, actor, 204, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                TRY(services.catalogue.WithdrawDraft(actor, id, along));
                return Answer{};
              });
}

// The draft is looked up before the body is read: a stranger learns nothing from what is wrong with
// a confirmation.
base::Result<Answer> PublishDraft(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<DraftId>(call, 0));
  const auto draft = TRY(services.catalogue.FindDraft(actor, id));
  const auto confirmation = TRY(catalogue::ReadConfirmation(base::JsonItem(call.body, {})));
  const std::string location = base::Format("/api/v1/datasets/{}/versions/", draft.dataset.Text());
  return Once(services, call, actor, 201, location,
              [&](const identity::Along& along) -> base::Result<Answer> {
                const auto published =
                    TRY(services.catalogue.Publish(actor, id, confirmation, along));
                return Answer{.body = PublishedJson(published),
                              .location = location + base::Format("{}", published.summary.number)};
              });
}

Route UploadDraftRoute() {
  return {Method::kPost,
          "/api/v1/datasets/{dataset}/drafts",
          "uploadDraft",
          "Uploads a file. A worker reads every row of it; the answer says what it found and "
          "proposes a schema.",
          Asker::kBearer,
          {},
          BytesBody{{"text/csv", "application/vnd.apache.parquet", "application/octet-stream"},
                    kMaxUploadBytes},
          {201, JsonReply{DraftSchema()}},
          UploadDraft};
}

// The body is a document of its own: which columns it may name depends on the draft, so the domain
// checks it and says what is wrong by the name of the column.
Route PublishDraftRoute() {
  return {Method::kPost,
          "/api/v1/drafts/{id}/publish",
          "publishDraft",
          "Publishes an upload as the dataset's next version, whole or not at all; it is an entry "
          "of the register log.",
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Document("What the publisher confirms: docs/formats/dataset.md."),
                   kMaxConfirmationBytes},
          {201, JsonReply{PublishedSchema()}},
          PublishDraft};
}

}  // namespace

std::vector<Route> DraftRoutes() {
  return {UploadDraftRoute(),
          {Method::kGet,
           "/api/v1/datasets/{dataset}/drafts",
           "listDrafts",
           "The uploads of a dataset, the newest first.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{PageSchema("Drafts.", DraftSummarySchema())}},
           ListDrafts},
          {Method::kGet,
           "/api/v1/drafts/{id}",
           "getDraft",
           "One upload, with what was found.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{DraftSchema()}},
           GetDraft},
          {Method::kDelete,
           "/api/v1/drafts/{id}",
           "withdrawDraft",
           "Removes an upload that was not published.",
           Asker::kBearer,
           {},
           NoBody{},
           {204, NoReply{}},
           WithdrawDraft},
          PublishDraftRoute()};
}

}  // namespace api
