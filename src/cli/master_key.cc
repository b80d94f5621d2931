#include "cli/master_key.h"

#include <array>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "storage/store_copy.h"

namespace cli {
namespace {

using agreements::TokenKeyName;
using base::ErrorCode;

constexpr std::string_view kMasterKeyFormat = "tabularium-master-key-1";
constexpr std::size_t kMaxMasterKeyBytes = 4'096;
constexpr std::size_t kMasterKeyDigits = base::kAesKeyBytes * 2;
constexpr const char* kLostRemedy =
    "Put the master key of this home back, such as the one in the keys.sealed of a backup. Without "
    "it the tokens of its agreements cannot be made any more.";

// What a wrapped key is bound to: which one it is.
std::string AssociatedWith(const TokenKeyName& name) {
  const std::string version = base::Format("{}", name.version);
  std::string text = "tabularium-token-key-1";
  for (const std::string_view part : {name.agreement, std::string_view(version)}) {
    text.push_back('\0');
    text += part;
  }
  return text;
}

base::Result<std::string> ReadKey(base::Files& files, const std::string& path) {
  std::string text = TRY(base::ReadWholeFile(files, path, kMaxMasterKeyBytes));
  const auto json = base::ParseJson(text, base::kRequestJson);
  base::Wipe(text);
  auto key = [&]() -> base::Result<std::string> {
    if (!json) return base::Fail(json.error());
    base::JsonReader reader(*json, path);
    TRY(reader.OneOf("format", std::array{kMasterKeyFormat}));
    std::string digits =
        TRY(reader.Text("key", {.min = kMasterKeyDigits, .max = kMasterKeyDigits}));
    auto bytes = base::HexDecode(digits);
    base::Wipe(digits);
    TRY(reader.Finish());
    if (!bytes) return base::Fail(ErrorCode::kDamaged, "It is not in hexadecimal", path);
    return *std::move(bytes);
  }();
  if (key) return key;
  return base::Fail(ErrorCode::kDamaged, "The file of the master key holds none", path,
                    kLostRemedy);
}

base::Result<std::string> MakeKey(base::World& world, const std::string& path) {
  std::string key = world.randomness().Bytes(base::kAesKeyBytes);
  std::string text = base::WritePrettyJson(
      base::Json::Object({{"format", kMasterKeyFormat}, {"key", base::HexEncode(key)}}));
  const auto written = base::ReplaceFile(world.files(), path, text);
  base::Wipe(text);
  if (written) return key;
  base::Wipe(key);
  return base::Fail(written.error());
}

}  // namespace

base::Result<std::unique_ptr<MasterKey>> MasterKey::Open(base::World& world,
                                                         const std::string& home,
                                                         storage::Store& store) {
  const std::string path = base::JoinPath(home, kMasterKeyName);
  const bool is_there = TRY(world.files().Status(path)).has_value();
  if (!is_there && TRY(agreements::HasWrappedTokenKeys(store))) {
    return base::Fail(ErrorCode::kDamaged, "The master key of the home is missing", path,
                      kLostRemedy);
  }
  std::string key = is_there ? TRY(ReadKey(world.files(), path)) : TRY(MakeKey(world, path));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<MasterKey>(new MasterKey(world.randomness(), path, std::move(key)));
}

MasterKey::~MasterKey() { base::Wipe(key_); }

std::string MasterKey::Wrap(const TokenKeyName& name, std::string_view key) {
  const std::string nonce = randomness_.Bytes(base::kAesNonceBytes);
  return nonce + base::SealAes256Gcm(key_, nonce, AssociatedWith(name), key);
}

base::Result<std::string> MasterKey::Unwrap(const TokenKeyName& name, std::string_view wrapped) {
  if (wrapped.size() > base::kAesNonceBytes) {
    auto key = base::OpenAes256Gcm(key_, wrapped.substr(0, base::kAesNonceBytes),
                                   AssociatedWith(name), wrapped.substr(base::kAesNonceBytes));
    if (key) return *std::move(key);
  }
  return base::Fail(
      ErrorCode::kDamaged,
      base::Format("The master key does not open the key of the tokens of {}", name.agreement),
      path_, kLostRemedy);
}

// The copy that was made before the tables changed holds bare keys too. It goes last: while it is
// there, the steps before it are done again.
base::Result<void> WrapHomeKeys(base::Files& files, const std::string& home, storage::Store& store,
                                MasterKey& master_key) {
  const std::size_t wrapped = TRY(agreements::ReadyTokenKeys(store, master_key));
  const std::string folder = base::JoinPath(home, "store");
  std::vector<std::string> copies;
  for (const std::string& name : TRY(files.List(folder))) {
    for (int format = 1; format < storage::kWrappedKeysFormat; ++format) {
      if (name == base::Format("{}.before-{}", storage::kStoreFileName, format)) {
        copies.push_back(name);
      }
    }
  }
  if (wrapped == 0 && copies.empty()) return {};
  TRY(store.ForgetOverwritten());
  for (const std::string& name : copies) TRY(files.Remove(base::JoinPath(folder, name)));
  return copies.empty() ? base::Result<void>{} : files.SyncFolder(folder);
}

}  // namespace cli
