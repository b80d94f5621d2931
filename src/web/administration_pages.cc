#include "web/administration_pages.h"

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
using http::Method;

// The kinds of organisation that the form offers; the log holds their codes.
constexpr std::array<std::string_view, 8> kOrganisationKinds = {"district-council",
                                                                "county-council",
                                                                "unitary-authority",
                                                                "combined-authority",
                                                                "department",
                                                                "agency",
                                                                "office",
                                                                "other"};

constexpr std::array<std::string_view, 5> kCountries = {"england", "wales", "scotland",
                                                        "united-kingdom", "northern-ireland"};

Json HealthRow(std::string part, std::string_view state_key, bool is_fine, std::string now,
               std::string limit, const Texts& texts) {
  return Json::Object({{"part", std::move(part)},
                       {"state", texts.Get(state_key)},
                       {"is_fine", is_fine},
                       {"now", std::move(now)},
                       {"limit", std::move(limit)}});
}

FormPage NewOrganisationPage(const Texts& texts) {
  return {.title = texts.Get("new_organisation.title"),
          .intro = texts.Get("new_organisation.intro"),
          .record = texts.Get("new_organisation.record"),
          .back = {texts.Get("frame.back"), "/admin"}};
}

}  // namespace

void AdministrationPages::AddTo(std::vector<Route>& routes) {
  const auto add = [&](Method method, const char* path, auto handler) {
    routes.push_back(
        {method, path, [this, handler](const http::Request& request, const PathParts&) {
           return (this->*handler)(request);
         }});
  };
  add(Method::kGet, "/admin", &AdministrationPages::ShowAdministration);
  add(Method::kGet, "/admin/organisations/new", &AdministrationPages::ShowNewOrganisation);
  add(Method::kPost, "/admin/organisations/new", &AdministrationPages::CreateOrganisation);
}

// Whether the newest entry is led to the signed root by the tiles on the disk: Prove checks that.
Json AdministrationPages::LogRow(std::string_view part_key, ledger::Log& log,
                                 std::string_view limit_key, bool& is_well) {
  const Texts& texts = desk_.texts();
  const std::uint64_t size = log.size();
  const bool is_whole = size == 0 || log.Prove({size - 1}).has_value();
  is_well = is_well && is_whole;
  std::string now = texts.Get("health.log_size", {{"size", NumberText(size)},
                                                  {"published", NumberText(log.published_size())}});
  if (size == 0) now = texts.Get("health.log_empty");
  if (!is_whole) now = texts.Get("health.log_broken");
  return HealthRow(texts.Get(part_key), is_whole ? "state.whole" : "state.broken", is_whole,
                   std::move(now), texts.Get(limit_key), texts);
}

Json AdministrationPages::HealthRows(bool& is_well) {
  const Texts& texts = desk_.texts();
  const Health health = health_.Measure();
  Json::Items rows;
  rows.push_back(
      LogRow("health.register_log", desk_.register_log(), "health.register_limit", is_well));
  rows.push_back(LogRow("health.access_log", desk_.access_log(), "health.access_limit", is_well));
  if (health.store_bytes) {
    rows.push_back(HealthRow(
        texts.Get("health.store"), "state.fine", true,
        texts.Get("health.store_size", {{"size", BytesText(*health.store_bytes)}}), {}, texts));
  }
  rows.push_back(HealthRow(
      texts.Get("health.server"), "state.fine", true,
      texts.Get("health.uptime", {{"duration", DurationText(health.uptime_s, texts)}}), {}, texts));
  return Json::Array(std::move(rows));
}

base::Result<Json> AdministrationPages::OrganisationRows(
    const identity::Principal& actor, const std::vector<identity::Organisation>& all,
    std::size_t begin) {
  Json::Items rows;
  const std::size_t end = std::min(all.size(), begin + kOrganisationsPerPage);
  for (std::size_t i = begin; i < end; ++i) {
    const auto accounts = TRY(desk_.directory().ListSubjects(actor, all[i].id));
    const auto people =
        std::ranges::count(accounts, identity::SubjectKind::kPerson, &identity::Account::kind);
    const auto machines = static_cast<std::int64_t>(accounts.size()) - people;
    rows.push_back(Json::Object({{"name", Json::Repaired(ShownText(all[i].name))},
                                 {"organisation_url", "/admin/organisations/" + all[i].slug},
                                 {"people", NumberText(static_cast<std::uint64_t>(people))},
                                 {"machines", NumberText(static_cast<std::uint64_t>(machines))},
                                 {"joined", DateText(all[i].created, desk_.texts())}}));
  }
  return Json::Array(std::move(rows));
}

