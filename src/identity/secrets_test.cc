#include "identity/secrets.h"

#include <doctest/doctest.h>

#include "base/simulated_world.h"

namespace identity {

TEST_CASE("a secret is 32 bytes as text, and is found by its digest alone") {
  base::SimulatedWorld world(1);
  const Secret session = NewSecret(world.randomness());
  REQUIRE(session.text.size() == kSecretTextBytes);
  REQUIRE(HashOfSecret(session.text) == session.hash);
  REQUIRE(session.hash == base::Sha256(session.text));
  const Secret token = NewSecret(world.randomness(), kTokenPrefix);
  REQUIRE(token.text.starts_with("tab_"));
  REQUIRE(token.text.size() == 47);
  REQUIRE(HashOfSecret(token.text, kTokenPrefix) == token.hash);
  REQUIRE(token.text.substr(4) != session.text);
}

TEST_CASE("text of another form is no secret, wherever it differs") {
  base::SimulatedWorld world(2);
  const std::string token = NewSecret(world.randomness(), kTokenPrefix).text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string foreign = token;
    foreign[i] = '+';
    REQUIRE_FALSE(HashOfSecret(foreign, kTokenPrefix).has_value());
    REQUIRE_FALSE(HashOfSecret(token.substr(0, i), kTokenPrefix).has_value());
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto hash = HashOfSecret(changed, kTokenPrefix);
    REQUIRE(hash != HashOfSecret(token, kTokenPrefix));
  }
  REQUIRE_FALSE(HashOfSecret(token + "A", kTokenPrefix).has_value());
  REQUIRE_FALSE(HashOfSecret(token).has_value());
  REQUIRE_FALSE(HashOfSecret("").has_value());
}

TEST_CASE("a form token belongs to one session") {
  base::SimulatedWorld world(3);
  const std::string one = NewSecret(world.randomness()).text;
  const std::string two = NewSecret(world.randomness()).text;
  const std::string form = FormTokenOf(one);
  REQUIRE(form.size() == kSecretTextBytes);
  REQUIRE(IsFormToken(one, form));
  REQUIRE_FALSE(IsFormToken(two, form));
  REQUIRE_FALSE(IsFormToken(one, ""));
  REQUIRE_FALSE(IsFormToken(one, form + "x"));
  REQUIRE_FALSE(IsFormToken(one, one));
}

}  // namespace identity
