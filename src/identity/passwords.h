// Passwords and e-mail addresses: their form, and the work of comparing them.
//
// One comparison takes 64 MiB and some tenths of a second on purpose, so only a few run at once
// and a few more may wait; beyond that the answer is kBusy. Whoever has no password, or no account,
// costs the same work. Thread safety: a Passwords may be used from any thread; Hash and Fits block.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/password_hash.h"
#include "base/result.h"
#include "base/world.h"
#include "identity/turns.h"

namespace identity {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxEmailBytes = 254;  // RFC 5321, section 4.5.3.1.3
inline constexpr int kMaxHashesAtOnce = 2;
inline constexpr int kMaxHashesWaiting = 32;

// The one form of an e-mail address: printable ASCII in small letters, something on both sides of
// one "@". Nothing for other text. Addresses with other letters (RFC 6531) are not taken.
std::optional<std::string> NormaliseEmail(std::string_view text);

// kInvalid for a password that is too short, no UTF-8, or the person's own (normalised) e-mail;
// kTooLarge beyond base::kMaxPasswordBytes. Never repeats the password.
base::Result<void> CheckPassword(std::string_view password, std::string_view email);

class Passwords {
 public:
  static base::Result<std::unique_ptr<Passwords>> Open(base::World& world,
                                                       const base::PasswordCost& cost);
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;

  base::Result<std::string> Hash(std::string_view password);

  // Whether a password fits a hash. Without one, false after the same work.
  base::Result<bool> Fits(std::string_view password, const std::optional<std::string>& hash);

 private:
  Passwords(base::World& world, const base::PasswordCost& cost) : world_(world), cost_(cost) {}

  base::World& world_;
  const base::PasswordCost cost_;
  std::string nobodys_hash_;  // of a password that was never known
  Turns turns_{kMaxHashesAtOnce, kMaxHashesWaiting};
};

}  // namespace identity
