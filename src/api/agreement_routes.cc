// Agreements: public from the owner's approval on, and acted on by their two bodies.
#include <algorithm>

#include "agreements/agreements.h"
#include "api/call.h"
#include "api/route_table.h"

namespace api {
namespace {

using agreements::Agreement;
using agreements::Agreements;
using base::Json;
using http::Method;
using identity::Principal;

constexpr TextRule kWordsRule{0, agreements::kMaxWordsCharacters};
constexpr TextRule kCodeRule{1, 64, TextForm::kCode};

JsonSchema AgreementSchema() {
  return JsonSchema::Document("An agreement; docs/formats/agreement.md.");
}

Answer AnswerOf(const Agreement& agreement) {
  return Answer{.body = agreements::AgreementJson(agreement)};
}

base::Result<Answer> ListAgreements(const Services& services, const Call& call) {
  const auto reader = TRY(AuthenticateIfShown(services, call));
  agreements::AgreementQuery query{
      .cursor = std::string(call.Query("cursor").value_or("")),
      .limit = std::min(PageItems(call), agreements::kMaxAgreementsPerPage)};
  if (const auto state = call.Query("state")) query.state = agreements::ParseAgreementState(*state);
  if (const auto party = call.Query("party")) {
    query.party = TRY(ParsedId<identity::OrganisationId>(*party));
  }
  const auto page = TRY(services.agreements.List(reader, query));
  Json::Items items;
  for (const Agreement& each : page.agreements) items.push_back(agreements::AgreementJson(each));
  const Json next = page.next_cursor.empty() ? Json() : Json(page.next_cursor);
  return Answer{.body = Json::Object({{"items", Json::Array(std::move(items))}, {"next", next}})};
}

base::Result<Answer> GetAgreement(const Services& services, const Call& call) {
  const auto reader = TRY(AuthenticateIfShown(services, call));
  return AnswerOf(TRY(services.agreements.Find(reader, call.places.front())));
}

base::Result<Answer> Countersign(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  return Once(
      services, call, actor, 200, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        return AnswerOf(TRY(services.agreements.Countersign(actor, call.places.front(), along)));
      });
}

// The reason is a word of a list and stands in the leaf; the words stand beside the log.
base::Result<agreements::Decision> DecisionIn(const Call& call) {
  const auto reason = agreements::ParseReason(call.Text("reason"));
  if (!reason) {
    return base::Fail(base::ErrorCode::kInvalid, "There is no reason of this name", "/reason",
                      "Use one of the lists in docs/formats/agreement.md.");
  }
  return agreements::Decision{*reason, call.OptionalText("words").value_or("")};
}

using Act = base::Result<Agreement> (Agreements::*)(const Principal&, std::string_view,
                                                    const agreements::Decision&,
                                                    const identity::Along&);

template <Act kAct>
base::Result<Answer> Change(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const auto decision = TRY(DecisionIn(call));
  return Once(services, call, actor, 200, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                return AnswerOf(
                    TRY((services.agreements.*kAct)(actor, call.places.front(), decision, along)));
              });
}

base::Result<Answer> Resume(const Services& services, const Call& call) {
  const Principal actor = TRY(Authenticate(services, call));
  const auto decision = TRY(DecisionIn(call));
  std::optional<base::CivilDay> next_review;
  if (const auto day = call.OptionalText("next_review")) {
    next_review = base::ParseCivilDay(*day);
    if (!next_review) {
      return base::Fail(base::ErrorCode::kInvalid, "This is no day", "/next_review",
                        "Write it as 2027-03-22.");
    }
  }
  return Once(
      services, call, actor, 200, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        return AnswerOf(TRY(
            services.agreements.Resume(actor, call.places.front(), decision, next_review, along)));
      });
}

// What stands beside the log, for a digest that a leaf holds.
base::Result<Answer> GetText(const Services& services, const Call& call) {
  const auto bytes = base::HexDecode(call.places.front());
  const auto digest = bytes ? base::Digest::FromBytes(*bytes) : std::nullopt;
  if (!digest) return identity::Absent();
  const auto text = TRY(services.agreements.TextOf(*digest));
  const Json removed = text.removed_leaf_index ? Json(*text.removed_leaf_index) : Json();
  return Answer{.body = Json::Object({{"salt", base::HexEncode(text.salt)},
                                      {"text", Json::Repaired(text.text)},
                                      {"removed", text.is_removed},
                                      {"removed_by_entry", removed}})};
}

Route ActRoute(const std::string& act, const std::string& summary, RouteHandler handler) {
  std::vector<JsonSchema::Member> members = {
      {"reason", JsonSchema::Text("A word of the list for this act.", kCodeRule)},
      {"words", JsonSchema::Text("In words; they become public.", kWordsRule), false}};
  if (act == "resume") {
    members.push_back({"next_review",
                       JsonSchema::Text("The next day of review, where the old one is over.",
                                        {10, 10, TextForm::kVisible}),
                       false});
  }
  return {Method::kPost,
          "/api/v1/agreements/{no}/" + act,
          act + "Agreement",
          summary,
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Object("Why.", std::move(members))},
          {200, JsonReply{AgreementSchema()}},
          handler};
}

std::vector<Route> ActRoutes() {
  return {ActRoute("decline", "The recipient does not sign.", Change<&Agreements::Decline>),
          ActRoute("suspend", "The owner, or an administrator of the platform, pauses it at once.",
                   Change<&Agreements::Suspend>),
          ActRoute("resume", "The owner lets data flow again.", Resume),
          ActRoute("revoke", "The owner stops it for good: what streams ends within a second.",
                   Change<&Agreements::Revoke>),
          ActRoute("close", "The recipient ends it for good.", Change<&Agreements::Close>)};
}

Route ListAgreementsRoute() {
  std::vector<std::string> states;
  for (std::size_t i = 0; i < agreements::kAgreementStates; ++i) {
    states.emplace_back(agreements::CodeOf(static_cast<agreements::AgreementState>(i)).view());
  }
  return {Method::kGet,
          "/api/v1/agreements",
          "listAgreements",
          "The public register of agreements, the latest approval first.",
          Asker::kAnybodyKnown,
          PageQuery({{"state", JsonSchema::Word("Only in this state.", std::move(states))},
                     {"party", JsonSchema::Id("Only those of this organisation.")}}),
          NoBody{},
          {200, JsonReply{PageSchema("Agreements.", AgreementSchema())}},
          ListAgreements};
}

}  // namespace

std::vector<Route> AgreementRoutes() {
  std::vector<Route> routes = {
      ListAgreementsRoute(),
      {Method::kGet,
       "/api/v1/agreements/{no}",
       "getAgreement",
       "One agreement: the public entry for everybody, its terms for its two bodies.",
       Asker::kAnybodyKnown,
       {},
       NoBody{},
       {200, JsonReply{AgreementSchema()}},
       GetAgreement},
      {Method::kPost,
       "/api/v1/agreements/{no}/countersign",
       "countersignAgreement",
       "An approver of the recipient who never edited the request signs: it is in force once its "
       "entry is in the log.",
       Asker::kBearer,
       {},
       NoBody{},
       {200, JsonReply{AgreementSchema()}},
       Countersign},
      {Method::kGet,
       "/log/texts/{digest}",
       "getText",
       "The text and salt behind a digest that a leaf holds.",
       Asker::kAnybody,
       {},
       NoBody{},
       {200, JsonReply{JsonSchema::Document("salt, text, removed, removed_by_entry.")}},
       GetText}};
  std::ranges::move(ActRoutes(), std::back_inserter(routes));
  return routes;
}

}  // namespace api
