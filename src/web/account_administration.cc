// One account of an organisation: its roles, its link, its tokens, its end. Part of
// OrganisationPages.
#include <algorithm>

#include "base/format.h"
#include "web/confirmation.h"
#include "web/organisation_pages.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using identity::SubjectKind;

// A role and where, as the form sends it: "approver" or "auditor@platform".
constexpr std::string_view kAtPlatform = "@platform";

std::optional<identity::RoleAt> ParseRoleAt(std::string_view text,
                                            const identity::OrganisationId& organisation) {
  const bool at_platform = text.ends_with(kAtPlatform);
  if (at_platform) text.remove_suffix(kAtPlatform.size());
  const auto role = identity::ParseRole(text);
  if (!role) return std::nullopt;
  if (at_platform) return identity::RoleAt{*role, std::nullopt};
  return identity::RoleAt{*role, organisation};
}

// Whether the table of roles lets this visitor give the role at that organisation; the directory
// decides anew when it is asked.
bool IsOffered(const identity::RoleRow& row, bool is_machine, bool by_platform) {
  return (!is_machine || row.for_machines) && (by_platform || row.by_own_administrator);
}

Json GrantJson(const identity::GrantRecord& grant, const std::string& account_url,
               const Texts& texts) {
  const auto index = grant.leaf_index;
  return Json::Object(
      {{"role", RoleWords({grant.role, grant.organisation}, texts)},
       {"entry_url", index ? Json(Format("/register-log/{}", *index)) : Json()},
       {"entry", NumberText(index.value_or(0))},
       {"withdraw_url", Format("{}/roles/{}/withdraw", account_url, grant.id.Text())}});
}

}  // namespace

std::string OrganisationPages::Subject::Url() const {
  return Format("/admin/organisations/{}/accounts/{}", organisation.slug, account.id.Text());
}

base::Result<OrganisationPages::Subject> OrganisationPages::RequireSubject(const Visitor& visitor,
                                                                           const PathParts& parts) {
  auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  auto account = TRY(RequireAccount(desk_, visitor, organisation, parts[1]));
  return Subject{std::move(organisation), std::move(account)};
}

base::Result<identity::GrantRecord> OrganisationPages::RequireGrant(const Visitor& visitor,
                                                                    const Subject& subject,
                                                                    std::string_view id) {
  for (auto& grant : TRY(GrantsOf(desk_, visitor, subject.account))) {
    if (grant.id.Text() == id) return std::move(grant);
  }
  return NothingHere();
}

TokenTarget OrganisationPages::TokenTargetOf(const Subject& subject) const {
  return {subject.account.id, identity::kScopesOfMachines, subject.Url(), subject.account.name,
          Section::kAdministration};
}

OrganisationPages::Handled OrganisationPages::ShowAccount(const http::Request& request,
                                                          const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const Texts& texts = desk_.texts();
  const bool is_machine = subject.account.kind == SubjectKind::kMachine;
  const bool is_enabled = !subject.account.is_disabled;
  Json::Items roles;
  for (const auto& grant : TRY(GrantsOf(desk_, visitor, subject.account))) {
    roles.push_back(GrantJson(grant, subject.Url(), texts));
  }
  Json tokens = Json::Array({});
  if (is_machine) tokens = TRY(tokens_.Rows(visitor, TokenTargetOf(subject)));
  Page page{"account", ShownText(subject.account.name)};
  page.section = Section::kAdministration;
  page.crumbs = {{subject.organisation.name, "/admin/organisations/" + subject.organisation.slug},
                 {subject.account.name, subject.Url()}};
  const std::string url = subject.Url();
  page.view = {{"done", DoneJson(request, texts)},
               {"email", is_machine ? Json() : Json::Repaired(subject.account.email)},
               {"kind", texts.Get(is_machine ? "account_kind.machine" : "account_kind.person")},
               {"organisation", Json::Repaired(ShownText(subject.organisation.name))},
               {"is_disabled", subject.account.is_disabled},
               {"is_enabled", is_enabled},
               {"is_person", !is_machine},
               {"is_machine", is_machine},
               {"is_person_enabled", is_enabled && !is_machine},
               {"has_roles", !roles.empty()},
               {"roles", Json::Array(std::move(roles))},
               {"has_tokens", !tokens.AsArray().empty()},
               {"tokens", std::move(tokens)},
               {"new_role_url", url + "/roles/new"},
               {"new_token_url", url + "/tokens/new"},
               {"link_url", url + "/link"},
               {"disable_url", url + "/disable"}};
  return desk_.Show(page, visitor);
}

// --- roles ---------------------------------------------------------------------------------------

FormPage OrganisationPages::RolePage(const Subject& subject) const {
  const Texts& texts = desk_.texts();
  return {.title = texts.Get("new_role.title"),
          .intro =
              texts.Get("new_role.intro", {{"name", ShownText(subject.account.name)},
                                           {"organisation", ShownText(subject.organisation.name)}}),
          .record = texts.Get("new_role.record"),
          .back = {subject.account.name, subject.Url()}};
}

FormView OrganisationPages::RoleForm(const Visitor& visitor, const Subject& subject) const {
  const Texts& texts = desk_.texts();
  const bool is_machine = subject.account.kind == SubjectKind::kMachine;
  const bool by_platform = visitor.principal->AdministersPlatform();
  Field roles{.kind = Field::Kind::kRadios, .name = "role", .label = texts.Get("new_role.role")};
  for (const identity::RoleRow& row : identity::RoleTable()) {
    if (!IsOffered(row, is_machine, by_platform)) continue;
    const std::string code(row.code.view());
    roles.choices.push_back({code, texts.Get("role." + code), texts.Get("role_hint." + code)});
  }
  for (const identity::RoleRow& row : identity::RoleTable()) {
    if (!row.at_platform || is_machine || !by_platform) continue;
    const std::string code(row.code.view());
    roles.choices.push_back({code + std::string(kAtPlatform),
                             RoleWords({row.role, std::nullopt}, texts),
                             texts.Get("role_hint.platform." + code)});
  }
  FormView form;
  form.action_url = subject.Url() + "/roles/new";
  form.form_token = visitor.FormToken();
  form.submit = texts.Get("new_role.submit");
  form.fields = {std::move(roles)};
  return form;
}

