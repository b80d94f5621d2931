// Tests of: directory_grants.cc authority.cc
#include "identity/directory.h"

#include <doctest/doctest.h>

#include "identity/testing.h"
#include "identity/visibility.h"

namespace identity {
namespace {

using base::ErrorCode;

}  // namespace

// The whole table of who gives what: role by role, for a person and a machine of the council, at
// the council, at another organisation and at the platform.
TEST_CASE("who may give which role is this table") {
  struct Row {
    Role role;
    const char* by_platform;  // person at council, at platform; machine at council, at platform
    const char* by_own;
  };
  for (const Row& row :
       {Row{Role::kAdministrator, "yyii", "ffii"}, Row{Role::kPublisher, "yiyi", "yiyi"},
        Row{Role::kApprover, "yiii", "fiii"}, Row{Role::kExplorer, "yiyi", "yiyi"},
        Row{Role::kAuditor, "yyii", "ffii"}}) {
    for (const bool by_platform : {true, false}) {
      std::string outcome;
      for (int i = 0; i < 4; ++i) {
        SmallWorld home;
        const auto [ada, session] = home.PersonWith("adm@example.org", Role::kAdministrator);
        const Principal own = home.directory().AuthenticateSession(session).value();
        const auto robot =
            home.directory().CreateMachine(home.ira(), *home.council, "robot").value();
        RoleAt at{row.role, *home.council};
        if (i % 2 == 1) at.organisation.reset();
        const auto given = home.directory().Grant(by_platform ? home.ira() : own,
                                                  i < 2 ? *home.ada_id : robot, at);
        outcome += given ? 'y' : given.error().code == ErrorCode::kForbidden ? 'f' : 'i';
        if (!given && outcome.back() == 'i') REQUIRE(given.error().code == ErrorCode::kInvalid);
      }
      CAPTURE(RowOf(row.role).code.view());
      CAPTURE(by_platform);
      REQUIRE(outcome == (by_platform ? row.by_platform : row.by_own));
    }
  }
}

TEST_CASE("nobody grants themselves a role, and a role is held at one's own organisation") {
  SmallWorld home;
  REQUIRE(CodeOfBad(home.directory().Grant(
              home.ira(), *home.ira_id, {Role::kExplorer, *home.home})) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().Grant(home.ira(), *home.ada_id,
                                           {Role::kExplorer, *home.home})) == ErrorCode::kInvalid);
  REQUIRE(CodeOfBad(home.directory().Grant(
              home.ada(), *home.ada_id, {Role::kExplorer, *home.council})) == ErrorCode::kNotFound);
}

TEST_CASE("the same role is not given twice, and platform administrators never approve") {
  SmallWorld home;
  const auto grant = [&](const RoleAt& at) {
    return home.directory().Grant(home.ira(), *home.ada_id, at);
  };
  REQUIRE(grant({Role::kApprover, *home.council}).has_value());
  REQUIRE(CodeOfBad(grant({Role::kApprover, *home.council})) == ErrorCode::kConflict);
  REQUIRE(CodeOfBad(grant({Role::kAdministrator, std::nullopt})) == ErrorCode::kConflict);
  REQUIRE(home.ada().MayDecideFor(*home.council));
  REQUIRE_FALSE(home.ada().MayDecideFor(*home.home));
  REQUIRE_FALSE(home.ira().MayDecideFor(*home.council));
}

TEST_CASE("a grant counts only once its leaf has an index") {
  SmallWorld home;
  bool looked = false;
  home.recorder().between = [&] {
    looked = true;
    REQUIRE(home.ada().roles.empty());
    REQUIRE_FALSE(home.ada().scopes.Has(Scope::kQuery));
  };
  REQUIRE(home.directory()
              .Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council})
              .has_value());
  REQUIRE(looked);
  home.recorder().between = nullptr;
  REQUIRE(home.ada().Holds(Role::kExplorer, *home.council));
  home.recorder().mode = FakeRecorder::Mode::kPending;
  const RoleAt publisher{Role::kPublisher, *home.council};
  REQUIRE(CodeOfBad(home.directory().Grant(home.ira(), *home.ada_id, publisher)) ==
          ErrorCode::kUnavailable);
  REQUIRE_FALSE(home.ada().Holds(Role::kPublisher, *home.council));
  // Asking again does not make a second one.
  REQUIRE(CodeOfBad(home.directory().Grant(home.ira(), *home.ada_id, publisher)) ==
          ErrorCode::kConflict);
  REQUIRE(home.recorder().Drain().has_value());
  REQUIRE(home.ada().Holds(Role::kPublisher, *home.council));
  home.recorder().mode = FakeRecorder::Mode::kRefuse;
  REQUIRE_FALSE(home.directory()
                    .Grant(home.ira(), *home.ada_id, {Role::kAuditor, *home.council})
                    .has_value());
  REQUIRE(home.recorder().Drain().has_value());
  REQUIRE(home.ada().roles.size() == 2);
}

