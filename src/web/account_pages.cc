#include "web/account_pages.h"

#include "base/format.h"
#include "web/access.h"
#include "web/confirmation.h"
#include "web/words.h"

namespace web {
namespace {

using base::Json;
using http::Method;

TokenTarget TargetOf(const Visitor& visitor) {
  return {visitor.principal->id, visitor.principal->scopes, "/account", visitor.name,
          Section::kAccount};
}

}  // namespace

void AccountPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, const char* path, auto handler) {
    routes.push_back(
        {method, path, [this, handler](const http::Request& request, const PathParts& parts) {
           return (this->*handler)(request, parts);
         }});
  };
  add(Method::kGet, "/account", &AccountPages::ShowAccount);
  add(Method::kGet, "/account/tokens/new", &AccountPages::ShowNewToken);
  add(Method::kPost, "/account/tokens/new", &AccountPages::CreateToken);
  add(Method::kGet, "/account/tokens/*/withdraw", &AccountPages::ShowWithdrawToken);
  add(Method::kPost, "/account/tokens/*/withdraw", &AccountPages::WithdrawToken);
}

AccountPages::Handled AccountPages::ShowAccount(const http::Request& request, const PathParts&) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Texts& texts = desk_.texts();
  Json::Items roles;
  for (const auto& role : visitor.principal->roles) roles.emplace_back(RoleWords(role, texts));
  Json tokens = TRY(tokens_.Rows(visitor, TargetOf(visitor)));
  Page page{"own_account", texts.Get("own_account.title")};
  page.section = Section::kAccount;
  page.view = {{"done", DoneJson(request, texts)},
               {"name", Json::Repaired(ShownText(visitor.name))},
               {"email", Json::Repaired(visitor.email)},
               {"identifier", visitor.principal->id.Text()},
               {"organisation", Json::Repaired(ShownText(visitor.organisation_name))},
               {"has_roles", !roles.empty()},
               {"roles", Json::Array(std::move(roles))},
               {"has_tokens", !tokens.AsArray().empty()},
               {"tokens", std::move(tokens)},
               {"new_token_url", "/account/tokens/new"}};
  return desk_.Show(page, visitor);
}

AccountPages::Handled AccountPages::ShowNewToken(const http::Request& request, const PathParts&) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  return tokens_.ShowNew(visitor, TargetOf(visitor));
}

AccountPages::Handled AccountPages::CreateToken(const http::Request& request, const PathParts&) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  return tokens_.Create(visitor, TargetOf(visitor), form);
}

AccountPages::Handled AccountPages::ShowWithdrawToken(const http::Request& request,
                                                      const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  return tokens_.ShowWithdraw(visitor, TargetOf(visitor), parts[0]);
}

AccountPages::Handled AccountPages::WithdrawToken(const http::Request& request,
                                                  const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
  return tokens_.Withdraw(visitor, TargetOf(visitor), parts[0]);
}

}  // namespace web
