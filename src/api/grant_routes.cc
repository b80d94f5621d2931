// Roles: given, seen and withdrawn.
#include <algorithm>

#include "api/call.h"
#include "api/route_table.h"

namespace api {
namespace {

using base::Json;
using http::Method;
using identity::GrantId;
using identity::GrantRecord;
using identity::OrganisationId;

JsonSchema RoleSchema() {
  std::vector<std::string> codes;
  for (const identity::RoleRow& row : identity::RoleTable()) codes.emplace_back(row.code.view());
  return JsonSchema::Word("The role.", std::move(codes));
}

JsonSchema PlaceSchema() {
  return JsonSchema::Id("The organisation at which it is held; null: the platform.").OrNull();
}

JsonSchema GrantSchema() {
  constexpr std::int64_t kMaxIndex = (std::int64_t{1} << 53) - 1;
  return JsonSchema::Object(
      "A role that was given.",
      {{"id", JsonSchema::Id("Its id.")},
       {"subject", JsonSchema::Id("The person or machine that has it.")},
       {"organisation", PlaceSchema()},
       {"role", RoleSchema()},
       {"state", JsonSchema::Word("Whether it counts: from the moment its entry is in the log, "
                                  "until it is withdrawn.",
                                  {"pending", "active", "withdrawn"})},
       {"entry", JsonSchema::Integer("Its entry in the register log; null while it is pending.", 0,
                                     kMaxIndex)
                     .OrNull()}});
}

std::string_view StateOf(identity::Standing standing) {
  switch (standing) {
    case identity::Standing::kPending:
      return "pending";
    case identity::Standing::kActive:
      return "active";
    case identity::Standing::kWithdrawn:
      break;
  }
  return "withdrawn";
}

Json GrantJson(const GrantRecord& each) {
  return Json::Object(
      {{"id", each.id.Text()},
       {"subject", each.subject.Text()},
       {"organisation", each.organisation ? Json(each.organisation->Text()) : Json()},
       {"role", identity::RowOf(each.role).code.view()},
       {"state", StateOf(each.standing)},
       {"entry", each.leaf_index ? Json(*each.leaf_index) : Json()}});
}

// No organisation means the platform, in bodies (null) and in queries (left out) alike.
base::Result<std::optional<OrganisationId>> PlaceOf(const std::optional<std::string>& text) {
  if (!text) return std::optional<OrganisationId>{};
  return std::optional(TRY(ParsedId<OrganisationId>(*text)));
}

base::Result<Answer> ListGrants(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto given = call.Query("organisation");
  const auto at = TRY(PlaceOf(given ? std::optional<std::string>(*given) : std::nullopt));
  auto all = TRY(services.directory.ListGrants(actor, at));
  std::ranges::sort(all, {}, &GrantRecord::id);
  return Answer{.body = PageOf<GrantRecord>(
                    call, all, [](const GrantRecord& each) { return each.id.Text(); }, GrantJson)};
}

// The role is read again for the answer, which so holds the number of its entry.
base::Result<Answer> CreateGrant(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto subject = TRY(ParsedId<identity::SubjectId>(call.Text("subject")));
  const auto role = identity::ParseRole(call.Text("role"));
  if (!role) return identity::Absent();
  const identity::RoleAt at{*role, TRY(PlaceOf(call.OptionalText("organisation")))};
  const std::string location = "/api/v1/grants/";
  return Once(services, call, actor, 201, location,
              [&](const identity::Along& along) -> base::Result<Answer> {
                const auto id = TRY(services.directory.Grant(actor, subject, at, along));
                return Answer{.body = GrantJson(TRY(services.directory.FindGrant(actor, id))),
                              .location = location + id.Text()};
              });
}

base::Result<Answer> GetGrant(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<GrantId>(call, 0));
  return Answer{.body = GrantJson(TRY(services.directory.FindGrant(actor, id)))};
}

// The row stays: who had which role when is part of the account that is given of it.
base::Result<Answer> WithdrawGrant(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<GrantId>(call, 0));
  return Once(services, call, actor, 204, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                TRY(services.directory.WithdrawGrant(actor, id, along));
                return Answer{};
              });
}

Route CreateGrantRoute() {
  return {
      Method::kPost,
      "/api/v1/grants",
      "createGrant",
      "Gives a role. It counts once its entry is in the register log, which it is when this "
      "answers.",
      Asker::kBearer,
      {},
      JsonBody{JsonSchema::Object("The role to give.", {{"subject", JsonSchema::Id("Who gets it.")},
                                                        {"role", RoleSchema()},
                                                        {"organisation", PlaceSchema()}})},
      {201, JsonReply{GrantSchema()}},
      CreateGrant};
}

}  // namespace

std::vector<Route> GrantRoutes() {
  return {{Method::kGet,
           "/api/v1/grants",
           "listGrants",
           "Every role at an organisation, the withdrawn ones too, for its administrators.",
           Asker::kBearer,
           PageQuery({{"organisation", JsonSchema::Id("The platform when left out.")}}),
           NoBody{},
           {200, JsonReply{PageSchema("Roles by id.", GrantSchema())}},
           ListGrants},
          CreateGrantRoute(),
          {Method::kGet,
           "/api/v1/grants/{id}",
           "getGrant",
           "One role, for those who administer it.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{GrantSchema()}},
           GetGrant},
          {Method::kDelete,
           "/api/v1/grants/{id}",
           "withdrawGrant",
           "Withdraws a role at once; the withdrawal is an entry of the register log.",
           Asker::kBearer,
           {},
           NoBody{},
           {204, NoReply{}},
           WithdrawGrant}};
}

}  // namespace api
