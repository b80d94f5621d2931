// Requests: written, checked, sent and decided.
#include <algorithm>

#include "agreements/agreements.h"
#include "agreements/request_document.h"
#include "agreements/requests.h"
#include "api/call.h"
#include "api/catalogue_json.h"
#include "api/route_table.h"
#include "base/format.h"

namespace api {
namespace {

using agreements::Request;
using base::Format;
using base::Json;
using http::Method;
using identity::Principal;

constexpr TextRule kCommentRule{1, agreements::kMaxWordsCharacters};

JsonSchema RequestSchema() { return JsonSchema::Document("A request; docs/formats/request.md."); }

Answer AnswerOf(const Request& request) {
  return Answer{.body = agreements::RequestJson(request), .etag = Format("{}", request.revision)};
}

// --- the asking body
// ------------------------------------------------------------------------------

base::Result<Answer> ListRequests(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const std::string box(call.Query("box").value_or("sent-by-you"));
  agreements::RequestQuery query{
      .cursor = std::string(call.Query("cursor").value_or("")),
      .limit = std::min(PageItems(call), agreements::kMaxRequestsPerPage)};
  if (box == "waiting") query.box = agreements::RequestBox::kWaiting;
  if (box == "returned") query.box = agreements::RequestBox::kReturned;
  if (box == "sent-by-others") query.box = agreements::RequestBox::kSentByOthers;
  const auto page = TRY(services.requests.List(actor, query));
  Json::Items items;
  for (const Request& each : page.requests) items.push_back(agreements::RequestJson(each));
  const Json next = page.next_cursor.empty() ? Json() : Json(page.next_cursor);
  return Answer{.body = Json::Object({{"items", Json::Array(std::move(items))}, {"next", next}})};
}

base::Result<Answer> CreateRequest(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const std::string location = "/api/v1/requests/";
  return Once(services, call, actor, 201, location,
              [&](const identity::Along& along) -> base::Result<Answer> {
                const Request made = TRY(services.requests.Create(actor, call.body, along));
                Answer answer = AnswerOf(made);
                answer.location = location + made.number;
                return answer;
              });
}

base::Result<Answer> GetRequest(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  return AnswerOf(TRY(services.requests.Find(actor, call.places.front())));
}

base::Result<Answer> EditRequest(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const std::uint64_t revision = TRY(RequireRevision(call));
  return Once(
      services, call, actor, 200, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        return AnswerOf(
            TRY(services.requests.Edit(actor, call.places.front(), revision, call.body, along)));
      });
}

// Nothing changes but what the server remembers of the last check, so it may be sent again freely.
base::Result<Answer> CheckRequestByLaw(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const auto verdict = TRY(services.requests.Check(actor, call.places.front()));
  return Answer{.body = agreements::VerdictJson(verdict)};
}

// A step of the table of states: authenticate, name the revision, act.
using Step = base::Result<Request> (agreements::Requests::*)(const Principal&, std::string_view,
                                                             std::uint64_t, const identity::Along&);

template <Step kStep>
base::Result<Answer> TakeStep(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const std::uint64_t revision = TRY(RequireRevision(call));
  return Once(services, call, actor, 200, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                return AnswerOf(
                    TRY((services.requests.*kStep)(actor, call.places.front(), revision, along)));
              });
}

// --- the owner
// ------------------------------------------------------------------------------------

base::Result<agreements::Decision> DecisionOf(const Call& call) {
  const auto reason = agreements::ParseReason(call.OptionalText("reason").value_or("other"));
  if (!reason || !agreements::IsReasonFor(*reason, agreements::ReasonUse::kReject)) {
    return base::Fail(base::ErrorCode::kInvalid, "This is no reason for a rejection", "/reason",
                      "Use one of the list in docs/formats/request.md.");
  }
  return agreements::Decision{*reason, call.OptionalText("words").value_or("")};
}

base::Result<Answer> DecideRequest(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const std::uint64_t revision = TRY(RequireRevision(call));
  const std::string& number = call.places.front();
  return Once(
      services, call, actor, 200, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        if (call.Text("decision") == "reject") {
          const auto decision = TRY(DecisionOf(call));
          return AnswerOf(TRY(services.requests.Reject(actor, number, revision, decision, along)));
        }
        if (call.Text("decision") == "approve") {
          TRY(services.agreements.Approve(actor, number, revision,
                                          call.OptionalText("words").value_or(""), along));
          return AnswerOf(TRY(services.requests.Find(actor, number)));
        }
        const auto words = call.OptionalText("words");
        if (!words) {
          return base::Fail(base::ErrorCode::kInvalid,
                            "A request is returned with words that say what must change", "/words");
        }
        return AnswerOf(TRY(services.requests.Return(actor, number, revision, *words, along)));
      });
}

