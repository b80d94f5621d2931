#include "cli/sealed_keys.h"

#include <doctest/doctest.h>

#include "base/result_testing.h"
#include "cli/backup_testing.h"

namespace cli {
namespace {

using base::ErrorCode;

constexpr const char* kOrigin = "data.example.org";
constexpr const char* kPath = "there/keys.sealed";

Passphrase Words() { return Passphrase("sixteen letters."); }

void Seal(base::SimulatedWorld& world) {
  PrivateFiles keys;
  keys.Add({"log-keys.json", "a private key"});
  keys.Add({"master-key.json", "another"});
  base::Good(base::MakeFolders(world.files(), "there"));
  base::Good(WriteSealedKeys(world, "there", kOrigin, keys, Words(), BackupDesk::kCost));
}

ErrorCode CodeOfText(base::SimulatedWorld& world, std::string_view text) {
  base::Good(base::ReplaceFile(world.files(), kPath, text));
  const auto keys = ReadSealedKeys(world.files(), "there", kOrigin, Words());
  REQUIRE_FALSE(keys.has_value());
  return keys.error().code;
}

std::string With(std::string text, const std::string& part, const std::string& other) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), other);
}

}  // namespace

TEST_CASE("sealed keys open with their passphrase and home, and show nothing without") {
  base::SimulatedWorld world(1);
  Seal(world);
  const std::string text = base::ReadWholeFile(world.files(), kPath, 1U << 20U).value();
  REQUIRE(text.find("private key") == std::string::npos);
  const auto keys = ReadSealedKeys(world.files(), "there", kOrigin, Words()).value();
  REQUIRE(keys.all().size() == 2);
  REQUIRE((keys.all()[0].name == "log-keys.json" && keys.all()[0].text == "a private key"));
  REQUIRE((keys.all()[1].name == "master-key.json" && keys.all()[1].text == "another"));
  const auto wrong =
      ReadSealedKeys(world.files(), "there", kOrigin, Passphrase("sixteen letters,"));
  REQUIRE(wrong.error().code == ErrorCode::kForbidden);
  const auto elsewhere = ReadSealedKeys(world.files(), "there", "other.example.org", Words());
  REQUIRE(elsewhere.error().code == ErrorCode::kForbidden);
  Seal(world);
  REQUIRE(base::ReadWholeFile(world.files(), kPath, 1U << 20U).value() != text);
}

TEST_CASE("keys that were cut or changed are refused, and so is a cost beyond all measure") {
  base::SimulatedWorld world(1);
  Seal(world);
  const std::string text = base::ReadWholeFile(world.files(), kPath, 1U << 20U).value();
  for (std::size_t i = 0; i < text.size(); i += 5) {
    CodeOfText(world, text.substr(0, i));
    std::string changed = text;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    if (changed.find("\"passes\": a") == std::string::npos) CodeOfText(world, changed);
  }
  REQUIRE(CodeOfText(world, With(text, "keys-1", "keys-2")) == ErrorCode::kNewerFormat);
  REQUIRE(CodeOfText(world, With(text, "\"memory_bytes\": 8192", "\"memory_bytes\": 1073741825")) ==
          ErrorCode::kDamaged);
  REQUIRE(CodeOfText(world, With(text, "\"memory_bytes\": 8192", "\"memory_bytes\": 8191")) ==
          ErrorCode::kDamaged);
  REQUIRE(CodeOfText(world, With(text, "\"passes\": 1", "\"passes\": 17")) == ErrorCode::kDamaged);
  REQUIRE(CodeOfText(world, With(text, "\"passes\": 1", "\"passes\": 2")) == ErrorCode::kForbidden);
  REQUIRE(CodeOfText(world, With(text, "argon2id", "argon2i")) == ErrorCode::kDamaged);
}

}  // namespace cli
