// The secrets that identity gives out: 32 random bytes as text, known afterwards by their SHA-256.
//
// A guess at 256 random bits is hopeless, so one fast hash is enough and no salt is needed: the
// store can be searched by the digest, whose comparison tells nothing about the secret. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/world.h"

namespace identity {

inline constexpr std::size_t kSecretBytes = 32;
inline constexpr std::size_t kSecretTextBytes = 43;  // base64url without padding
inline constexpr std::string_view kTokenPrefix = "tab_";

struct Secret {
  std::string text;   // to be shown once
  base::Digest hash;  // to be kept
};

// A new secret; `prefix` stands before its text and is hashed with it.
Secret NewSecret(base::Randomness& randomness, std::string_view prefix = {});

// The digest under which a secret is kept. Nothing when the text has another prefix, length or
// alphabet: that is no secret of ours.
std::optional<base::Digest> HashOfSecret(std::string_view text, std::string_view prefix = {});

// The form token of a session: an HMAC under the session's secret, so that it needs no place in the
// store and goes with the session.
std::string FormTokenOf(std::string_view session_secret);
bool IsFormToken(std::string_view session_secret, std::string_view form_token);

}  // namespace identity
