#include "base/password_hash.h"

#include <sodium.h>

#include <array>

#include "base/bytes.h"
#include "base/check.h"
#include "base/format.h"

namespace base {
namespace {

constexpr std::uint64_t kBytesPerKibibyte = 1'024;
static_assert(kPasswordSaltBytes == crypto_pwhash_argon2id_SALTBYTES);
static_assert(kMaxPasswordHashBytes + 1 == crypto_pwhash_STRBYTES);
static_assert(kLeastPasswordMemoryBytes == crypto_pwhash_argon2id_MEMLIMIT_MIN);

// Argon2's own text form has no padding.
std::string Base64WithoutPadding(std::string_view bytes) {
  std::string text = Base64Encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

// Chooses the implementation for this processor. May be called again and from any thread.
void ReadySodium() { CHECK(sodium_init() >= 0); }

// libsodium takes no null, which an empty view may have.
const char* PointerTo(std::string_view text) { return text.empty() ? "" : text.data(); }

bool IsCost(const PasswordCost& cost) {
  return cost.memory_bytes >= kLeastPasswordMemoryBytes &&
         cost.memory_bytes <= crypto_pwhash_argon2id_memlimit_max() &&
         cost.passes >= crypto_pwhash_argon2id_OPSLIMIT_MIN &&
         cost.passes <= crypto_pwhash_argon2id_OPSLIMIT_MAX;
}

}  // namespace

Result<std::string> StretchPassword(std::string_view password, std::string_view salt,
                                    const PasswordCost& cost) {
  ReadySodium();
  if (password.size() > kMaxPasswordBytes) {
    return Fail(ErrorCode::kTooLarge,
                Format("A password is longer than {} bytes", kMaxPasswordBytes));
  }
  if (!IsCost(cost)) return Fail(ErrorCode::kInvalid, "The cost of passwords is out of range");
  if (salt.size() != kPasswordSaltBytes) {
    return Fail(ErrorCode::kInvalid, Format("A salt is not {} bytes long", kPasswordSaltBytes));
  }
  std::string stretched(kStretchedBytes, '\0');
  const int code = crypto_pwhash(reinterpret_cast<unsigned char*>(stretched.data()),
                                 stretched.size(), PointerTo(password), password.size(),
                                 reinterpret_cast<const unsigned char*>(salt.data()), cost.passes,
                                 cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  // The inputs were tested, so only memory can be missing.
  if (code != 0) return Fail(ErrorCode::kUnavailable, "There is no memory to hash a password");
  return stretched;
}

// Not crypto_pwhash_str, which draws its salt from libsodium's own randomness: in a simulation all
// randomness follows from the seed.
Result<std::string> HashPassword(std::string_view password, const PasswordCost& cost,
                                 Randomness& randomness) {
  const std::string salt = randomness.Bytes(kPasswordSaltBytes);
  const std::string bytes = TRY(StretchPassword(password, salt, cost));
  return Format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory_bytes / kBytesPerKibibyte,
                cost.passes, Base64WithoutPadding(salt), Base64WithoutPadding(bytes));
}

bool IsPassword(std::string_view password, std::string_view hash) {
  ReadySodium();
  if (password.size() > kMaxPasswordBytes || hash.size() > kMaxPasswordHashBytes) return false;
  if (!hash.starts_with("$argon2id$")) return false;
  // libsodium reads up to an end mark, and an embedded one would cut the text.
  if (hash.find('\0') != std::string_view::npos) return false;
  std::array<char, crypto_pwhash_STRBYTES> text{};
  hash.copy(text.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), PointerTo(password), password.size()) == 0;
}

}  // namespace base
