#include "cli/home_keys.h"

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace cli {
namespace {

using storage::LogName;

constexpr std::string_view kKeysFormat = "tabularium-log-keys-1";
constexpr std::string_view kNextKeyFormat = "tabularium-next-key-1";
constexpr std::string_view kPrivateName = "keys/log-keys.json";
constexpr std::string_view kFailureKeyName = "keys/sign-in-failures.key";
constexpr std::size_t kFailureKeyBytes = 32;
constexpr std::string_view kPublicName = "keys.json";
constexpr std::size_t kMaxKeyFileBytes = 1U << 20U;
constexpr std::size_t kSeedDigits = base::kEd25519SeedBytes * 2;

std::string NextKeyPath(const std::string& home, LogName name) {
  return base::JoinPath(home, base::Format("keys/next-{}.json", NameOf(name)));
}

base::Result<base::SigningKey> ReadSeed(base::JsonReader& reader) {
  std::string text = TRY(reader.Text("seed", {.min = kSeedDigits, .max = kSeedDigits}));
  auto seed = base::HexDecode(text);
  base::Wipe(text);
  if (!seed) {
    return base::Fail(base::ErrorCode::kDamaged, "A private key is not in hexadecimal", "seed");
  }
  auto key = base::SigningKey::FromSeed(*seed);
  base::Wipe(*seed);
  return key;
}

base::Result<LogKey> ReadLogKey(const base::JsonItem& item) {
  constexpr auto kLimit = static_cast<std::int64_t>(ledger::kMaxTreeSize);
  base::JsonReader reader = TRY(item.Object());
  LogKey key{TRY(ReadSeed(reader)), 0, std::nullopt};
  key.first_size = static_cast<std::uint64_t>(TRY(reader.Integer("first_size", 0, kLimit)));
  if (const auto last = TRY(reader.OptionalInteger("last_size", 0, kLimit))) {
    key.last_size = static_cast<std::uint64_t>(*last);
  }
  TRY(reader.Finish());
  return key;
}

base::Json LogKeysJson(const std::vector<LogKey>& keys) {
  base::Json::Items items;
  for (const LogKey& each : keys) {
    items.push_back(base::Json::Object(
        {{"seed", base::HexEncode(each.key.seed())},
         {"first_size", each.first_size},
         {"last_size", each.last_size ? base::Json(*each.last_size) : base::Json()}}));
  }
  return base::Json::Array(std::move(items));
}

}  // namespace

std::string_view NameOf(LogName name) { return name == LogName::kRegister ? "register" : "access"; }

std::string OriginOf(std::string_view home_origin, LogName name) {
  return base::Format("{}/{}", home_origin, NameOf(name));
}

ledger::KeyList PublicKeysOf(const HomeKeys& keys, std::string_view home_origin, LogName name) {
  ledger::KeyList list;
  for (const LogKey& each : keys.of(name)) {
    list.push_back(
        {{OriginOf(home_origin, name), each.key.public_key()}, each.first_size, each.last_size});
  }
  return list;
}

ledger::KeyList PublicKeys(const HomeKeys& keys, std::string_view home_origin) {
  ledger::KeyList list = PublicKeysOf(keys, home_origin, LogName::kRegister);
  for (ledger::ListedKey& each : PublicKeysOf(keys, home_origin, LogName::kAccess)) {
    list.push_back(std::move(each));
  }
  return list;
}

base::Result<void> WriteHomeKeys(base::Files& files, const std::string& home, const HomeKeys& keys,
                                 std::string_view home_origin) {
  std::string text = base::WritePrettyJson(
      base::Json::Object({{"format", kKeysFormat},
                          {"register", LogKeysJson(keys.of(LogName::kRegister))},
                          {"access", LogKeysJson(keys.of(LogName::kAccess))}}));
  const auto written = base::ReplaceFile(files, base::JoinPath(home, kPrivateName), text);
  base::Wipe(text);
  TRY(base::Result<void>(written));
  return base::ReplaceFile(files, base::JoinPath(home, kPublicName),
                           ledger::WriteKeyList(PublicKeys(keys, home_origin)));
}

base::Result<HomeKeys> ReadHomeKeys(base::Files& files, const std::string& home) {
  std::string text =
      TRY(base::ReadWholeFile(files, base::JoinPath(home, kPrivateName), kMaxKeyFileBytes));
  const auto json = base::ParseJson(text, base::kRequestJson);
  base::Wipe(text);
  if (!json) return base::Fail(json.error());
  base::JsonReader reader(*json, std::string(kPrivateName));
  TRY(reader.OneOf("format", std::array{kKeysFormat}));
  HomeKeys keys;
  for (const LogName name : {LogName::kRegister, LogName::kAccess}) {
    const auto items = TRY(reader.Array(NameOf(name), {.min = 1, .max = ledger::kMaxKeys}));
    for (const base::JsonItem& item : items) keys.of(name).push_back(TRY(ReadLogKey(item)));
  }
  TRY(reader.Finish());
  return keys;
}

base::Result<void> WriteNextKey(base::Files& files, const std::string& home, LogName name,
                                const base::SigningKey& key) {
  std::string text = base::WritePrettyJson(
      base::Json::Object({{"format", kNextKeyFormat}, {"seed", base::HexEncode(key.seed())}}));
  auto written = base::ReplaceFile(files, NextKeyPath(home, name), text);
  base::Wipe(text);
  return written;
}

base::Result<std::optional<base::SigningKey>> ReadNextKey(base::Files& files,
                                                          const std::string& home, LogName name) {
  const std::string path = NextKeyPath(home, name);
  if (!TRY(files.Status(path))) return std::optional<base::SigningKey>{};
  std::string text = TRY(base::ReadWholeFile(files, path, kMaxKeyFileBytes));
  const auto json = base::ParseJson(text, base::kRequestJson);
  base::Wipe(text);
  if (!json) return base::Fail(json.error());
  base::JsonReader reader(*json, path);
  TRY(reader.OneOf("format", std::array{kNextKeyFormat}));
  base::SigningKey key = TRY(ReadSeed(reader));
  TRY(reader.Finish());
  return std::optional<base::SigningKey>(std::move(key));
}

base::Result<void> RemoveNextKey(base::Files& files, const std::string& home, LogName name) {
  const std::string path = NextKeyPath(home, name);
  if (!TRY(files.Status(path))) return {};
  TRY(files.Remove(path));
  return files.SyncFolder(base::ParentOf(path));
}

base::Result<std::string> ReadFailureKey(base::World& world, const std::string& home) {
  const std::string path = base::JoinPath(home, kFailureKeyName);
  if (!TRY(world.files().Status(path))) {
    std::string text = base::HexEncode(world.randomness().Bytes(kFailureKeyBytes));
    TRY(base::ReplaceFile(world.files(), path, text));
    return text;
  }
  std::string text = TRY(base::ReadWholeFile(world.files(), path, kMaxKeyFileBytes));
  if (text.size() != kFailureKeyBytes * 2 || !base::HexDecode(text)) {
    return base::Fail(base::ErrorCode::kDamaged, "The key of the table of failures is none", path,
                      "Remove the file: a new one is made.");
  }
  return text;
}

base::Result<void> RemoveUnfinishedKeys(base::Files& files, const std::string& home) {
  const std::string folder = base::JoinPath(home, "keys");
  bool removed = false;
  for (const std::string& name : TRY(files.List(folder))) {
    if (!name.ends_with(".new")) continue;
    TRY(files.Remove(base::JoinPath(folder, name)));
    removed = true;
  }
  if (removed) TRY(files.SyncFolder(folder));
  return {};
}

}  // namespace cli