base::Result<Json> AdministrationPages::ActRows(const OrganisationNames& names) {
  const Texts& texts = desk_.texts();
  Json::Items rows;
  const std::uint64_t size = desk_.register_log().size();
  const std::uint64_t end = size - std::min(size, kMaxLookBackEntries);
  for (std::uint64_t i = size; i > end && rows.size() < kShownActs; --i) {
    const Entry entry = TRY(ReadEntry(desk_.register_log(), i - 1));
    if (!IsAdministrative(entry)) continue;
    rows.push_back(Json::Object(
        {{"time", entry.time ? DateTimeText(*entry.time, texts) : std::string{}},
         {"sentence", Json::Repaired(SentenceOf(entry, names, texts))},
         {"record", texts.Get("administration.entry", {{"index", NumberText(entry.index)}})},
         {"entry_url", Format("/register-log/{}", entry.index)}}));
  }
  return Json::Array(std::move(rows));
}

base::Result<http::Response> AdministrationPages::ShowAdministration(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  TRY(RequirePlatformAdministrator(visitor));
  const Texts& texts = desk_.texts();
  const auto organisations = TRY(desk_.directory().ListOrganisations());
  const auto begin = base::ParseDecimal(request.Parameter("from").value_or("0")).value_or(0);
  if (begin > organisations.size()) return NothingHere();
  OrganisationNames names;
  for (const auto& each : organisations) names[each.slug] = each.name;
  bool is_well = true;
  Json health = HealthRows(is_well);
  const std::size_t next = begin + kOrganisationsPerPage;
  Page page{"administration", texts.Get("administration.title")};
  page.section = Section::kAdministration;
  page.view = {
      {"done", DoneJson(request, texts)},
      {"verdict", texts.Get(is_well ? "administration.well" : "administration.broken")},
      {"time", DateTimeText(desk_.world().clock().Now(), texts)},
      {"health", std::move(health)},
      {"organisations", TRY(OrganisationRows(*visitor.principal, organisations, begin))},
      {"organisation_count", NumberText(organisations.size())},
      {"more_url", next < organisations.size() ? Json(Format("/admin?from={}", next)) : Json()},
      {"acts", TRY(ActRows(names))}};
  return desk_.Show(page, visitor);
}

FormView AdministrationPages::OrganisationForm(const Visitor& visitor) const {
  const Texts& texts = desk_.texts();
  FormView form;
  form.action_url = "/admin/organisations/new";
  form.form_token = visitor.FormToken();
  form.submit = texts.Get("new_organisation.submit");
  form.fields = {
      {.name = "name",
       .label = texts.Get("new_organisation.name"),
       .hint = texts.Get("new_organisation.name_hint")},
      {.kind = Field::Kind::kSelect, .name = "kind", .label = texts.Get("new_organisation.kind")},
      {.kind = Field::Kind::kSelect,
       .name = "country",
       .label = texts.Get("new_organisation.country"),
       .hint = texts.Get("new_organisation.country_hint")},
      {.name = "area_code",
       .label = texts.Get("new_organisation.area_code"),
       .hint = texts.Get("new_organisation.area_code_hint")}};
  for (const std::string_view code : kOrganisationKinds) {
    form.fields[1].choices.push_back(
        {std::string(code), texts.Get(Format("organisation_kind.{}", code))});
  }
  form.fields[2].choices.push_back({"", texts.Get("country.none")});
  for (const std::string_view code : kCountries) {
    form.fields[2].choices.push_back({std::string(code), texts.Get(Format("country.{}", code))});
  }
  return form;
}

base::Result<http::Response> AdministrationPages::ShowNewOrganisation(
    const http::Request& request) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  TRY(RequirePlatformAdministrator(visitor));
  return ShowFormPage(desk_, visitor, NewOrganisationPage(desk_.texts()),
                      OrganisationForm(visitor));
}

base::Result<http::Response> AdministrationPages::CreateOrganisation(const http::Request& request) {
  const Visitor visitor = TRY(desk_.Authenticate(request));
  TRY(RequirePlatformAdministrator(visitor));
  const Form form = TRY(desk_.AcceptForm(request, visitor));
  const identity::NewOrganisation wanted{form.Text("name"), form.Text("kind"), form.Text("country"),
                                         form.Text("area_code")};
  const auto made = desk_.directory().CreateOrganisation(*visitor.principal, wanted);
  if (made) return SeeOther("/admin?done=organisation");
  FormView view = OrganisationForm(visitor);
  for (Field& field : view.fields) {
    field.value = form.Text(field.name);
    for (Choice& choice : field.choices) choice.is_chosen = choice.value == field.value;
  }
  return ShowRefusedForm(desk_, visitor, NewOrganisationPage(desk_.texts()), std::move(view),
                         made.error());
}

}  // namespace web
