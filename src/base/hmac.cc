// The states of SHA-256 are copied, which the newer interface of OpenSSL does only by way of an
// allocation and several locks: ten times the price of the hash itself. The older one is a plain
// struct. It is deprecated, not removed, in every release of version 3.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hmac.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <string>

namespace base {

struct HmacSha256Key::States {
  SHA256_CTX inner;  // has taken in the key xor ipad
  SHA256_CTX outer;  // has taken in the key xor opad
};

// None of the calls below can fail: they are arithmetic on a struct, and return 1.
HmacSha256Key::HmacSha256Key(std::string_view key) : states_(std::make_unique<States>()) {
  constexpr unsigned char kInnerPad = 0x36;
  constexpr unsigned char kOuterPad = 0x5c;
  std::array<unsigned char, SHA256_CBLOCK> block{};
  const Digest digest = key.size() > block.size() ? Sha256(key) : Digest{};
  const std::string_view bytes = key.size() > block.size() ? digest.view() : key;
  std::copy(bytes.begin(), bytes.end(), block.begin());
  for (unsigned char& byte : block) byte ^= kInnerPad;
  SHA256_Init(&states_->inner);
  SHA256_Update(&states_->inner, block.data(), block.size());
  for (unsigned char& byte : block) byte ^= kInnerPad ^ kOuterPad;
  SHA256_Init(&states_->outer);
  SHA256_Update(&states_->outer, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}

HmacSha256Key::~HmacSha256Key() { OPENSSL_cleanse(states_.get(), sizeof(States)); }

Digest HmacSha256Key::Sign(std::initializer_list<std::string_view> parts) const {
  Digest digest;
  SHA256_CTX inner = states_->inner;
  for (const std::string_view part : parts) SHA256_Update(&inner, part.data(), part.size());
  SHA256_Final(digest.bytes.data(), &inner);
  SHA256_CTX outer = states_->outer;
  SHA256_Update(&outer, digest.bytes.data(), digest.bytes.size());
  SHA256_Final(digest.bytes.data(), &outer);
  return digest;
}

}  // namespace base
