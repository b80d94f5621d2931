// Hashes, signatures and secrets, from OpenSSL.
//
// Digests are 32 raw bytes in a std::array, signatures and keys raw bytes in std::string. Nothing
// here keeps state between calls; a Sha256 and a SigningKey belong to one thread at a time, and
// SigningKey's const methods may be called from any.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/world.h"

namespace base {

// A SHA-256 digest (FIPS 180-4).
struct Digest {
  std::array<unsigned char, 32> bytes{};

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  [[nodiscard]] std::string Hex() const;
  // Of exactly 32 bytes; nothing otherwise.
  static std::optional<Digest> FromBytes(std::string_view bytes);

  friend auto operator<=>(const Digest&, const Digest&) = default;
};

// SHA-256 of the parts, as if they were one string.
Digest Sha256(std::string_view first, std::string_view second = {}, std::string_view third = {});

// SHA-256 of bytes that come one after the other.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void Add(std::string_view bytes);
  // The digest of what was added; the stream starts anew.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// HMAC-SHA-256 (RFC 2104).
Digest HmacSha256(std::string_view key, std::string_view message);

// Compares without telling by its time where two secrets differ.
bool SecretsEqual(std::string_view left, std::string_view right);

inline constexpr std::size_t kEd25519PublicKeyBytes = 32;
inline constexpr std::size_t kEd25519SeedBytes = 32;
inline constexpr std::size_t kEd25519SignatureBytes = 64;

// True if `signature` is an Ed25519 signature (RFC 8032) of `message`. False for anything that is
// not of the right length or form.
bool VerifyEd25519(std::string_view public_key, std::string_view message,
                   std::string_view signature);

// A private Ed25519 key. Its bytes are overwritten when it goes.
class SigningKey {
 public:
  static SigningKey Random(Randomness& randomness);
  // Of a 32-byte seed (RFC 8032's private key); kInvalid for another length.
  static Result<SigningKey> FromSeed(std::string_view seed);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] const std::string& public_key() const { return public_key_; }
  // The secret itself, to be stored and for nothing else.
  [[nodiscard]] const std::string& seed() const { return seed_; }
  [[nodiscard]] std::string Sign(std::string_view message) const;

 private:
  struct Key;
  SigningKey(std::string seed, std::unique_ptr<Key> key, std::string public_key);
  std::string seed_;
  std::unique_ptr<Key> key_;
  std::string public_key_;
};

// AES-256-GCM (NIST SP 800-38D): encrypted, and nobody can change it unseen. A nonce is used once
// with a key; at random, 2^32 times are safe.
inline constexpr std::size_t kAesKeyBytes = 32;
inline constexpr std::size_t kAesNonceBytes = 12;
inline constexpr std::size_t kAesTagBytes = 16;
inline constexpr std::size_t kMaxSealedBytes = 1U << 24U;

// The ciphertext and, behind it, the tag. `associated` is not in it, but has to be the same when it
// is opened. The lengths of key and nonce are the caller's; the text is at most kMaxSealedBytes.
std::string SealAes256Gcm(std::string_view key, std::string_view nonce, std::string_view associated,
                          std::string_view text);
// Nothing for another key, nonce or associated text, for changed bytes and for any other length.
std::optional<std::string> OpenAes256Gcm(std::string_view key, std::string_view nonce,
                                         std::string_view associated, std::string_view sealed);

// Overwrites a secret in memory before it is given back.
void Wipe(std::string& secret);

}  // namespace base
