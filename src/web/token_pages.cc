#include "web/token_pages.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/format.h"
#include "web/access.h"
#include "web/confirmation.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using identity::Scope;
using identity::Scopes;

constexpr std::int64_t kMicrosecondsPerDay = 86'400 * base::kMicrosecondsPerSecond;
constexpr std::array<std::uint64_t, 4> kDaysOffered = {7, 30, 90, 365};

std::string ScopeWords(Scopes scopes, const Texts& texts) {
  std::string words;
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (!scopes.Has(scope)) continue;
    if (!words.empty()) words += ", ";
    words += texts.Get(Format("scope.{}", identity::CodeOf(scope)));
  }
  return words;
}

FormPage NewTokenPage(const TokenTarget& target, const Texts& texts) {
  return {.title = texts.Get("new_token.title"),
          .intro = texts.Get("new_token.intro", {{"name", ShownText(target.name)}}),
          .record = texts.Get("new_token.record"),
          .back = {texts.Get("frame.back"), target.account_url},
          .section = target.section};
}

Scopes ScopesOf(const Form& form) {
  Scopes scopes;
  for (const std::string_view code : form.All("scopes")) {
    if (const auto scope = identity::ParseScope(code)) scopes = scopes | Scopes{*scope};
  }
  return scopes;
}

}  // namespace

base::Result<Json> TokenPages::Rows(const Visitor& visitor, const TokenTarget& target) {
  const Texts& texts = desk_.texts();
  const base::Instant now = desk_.world().clock().Now();
  Json::Items rows;
  for (const auto& token : TRY(desk_.directory().ListTokens(*visitor.principal, target.subject))) {
    if (token.standing == identity::Standing::kWithdrawn || token.expires <= now) continue;
    std::string used = texts.Get("tokens.never");
    if (token.last_used_day) used = DateText({*token.last_used_day * kMicrosecondsPerDay}, texts);
    rows.push_back(Json::Object(
        {{"name", Json::Repaired(ShownText(token.name))},
         {"scopes", ScopeWords(token.scopes, texts)},
         {"expires", DateText(token.expires, texts)},
         {"last_used", used},
         {"withdraw_url", Format("{}/tokens/{}/withdraw", target.account_url, token.id.Text())}}));
  }
  return Json::Array(std::move(rows));
}

FormView TokenPages::NewForm(const Visitor& visitor, const TokenTarget& target) const {
  const Texts& texts = desk_.texts();
  Field days{.kind = Field::Kind::kSelect,
             .name = "expires",
             .label = texts.Get("new_token.days"),
             .hint = texts.Get("new_token.days_hint")};
  for (const std::uint64_t count : kDaysOffered) {
    days.choices.push_back({.value = Format("{}", count),
                            .words = texts.Get("duration.days", {{"count", Format("{}", count)}}),
                            .is_chosen = count == 90});
  }
  Field scopes{.kind = Field::Kind::kCheckboxes,
               .name = "scopes",
               .label = texts.Get("new_token.scopes"),
               .hint = texts.Get("new_token.scopes_hint")};
  for (std::size_t i = 0; i < identity::kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (!target.allowed.Has(scope)) continue;
    const auto code = identity::CodeOf(scope);
    scopes.choices.push_back({std::string(code), texts.Get(Format("scope.{}", code))});
  }
  FormView form;
  form.action_url = target.account_url + "/tokens/new";
  form.form_token = visitor.FormToken();
  form.submit = texts.Get("new_token.submit");
  form.fields = {{.name = "name",
                  .label = texts.Get("new_token.name"),
                  .hint = texts.Get("new_token.name_hint")},
                 std::move(scopes),
                 std::move(days)};
  return form;
}

http::Response TokenPages::ShowNew(const Visitor& visitor, const TokenTarget& target) {
  return ShowFormPage(desk_, visitor, NewTokenPage(target, desk_.texts()),
                      NewForm(visitor, target));
}

base::Result<http::Response> TokenPages::Create(const Visitor& visitor, const TokenTarget& target,
                                                const Form& form) {
  const Texts& texts = desk_.texts();
  const std::string name = form.Text("name");
  const Scopes scopes = ScopesOf(form);
  const auto days = base::ParseDecimal(form.Text("expires"));
  FormView view = NewForm(visitor, target);
  view.fields[0].value = name;
  for (Choice& choice : view.fields[1].choices) {
    choice.is_chosen = scopes.Has(*identity::ParseScope(choice.value));
  }
  for (Choice& choice : view.fields[2].choices)
    choice.is_chosen = choice.value == form.Text("expires");
  if (name.empty()) view.SetError("name", texts.Get("new_token.name_missing"));
  if (scopes.IsEmpty()) view.SetError("scopes", texts.Get("new_token.scopes_missing"));
  if (std::ranges::find(kDaysOffered, days) == kDaysOffered.end()) {
    view.SetError("expires", texts.Get("new_token.days_missing"));
  }
  const FormPage described = NewTokenPage(target, texts);
  if (view.HasErrors()) return ShowFormPage(desk_, visitor, described, view, 422);
  const base::Instant expires{desk_.world().clock().Now().microseconds +
                              static_cast<std::int64_t>(*days) * kMicrosecondsPerDay};
  const auto made =
      desk_.directory().CreateToken(*visitor.principal, {target.subject, name, scopes, expires});
  if (!made) return ShowRefusedForm(desk_, visitor, described, std::move(view), made.error());
  return ShowSecret(desk_, visitor,
                    {.title = texts.Get("token.title"),
                     .intro = texts.Get("token.intro", {{"date", DateText(expires, texts)}}),
                     .secret = made->secret,
                     .label = texts.Get("token.label"),
                     .onward = {texts.Get("token.onward"), target.account_url},
                     .section = target.section});
}

base::Result<identity::TokenRecord> TokenPages::Require(const Visitor& visitor,
                                                        const TokenTarget& target,
                                                        std::string_view id) {
  for (auto& token : TRY(desk_.directory().ListTokens(*visitor.principal, target.subject))) {
    const bool stands = token.standing != identity::Standing::kWithdrawn;
    if (stands && token.id.Text() == id) return std::move(token);
  }
  return NothingHere();
}

base::Result<http::Response> TokenPages::ShowWithdraw(const Visitor& visitor,
                                                      const TokenTarget& target,
                                                      std::string_view id) {
  const auto token = TRY(Require(visitor, target, id));
  const Texts& texts = desk_.texts();
  return ShowConfirmation(
      desk_, visitor,
      {.question = texts.Get("withdraw_token.question", {{"name", ShownText(token.name)}}),
       .consequences = {texts.Get("withdraw_token.first"), texts.Get("withdraw_token.second"),
                        texts.Get("confirmation.record")},
       .submit = texts.Get("withdraw_token.submit"),
       .action_url = Format("{}/tokens/{}/withdraw", target.account_url, id),
       .back = {texts.Get("frame.back"), target.account_url},
       .section = target.section});
}

base::Result<http::Response> TokenPages::Withdraw(const Visitor& visitor, const TokenTarget& target,
                                                  std::string_view id) {
  const auto token = TRY(Require(visitor, target, id));
  TRY(desk_.directory().WithdrawToken(*visitor.principal, token.id));
  return SeeOther(target.account_url + "?done=token-withdrawn");
}

}  // namespace web
