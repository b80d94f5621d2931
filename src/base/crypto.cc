#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

// A failing call of OpenSSL below means that the machine is out of memory or the library is broken:
// the inputs cannot cause it, since lengths are checked first. So it is a CHECK.

namespace base {
namespace {

struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using KeyRef = std::unique_ptr<EVP_PKEY, FreeKey>;

const unsigned char* Unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

DigestContext NewContext() {
  DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  return context;
}

// The y coordinates of the points whose order divides 8, without the sign of x: little-endian, the
// last byte with its highest bit off. They follow from the curve alone (RFC 8032, section 5.1): 0,
// 1, -1 and two of order 8.
constexpr std::array<std::string_view, 5> kLowOrderKeys = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
};

// Whether a key is the one encoding of a point that can be somebody's: y below 2^255 - 19, not of
// low order.
bool IsSoundKey(std::string_view public_key) {
  std::string y(public_key);
  y.back() = static_cast<char>(y.back() & 0x7f);
  const bool all_ones = std::all_of(y.begin() + 1, y.end() - 1, [](char c) { return c == '\xff'; });
  const bool beyond_prime =
      all_ones && y.back() == '\x7f' && static_cast<unsigned char>(y.front()) >= 0xed;
  if (beyond_prime) return false;
  return std::ranges::find(kLowOrderKeys, HexEncode(y)) == kLowOrderKeys.end();
}

}  // namespace

std::string Digest::Hex() const { return HexEncode(view()); }

std::optional<Digest> Digest::FromBytes(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

struct Sha256Stream::Context {
  DigestContext evp = NewContext();
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  CHECK(EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1);
}

Digest Sha256Stream::Finish() {
  Digest digest;
  CHECK(EVP_DigestFinal_ex(context_->evp.get(), digest.bytes.data(), nullptr) == 1);
  CHECK(EVP_DigestInit_ex(context_->evp.get(), nullptr, nullptr) == 1);
  return digest;
}

Digest Sha256(std::string_view first, std::string_view second, std::string_view third) {
  // One context a thread: making one costs as much as hashing a leaf.
  thread_local Sha256Stream stream;  // tidy: allow globals because it holds no state between calls
  stream.Add(first);
  stream.Add(second);
  stream.Add(third);
  return stream.Finish();
}

Digest HmacSha256(std::string_view key, std::string_view message) {
  Digest digest;
  unsigned int length = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Unsigned(message),
             message.size(), digest.bytes.data(), &length) != nullptr);
  CHECK(length == digest.bytes.size());
  return digest;
}

bool SecretsEqual(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool VerifyEd25519(std::string_view public_key, std::string_view message,
                   std::string_view signature) {
  if (public_key.size() != kEd25519PublicKeyBytes) return false;
  if (signature.size() != kEd25519SignatureBytes || !IsSoundKey(public_key)) return false;
  const KeyRef key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Unsigned(public_key),
                                               public_key.size()));
  if (key == nullptr) return false;
  const DigestContext context = NewContext();
  CHECK(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.get(), Unsigned(signature), signature.size(), Unsigned(message),
                          message.size()) == 1;
}

struct SigningKey::Key {
  KeyRef evp;
};

SigningKey SigningKey::Random(Randomness& randomness) {
  std::string seed = randomness.Bytes(kEd25519SeedBytes);
  auto key = FromSeed(seed);
  Wipe(seed);
  CHECK(key.has_value());
  return std::move(*key);
}

Result<SigningKey> SigningKey::FromSeed(std::string_view seed) {
  if (seed.size() != kEd25519SeedBytes) {
    return Fail(ErrorCode::kInvalid, "A private key is not 32 bytes long");
  }
  auto key = std::make_unique<Key>();
  key->evp.reset(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Unsigned(seed), seed.size()));
  CHECK(key->evp != nullptr);
  std::array<unsigned char, kEd25519PublicKeyBytes> bytes{};
  std::size_t length = bytes.size();
  CHECK(EVP_PKEY_get_raw_public_key(key->evp.get(), bytes.data(), &length) == 1);
  return SigningKey(std::string(seed), std::move(key), std::string(bytes.begin(), bytes.end()));
}

SigningKey::SigningKey(std::string seed, std::unique_ptr<Key> key, std::string public_key)
    : seed_(std::move(seed)), key_(std::move(key)), public_key_(std::move(public_key)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this == &other) return *this;
  Wipe(seed_);
  seed_ = std::move(other.seed_);
  key_ = std::move(other.key_);
  public_key_ = std::move(other.public_key_);
  return *this;
}
SigningKey::~SigningKey() { Wipe(seed_); }

std::string SigningKey::Sign(std::string_view message) const {
  const DigestContext context = NewContext();
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->evp.get()) == 1);
  std::array<unsigned char, kEd25519SignatureBytes> bytes{};
  std::size_t length = bytes.size();
  CHECK(EVP_DigestSign(context.get(), bytes.data(), &length, Unsigned(message), message.size()) ==
        1);
  return {bytes.begin(), bytes.end()};
}

// GCM's nonce has 12 bytes in OpenSSL too unless something else is said.
std::string SealAes256Gcm(std::string_view key, std::string_view nonce, std::string_view associated,
                          std::string_view text) {
  CHECK(key.size() == kAesKeyBytes && nonce.size() == kAesNonceBytes);
  CHECK(text.size() <= kMaxSealedBytes && associated.size() <= kMaxSealedBytes);
  const CipherContext context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Unsigned(key),
                           Unsigned(nonce)) == 1);
  int length = 0;
  CHECK(EVP_EncryptUpdate(context.get(), nullptr, &length, Unsigned(associated),
                          static_cast<int>(associated.size())) == 1);
  std::string sealed(text.size() + kAesTagBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(sealed.data());
  CHECK(EVP_EncryptUpdate(context.get(), out, &length, Unsigned(text),
                          static_cast<int>(text.size())) == 1);
  CHECK(static_cast<std::size_t>(length) == text.size());
  CHECK(EVP_EncryptFinal_ex(context.get(), out + length, &length) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAesTagBytes,
                            out + text.size()) == 1);
  return sealed;
}

std::optional<std::string> OpenAes256Gcm(std::string_view key, std::string_view nonce,
                                         std::string_view associated, std::string_view sealed) {
  if (key.size() != kAesKeyBytes || nonce.size() != kAesNonceBytes) return std::nullopt;
  if (sealed.size() < kAesTagBytes || sealed.size() > kMaxSealedBytes + kAesTagBytes ||
      associated.size() > kMaxSealedBytes) {
    return std::nullopt;
  }
  const CipherContext context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Unsigned(key),
                           Unsigned(nonce)) == 1);
  int length = 0;
  CHECK(EVP_DecryptUpdate(context.get(), nullptr, &length, Unsigned(associated),
                          static_cast<int>(associated.size())) == 1);
  std::string text(sealed.size() - kAesTagBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(text.data());
  CHECK(EVP_DecryptUpdate(context.get(), out, &length, Unsigned(sealed),
                          static_cast<int>(text.size())) == 1);
  std::string tag(sealed.substr(text.size()));
  CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAesTagBytes, tag.data()) == 1);
  // Nothing of the text is given away before its tag has been compared.
  if (EVP_DecryptFinal_ex(context.get(), out + length, &length) == 1) return text;
  Wipe(text);
  return std::nullopt;
}

void Wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace base
