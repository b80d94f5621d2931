#include "identity/idempotency_keys.h"

#include <doctest/doctest.h>

#include "identity/testing.h"

namespace identity {
namespace {

using base::ErrorCode;

const base::Digest kRequest = base::Sha256("POST /api/v1/organisations {}");
const base::Digest kOther = base::Sha256("POST /api/v1/organisations {} ");

struct Keys {
  Keys() : keys(home.world, *home.running->store) {}

  base::Result<IdempotencyKeys::Claim> Begin(const base::Digest& request = kRequest) {
    return keys.Begin(home.ira(), "key-1", request);
  }
  base::Result<OrganisationId> Create(const IdempotencyKeys::Claim& claim) {
    return home.directory().CreateOrganisation(home.ira(), {"Another", "office"},
                                               claim.AlongWith(201, "/api/v1/organisations/"));
  }

  SmallWorld home;
  IdempotencyKeys keys;
};

TEST_CASE("the second request of a key is told of the first") {
  Keys test;
  std::string id;
  {
    const auto claim = test.Begin().value();
    REQUIRE_FALSE(claim.earlier().has_value());
    id = test.Create(claim).value().Text();
  }
  const auto again = test.Begin().value();
  REQUIRE(again.earlier()->status == 201);
  REQUIRE(again.earlier()->location == "/api/v1/organisations/" + id);
}

TEST_CASE("an effect that failed leaves the key free") {
  Keys test;
  {
    const auto claim = test.Begin().value();
    test.home.recorder().mode = FakeRecorder::Mode::kRefuse;
    REQUIRE_FALSE(test.Create(claim).has_value());
    test.home.recorder().mode = FakeRecorder::Mode::kWhole;
  }
  const auto claim = test.Begin().value();
  REQUIRE_FALSE(claim.earlier().has_value());
}

TEST_CASE("a key is bound to its request, its sender and its time") {
  Keys test;
  REQUIRE(test.Create(test.Begin().value()).has_value());
  REQUIRE(CodeOfBad(test.Begin(kOther)) == ErrorCode::kInvalid);
  REQUIRE_FALSE(test.keys.Begin(test.home.ada(), "key-1", kOther).value().earlier().has_value());
  test.home.world.SetNow(
      {test.home.world.clock().Now().microseconds + kIdempotencyHours * 3'600'000'000});
  test.home.ira_session = test.home.directory()
                              .SignIn({"ira@example.org", kPassword, "192.0.2.1", {}})
                              .value()
                              .session_secret;
  const auto claim = test.Begin(kOther).value();
  REQUIRE_FALSE(claim.earlier().has_value());
  REQUIRE(test.Create(claim).has_value());  // in place of the row that ended
}

TEST_CASE("while the first one runs a second is refused") {
  Keys test;
  {
    const auto first = test.Begin().value();
    REQUIRE(CodeOfBad(test.Begin()) == ErrorCode::kConflict);
    REQUIRE(test.keys.Begin(test.home.ira(), "key-2", kRequest).has_value());
  }
  REQUIRE(test.Begin().has_value());
}

TEST_CASE("a key that is none is refused, and none at all claims nothing") {
  Keys test;
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("\xc3\xa9"), std::string("a\n"),
        std::string(kMaxIdempotencyKeyBytes + 1, 'a')}) {
    REQUIRE(CodeOfBad(test.keys.Begin(test.home.ira(), bad, kRequest)) == ErrorCode::kMalformed);
  }
  const auto none = test.keys.Begin(test.home.ira(), std::nullopt, kRequest).value();
  REQUIRE_FALSE(none.earlier().has_value());
  REQUIRE(test.Create(none).has_value());
  REQUIRE(test.keys.Begin(test.home.ira(), std::nullopt, kRequest).has_value());
}

}  // namespace
}  // namespace identity
