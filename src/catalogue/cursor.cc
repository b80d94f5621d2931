#include "catalogue/cursor.h"

#include "base/bytes.h"
#include "base/crypto.h"

namespace catalogue {
namespace {

constexpr std::size_t kSealBytes = 16;
constexpr std::size_t kIdDigits = 32;

// The scope goes in as its digest, so that no scope can run into the position behind it.
std::string SealOf(std::string_view key, std::string_view scope, std::string_view body) {
  std::string message(base::Sha256(scope).view());
  message += body;
  return std::string(base::HmacSha256(key, message).view().substr(0, kSealBytes));
}

}  // namespace

std::string SealCursor(std::string_view key, std::string_view scope, const Position& position) {
  const std::string body = position.id + position.sort_key;
  return base::HexEncode(SealOf(key, scope, body) + body);
}

std::optional<Position> OpenCursor(std::string_view key, std::string_view scope,
                                   std::string_view cursor) {
  const auto bytes = base::HexDecode(cursor);
  if (!bytes || bytes->size() < kSealBytes + kIdDigits) return std::nullopt;
  const std::string body = bytes->substr(kSealBytes);
  if (!base::SecretsEqual(SealOf(key, scope, body), bytes->substr(0, kSealBytes))) {
    return std::nullopt;
  }
  return Position{body.substr(kIdDigits), body.substr(0, kIdDigits)};
}

}  // namespace catalogue
