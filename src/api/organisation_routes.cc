// Organisations, and the people and machines that belong to them.
#include <algorithm>

#include "api/call.h"
#include "api/route_table.h"

namespace api {
namespace {

using base::Json;
using http::Method;
using identity::Account;
using identity::Organisation;
using identity::OrganisationId;
using identity::SubjectId;

constexpr TextRule kNameRule{1, identity::kMaxNameBytes, TextForm::kPlain};
constexpr TextRule kCodeRule{1, identity::kMaxKindBytes, TextForm::kCode};
constexpr TextRule kEmailRule{3, 254, TextForm::kEmail};
constexpr TextRule kSecretRule{1, 64, TextForm::kVisible};

JsonSchema CountrySchema() {
  return JsonSchema::Text("Where it is: england, wales … or united-kingdom; empty: not stated.",
                          {0, identity::kMaxKindBytes, TextForm::kCode});
}

JsonSchema AreaSchema() {
  return JsonSchema::Text("The ONS code of its area; empty: not stated.",
                          {0, identity::kMaxKindBytes, TextForm::kVisible});
}

JsonSchema OrganisationSchema() {
  return JsonSchema::Object(
      "An organisation.",
      {{"id", JsonSchema::Id("Its id.")},
       {"slug", JsonSchema::Text("Its name in addresses and in the log.", kCodeRule)},
       {"name", JsonSchema::Text("Its name.", kNameRule)},
       {"kind", JsonSchema::Text("The kind of body, a code such as district-council.", kCodeRule)},
       {"country", CountrySchema()},
       {"area_code", AreaSchema()},
       {"created", JsonSchema::Instant("When it was made.")}});
}

Json OrganisationJson(const Organisation& each) {
  return Json::Object({{"id", each.id.Text()},
                       {"slug", each.slug},
                       {"name", each.name},
                       {"kind", each.kind},
                       {"country", each.country},
                       {"area_code", each.area_code},
                       {"created", each.created.Text()}});
}

JsonSchema AccountSchema() {
  return JsonSchema::Object(
      "A person or a machine.",
      {{"id", JsonSchema::Id("Its id.")},
       {"kind", JsonSchema::Word("What it is.", {"person", "machine"})},
       {"organisation", JsonSchema::Id("Where it belongs.")},
       {"name", JsonSchema::Text("Its name.", kNameRule)},
       {"email", JsonSchema::Text("Of a person.", kEmailRule).OrNull()},
       {"disabled", JsonSchema::Bool("Whether it can do nothing any more.")}});
}

Json AccountJson(const Account& each) {
  const bool is_machine = each.kind == identity::SubjectKind::kMachine;
  return Json::Object({{"id", each.id.Text()},
                       {"kind", is_machine ? "machine" : "person"},
                       {"organisation", each.organisation.Text()},
                       {"name", each.name},
                       {"email", is_machine ? Json() : Json(each.email)},
                       {"disabled", each.is_disabled}});
}

JsonSchema MadeSchema() {
  return JsonSchema::Object("What was made.", {{"id", JsonSchema::Id("Its id.")}});
}

// --- organisations: public
// ------------------------------------------------------------------------

base::Result<Answer> ListOrganisations(const Services& services, const Call& call) {
  auto all = TRY(services.directory.ListOrganisations());
  std::ranges::sort(all, {}, &Organisation::slug);
  return Answer{
      .body = PageOf<Organisation>(
          call, all, [](const Organisation& each) { return each.slug; }, OrganisationJson)};
}

// Organisations are public. One is named by its id or by its slug, which may look like an id.
base::Result<Answer> GetOrganisation(const Services& services, const Call& call) {
  const std::string& wanted = call.places.front();
  if (const auto id = identity::OrganisationId::Parse(wanted)) {
    const auto found = services.directory.FindOrganisation(*id);
    if (found) return Answer{.body = OrganisationJson(*found)};
    if (found.error().code != base::ErrorCode::kNotFound) return std::unexpected(found.error());
  }
  return Answer{.body = OrganisationJson(TRY(services.directory.FindOrganisation(wanted)))};
}

base::Result<Answer> CreateOrganisation(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const std::string location = "/api/v1/organisations/";
  return Once(
      services, call, actor, 201, location,
      [&](const identity::Along& along) -> base::Result<Answer> {
        const auto id = TRY(services.directory.CreateOrganisation(
            actor,
            {call.Text("name"), call.Text("kind"), call.OptionalText("country").value_or(""),
             call.OptionalText("area_code").value_or("")},
            along));
        return Answer{.body = Json::Object({{"id", id.Text()}}), .location = location + id.Text()};
      });
}

// --- people and machines: for administrators
// ------------------------------------------------------

// Names and addresses are shown to the administrators of their organisation, and to nobody else.
base::Result<Answer> ListPeople(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto given = call.Query("organisation");
  const auto at = given ? TRY(ParsedId<OrganisationId>(*given)) : actor.organisation;
  auto all = TRY(services.directory.ListSubjects(actor, at));
  std::ranges::sort(all, {}, &Account::id);
  return Answer{.body = PageOf<Account>(
                    call, all, [](const Account& each) { return each.id.Text(); }, AccountJson)};
}

base::Result<Answer> CreatePerson(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto at = TRY(ParsedId<OrganisationId>(call.Text("organisation")));
  return Once(
      services, call, actor, 201, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        const auto person = TRY(services.directory.CreatePerson(
            actor, at, {call.Text("name"), call.Text("email")}, along));
        return Answer{.body =
                          Json::Object({{"id", person.id.Text()}, {"link", person.link_secret}})};
      });
}

base::Result<Answer> CreateMachine(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto at = TRY(ParsedId<OrganisationId>(call.Text("organisation")));
  return Once(
      services, call, actor, 201, {}, [&](const identity::Along& along) -> base::Result<Answer> {
        const auto id = TRY(services.directory.CreateMachine(actor, at, call.Text("name"), along));
        return Answer{.body = Json::Object({{"id", id.Text()}})};
      });
}

// The answer holds a secret that is shown once: a request that is sent again gets no body.
base::Result<Answer> CreateLink(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto person = TRY(PlaceId<SubjectId>(call, 0));
  return Once(services, call, actor, 201, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                const std::string link = TRY(services.directory.CreateLink(actor, person, along));
                return Answer{.body = Json::Object({{"link", link}})};
              });
}

