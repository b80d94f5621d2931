#include <doctest/doctest.h>

#include "identity/directory.h"
#include "identity/secrets.h"
#include "identity/testing.h"

namespace identity {
namespace {

using base::ErrorCode;

constexpr std::int64_t kMinute = 60 * base::kMicrosecondsPerSecond;

base::Result<SignedIn> Try(SmallWorld& home, std::string_view email, std::string_view password,
                           std::string_view remote = "192.0.2.9") {
  return home.directory().SignIn({email, password, remote, {}});
}

bool IsAlive(SmallWorld& home, const std::string& session) {
  return home.directory().AuthenticateSession(session).has_value();
}

// The bytes of every file of the home.
std::string AllBytes(SmallWorld& home) {
  std::string bytes;
  for (const std::string& name : home.world.files().List("home").value()) {
    bytes += base::ReadWholeFile(home.world.files(), "home/" + name, 1U << 30U).value();
  }
  return bytes;
}

}  // namespace

TEST_CASE("a link sets a password once, and within its time") {
  SmallWorld home;
  const auto bea =
      home.directory().CreatePerson(home.ira(), *home.council, {"Bea", "bea@example.org"}).value();
  REQUIRE(Try(home, "bea@example.org", "").error().code == ErrorCode::kUnauthenticated);
  REQUIRE(home.directory().SetPassword(bea.link_secret, "short").error().code ==
          ErrorCode::kInvalid);
  REQUIRE(home.directory().SetPassword(bea.link_secret, "BEA@example.org").error().code ==
          ErrorCode::kInvalid);
  REQUIRE(home.directory().SetPassword(bea.link_secret, kPassword).has_value());
  REQUIRE(Try(home, "bea@example.org", kPassword).has_value());
  const auto again = home.directory().SetPassword(bea.link_secret, kPassword);
  REQUIRE(again.error().code == ErrorCode::kUnauthenticated);
  const auto never = home.directory().SetPassword(NewSecret(home.world.randomness()).text, "x");
  REQUIRE(never.error().Text() == again.error().Text());
  REQUIRE(home.directory().SetPassword("no link", kPassword).error().Text() ==
          again.error().Text());
  const std::string late = home.directory().CreateLink(home.ira(), bea.id).value();
  home.world.Advance(kLinkHours * 60 * kMinute);
  REQUIRE(home.directory().SetPassword(late, kPassword).error().Text() == again.error().Text());
}

TEST_CASE("a new password ends sessions, and a new link ends older links") {
  SmallWorld home;
  const std::string first = home.directory().CreateLink(home.ira(), *home.ada_id).value();
  const std::string second = home.directory().CreateLink(home.ira(), *home.ada_id).value();
  REQUIRE_FALSE(home.directory().SetPassword(first, kPassword).has_value());
  REQUIRE(IsAlive(home, home.ada_session));
  REQUIRE(home.directory().SetPassword(second, "quite another password").has_value());
  REQUIRE_FALSE(IsAlive(home, home.ada_session));
  REQUIRE_FALSE(Try(home, "ada@example.org", kPassword).has_value());
  REQUIRE(Try(home, "ADA@example.org", "quite another password").has_value());
}

TEST_CASE("unknown, wrong, disabled and without a password answer the same") {
  SmallWorld home;
  REQUIRE(home.directory()
              .CreatePerson(home.ira(), *home.council, {"Bea", "bea@example.org"})
              .has_value());
  const auto wrong = Try(home, "ada@example.org", "not her password");
  REQUIRE(wrong.error().code == ErrorCode::kUnauthenticated);
  for (const char* email : {"nobody@example.org", "bea@example.org", "no address", ""}) {
    REQUIRE(Try(home, email, kPassword).error().Text() == wrong.error().Text());
  }
  REQUIRE(home.directory().DisablePerson(home.ira(), *home.ada_id).has_value());
  REQUIRE(Try(home, "ada@example.org", kPassword).error().Text() == wrong.error().Text());
  REQUIRE(wrong.error().Text().find("ada") == std::string::npos);
}

TEST_CASE("an account is locked for a while, whether or not it exists") {
  for (const char* email : {"ada@example.org", "nobody@example.org"}) {
    SmallWorld home;
    for (std::int64_t i = 0; i < kMaxFailuresPerAccount; ++i) {
      // Another address each time: the account is what is counted.
      REQUIRE(Try(home, email, "wrong", "198.51.100." + std::to_string(i)).error().code ==
              ErrorCode::kUnauthenticated);
    }
    const auto locked = Try(home, email, kPassword);
    REQUIRE(locked.error().code == ErrorCode::kRateLimited);
    REQUIRE(locked.error().Text().find("2026-11-24T10:15:00Z") != std::string::npos);
    home.world.Advance(kFailureWindowMinutes * kMinute - 1);
    REQUIRE(Try(home, email, kPassword).error().code == ErrorCode::kRateLimited);
    home.world.Advance(1);
    const bool exists = std::string_view(email) == "ada@example.org";
    REQUIRE(Try(home, email, kPassword).has_value() == exists);
  }
}

TEST_CASE("an address is locked for a while, whatever accounts it tries") {
  SmallWorld home;
  for (std::int64_t i = 0; i < kMaxFailuresPerRemote; ++i) {
    REQUIRE(Try(home, std::to_string(i) + "@example.org", "wrong").error().code ==
            ErrorCode::kUnauthenticated);
  }
  REQUIRE(Try(home, "ada@example.org", kPassword).error().code == ErrorCode::kRateLimited);
  REQUIRE(Try(home, "ada@example.org", kPassword, "203.0.113.5").has_value());
}

TEST_CASE("a success takes its counts back") {
  SmallWorld home;
  for (int round = 0; round < 20; ++round) {
    for (std::int64_t i = 0; i + 1 < kMaxFailuresPerAccount / 2; ++i) {
      REQUIRE(Try(home, "ada@example.org", "wrong", std::to_string(round)).error().code ==
              ErrorCode::kUnauthenticated);
    }
    REQUIRE(Try(home, "ada@example.org", kPassword, "198.51.100.1").has_value());
  }
}

TEST_CASE("failures outlive a restart") {
  SmallWorld home;
  for (std::int64_t i = 0; i < kMaxFailuresPerAccount; ++i) {
    static_cast<void>(Try(home, "ada@example.org", "wrong"));
  }
  home.running.reset();
  home.running = std::make_unique<Running>(home.world);
  REQUIRE(Try(home, "ada@example.org", kPassword).error().code == ErrorCode::kRateLimited);
}

TEST_CASE("a session ends after half an hour without use") {
  SmallWorld home;
  home.world.Advance(kSessionIdleMinutes * kMinute - 1);
  REQUIRE(IsAlive(home, home.ada_session));
  home.world.Advance(kSessionIdleMinutes * kMinute - 1);
  REQUIRE(IsAlive(home, home.ada_session));
  home.world.Advance(kSessionIdleMinutes * kMinute);
  REQUIRE_FALSE(IsAlive(home, home.ada_session));
}

TEST_CASE("a session ends after twelve hours, however it is used") {
  SmallWorld home;
  const std::int64_t minutes = kSessionHours * 60;
  for (std::int64_t used = 20; used < minutes; used += 20) {
    home.world.Advance(20 * kMinute);
    REQUIRE(IsAlive(home, home.ada_session));
  }
  home.world.Advance(20 * kMinute);
  REQUIRE_FALSE(IsAlive(home, home.ada_session));
}

TEST_CASE("a session is not believed when the clock went back by more than a little") {
  SmallWorld home;
  const std::int64_t now = home.world.clock().Now().microseconds;
  home.world.SetNow({now - kClockStepBackMinutes * kMinute + 1});
  REQUIRE(IsAlive(home, home.ada_session));
  home.world.SetNow({now - kClockStepBackMinutes * kMinute});
  REQUIRE_FALSE(IsAlive(home, home.ada_session));
}

TEST_CASE("signing in gives a new session and ends the one that came along") {
  SmallWorld home;
  const auto second =
      home.directory().SignIn({"ada@example.org", kPassword, "192.0.2.1", home.ada_session});
  REQUIRE(second->session_secret != home.ada_session);
  REQUIRE_FALSE(IsAlive(home, home.ada_session));
  REQUIRE(IsAlive(home, second->session_secret));
  REQUIRE(IsFormToken(second->session_secret, second->form_token));
  REQUIRE(home.directory().SignOut(second->session_secret).has_value());
  REQUIRE_FALSE(IsAlive(home, second->session_secret));
  REQUIRE(home.directory().SignOut(second->session_secret).has_value());
  REQUIRE(home.directory().SignOut("no session").has_value());
}

TEST_CASE("a session is no token and a token no session") {
  SmallWorld home;
  const auto token = home.directory().CreateToken(
      home.ada(), {*home.ada_id, "x", {Scope::kRead}, {home.world.clock().Now().microseconds + 1}});
  REQUIRE_FALSE(IsAlive(home, token->secret));
  REQUIRE_FALSE(home.directory().Authenticate(home.ada_session).has_value());
  for (const char* text :
       {"", "tab_", "Bearer", "tab_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    REQUIRE(home.directory().Authenticate(text).error().code == ErrorCode::kUnauthenticated);
    REQUIRE(home.directory().AuthenticateSession(text).error().code == ErrorCode::kUnauthenticated);
  }
}

TEST_CASE("no secret lies in the store's files") {
  SmallWorld home;
  const auto token = home.directory().CreateToken(
      home.ada(), {*home.ada_id, "x", {Scope::kRead}, {home.world.clock().Now().microseconds + 1}});
  const std::string link = home.directory().CreateLink(home.ira(), *home.ada_id).value();
  static_cast<void>(Try(home, "typed.wrong@example.org", "wrong", "203.0.113.77"));
  const std::string before = AllBytes(home);
  home.running.reset();  // SQLite moves its write-ahead log into the main file
  const std::string bytes = before + AllBytes(home);
  // The search works: what is not secret is found.
  REQUIRE(bytes.find("ada@example.org") != std::string::npos);
  REQUIRE(bytes.find(HashOfSecret(token->secret, kTokenPrefix)->view()) != std::string::npos);
  for (const std::string& secret :
       {std::string(kPassword), home.ada_session, home.ira_session, token->secret,
        token->secret.substr(4), link, FormTokenOf(home.ada_session), std::string("203.0.113.77"),
        std::string("typed.wrong"), std::string(32, 'k')}) {
    REQUIRE(bytes.find(secret) == std::string::npos);
  }
}

}  // namespace identity
