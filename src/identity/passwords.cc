#include "identity/passwords.h"

#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"

namespace identity {
namespace {

constexpr std::size_t kRandomPasswordBytes = 32;

char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string InSmallLetters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), Small);
  return small;
}

bool IsPrintable(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

std::optional<std::string> NormaliseEmail(std::string_view text) {
  if (text.size() > kMaxEmailBytes || !std::ranges::all_of(text, IsPrintable)) return std::nullopt;
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return std::nullopt;
  if (text.find('@', at + 1) != std::string_view::npos) return std::nullopt;
  return InSmallLetters(text);
}

base::Result<void> CheckPassword(std::string_view password, std::string_view email) {
  if (password.size() > base::kMaxPasswordBytes) {
    return base::Fail(base::ErrorCode::kTooLarge, "The password is too long", "password",
                      base::Format("Choose at most {} bytes.", base::kMaxPasswordBytes));
  }
  if (!base::IsUtf8(password) || base::CountCodePoints(password) < kMinPasswordCharacters) {
    return base::Fail(base::ErrorCode::kInvalid, "The password is too short", "password",
                      base::Format("Choose at least {} characters.", kMinPasswordCharacters));
  }
  if (InSmallLetters(password) == email) {
    return base::Fail(base::ErrorCode::kInvalid, "The password is the e-mail address", "password",
                      "Choose something that others do not know.");
  }
  return {};
}

base::Result<std::unique_ptr<Passwords>> Passwords::Open(base::World& world,
                                                         const base::PasswordCost& cost) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Passwords> passwords(new Passwords(world, cost));
  passwords->nobodys_hash_ = TRY(passwords->Hash(world.randomness().Bytes(kRandomPasswordBytes)));
  return passwords;
}

base::Result<std::string> Passwords::Hash(std::string_view password) {
  const auto turn = TRY(turns_.Take());
  return base::HashPassword(password, cost_, world_.randomness());
}

base::Result<bool> Passwords::Fits(std::string_view password,
                                   const std::optional<std::string>& hash) {
  const auto turn = TRY(turns_.Take());
  // What is too long fits nothing, and would be quick to refuse: an empty one costs as much as any.
  const bool too_long = password.size() > base::kMaxPasswordBytes;
  const std::string_view compared = too_long ? std::string_view{} : password;
  const bool fits = base::IsPassword(compared, hash ? *hash : nobodys_hash_);
  return fits && hash.has_value() && !too_long;
}

}  // namespace identity
