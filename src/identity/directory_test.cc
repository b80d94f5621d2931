// Tests of: directory.cc authority.cc
#include "identity/directory.h"

#include <doctest/doctest.h>

#include "base/slug.h"
#include "identity/testing.h"

namespace identity {
using base::ErrorCode;

TEST_CASE("a platform is founded once, with one organisation and one administrator") {
  SmallWorld home;
  REQUIRE(home.ira().AdministersPlatform());
  REQUIRE(home.ira().is_person_present);
  REQUIRE(home.recorder().events[0].kind == EventKind::kOrganisationCreated);
  REQUIRE(home.recorder().events[1].organisation == "platform");
  REQUIRE(CodeOfBad(home.directory().Found({"Other", "office"}, {"Eve", "eve@example.org"})) ==
          ErrorCode::kConflict);
  REQUIRE(home.directory().ListOrganisations().value().size() == 2);
}

TEST_CASE("an organisation's slug holds a piece of its id, so equal names have two slugs") {
  SmallWorld home;
  REQUIRE(home.directory().CreateOrganisation(home.ira(), {"Ambleford Council", "x"}).has_value());
  const auto rows = home.directory().ListOrganisations().value();
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].slug != rows[1].slug);
  for (const auto& row : rows) {
    REQUIRE(base::IsSlug(row.slug));
    REQUIRE(row.slug.ends_with("-" + row.id.Text().substr(0, 6)));
    REQUIRE(row.slug != kPlatformSlug);
    REQUIRE(home.directory().FindOrganisation(row.id).value().slug == row.slug);
    REQUIRE(home.directory().FindOrganisation(row.slug).value().id == row.id);
  }
  REQUIRE(CodeOfBad(home.directory().FindOrganisation("no-such-body")) == ErrorCode::kNotFound);
  REQUIRE(CodeOfBad(home.directory().FindOrganisation(
              OrganisationId::Random(home.world.randomness()))) == ErrorCode::kNotFound);
}

TEST_CASE("names, kinds and e-mail addresses have forms and limits") {
  SmallWorld home;
  const auto organisation = [&](const std::string& name, const std::string& kind) {
    const auto made = home.directory().CreateOrganisation(home.ira(), {name, kind});
    return made ? std::string("good") : std::string(base::RowOf(made.error().code).name);
  };
  REQUIRE(organisation(std::string(kMaxNameBytes, 'x'), "a") == "good");
  REQUIRE(organisation(std::string(kMaxNameBytes + 1, 'x'), "a") == "too-large");
  REQUIRE(organisation("", "a") == "invalid");
  REQUIRE(organisation("a\nb", "a") == "invalid");
  REQUIRE(organisation("\xff", "a") == "invalid");
  REQUIRE(organisation("x", std::string(kMaxKindBytes, 'a')) == "good");
  REQUIRE(organisation("x", std::string(kMaxKindBytes + 1, 'a')) == "invalid");
  REQUIRE(organisation("x", "District") == "invalid");
  const auto person = [&](const std::string& email) {
    return home.directory().CreatePerson(home.ira(), *home.council, {"Bea", email});
  };
  REQUIRE(CodeOfBad(person("bea")) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(person("ADA@example.org")) == ErrorCode::kConflict);
  REQUIRE(person("bea@example.org").has_value());
}

TEST_CASE("accounts are made by administrators of the platform and of the organisation alone") {
  SmallWorld home;
  const NewPerson bea{"Bea", "bea@example.org"};
  REQUIRE(CodeOfBad(home.directory().CreatePerson(home.ada(), *home.council, bea)) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().CreateOrganisation(home.ada(), {"X", "x"})) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().ListSubjects(home.ada(), *home.council)) ==
          ErrorCode::kNotFound);
  REQUIRE(home.directory()
              .Grant(home.ira(), *home.ada_id, {Role::kAdministrator, *home.council})
              .has_value());
  REQUIRE(home.directory().CreatePerson(home.ada(), *home.council, bea).has_value());
  REQUIRE(home.directory().CreateMachine(home.ada(), *home.council, "robot").has_value());
  REQUIRE(home.directory().ListSubjects(home.ada(), *home.council).value().size() == 3);
  REQUIRE(CodeOfBad(home.directory().CreateMachine(home.ada(), *home.home, "robot")) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().CreateOrganisation(home.ada(), {"X", "x"})) ==
          ErrorCode::kForbidden);
}

TEST_CASE("a disabled person's sessions, tokens and links end with the commit") {
  SmallWorld home;
  const auto token =
      home.directory().CreateToken(home.ada(), TokenFor(home, *home.ada_id, {Scope::kRead}));
  const std::string link = home.directory().CreateLink(home.ira(), *home.ada_id).value();
  REQUIRE(home.directory().Authenticate(token->secret).has_value());
  home.recorder().mode = FakeRecorder::Mode::kPending;
  REQUIRE(CodeOfBad(home.directory().DisablePerson(home.ira(), *home.ada_id)) ==
          ErrorCode::kUnavailable);
  const auto code = [](const auto& result) { return CodeOfBad(result); };
  REQUIRE(code(home.directory().AuthenticateSession(home.ada_session)) ==
          ErrorCode::kUnauthenticated);
  REQUIRE(code(home.directory().Authenticate(token->secret)) == ErrorCode::kUnauthenticated);
  REQUIRE(code(home.directory().SetPassword(link, kPassword)) == ErrorCode::kUnauthenticated);
  REQUIRE(code(home.directory().SignIn({"ada@example.org", kPassword, "192.0.2.1", {}})) ==
          ErrorCode::kUnauthenticated);
  REQUIRE(code(home.directory().CreateLink(home.ira(), *home.ada_id)) == ErrorCode::kNotFound);
  REQUIRE(code(home.directory().DisablePerson(home.ira(), *home.ada_id)) == ErrorCode::kConflict);
}

TEST_CASE("an administrator cannot take the place of whoever has roles that it may not give") {
  SmallWorld home;
  const auto [adm, session] = home.PersonWith("adm@example.org", Role::kAdministrator);
  const Principal own = home.directory().AuthenticateSession(session).value();
  const auto [approver, _] = home.PersonWith("app@example.org", Role::kApprover);
  REQUIRE(home.directory().CreateLink(own, *home.ada_id).has_value());
  REQUIRE(CodeOfBad(home.directory().CreateLink(own, approver)) == ErrorCode::kForbidden);
  REQUIRE(home.directory().CreateLink(home.ira(), approver).has_value());
  REQUIRE(CodeOfBad(home.directory().CreateLink(own, *home.ira_id)) == ErrorCode::kNotFound);
  // One of the platform's administrators belongs to the council.
  REQUIRE(home.directory()
              .Grant(home.ira(), *home.ada_id, {Role::kAdministrator, std::nullopt})
              .has_value());
  REQUIRE(CodeOfBad(home.directory().CreateLink(own, *home.ada_id)) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().DisablePerson(own, *home.ada_id)) == ErrorCode::kForbidden);
}

TEST_CASE("events name organisations and roles, and nobody") {
  SmallWorld home;
  const auto [person, session] = home.PersonWith("exp@example.org", Role::kExplorer);
  const auto events = home.recorder().events;
  const Event& last = events.back();
  REQUIRE(last.kind == EventKind::kRoleGranted);
  REQUIRE(last.role == Role::kExplorer);
  REQUIRE(last.subject == SubjectKind::kPerson);
  for (const Event& event : events) {
    REQUIRE(base::IsSlug(event.organisation));
    REQUIRE(event.organisation.find(person.Text()) == std::string::npos);
  }
}

}  // namespace identity
