// Signing in, signing out, and the first password.
#include "api/call.h"
#include "api/route_table.h"
#include "http/remote_network.h"
#include "identity/secrets.h"

namespace api {
namespace {

using base::Json;
using http::Method;

constexpr std::size_t kMaxEmailCharacters = 254;
constexpr std::size_t kMaxPasswordCharacters = 1'024;
constexpr std::size_t kMaxSecretCharacters = 64;

JsonSchema RoleHeldSchema() {
  return JsonSchema::Object(
      "A role and where it is held.",
      {{"role", JsonSchema::Word("The role.", {"administrator", "publisher", "approver", "explorer",
                                               "auditor"})},
       {"organisation", JsonSchema::Id("The organisation; null: the platform.").OrNull()}});
}

JsonSchema PrincipalSchema() {
  constexpr std::size_t kMaxScopes = 7;
  return JsonSchema::Object(
      "Who asks, as the server knows it at this moment.",
      {{"id", JsonSchema::Id("The person or machine.")},
       {"kind", JsonSchema::Word("What it is.", {"person", "machine"})},
       {"organisation", JsonSchema::Id("Where it belongs.")},
       {"organisation_slug", JsonSchema::Text("The same as a word.", {.min = 1, .max = 64})},
       {"roles", JsonSchema::Array("The roles that count.", RoleHeldSchema(),
                                   identity::kMaxRolesPerSubject)},
       {"scopes",
        JsonSchema::Array("The acts that this token or session allows.",
                          JsonSchema::Text("A scope.", {.min = 1, .max = 32}), kMaxScopes)}});
}

Json PrincipalJson(const identity::Principal& principal) {
  Json::Items roles;
  for (const identity::RoleAt& each : principal.roles) {
    roles.push_back(Json::Object(
        {{"role", identity::RowOf(each.role).code.view()},
         {"organisation", each.organisation ? Json(each.organisation->Text()) : Json()}}));
  }
  Json::Items scopes;
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    const auto scope = static_cast<identity::Scope>(i);
    if (principal.scopes.Has(scope)) scopes.emplace_back(identity::CodeOf(scope));
  }
  const bool is_machine = principal.kind == identity::SubjectKind::kMachine;
  return Json::Object({{"id", principal.id.Text()},
                       {"kind", is_machine ? "machine" : "person"},
                       {"organisation", principal.organisation.Text()},
                       {"organisation_slug", principal.organisation_slug},
                       {"roles", Json::Array(std::move(roles))},
                       {"scopes", Json::Array(std::move(scopes))}});
}

// The one act that nobody is authenticated for before: it is how one is.
base::Result<Answer> CreateSession(const Services& services, const Call& call) {
  const std::string remote = http::RemoteNetwork(call.request.remote_address);
  const auto signed_in = TRY(services.directory.SignIn(
      {call.Text("email"), call.Text("password"), remote, std::string_view()}));
  return Answer{.body = Json::Object(
                    {{"session", signed_in.session_secret}, {"person", signed_in.person.Text()}}),
                .location = "/api/v1/sessions/current"};
}

base::Result<Answer> GetSession(const Services& services, const Call& call) {
  const auto principal = TRY(Authenticate(services, call));
  return Answer{.body = PrincipalJson(principal)};
}

base::Result<Answer> DeleteSession(const Services& services, const Call& call) {
  static_cast<void>(TRY(Authenticate(services, call)));
  const std::string_view secret = TRY(BearerOf(call.request));
  if (secret.starts_with(identity::kTokenPrefix)) {
    return base::Fail(base::ErrorCode::kInvalid, "A token is no session", "Authorization",
                      "Withdraw the token with DELETE /api/v1/tokens/{id}.");
  }
  TRY(services.directory.SignOut(secret));
  return Answer{};
}

base::Result<Answer> SetPassword(const Services& services, const Call& call) {
  TRY(services.directory.SetPassword(call.Text("link"), call.Text("password")));
  return Answer{};
}

Route CreateSessionRoute() {
  return {
      Method::kPost,
      "/api/v1/sessions",
      "createSession",
      "Signs a person in: the session's secret is the bearer of what follows. It ends after 30 "
      "minutes without use, and after 12 hours.",
      Asker::kAnybody,
      {},
      JsonBody{JsonSchema::Object(
          "Who signs in.",
          {{"email", JsonSchema::Text("The e-mail address of the account.",
                                      {.min = 1, .max = kMaxEmailCharacters})},
           {"password",
            JsonSchema::Text("Its password.", {.min = 1, .max = kMaxPasswordCharacters})}})},
      {201,
       JsonReply{JsonSchema::Object(
           "A session. Its secret is shown once.",
           {{"session", JsonSchema::Text("The bearer.", {.min = 1, .max = kMaxSecretCharacters})},
            {"person", JsonSchema::Id("Who signed in.")}})}},
      CreateSession};
}

Route SetPasswordRoute() {
  return {Method::kPost,
          "/api/v1/passwords",
          "setPassword",
          "Uses a one-time link up and sets the account's password; its sessions end.",
          Asker::kAnybody,
          {},
          JsonBody{JsonSchema::Object(
              "A link and the new password.",
              {{"link", JsonSchema::Text("The secret of the link.",
                                         {1, kMaxSecretCharacters, TextForm::kVisible})},
               {"password", JsonSchema::Text("At least 12 characters.",
                                             {.min = 12, .max = kMaxPasswordCharacters})}})},
          {204, NoReply{}},
          SetPassword};
}

}  // namespace

std::vector<Route> SessionRoutes() {
  return {CreateSessionRoute(),
          {Method::kGet,
           "/api/v1/sessions/current",
           "getSession",
           "Says who the bearer is, with roles and scopes.",
           Asker::kBearer,
           {},
           NoBody{},
           {200, JsonReply{PrincipalSchema()}},
           GetSession},
          {Method::kDelete,
           "/api/v1/sessions/current",
           "deleteSession",
           "Signs out: the session ends at once.",
           Asker::kBearer,
           {},
           NoBody{},
           {204, NoReply{}},
           DeleteSession},
          SetPasswordRoute()};
}

}  // namespace api
