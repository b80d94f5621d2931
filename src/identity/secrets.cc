#include "identity/secrets.h"

#include <algorithm>

#include "base/bytes.h"

namespace identity {
namespace {

constexpr std::string_view kFormTokenPurpose = "tabularium-form-token-1";

// RFC 4648, section 5, without padding.
std::string Base64Url(std::string_view bytes) {
  std::string text = base::Base64Encode(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

bool IsBase64Url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

Secret NewSecret(base::Randomness& randomness, std::string_view prefix) {
  std::string text(prefix);
  text += Base64Url(randomness.Bytes(kSecretBytes));
  const base::Digest hash = base::Sha256(text);
  return {std::move(text), hash};
}

std::optional<base::Digest> HashOfSecret(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() != prefix.size() + kSecretTextBytes) {
    return std::nullopt;
  }
  if (!std::ranges::all_of(text.substr(prefix.size()), IsBase64Url)) return std::nullopt;
  return base::Sha256(text);
}

std::string FormTokenOf(std::string_view session_secret) {
  return Base64Url(base::HmacSha256(session_secret, kFormTokenPurpose).view());
}

bool IsFormToken(std::string_view session_secret, std::string_view form_token) {
  return base::SecretsEqual(FormTokenOf(session_secret), form_token);
}

}  // namespace identity
