// Tests of: directory_grants.cc authority.cc
#include "identity/directory.h"

#include <doctest/doctest.h>

#include "identity/testing.h"

namespace identity {
using base::ErrorCode;

TEST_CASE("a token has no more than its maker and loses what its subject loses") {
  SmallWorld home;
  const auto [person, session] = home.PersonWith("exp@example.org", Role::kExplorer);
  const Principal explorer = home.directory().AuthenticateSession(session).value();
  REQUIRE(CodeOfBad(home.directory().CreateToken(
              explorer, TokenFor(home, person, {Scope::kDecide}))) == ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().CreateToken(explorer, TokenFor(home, person, {}))) ==
          ErrorCode::kForbidden);
  REQUIRE(CodeOfBad(home.directory().CreateToken(
              home.ira(), TokenFor(home, person, {Scope::kRead}))) == ErrorCode::kForbidden);
  const auto token =
      home.directory().CreateToken(explorer, TokenFor(home, person, {Scope::kQuery})).value();
  const Principal by_token = home.directory().Authenticate(token.secret).value();
  REQUIRE(by_token.scopes == Scopes{Scope::kQuery});
  REQUIRE_FALSE(by_token.is_person_present);
  REQUIRE(by_token.id == person);
  REQUIRE(CodeOfBad(home.directory().CreateToken(
              by_token, TokenFor(home, person, {Scope::kQuery}))) == ErrorCode::kForbidden);
  for (const auto& row : home.directory().ListGrants(home.ira(), *home.council).value()) {
    REQUIRE(home.directory().WithdrawGrant(home.ira(), row.id).has_value());
  }
  REQUIRE(home.directory().Authenticate(token.secret).value().scopes.IsEmpty());
}

TEST_CASE("a machine never decides, whatever its roles and scopes") {
  SmallWorld home;
  const auto robot = home.directory().CreateMachine(home.ira(), *home.council, "robot").value();
  REQUIRE(home.directory().Grant(home.ira(), robot, {Role::kExplorer, *home.council}).has_value());
  REQUIRE(CodeOfBad(home.directory().CreateToken(
              home.ira(), TokenFor(home, robot, {Scope::kDecide}))) == ErrorCode::kForbidden);
  const auto token =
      home.directory()
          .CreateToken(home.ira(), TokenFor(home, robot, {Scope::kQuery, Scope::kPublish}))
          .value();
  Principal machine = home.directory().Authenticate(token.secret).value();
  REQUIRE(machine.scopes == Scopes{Scope::kQuery});
  REQUIRE_FALSE(machine.MayDecideFor(*home.council));
  machine.scopes = Scopes{Scope::kDecide, Scope::kAdminister};
  machine.roles = {{Role::kApprover, *home.council}, {Role::kAdministrator, *home.council}};
  REQUIRE_FALSE(machine.MayDecideFor(*home.council));
  REQUIRE_FALSE(machine.Administers(*home.council));
}

TEST_CASE("a person decides by session, or by a token with that scope") {
  SmallWorld home;
  const auto [person, session] = home.PersonWith("app@example.org", Role::kApprover);
  const Principal approver = home.directory().AuthenticateSession(session).value();
  REQUIRE(approver.MayDecideFor(*home.council));
  const auto with = home.directory().CreateToken(
      approver, TokenFor(home, person, {Scope::kRead, Scope::kDecide}));
  const auto without =
      home.directory().CreateToken(approver, TokenFor(home, person, {Scope::kRead}));
  REQUIRE(home.directory().Authenticate(with->secret)->MayDecideFor(*home.council));
  REQUIRE_FALSE(home.directory().Authenticate(without->secret)->MayDecideFor(*home.council));
}

TEST_CASE("a token counts once recorded, until it ends or is withdrawn") {
  SmallWorld home;
  const auto at_end = TokenFor(home, *home.ada_id, {Scope::kRead});
  const auto token = home.directory().CreateToken(home.ada(), at_end).value();
  REQUIRE(home.directory().Authenticate(token.secret).has_value());
  const auto rows = home.directory().ListTokens(home.ira(), *home.ada_id).value();
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].last_used_day == home.world.clock().Now().microseconds / kDay);
  home.recorder().between = [&] {
    REQUIRE(CodeOfBad(home.directory().Authenticate(token.secret)) == ErrorCode::kUnauthenticated);
  };
  REQUIRE(home.directory().WithdrawToken(home.ada(), token.id).has_value());
  home.recorder().between = nullptr;
  REQUIRE(CodeOfBad(home.directory().WithdrawToken(home.ada(), token.id)) == ErrorCode::kConflict);
  const auto other = home.directory().CreateToken(home.ada(), at_end).value();
  home.world.SetNow({at_end.expires.microseconds - 1});
  REQUIRE(home.directory().Authenticate(other.secret).has_value());
  home.world.SetNow(at_end.expires);
  REQUIRE(CodeOfBad(home.directory().Authenticate(other.secret)) == ErrorCode::kUnauthenticated);
}

TEST_CASE("a pending token is no token yet") {
  SmallWorld home;
  // The secret is lost with the error; a row is there and does not count.
  home.recorder().mode = FakeRecorder::Mode::kPending;
  REQUIRE_FALSE(home.directory()
                    .CreateToken(home.ada(), TokenFor(home, *home.ada_id, {Scope::kRead}))
                    .has_value());
  const auto rows = home.directory().ListTokens(home.ada(), *home.ada_id).value();
  REQUIRE(rows.size() == 1);
  REQUIRE(rows[0].standing == Standing::kPending);
}

TEST_CASE("tokens have a longest life and a greatest number") {
  SmallWorld home;
  auto token = TokenFor(home, *home.ada_id, {Scope::kRead});
  const std::int64_t now = home.world.clock().Now().microseconds;
  token.expires = {now};
  REQUIRE(CodeOfBad(home.directory().CreateToken(home.ada(), token)) == ErrorCode::kInvalid);
  token.expires = {now + kMaxTokenDays * kDay + 1};
  REQUIRE(CodeOfBad(home.directory().CreateToken(home.ada(), token)) == ErrorCode::kInvalid);
  token.expires = {now + kMaxTokenDays * kDay};
  for (std::size_t i = 0; i < kMaxTokensPerSubject; ++i) {
    REQUIRE(home.directory().CreateToken(home.ada(), token).has_value());
  }
  REQUIRE(CodeOfBad(home.directory().CreateToken(home.ada(), token)) == ErrorCode::kTooLarge);
}

}  // namespace identity