// --- the table
// ------------------------------------------------------------------------------------

Route StepRoute(const std::string& step, const std::string& operation, const std::string& summary,
                RouteHandler handler) {
  return {Method::kPost,  "/api/v1/requests/{no}/" + step,
          operation,      summary + " If-Match names the ETag that was seen.",
          Asker::kBearer, {},
          NoBody{},       {200, JsonReply{RequestSchema()}},
          handler};
}

Route ListRequestsRoute() {
  const JsonSchema box = JsonSchema::Word("Which list: sent-by-you when left out.",
                                          {"waiting", "returned", "sent-by-you", "sent-by-others"});
  return {
      Method::kGet,   "/api/v1/requests",
      "listRequests", "Requests of one's own body, or that wait for it, the latest change first.",
      Asker::kBearer, PageQuery({{"box", box}}),
      NoBody{},       {200, JsonReply{PageSchema("Requests.", RequestSchema())}},
      ListRequests};
}

Route DecideRoute() {
  return {
      Method::kPost,
      "/api/v1/requests/{no}/decision",
      "decideRequest",
      "Approves, returns or rejects a request that one has taken. Approval makes an agreement "
      "that awaits its signature; it and a rejection are entries of the register log, and their "
      "words become public.",
      Asker::kBearer,
      {},
      JsonBody{JsonSchema::Object(
          "The decision.",
          {{"decision", JsonSchema::Word("What becomes of it.", {"approve", "return", "reject"})},
           {"reason",
            JsonSchema::Text("Of a rejection, a word of the list.", {1, 64, TextForm::kCode}),
            false},
           {"words", JsonSchema::Text("Why, in words.", kCommentRule), false}})},
      {200, JsonReply{RequestSchema()}},
      DecideRequest};
}

// The document has a reader of its own, which says what is wrong by its JSON pointer.
JsonBody DocumentBody() {
  return {JsonSchema::Document("docs/formats/request.md."), agreements::kMaxRequestBytes};
}

Route CreateRequestRoute() {
  return {Method::kPost,   "/api/v1/requests",
          "createRequest", "Begins a request: a draft that one's own body sees alone.",
          Asker::kBearer,  {},
          DocumentBody(),  {201, JsonReply{RequestSchema()}},
          CreateRequest};
}

Route EditRequestRoute() {
  return {Method::kPut,
          "/api/v1/requests/{no}",
          "editRequest",
          "Replaces the document of a draft, or of a returned request. If-Match names the ETag.",
          Asker::kBearer,
          {},
          DocumentBody(),
          {200, JsonReply{RequestSchema()}},
          EditRequest};
}

std::vector<Route> StepRoutes() {
  using agreements::Requests;
  return {
      StepRoute("submit", "submitRequest", "Sends a request to the owner, unless a rule refuses.",
                TakeStep<&Requests::Submit>),
      StepRoute("withdraw", "withdrawRequest", "Takes a request back for good.",
                TakeStep<&Requests::Cancel>),
      StepRoute("take", "takeRequest", "An approver of the owner takes a request into review.",
                TakeStep<&Requests::Take>)};
}

}  // namespace

std::vector<Route> RequestRoutes() {
  std::vector<Route> routes = {
      ListRequestsRoute(),
      CreateRequestRoute(),
      {Method::kGet,
       "/api/v1/requests/{no}",
       "getRequest",
       "One request, for its two bodies.",
       Asker::kBearer,
       {},
       NoBody{},
       {200, JsonReply{RequestSchema()}},
       GetRequest},
      EditRequestRoute(),
      {Method::kPost,
       "/api/v1/requests/{no}/check",
       "checkRequest",
       "Checks the legal gateway: a sentence, a remedy and a citation for each rule.",
       Asker::kBearer,
       {},
       NoBody{},
       {200, JsonReply{JsonSchema::Document("A verdict; docs/formats/verdict.md.")}},
       CheckRequestByLaw},
      DecideRoute()};
  std::ranges::move(StepRoutes(), std::back_inserter(routes));
  return routes;
}

}  // namespace api
