#include "web/organisation_pages.h"

#include <algorithm>

#include "base/format.h"
#include "web/confirmation.h"
#include "web/words.h"

namespace web {
namespace {

using base::Format;
using base::Json;
using http::Method;
using identity::SubjectKind;

std::string UrlOf(const identity::Organisation& organisation) {
  return "/admin/organisations/" + organisation.slug;
}

Json AccountJson(const identity::Account& account, const identity::Organisation& at,
                 const std::vector<identity::GrantRecord>& grants, const Texts& texts) {
  std::string roles;
  for (const auto& grant : grants) {
    if (grant.subject != account.id || grant.standing == identity::Standing::kWithdrawn) continue;
    if (!roles.empty()) roles += ", ";
    roles += RoleWords({grant.role, grant.organisation}, texts);
  }
  const bool is_person = account.kind == SubjectKind::kPerson;
  return Json::Object(
      {{"name", Json::Repaired(ShownText(account.name))},
       {"account_url", Format("{}/accounts/{}", UrlOf(at), account.id.Text())},
       {"kind", texts.Get(is_person ? "account_kind.person" : "account_kind.machine")},
       {"roles", roles.empty() ? texts.Get("organisation.no_role") : roles},
       {"is_disabled", account.is_disabled}});
}

FormPage NewPersonPage(const identity::Organisation& at, const Texts& texts) {
  return {.title = texts.Get("new_person.title"),
          .intro = texts.Get("new_person.intro", {{"organisation", ShownText(at.name)}}),
          .record = texts.Get("new_person.record"),
          .back = {at.name, UrlOf(at)}};
}

FormPage NewMachinePage(const identity::Organisation& at, const Texts& texts) {
  return {.title = texts.Get("new_machine.title"),
          .intro = texts.Get("new_machine.intro", {{"organisation", ShownText(at.name)}}),
          .record = texts.Get("new_person.record"),
          .back = {at.name, UrlOf(at)}};
}

FormView PersonForm(const Visitor& visitor, const identity::Organisation& at, const Texts& texts) {
  FormView form;
  form.action_url = UrlOf(at) + "/people/new";
  form.form_token = visitor.FormToken();
  form.submit = texts.Get("new_person.submit");
  form.fields = {{.name = "name", .label = texts.Get("new_person.name")},
                 {.kind = Field::Kind::kEmail,
                  .name = "email",
                  .label = texts.Get("new_person.email"),
                  .hint = texts.Get("new_person.email_hint")}};
  return form;
}

FormView MachineForm(const Visitor& visitor, const identity::Organisation& at, const Texts& texts) {
  FormView form;
  form.action_url = UrlOf(at) + "/machines/new";
  form.form_token = visitor.FormToken();
  form.submit = texts.Get("new_machine.submit");
  form.fields = {{.name = "name",
                  .label = texts.Get("new_machine.name"),
                  .hint = texts.Get("new_machine.name_hint")}};
  return form;
}

}  // namespace

void OrganisationPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, const std::string& rest, auto handler) {
    routes.push_back({method, "/admin/organisations/*" + rest,
                      [this, handler](const http::Request& request, const PathParts& parts) {
                        return (this->*handler)(request, parts);
                      }});
  };
  const auto add_form = [&](const std::string& rest, auto show, auto act) {
    add(Method::kGet, rest, show);
    add(Method::kPost, rest, act);
  };
  using Pages = OrganisationPages;
  add(Method::kGet, "", &Pages::ShowOrganisation);
  add_form("/people/new", &Pages::ShowNewPerson, &Pages::CreatePerson);
  add_form("/machines/new", &Pages::ShowNewMachine, &Pages::CreateMachine);
  add(Method::kGet, "/accounts/*", &Pages::ShowAccount);
  add_form("/accounts/*/roles/new", &Pages::ShowNewRole, &Pages::GiveRole);
  add_form("/accounts/*/roles/*/withdraw", &Pages::ShowWithdrawRole, &Pages::WithdrawRole);
  add_form("/accounts/*/link", &Pages::ShowNewLink, &Pages::CreateLink);
  add_form("/accounts/*/disable", &Pages::ShowDisable, &Pages::Disable);
  add_form("/accounts/*/tokens/new", &Pages::ShowNewToken, &Pages::CreateToken);
  add_form("/accounts/*/tokens/*/withdraw", &Pages::ShowWithdrawToken, &Pages::WithdrawToken);
}