TEST_CASE("a withdrawal counts from its commit") {
  SmallWorld home;
  const auto grant =
      home.directory().Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council}).value();
  bool looked = false;
  home.recorder().between = [&] {
    looked = true;
    REQUIRE(home.ada().roles.empty());
  };
  home.recorder().mode = FakeRecorder::Mode::kPending;
  REQUIRE(CodeOfBad(home.directory().WithdrawGrant(home.ira(), grant)) == ErrorCode::kUnavailable);
  REQUIRE(looked);
  REQUIRE(home.ada().roles.empty());
  REQUIRE(CodeOfBad(home.directory().WithdrawGrant(home.ira(), grant)) == ErrorCode::kConflict);
}

TEST_CASE("a grant that is withdrawn before its leaf has an index never counts") {
  SmallWorld home;
  home.recorder().mode = FakeRecorder::Mode::kPending;
  REQUIRE_FALSE(home.directory()
                    .Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council})
                    .has_value());
  const auto rows = home.directory().ListGrants(home.ira(), *home.council).value();
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].standing == Standing::kPending);
  REQUIRE_FALSE(home.directory().WithdrawGrant(home.ira(), rows[0].id).has_value());
  REQUIRE(home.recorder().Drain().has_value());
  REQUIRE(home.ada().roles.empty());
  REQUIRE(home.directory().ListGrants(home.ira(), *home.council).value()[0].standing ==
          Standing::kWithdrawn);
}

TEST_CASE("a grant of another body is not to be known of") {
  SmallWorld home;
  const auto grant =
      home.directory().Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council}).value();
  const auto hidden = home.directory().WithdrawGrant(home.ada(), grant);
  const auto absent =
      home.directory().WithdrawGrant(home.ada(), GrantId::Random(home.world.randomness()));
  REQUIRE(hidden.error().Text() == absent.error().Text());
  REQUIRE(hidden.error().Text() == Absent().error().Text());
  REQUIRE(CodeOfBad(home.directory().ListGrants(home.ada(), std::nullopt)) == ErrorCode::kNotFound);
}

TEST_CASE("the platform keeps an administrator") {
  SmallWorld home;
  const auto first = home.directory().ListGrants(home.ira(), std::nullopt).value().at(0).id;
  REQUIRE(CodeOfBad(home.directory().WithdrawGrant(home.ira(), first)) == ErrorCode::kConflict);
  REQUIRE(CodeOfBad(home.directory().DisablePerson(home.ira(), *home.ira_id)) ==
          ErrorCode::kConflict);
  REQUIRE(home.directory()
              .Grant(home.ira(), *home.ada_id, {Role::kAdministrator, std::nullopt})
              .has_value());
  REQUIRE(home.directory().WithdrawGrant(home.ira(), first).has_value());
  REQUIRE(home.ira().roles.empty());
  REQUIRE(CodeOfBad(home.directory().CreateOrganisation(home.ira(), {"X", "x"})) ==
          ErrorCode::kForbidden);
}

TEST_CASE("a principal from before a withdrawal changes nothing any more") {
  SmallWorld home;
  const auto [person, session] = home.PersonWith("adm@example.org", Role::kAdministrator);
  const Principal before = home.directory().AuthenticateSession(session).value();
  for (const auto& row : home.directory().ListGrants(home.ira(), *home.council).value()) {
    REQUIRE(home.directory().WithdrawGrant(home.ira(), row.id).has_value());
  }
  REQUIRE(CodeOfBad(home.directory().CreateMachine(before, *home.council, "robot")) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().DisablePerson(before, *home.ada_id)) == ErrorCode::kNotFound);
  REQUIRE(home.directory().DisablePerson(home.ira(), person).has_value());
  REQUIRE(CodeOfBad(home.directory().CreateMachine(before, *home.council, "robot")) ==
          ErrorCode::kUnauthenticated);
}

TEST_CASE("the watcher hears of a withdrawal once it counts, and of no attempt") {
  SmallWorld home;
  std::vector<SubjectId> told;
  home.directory().SetWatcher([&](const SubjectId& subject) { told.push_back(subject); });
  const auto grant =
      home.directory().Grant(home.ira(), *home.ada_id, {Role::kExplorer, *home.council}).value();
  REQUIRE(CodeOfBad(home.directory().WithdrawGrant(home.ada(), grant)) ==
          base::ErrorCode::kNotFound);
  REQUIRE(told.empty());
  home.recorder().mode = FakeRecorder::Mode::kPending;
  REQUIRE_FALSE(home.directory().WithdrawGrant(home.ira(), grant).has_value());
  REQUIRE(told == std::vector<SubjectId>{*home.ada_id});
  home.recorder().mode = FakeRecorder::Mode::kWhole;
  REQUIRE(home.directory().DisablePerson(home.ira(), *home.ada_id).has_value());
  REQUIRE(told.size() == 2);
}

}  // namespace identity
