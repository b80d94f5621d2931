#include "ledger/leaf.h"

#include <doctest/doctest.h>

#include "base/canonical_json.h"
#include "base/simulated_world.h"

namespace ledger {
namespace {

const base::Instant kNow = base::ParseInstant("2026-11-24T10:12:34Z").value();

VerifierKey SomeKey() {
  base::SimulatedWorld world(1);
  return {"example.org/register", base::SigningKey::Random(world.randomness()).public_key()};
}

}  // namespace

TEST_CASE("a leaf is canonical JSON with kind, outbox number and time") {
  const std::string leaf = LeafDraft(LeafKind::kHomeCreated)
                               .Origin("origin", "example.org")
                               .Flag("demonstration", true)
                               .Write(7, kNow);
  REQUIRE(leaf ==
          R"({"demonstration":true,"kind":"home.created","origin":"example.org","outbox":7,)"
          R"("time":"2026-11-24T10:12:34Z"})");
  REQUIRE(base::IsCanonicalJson(leaf));
}

TEST_CASE("the order of the fields does not matter") {
  const VerifierKey key = SomeKey();
  const auto one = LeafDraft(LeafKind::kKeyRotated).Key("key", key).Number("first_size", 3);
  const auto two = LeafDraft(LeafKind::kKeyRotated).Number("first_size", 3).Key("key", key);
  REQUIRE(one.Write(1, kNow) == two.Write(1, kNow));
  REQUIRE(LogOf(one.kind()) == storage::LogName::kRegister);
}

TEST_CASE("a leaf about accounts names organisation, role and kind of subject, and nobody") {
  const auto role = [](LeafKind kind) {
    return LeafDraft(kind)
        .Slug("organisation", "ambleford-council-3f9a2c")
        .Code("role", "approver")
        .Code("subject", "person")
        .Write(3, kNow);
  };
  REQUIRE(role(LeafKind::kRoleGranted) ==
          R"({"kind":"role.granted","organisation":"ambleford-council-3f9a2c","outbox":3,)"
          R"("role":"approver","subject":"person","time":"2026-11-24T10:12:34Z"})");
  REQUIRE(role(LeafKind::kRoleWithdrawn).find("role.withdrawn") != std::string::npos);
  for (const LeafKind kind : {LeafKind::kTokenCreated, LeafKind::kTokenWithdrawn}) {
    const auto leaf = LeafDraft(kind).Slug("organisation", "a-1").Code("subject", "machine");
    REQUIRE(base::IsCanonicalJson(leaf.Write(1, kNow)));
    REQUIRE(LogOf(kind) == storage::LogName::kRegister);
  }
  for (const LeafKind kind : {LeafKind::kOrganisationCreated, LeafKind::kPersonDisabled}) {
    REQUIRE(base::IsCanonicalJson(LeafDraft(kind).Slug("organisation", "a-1").Write(1, kNow)));
  }
}

TEST_CASE("the outbox number is read back from a leaf of ours alone") {
  const std::string leaf = LeafDraft(LeafKind::kKeyCreated)
                               .Key("key", SomeKey())
                               .Number("first_size", 0)
                               .Write(41, kNow);
  REQUIRE(OutboxIdOf(leaf) == 41);
  for (const char* other : {"", "{}", R"({"outbox":})", R"({"outbox":-1})", R"({"outbox":007})",
                            R"({"outbox":99999999999999999999})"}) {
    REQUIRE_FALSE(OutboxIdOf(other).has_value());
  }
}

}  // namespace ledger