OrganisationPages::Handled OrganisationPages::ShowOrganisation(const http::Request& request,
                                                               const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  const Texts& texts = desk_.texts();
  auto grants = TRY(desk_.directory().ListGrants(*visitor.principal, organisation.id));
  if (visitor.principal->AdministersPlatform()) {
    std::ranges::copy(TRY(desk_.directory().ListGrants(*visitor.principal, std::nullopt)),
                      std::back_inserter(grants));
  }
  Json::Items accounts;
  for (const auto& each :
       TRY(desk_.directory().ListSubjects(*visitor.principal, organisation.id))) {
    accounts.push_back(AccountJson(each, organisation, grants, texts));
  }
  Page page{"organisation", ShownText(organisation.name)};
  page.section = Section::kAdministration;
  if (visitor.principal->AdministersPlatform()) {
    page.crumbs = {{texts.Get("navigation.administration"), "/admin"},
                   {organisation.name, UrlOf(organisation)}};
  }
  page.view = {{"done", DoneJson(request, texts)},
               {"joined", DateText(organisation.created, texts)},
               {"has_accounts", !accounts.empty()},
               {"accounts", Json::Array(std::move(accounts))},
               {"new_person_url", UrlOf(organisation) + "/people/new"},
               {"new_machine_url", UrlOf(organisation) + "/machines/new"}};
  return desk_.Show(page, visitor);
}

// The link is shown this once: the store keeps its digest alone.
http::Response OrganisationPages::ShowLink(const http::Request& request, const Visitor& visitor,
                                           const std::string& name, const std::string& link_secret,
                                           const std::string& onward_url) {
  const Texts& texts = desk_.texts();
  return ShowSecret(
      desk_, visitor,
      {.title = texts.Get("link.title"),
       .intro = texts.Get("link.intro", {{"name", ShownText(name)},
                                         {"hours", Format("{}", identity::kLinkHours)}}),
       .secret = desk_.OriginOf(request) + "/link/" + link_secret,
       .label = texts.Get("link.label"),
       .onward = {texts.Get("link.onward"), onward_url}});
}

OrganisationPages::Handled OrganisationPages::ShowNewPerson(const http::Request& request,
                                                            const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  return ShowFormPage(desk_, visitor, NewPersonPage(organisation, desk_.texts()),
                      PersonForm(visitor, organisation, desk_.texts()));
}

OrganisationPages::Handled OrganisationPages::CreatePerson(const http::Request& request,
                                                           const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  const std::string name = form.Text("name");
  const std::string email = form.Text("email");
  const auto made =
      desk_.directory().CreatePerson(*visitor.principal, organisation.id, {name, email});
  if (made) {
    return ShowLink(request, visitor, name, made->link_secret,
                    Format("{}/accounts/{}", UrlOf(organisation), made->id.Text()));
  }
  FormView view = PersonForm(visitor, organisation, desk_.texts());
  view.fields[0].value = name;
  view.fields[1].value = email;
  return ShowRefusedForm(desk_, visitor, NewPersonPage(organisation, desk_.texts()),
                         std::move(view), made.error());
}

OrganisationPages::Handled OrganisationPages::ShowNewMachine(const http::Request& request,
                                                             const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  return ShowFormPage(desk_, visitor, NewMachinePage(organisation, desk_.texts()),
                      MachineForm(visitor, organisation, desk_.texts()));
}

OrganisationPages::Handled OrganisationPages::CreateMachine(const http::Request& request,
                                                            const PathParts& parts) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  const auto organisation = TRY(RequireAdministered(desk_, visitor, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  const std::string name = form.Text("name");
  const auto made = desk_.directory().CreateMachine(*visitor.principal, organisation.id, name);
  if (made) {
    return SeeOther(Format("{}/accounts/{}?done=machine", UrlOf(organisation), made->Text()));
  }
  FormView view = MachineForm(visitor, organisation, desk_.texts());
  view.fields[0].value = name;
  return ShowRefusedForm(desk_, visitor, NewMachinePage(organisation, desk_.texts()),
                         std::move(view), made.error());
}

}  // namespace web
