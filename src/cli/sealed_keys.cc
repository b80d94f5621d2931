#include "cli/sealed_keys.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "cli/backup_manifest.h"

namespace cli {
namespace {

using base::ErrorCode;
using base::Json;

constexpr std::string_view kSealedFormat = "tabularium-sealed-keys-1";
constexpr std::string_view kSealedStem = "tabularium-sealed-keys-";
constexpr std::string_view kPrivateFormat = "tabularium-private-keys-1";
constexpr std::string_view kStretching = "argon2id";
constexpr std::size_t kMaxFormatBytes = 64;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxSealedFileBytes = std::size_t{8} << 20U;
// A file from outside must not take all memory, nor hours.
constexpr std::int64_t kMaxMemoryBytes = std::int64_t{1} << 30U;
constexpr std::int64_t kMaxPasses = 16;
constexpr base::JsonLimits kSealedJson{
    .max_bytes = kMaxSealedFileBytes, .max_depth = 8, .max_values = 10'000};

struct SealedFile {
  base::PasswordCost cost;
  std::string salt;
  std::string nonce;
  std::string sealed;
};

// Ties the keys to their home.
std::string AssociatedWith(std::string_view origin) {
  std::string text(kSealedFormat);
  text.push_back('\0');
  text += origin;
  return text;
}

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos;
}

base::Result<std::string> ReadHex(base::JsonReader& reader, std::string_view name,
                                  std::size_t bytes) {
  const std::string text = TRY(reader.Text(name, {.min = bytes * 2, .max = bytes * 2}));
  auto decoded = base::HexDecode(text);
  if (decoded) return *std::move(decoded);
  return base::Fail(ErrorCode::kDamaged, "It is not in hexadecimal", std::string(name));
}

base::Result<SealedFile> ParseSealed(std::string_view text, const std::string& path) {
  const Json json = TRY(base::ParseJson(text, kSealedJson));
  base::JsonReader reader(json, path);
  const std::string format = TRY(reader.Text("format", {.min = 1, .max = kMaxFormatBytes}));
  if (format != kSealedFormat) {
    const bool is_newer = format.starts_with(kSealedStem);
    return base::Fail(is_newer ? ErrorCode::kNewerFormat : ErrorCode::kDamaged,
                      "The keys have a format that this program does not know", path);
  }
  SealedFile file;
  TRY(reader.OneOf("stretching", std::array{kStretching}));
  file.cost.memory_bytes = static_cast<std::uint64_t>(
      TRY(reader.Integer("memory_bytes", static_cast<std::int64_t>(base::kLeastPasswordMemoryBytes),
                         kMaxMemoryBytes)));
  file.cost.passes = static_cast<std::uint64_t>(TRY(reader.Integer("passes", 1, kMaxPasses)));
  file.salt = TRY(ReadHex(reader, "salt", base::kPasswordSaltBytes));
  file.nonce = TRY(ReadHex(reader, "nonce", base::kAesNonceBytes));
  auto sealed =
      base::Base64Decode(TRY(reader.Text("sealed", {.min = 1, .max = kMaxSealedFileBytes})));
  TRY(reader.Finish());
  if (!sealed) return base::Fail(ErrorCode::kDamaged, "It is not in Base64", "sealed");
  file.sealed = *std::move(sealed);
  return file;
}

base::Result<PrivateFiles> ParsePrivate(std::string_view text, const std::string& path) {
  const Json json = TRY(base::ParseJson(text, kSealedJson));
  base::JsonReader reader(json, path);
  TRY(reader.OneOf("format", std::array{kPrivateFormat}));
  PrivateFiles keys;
  const base::JsonItemCount count{.min = 1, .max = kMaxPrivateFiles};
  for (const base::JsonItem& item : TRY(reader.Array("files", count))) {
    base::JsonReader each = TRY(item.Object());
    PrivateFile file{TRY(each.Text("name", {.min = 1, .max = kMaxNameBytes})),
                     TRY(each.Text("text", {.max = kMaxPrivateFileBytes}))};
    TRY(each.Finish());
    if (!IsPlainName(file.name)) {
      return base::Fail(ErrorCode::kDamaged, "A key has a name that no backup gives", path);
    }
    keys.Add(std::move(file));
  }
  TRY(reader.Finish());
  return keys;
}

std::string PrivateText(const PrivateFiles& keys) {
  Json::Items files;
  for (const PrivateFile& each : keys.all()) {
    files.push_back(Json::Object({{"name", each.name}, {"text", each.text}}));
  }
  return base::WriteJson(
      Json::Object({{"format", kPrivateFormat}, {"files", Json::Array(std::move(files))}}));
}

}  // namespace

base::Result<void> WriteSealedKeys(base::World& world, const std::string& backup,
                                   std::string_view origin, const PrivateFiles& keys,
                                   const Passphrase& passphrase, const base::PasswordCost& cost) {
  std::string text = PrivateText(keys);
  if (text.size() > base::kMaxSealedBytes) {
    base::Wipe(text);
    return base::Fail(ErrorCode::kTooLarge, "The keys are too many for a backup", "keys");
  }
  const std::string salt = world.randomness().Bytes(base::kPasswordSaltBytes);
  const std::string nonce = world.randomness().Bytes(base::kAesNonceBytes);
  auto key = base::StretchPassword(passphrase.text(), salt, cost);
  if (!key) {
    base::Wipe(text);
    return base::Fail(std::move(key).error());
  }
  const std::string sealed = base::SealAes256Gcm(*key, nonce, AssociatedWith(origin), text);
  base::Wipe(*key);
  base::Wipe(text);
  return base::ReplaceFile(
      world.files(), base::JoinPath(backup, kSealedKeysName),
      base::WritePrettyJson(Json::Object({{"format", kSealedFormat},
                                          {"stretching", kStretching},
                                          {"memory_bytes", cost.memory_bytes},
                                          {"passes", cost.passes},
                                          {"salt", base::HexEncode(salt)},
                                          {"nonce", base::HexEncode(nonce)},
                                          {"sealed", base::Base64Encode(sealed)}})));
}

base::Result<PrivateFiles> ReadSealedKeys(base::Files& files, const std::string& backup,
                                          std::string_view origin, const Passphrase& passphrase) {
  const std::string path = base::JoinPath(backup, kSealedKeysName);
  const auto file = ParseSealed(TRY(base::ReadWholeFile(files, path, kMaxSealedFileBytes)), path);
  if (!file) {
    const bool is_newer = file.error().code == ErrorCode::kNewerFormat;
    return base::Fail(is_newer ? ErrorCode::kNewerFormat : ErrorCode::kDamaged, file.error().what,
                      path);
  }
  std::string key = TRY(base::StretchPassword(passphrase.text(), file->salt, file->cost));
  auto text = base::OpenAes256Gcm(key, file->nonce, AssociatedWith(origin), file->sealed);
  base::Wipe(key);
  if (!text) {
    return base::Fail(ErrorCode::kForbidden, "The passphrase does not open the keys of the backup",
                      path, "Give the passphrase with which this backup was made.");
  }
  auto keys = ParsePrivate(*text, path);
  base::Wipe(*text);
  if (keys) return keys;
  return base::Fail(ErrorCode::kDamaged, keys.error().what, path);
}

}  // namespace cli