OrganisationPages::Handled OrganisationPages::ShowNewRole(const http::Request& request,
                                                          const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  return ShowFormPage(desk_, visitor, RolePage(subject), RoleForm(visitor, subject));
}

OrganisationPages::Handled OrganisationPages::GiveRole(const http::Request& request,
                                                       const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  FormView view = RoleForm(visitor, subject);
  const std::string chosen = form.Text("role");
  for (Choice& choice : view.fields[0].choices) choice.is_chosen = choice.value == chosen;
  const auto role = ParseRoleAt(chosen, subject.organisation.id);
  if (!role) {
    view.SetError("role", desk_.texts().Get("new_role.missing"));
    return ShowFormPage(desk_, visitor, RolePage(subject), view, 422);
  }
  const auto given = desk_.directory().Grant(*visitor.principal, subject.account.id, *role);
  if (given) return SeeOther(subject.Url() + "?done=role");
  return ShowRefusedForm(desk_, visitor, RolePage(subject), std::move(view), given.error());
}

OrganisationPages::Handled OrganisationPages::ShowWithdrawRole(const http::Request& request,
                                                               const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const auto grant = TRY(RequireGrant(visitor, subject, parts[2]));
  const Texts& texts = desk_.texts();
  return ShowConfirmation(
      desk_, visitor,
      {.question = texts.Get("withdraw_role.question",
                             {{"role", RoleWords({grant.role, grant.organisation}, texts)},
                              {"name", ShownText(subject.account.name)}}),
       .consequences = {texts.Get("withdraw_role.first"), texts.Get("withdraw_role.second"),
                        texts.Get("confirmation.record")},
       .submit = texts.Get("withdraw_role.submit"),
       .action_url = Format("{}/roles/{}/withdraw", subject.Url(), grant.id.Text()),
       .back = {subject.account.name, subject.Url()}});
}

OrganisationPages::Handled OrganisationPages::WithdrawRole(const http::Request& request,
                                                           const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const auto grant = TRY(RequireGrant(visitor, subject, parts[2]));
  static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
  TRY(desk_.directory().WithdrawGrant(*visitor.principal, grant.id));
  return SeeOther(subject.Url() + "?done=role-withdrawn");
}

// --- link and end --------------------------------------------------------------------------------

OrganisationPages::Handled OrganisationPages::ShowNewLink(const http::Request& request,
                                                          const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const Texts& texts = desk_.texts();
  return ShowConfirmation(
      desk_, visitor,
      {.question = texts.Get("new_link.question", {{"name", ShownText(subject.account.name)}}),
       .consequences = {texts.Get("new_link.first"), texts.Get("new_link.second")},
       .submit = texts.Get("new_link.submit"),
       .action_url = subject.Url() + "/link",
       .back = {subject.account.name, subject.Url()}});
}

OrganisationPages::Handled OrganisationPages::CreateLink(const http::Request& request,
                                                         const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
  const auto secret = TRY(desk_.directory().CreateLink(*visitor.principal, subject.account.id));
  return ShowLink(request, visitor, subject.account.name, secret, subject.Url());
}

OrganisationPages::Handled OrganisationPages::ShowDisable(const http::Request& request,
                                                          const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  const Texts& texts = desk_.texts();
  return ShowConfirmation(
      desk_, visitor,
      {.question = texts.Get("disable.question", {{"name", ShownText(subject.account.name)}}),
       .consequences = {texts.Get("disable.first"), texts.Get("disable.second"),
                        texts.Get("confirmation.record")},
       .submit = texts.Get("disable.submit"),
       .action_url = subject.Url() + "/disable",
       .back = {subject.account.name, subject.Url()}});
}

OrganisationPages::Handled OrganisationPages::Disable(const http::Request& request,
                                                      const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
  TRY(desk_.directory().DisablePerson(*visitor.principal, subject.account.id));
  return SeeOther(subject.Url() + "?done=disabled");
}

// --- tokens of a machine -------------------------------------------------------------------------

OrganisationPages::Handled OrganisationPages::ShowNewToken(const http::Request& request,
                                                           const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  if (subject.account.kind != SubjectKind::kMachine) return NothingHere();
  return tokens_.ShowNew(visitor, TokenTargetOf(subject));
}

OrganisationPages::Handled OrganisationPages::CreateToken(const http::Request& request,
                                                          const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  if (subject.account.kind != SubjectKind::kMachine) return NothingHere();
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  return tokens_.Create(visitor, TokenTargetOf(subject), form);
}

OrganisationPages::Handled OrganisationPages::ShowWithdrawToken(const http::Request& request,
                                                                const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  return tokens_.ShowWithdraw(visitor, TokenTargetOf(subject), parts[2]);
}

OrganisationPages::Handled OrganisationPages::WithdrawToken(const http::Request& request,
                                                            const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const Subject subject = TRY(RequireSubject(visitor, parts));
  static_cast<void>(TRY(desk_.AcceptForm(request, visitor)));
  return tokens_.Withdraw(visitor, TokenTargetOf(subject), parts[2]);
}

}  // namespace web
