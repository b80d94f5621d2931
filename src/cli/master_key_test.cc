#include "cli/master_key.h"

#include <doctest/doctest.h>

#include "base/crypto.h"
#include "base/result_testing.h"
#include "cli/agreement_testing.h"
#include "cli/backup_testing.h"
#include "cli/folder_copy.h"

namespace cli {
namespace {

using base::ErrorCode;

constexpr const char* kNumber = "DSA-2026-0001";
constexpr const char* kKeyPath = "home/keys/master-key.json";

base::Error ErrorOfOpening(BackupDesk& desk) {
  const auto home = Home::Open(desk.world, "home", storage::StoreFiles::kWorld);
  REQUIRE_FALSE(home.has_value());
  return home.error();
}

// A desk whose home holds an agreement with this key, wrapped.
void AddWrapped(BackupDesk& desk, std::string_view key) {
  const auto home = desk.Open("home");
  base::Good(AddAgreement(
      desk.world, home->store(),
      {.token_key = home->master_key().Wrap({kNumber, 1}, key), .token_key_version = 1}));
}

}  // namespace

TEST_CASE("a home has a master key from its making on, and keeps it") {
  BackupDesk desk;
  const std::string made = desk.Read(kKeyPath);
  REQUIRE(made.find("tabularium-master-key-1") != std::string::npos);
  desk.Open("home");
  REQUIRE(desk.Read(kKeyPath) == made);
}

TEST_CASE("what was wrapped opens under its own name and key alone") {
  BackupDesk desk;
  const auto home = desk.Open("home");
  MasterKey& key = home->master_key();
  const std::string wrapped = key.Wrap({kNumber, 1}, "secret");
  REQUIRE(wrapped != key.Wrap({kNumber, 1}, "secret"));
  REQUIRE(base::Good(key.Unwrap({kNumber, 1}, wrapped)) == "secret");
  REQUIRE(base::CodeOfBad(key.Unwrap({kNumber, 2}, wrapped)) == ErrorCode::kDamaged);
  REQUIRE(base::CodeOfBad(key.Unwrap({"DSA-2026-0002", 1}, wrapped)) == ErrorCode::kDamaged);
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    std::string changed = wrapped;
    changed[i] ^= 1;
    REQUIRE_FALSE(key.Unwrap({kNumber, 1}, changed).has_value());
    REQUIRE_FALSE(key.Unwrap({kNumber, 1}, wrapped.substr(0, i)).has_value());
  }
}

TEST_CASE("a home of before gets a master key, and its bare keys are wrapped and gone") {
  const std::string bare = "a key of 32 bytes that stood bare";
  BackupDesk desk;
  {
    const auto home = desk.Open("home");
    base::Good(AddAgreement(desk.world, home->store(), {.token_key = bare.substr(0, 32)}));
  }
  base::Good(desk.world.files().Remove(kKeyPath));
  desk.Write("home/store/tabularium.sqlite.before-8", bare);
  const auto home = desk.Open("home");
  REQUIRE(desk.IsThere(kKeyPath));
  REQUIRE_FALSE(desk.IsThere("home/store/tabularium.sqlite.before-8"));
  const storage::AgreementRow row = AgreementIn(home->store(), kNumber);
  REQUIRE(row.token_key_version == 1);
  REQUIRE(base::Good(home->master_key().Unwrap({kNumber, 1}, row.token_key)) == bare.substr(0, 32));
  for (const std::string& name : ListTree(desk.world.files(), "home").value().files) {
    REQUIRE(desk.Read(base::JoinPath("home", name)).find(bare.substr(0, 32)) == std::string::npos);
  }
}

TEST_CASE("a master key that is missing, wrong or damaged is said, and none is made in its place") {
  BackupDesk desk;
  AddWrapped(desk, std::string(32, 'k'));
  const std::string right = desk.Read(kKeyPath);
  const auto refused = [&](std::string_view word) {
    const base::Error error = ErrorOfOpening(desk);
    REQUIRE(error.code == ErrorCode::kDamaged);
    REQUIRE(error.Text().find(word) != std::string::npos);
    REQUIRE(error.Text().find("keys.sealed") != std::string::npos);
  };
  base::Good(desk.world.files().Remove(kKeyPath));
  refused("missing");
  REQUIRE_FALSE(desk.IsThere(kKeyPath));
  std::string other = right;
  const std::size_t digit = other.find("\"key\"") + 10;
  other[digit] = other[digit] == '0' ? '1' : '0';
  desk.Write(kKeyPath, other);
  refused("does not open");
  for (const std::string_view text : {"", "{}", "not JSON"}) {
    desk.Write(kKeyPath, text);
    refused("holds none");
  }
  desk.Write(kKeyPath, right);
  desk.Open("home");
}

TEST_CASE("whatever step the wrapping of old keys stops at, the next opening ends it") {
  const std::string bare(32, 'b');
  std::uint64_t steps = 1;
  for (std::uint64_t step = 0; step < steps; step += 3) {
    BackupDesk desk;
    {
      const auto home = desk.Open("home");
      base::Good(AddAgreement(desk.world, home->store(), {.token_key = bare}));
    }
    base::Good(desk.world.files().Remove(kKeyPath));
    base::Good(desk.world.files().SyncFolder("home/keys"));
    const std::uint64_t before = desk.world.steps();
    if (step > 0) desk.world.CrashBefore(before + step);
    static_cast<void>(Home::Open(desk.world, "home", storage::StoreFiles::kWorld));
    if (step == 0) steps = desk.world.steps() - before;
    if (step > 0) desk.world.Restart(base::CrashMode::kHarsh);
    const auto home = desk.Open("home");
    const storage::AgreementRow row = AgreementIn(home->store(), kNumber);
    REQUIRE(base::Good(home->master_key().Unwrap({kNumber, 1}, row.token_key)) == bare);
  }
  REQUIRE(steps > 10);
}

}  // namespace cli
