#include "base/password_hash.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <array>

#include "base/bytes.h"
#include "base/simulated_world.h"

namespace base {
namespace {

constexpr PasswordCost kCheap{kLeastPasswordMemoryBytes, 1};

std::string HashOf(std::string_view password) {
  SimulatedWorld world(1);
  return HashPassword(password, kCheap, world.randomness()).value();
}

}  // namespace

TEST_CASE("a password fits its own hash and no other") {
  const std::string hash = HashOf("correct horse battery");
  REQUIRE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  REQUIRE(IsPassword("correct horse battery", hash));
  REQUIRE_FALSE(IsPassword("correct horse batterz", hash));
  REQUIRE_FALSE(IsPassword("", hash));
  REQUIRE_FALSE(IsPassword(std::string_view{}, hash));
  REQUIRE(IsPassword("", HashOf(std::string_view{})));
}

TEST_CASE("two hashes of one password differ by their salt") {
  SimulatedWorld world(2);
  const auto one = HashPassword("the same password", kCheap, world.randomness()).value();
  const auto two = HashPassword("the same password", kCheap, world.randomness()).value();
  REQUIRE(one != two);
  REQUIRE(IsPassword("the same password", one));
  REQUIRE(IsPassword("the same password", two));
}

TEST_CASE("libsodium reads what we write, and we read what it writes") {
  const std::string password = "an outside oracle";
  REQUIRE(crypto_pwhash_str_verify(HashOf(password).c_str(), password.data(), password.size()) ==
          0);
  std::array<char, crypto_pwhash_STRBYTES> theirs{};
  REQUIRE(crypto_pwhash_str_alg(theirs.data(), password.data(), password.size(), 1,
                                kLeastPasswordMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) == 0);
  REQUIRE(IsPassword(password, theirs.data()));
}

TEST_CASE("a changed byte of a hash fits nothing") {
  const std::string hash = HashOf("flip every byte");
  for (std::size_t i = 0; i < hash.size(); ++i) {
    std::string changed = hash;
    changed[i] = changed[i] == '!' ? '?' : '!';
    REQUIRE_FALSE(IsPassword("flip every byte", changed));
    REQUIRE_FALSE(IsPassword("flip every byte", hash.substr(0, i)));
  }
  REQUIRE_FALSE(IsPassword("flip every byte", hash + std::string("\0x", 2)));
  REQUIRE_FALSE(IsPassword("x", std::string(kMaxPasswordHashBytes + 1, '$')));
}

TEST_CASE("a stretched key is what a hash with the same salt holds, and follows from each part") {
  const PasswordCost cost{kLeastPasswordMemoryBytes, 1};
  const std::string salt(kPasswordSaltBytes, 's');
  const std::string key = StretchPassword("a passphrase", salt, cost).value();
  REQUIRE(key.size() == kStretchedBytes);
  std::string tail = Base64Encode(key);
  while (tail.ends_with('=')) tail.pop_back();
  REQUIRE(IsPassword("a passphrase", "$argon2id$v=19$m=8,t=1,p=1$c3Nzc3Nzc3Nzc3Nzc3Nzcw$" + tail));
  REQUIRE(StretchPassword("a passphrasf", salt, cost).value() != key);
  REQUIRE(StretchPassword("a passphrase", std::string(kPasswordSaltBytes, 't'), cost).value() !=
          key);
  REQUIRE(StretchPassword("a passphrase", salt, {kLeastPasswordMemoryBytes, 2}).value() != key);
  REQUIRE(StretchPassword("a passphrase", "short", cost).error().code == ErrorCode::kInvalid);
  REQUIRE(StretchPassword("a", salt, {1, 1}).error().code == ErrorCode::kInvalid);
  REQUIRE(StretchPassword(std::string(kMaxPasswordBytes + 1, 'a'), salt, cost).error().code ==
          ErrorCode::kTooLarge);
}

TEST_CASE("the length of a password has a limit, and so has its cost") {
  SimulatedWorld world(3);
  const std::string longest(kMaxPasswordBytes, 'x');
  const std::string hash = HashPassword(longest, kCheap, world.randomness()).value();
  REQUIRE(IsPassword(longest, hash));
  REQUIRE_FALSE(IsPassword(longest + "x", hash));
  REQUIRE(HashPassword(longest + "x", kCheap, world.randomness()).error().code ==
          ErrorCode::kTooLarge);
  for (const PasswordCost cost :
       {PasswordCost{kLeastPasswordMemoryBytes - 1, 1}, PasswordCost{1ULL << 62U, 1},
        PasswordCost{kLeastPasswordMemoryBytes, 0}, PasswordCost{1 << 20, 1ULL << 40U}}) {
    REQUIRE(HashPassword("x", cost, world.randomness()).error().code == ErrorCode::kInvalid);
  }
}

}  // namespace base