// A stop: it counts from its commit, whatever becomes of the answer.
base::Result<Answer> DisablePerson(const Services& services, const Call& call) {
  const auto actor = TRY(Authenticate(services, call));
  const auto person = TRY(PlaceId<SubjectId>(call, 0));
  return Once(services, call, actor, 204, {},
              [&](const identity::Along& along) -> base::Result<Answer> {
                TRY(services.directory.DisablePerson(actor, person, along));
                return Answer{};
              });
}

JsonSchema LinkSchema() {
  return JsonSchema::Text(
      "The secret of a one-time link to set a password, for 72 hours. It is "
      "shown once; POST /api/v1/passwords takes it.",
      kSecretRule);
}

JsonSchema AtSchema() { return JsonSchema::Id("The organisation."); }
JsonSchema NameSchema() { return JsonSchema::Text("The name.", kNameRule); }

Route CreatePersonRoute() {
  return {Method::kPost,
          "/api/v1/people",
          "createPerson",
          "Makes a person without a password, and a link to set it.",
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Object(
              "A new person.",
              {{"organisation", AtSchema()},
               {"name", NameSchema()},
               {"email", JsonSchema::Text("One address has one account.", kEmailRule)}})},
          {201, JsonReply{JsonSchema::Object(
                    "The person and the link.",
                    {{"id", JsonSchema::Id("The person.")}, {"link", LinkSchema()}})}},
          CreatePerson};
}

Route CreateMachineRoute() {
  return {Method::kPost,
          "/api/v1/machines",
          "createMachine",
          "Makes a machine, which acts by tokens alone.",
          Asker::kBearer,
          {},
          JsonBody{JsonSchema::Object("A new machine.",
                                      {{"organisation", AtSchema()}, {"name", NameSchema()}})},
          {201, JsonReply{MadeSchema()}},
          CreateMachine};
}

std::vector<Route> PeopleRoutes() {
  return {{Method::kGet,
           "/api/v1/people",
           "listPeople",
           "The people and machines of an organisation, for its administrators.",
           Asker::kBearer,
           PageQuery({{"organisation", JsonSchema::Id("Your own when left out.")}}),
           NoBody{},
           {200, JsonReply{PageSchema("Accounts by id.", AccountSchema())}},
           ListPeople},
          CreatePersonRoute(),
          {Method::kPost,
           "/api/v1/people/{id}/link",
           "createLink",
           "A new link to a new password; unused ones of this person end.",
           Asker::kBearer,
           {},
           NoBody{},
           {201, JsonReply{JsonSchema::Object("The link.", {{"link", LinkSchema()}})}},
           CreateLink},
          {Method::kPost,
           "/api/v1/people/{id}/disable",
           "disablePerson",
           "Ends a person's sessions, links and tokens at once, and what they are reading.",
           Asker::kBearer,
           {},
           NoBody{},
           {204, NoReply{}},
           DisablePerson},
          CreateMachineRoute()};
}

}  // namespace

std::vector<Route> OrganisationRoutes() {
  std::vector<Route> routes = {
      {Method::kGet,
       "/api/v1/organisations",
       "listOrganisations",
       "All organisations, by slug.",
       Asker::kAnybody,
       PageQuery(),
       NoBody{},
       {200, JsonReply{PageSchema("Organisations.", OrganisationSchema())}},
       ListOrganisations},
      {Method::kGet,
       "/api/v1/organisations/{organisation}",
       "getOrganisation",
       "One organisation, by its id or its slug.",
       Asker::kAnybody,
       {},
       NoBody{},
       {200, JsonReply{OrganisationSchema()}},
       GetOrganisation},
      {Method::kPost,
       "/api/v1/organisations",
       "createOrganisation",
       "Makes an organisation, for administrators of the platform; it is an entry of the register "
       "log.",
       Asker::kBearer,
       {},
       JsonBody{JsonSchema::Object(
           "A new organisation.",
           {{"name", JsonSchema::Text("Its name.", kNameRule)},
            {"kind", JsonSchema::Text("The kind of body: a-z 0-9 . -", kCodeRule)},
            {"country", CountrySchema(), false},
            {"area_code", AreaSchema(), false}})},
       {201, JsonReply{MadeSchema()}},
       CreateOrganisation}};
  std::ranges::move(PeopleRoutes(), std::back_inserter(routes));
  return routes;
}

}  // namespace api
