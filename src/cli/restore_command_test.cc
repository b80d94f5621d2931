// Tests of: restore_command.cc, restored_home.cc
#include "cli/restore_command.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/format.h"
#include "cli/agreement_testing.h"
#include "cli/backup_manifest.h"
#include "cli/backup_testing.h"

namespace cli {
namespace {

constexpr std::size_t kFlips = 7;  // of each file: the ends, and some bytes between

}  // namespace

TEST_CASE("a restored home opens, goes on, and holds the checkpoints of before") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  desk.Write("kept", desk.Read("home/log/register/checkpoint"));
  REQUIRE(desk.Restore({"kept"}) == 0);
  REQUIRE(desk.out.find("hold every checkpoint") != std::string::npos);
  REQUIRE(RunRotateKey(desk.context, {"again"}) == 0);
  REQUIRE(RunVerify(desk.context, {.keys_path = "again/keys.json",
                                   .log_folder = "again/log/register",
                                   .since_path = "kept",
                                   .receipt_paths = {}}) == 0);
}

TEST_CASE("a changed byte in any file of a backup is refused and leaves nothing") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  for (const std::string& name : ListTree(desk.world.files(), "backup").value().files) {
    const std::string path = base::JoinPath("backup", name);
    const std::string whole = desk.Read(path);
    for (std::size_t i = 0; i < kFlips && !whole.empty(); ++i) {
      std::string changed = whole;
      changed[i * (whole.size() - 1) / (kFlips - 1)] ^= 1;
      desk.Write(path, changed);
      REQUIRE(desk.Restore() == 6);
    }
    desk.Write(path, whole + "x");
    REQUIRE(desk.Restore() == 6);
    REQUIRE(desk.world.files().Remove(path).has_value());
    REQUIRE(desk.Restore() != 0);
    desk.Write(path, whole);
    REQUIRE_FALSE(desk.IsThere("again"));
    REQUIRE_FALSE(desk.IsThere("again.unfinished"));
  }
  REQUIRE(desk.Restore() == 0);
}

TEST_CASE("a wrong, short or missing passphrase is said, and nothing is made") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  desk.Write("wrong", std::string(BackupDesk::kPassphrase) + " not");
  REQUIRE(desk.Restore({}, {.file = "wrong"}) == 4);
  REQUIRE(desk.error.find("does not open") != std::string::npos);
  desk.Write("short", "six words");
  REQUIRE(desk.Restore({}, {.file = "short"}) == 2);
  REQUIRE(desk.Restore({}, {}) == 2);
  REQUIRE_FALSE(desk.IsThere("again"));
  REQUIRE_FALSE(desk.IsThere("again.unfinished"));
  desk.terminal.in = [](std::size_t) { return std::string(BackupDesk::kPassphrase) + "\n"; };
  REQUIRE(desk.Restore({}, {.from_input = true}) == 0);
  for (const char* name : {"log-keys.json", "master-key.json", "sign-in-failures.key"}) {
    REQUIRE(desk.Read(base::JoinPath("again/keys", name)) ==
            desk.Read(base::JoinPath("home/keys", name)));
  }
}

TEST_CASE("a restored home starts with nothing that flows and no secret that opens it") {
  BackupDesk desk;
  {
    const auto home = desk.Open("home");
    int number = 0;
    for (const char* state : {"active", "awaiting-signature", "suspended", "active"}) {
      REQUIRE(AddAgreement(desk.world, home->store(),
                           {.number = base::Format("DSA-2026-000{}", ++number), .state = state})
                  .has_value());
    }
  }
  desk.Open("home");  // wraps their keys
  REQUIRE(desk.Backup() == 0);
  REQUIRE(desk.Restore() == 0);
  REQUIRE(desk.out.find("2 agreements in force were suspended, 0 tokens") != std::string::npos);
  const auto again = desk.Open("again");
  REQUIRE(AgreementIn(again->store(), "DSA-2026-0001").state == "suspended");
  REQUIRE(AgreementIn(again->store(), "DSA-2026-0002").state == "awaiting-signature");
  REQUIRE(AgreementIn(again->store(), "DSA-2026-0003").state == "suspended");
  const storage::AgreementRow row = AgreementIn(again->store(), "DSA-2026-0004");
  REQUIRE((row.state == "suspended" && row.state_before == "active" && row.leaf_index == 5));
  REQUIRE(row.token_key == AgreementIn(desk.Open("home")->store(), "DSA-2026-0004").token_key);
  const std::string leaf = again->ledger().register_log().Leaf(5).value();
  REQUIRE(leaf.find(R"({"access_size":0,"agreements":2,"kind":"home.restored",)") == 0);
  REQUIRE(leaf.find(R"("register_size":5)") != std::string::npos);
  REQUIRE(again->ledger().register_log().size() == 6);
}

TEST_CASE("a log that does not hold a checkpoint that somebody kept is refused") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  REQUIRE(RunRotateKey(desk.context, {"home", storage::LogName::kAccess}) == 0);
  desk.Write("kept", desk.Read("home/log/register/checkpoint"));
  REQUIRE(desk.Restore({"kept"}) == 1);
  REQUIRE(desk.error.find("older than what was published") != std::string::npos);
  REQUIRE_FALSE(desk.IsThere("again"));
  desk.Write("other", "elsewhere.example.org/register\n5\n");
  REQUIRE(desk.Restore({"other"}) == 2);
  REQUIRE(desk.Restore({"absent"}) == 3);
  REQUIRE(desk.Restore() == 0);
}

TEST_CASE("a home that is there, and a folder that holds no backup, are refused") {
  BackupDesk desk;
  REQUIRE(desk.Restore() == 3);
  REQUIRE(desk.Backup() == 0);
  REQUIRE(desk.Restore({}, {.file = "passphrase"}, "home") == 5);
  REQUIRE(desk.Restore() == 0);
  REQUIRE(desk.Restore() == 5);
}

TEST_CASE("whatever step a restore stops at, what has its name is a whole home") {
  std::uint64_t steps = 0;
  {
    BackupDesk whole;
    REQUIRE(whole.Backup() == 0);
    const std::uint64_t before = whole.world.steps();
    REQUIRE(whole.Restore() == 0);
    steps = whole.world.steps() - before;
  }
  int finished = 0;
  for (std::uint64_t step = 0; step < steps; step += 3) {
    for (const auto mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
      BackupDesk desk;
      REQUIRE(desk.Backup() == 0);
      desk.world.CrashBefore(desk.world.steps() + step);
      REQUIRE(desk.Restore() != 0);
      desk.world.Restart(mode);
      if (!desk.IsThere("again")) continue;
      ++finished;
      REQUIRE(desk.Open("again")->ledger().register_log().size() == 6);
    }
  }
  REQUIRE(finished < 4);
}

}  // namespace cli
