// Tokens: for machines, and for people's own programs.
#include <algorithm>

#include "api/call.h"
#include "api/route_table.h"
#include "base/check.h"

namespace api {
namespace {

using base::Json;
using http::Method;
using identity::SubjectId;
using identity::TokenId;
using identity::TokenRecord;

constexpr TextRule kNameRule{1, identity::kMaxNameBytes, TextForm::kPlain};
constexpr TextRule kSecretRule{1, 64, TextForm::kVisible};

JsonSchema ScopesSchema() {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    words.emplace_back(identity::CodeOf(static_cast<identity::Scope>(i)));
  }
  return JsonSchema::Array("The acts that it allows, as far as its owner's roles do.",
                           JsonSchema::Word("A scope.", std::move(words)), identity::kScopeCount);
}

JsonSchema TokenSchema() {
  return JsonSchema::Object("A token, without its secret.",
                            {{"id", JsonSchema::Id("Its id.")},
                             {"subject", JsonSchema::Id("Whose it is.")},
                             {"name", JsonSchema::Text("What it is for.", kNameRule)},
                             {"scopes", ScopesSchema()},
                             {"created", JsonSchema::Instant("When it was made.")},
                             {"expires", JsonSchema::Instant("When it ends.")},
                             {"state", JsonSchema::Word("Whether it counts, apart from its end.",
                                                        {"pending", "active", "withdrawn"})}});
}

Json TokenJson(const TokenRecord& each) {
  Json::Items scopes;
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    const auto scope = static_cast<identity::Scope>(i);
    if (each.scopes.Has(scope)) scopes.emplace_back(identity::CodeOf(scope));
  }
  const std::string_view state = each.standing == identity::Standing::kPending  ? "pending"
                                 : each.standing == identity::Standing::kActive ? "active"
                                                                                : "withdrawn";
  return Json::Object({{"id", each.id.Text()},
                       {"subject", each.subject.Text()},
                       {"name", each.name},
                       {"scopes", Json::Array(std::move(scopes))},
                       {"created", each.created.Text()},
                       {"expires", each.expires.Text()},
                       {"state", state}});
}

// Withdrawn ones are listed too: they explain what stopped working.
base::Result<Answer> ListTokens(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto given = call.Query("subject");
  const auto subject = given ? TRY(ParsedId<SubjectId>(*given)) : actor.id;
  auto all = TRY(services.directory.ListTokens(actor, subject));
  std::ranges::sort(all, {}, &TokenRecord::id);
  return Answer{.body = PageOf<TokenRecord>(
                    call, all, [](const TokenRecord& each) { return each.id.Text(); }, TokenJson)};
}

// The secret is in the answer and nowhere else.
base::Result<Answer> CreateToken(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto given = call.OptionalText("subject");
  const auto subject = given ? TRY(ParsedId<SubjectId>(*given)) : actor.id;
  identity::Scopes scopes;
  for (const Json& word : call.body.Find("scopes")->AsArray()) {
    const auto scope = identity::ParseScope(word.AsString());
    CHECK(scope.has_value());  // the schema has their list
    scopes = scopes | identity::Scopes{*scope};
  }
  const auto expires = base::ParseInstant(call.Text("expires"));
  CHECK(expires.has_value());  // as above
  return Once(
      services, call, actor, 201, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        const auto token = TRY(services.directory.CreateToken(
            actor, {subject, call.Text("name"), scopes, *expires}, along));
        return Answer{.body = Json::Object({{"id", token.id.Text()}, {"token", token.secret}})};
      });
}

base::Result<Answer> WithdrawToken(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto id = TRY(PlaceId<TokenId>(call, 0));
  return Once(services, call, actor, 204, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                TRY(services.directory.WithdrawToken(actor, id, along));
                return Answer{};
              });
}

}  // namespace

std::vector<Route> TokenRoutes() {
  return {
      {Method::kGet,
       "/api/v1/tokens",
       "listTokens",
       "Tokens of a person or machine: one's own, or those that one administers.",
       Asker::kBearer,
       PageQuery({{"subject", JsonSchema::Id("Yourself when left out.")}}),
       NoBody{},
       {200, JsonReply{PageSchema("Tokens by id.", TokenSchema())}},
       ListTokens},
      {Method::kPost,
       "/api/v1/tokens",
       "createToken",
       "Makes a token; its secret is shown once. A person's tokens are made by that person, a "
       "machine's by its administrators.",
       Asker::kBearer,
       {},
       JsonBody{JsonSchema::Object(
           "A new token.", {{"subject", JsonSchema::Id("Yourself when left out.").OrNull(), false},
                            {"name", JsonSchema::Text("What it is for.", kNameRule)},
                            {"scopes", ScopesSchema()},
                            {"expires", JsonSchema::Instant("When it ends, within 366 days.")}})},
       {201, JsonReply{JsonSchema::Object(
                 "The token.", {{"id", JsonSchema::Id("Its id.")},
                                {"token", JsonSchema::Text("Its secret.", kSecretRule)}})}},
       CreateToken},
      {Method::kDelete,
       "/api/v1/tokens/{id}",
       "withdrawToken",
       "Withdraws a token at once, and ends what is being read with it.",
       Asker::kBearer,
       {},
       NoBody{},
       {204, NoReply{}},
       WithdrawToken}};
}

}  // namespace api
