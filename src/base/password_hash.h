// Passwords, stretched by Argon2id (RFC 9106), from libsodium.
//
// A stored hash is the text that other programs write too ("$argon2id$v=19$m=…,t=…,p=1$salt$hash",
// the PHC string format), so that it carries its own salt and cost. The salt comes from the World.
// Stateless; any thread. A call holds `memory_bytes` for as long as it runs: the caller sees to it
// that not too many run at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"

namespace base {

// Limits of what is stretched, in bytes.
inline constexpr std::size_t kMaxPasswordBytes = 1'024;
inline constexpr std::size_t kMaxPasswordHashBytes = 127;  // libsodium's, without the end mark
// The least that Argon2 itself accepts: for tests.
inline constexpr std::uint64_t kLeastPasswordMemoryBytes = 8'192;

// What one hash costs whoever computes it.
struct PasswordCost {
  std::uint64_t memory_bytes = 64ULL << 20U;
  std::uint64_t passes = 3;
};

inline constexpr std::size_t kPasswordSaltBytes = 16;
inline constexpr std::size_t kStretchedBytes = 32;

// kStretchedBytes that follow from password, salt and cost alone: a key. kTooLarge for a password
// beyond kMaxPasswordBytes, kInvalid for a salt that is not kPasswordSaltBytes long and for a cost
// that Argon2 does not have, kUnavailable when the memory cannot be had.
Result<std::string> StretchPassword(std::string_view password, std::string_view salt,
                                    const PasswordCost& cost);

// kTooLarge for a password beyond kMaxPasswordBytes, kInvalid for a cost that Argon2 does not have,
// kUnavailable when the memory cannot be had.
Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost,
                                 Randomness& randomness);

// Whether the password is the one that was hashed. False for a hash of another form. Its time
// depends on the cost inside the hash, not on where a difference lies.
bool IsPassword(std::string_view password, std::string_view hash);

}  // namespace base
