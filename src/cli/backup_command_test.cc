// Tests of: backup_command.cc, command_line_backup.cc
#include "cli/backup_command.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/bytes.h"
#include "cli/agreement_testing.h"
#include "cli/backup_manifest.h"
#include "cli/backup_testing.h"
#include "cli/command_line.h"

namespace cli {
namespace {

using storage::LogName;

base::Result<void> NoChange(storage::Transaction&) { return {}; }

ledger::LeafDraft SomeLeaf() {
  return ledger::LeafDraft(ledger::LeafKind::kHomeCreated)
      .Origin("origin", "data.example.org")
      .Flag("demonstration", true);
}

std::int64_t NextId(Home& home) {
  std::int64_t next = 0;
  REQUIRE(home.store()
              .Read([&](storage::Transaction& transaction) -> base::Result<void> {
                next = TRY(storage::OutboxRepository(transaction).NextId(LogName::kRegister));
                return {};
              })
              .has_value());
  return next;
}

}  // namespace

TEST_CASE("a backup holds store, logs and sealed keys, and says what is not encrypted") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  REQUIRE(desk.error.find("NOT ENCRYPTED") != std::string::npos);
  const auto manifest = ReadManifest(desk.world.files(), "backup").value();
  REQUIRE(manifest.logs[0].size == 5);
  REQUIRE(manifest.logs[1].size == 0);
  for (const char* name :
       {"home/home.json", "home/keys.json", "keys.sealed", "home/store/tabularium.sqlite",
        "home/log/register/entries", "published/register"}) {
    REQUIRE(std::ranges::count(manifest.files, name, &BackupFile::name) == 1);
  }
  const auto tree = ListTree(desk.world.files(), "backup").value();
  REQUIRE(tree.files.size() == manifest.files.size() + 2);
}

TEST_CASE("no file of a backup but the sealed one holds a private key") {
  BackupDesk desk;
  {
    const auto home = desk.Open("home");
    REQUIRE(AddAgreement(desk.world, home->store(), {}).has_value());  // with a bare key
  }
  std::vector<std::string> secrets{std::string(32, 'k')};
  REQUIRE(desk.Open("home")->store().ForgetOverwritten().has_value());
  const HomeKeys keys = ReadHomeKeys(desk.world.files(), "home").value();
  for (const auto& log : keys.logs) secrets.push_back(log.front().key.seed());
  const std::string master = desk.Read("home/keys/master-key.json");
  secrets.push_back(base::HexDecode(master.substr(master.find("\"key\"") + 8, 64)).value());
  REQUIRE(desk.Backup() == 0);
  for (const std::string& name : ListTree(desk.world.files(), "backup").value().files) {
    const std::string bytes = desk.Read(base::JoinPath("backup", name));
    for (const std::string& secret : secrets) {
      REQUIRE(bytes.find(secret) == std::string::npos);
      REQUIRE(bytes.find(base::HexEncode(secret)) == std::string::npos);
      REQUIRE(bytes.find(base::Base64Encode(secret).substr(0, 40)) == std::string::npos);
    }
  }
}

TEST_CASE("without a passphrase of sixteen characters nothing is backed up") {
  BackupDesk desk;
  desk.Write("short", "fifteen letters");
  for (const PassphraseSource& source : {PassphraseSource{}, PassphraseSource{.file = "short"}}) {
    REQUIRE(desk.BackupOf("home", "backup", source) == 2);
    REQUIRE(desk.error.find("passphrase") != std::string::npos);
    REQUIRE_FALSE(desk.IsThere("backup"));
    REQUIRE_FALSE(desk.IsThere("backup.unfinished"));
  }
}

TEST_CASE("a home of before, without a master key, is opened once before it is backed up") {
  BackupDesk desk;
  REQUIRE(desk.world.files().Remove("home/keys/master-key.json").has_value());
  REQUIRE(desk.Backup() == 5);
  REQUIRE(desk.error.find("Serve the home once") != std::string::npos);
  REQUIRE_FALSE(desk.IsThere("home/keys/master-key.json"));
  desk.Open("home");
  REQUIRE(desk.Backup() == 0);
}

TEST_CASE("leaves that came after the store's moment are left out, pending ones are sent") {
  BackupDesk desk;
  {
    const auto home = desk.Open("home");
    auto& log = home->ledger().register_log();
    // Another thread was quicker than the one of the pending row, and its row is not in the store
    // of this moment.
    REQUIRE(home->store()
                .Write([](storage::Transaction& transaction) -> base::Result<void> {
                  TRY(storage::OutboxRepository(transaction)
                          .Add(LogName::kRegister,
                               [](std::int64_t id) { return SomeLeaf().Write(id, {}); }));
                  return {};
                })
                .has_value());
    REQUIRE(log.Append(SomeLeaf().Write(NextId(*home), {})).value() == 5);
    // A number that is known comes behind one that is not: it is left out too.
    REQUIRE(log.Append(SomeLeaf().Write(NextId(*home) - 1, {})).value() == 6);
  }
  REQUIRE(desk.Backup() == 0);
  REQUIRE(ReadManifest(desk.world.files(), "backup").value().logs[0].size == 5);
  REQUIRE(desk.Restore() == 0);
  const auto again = desk.Open("again");
  REQUIRE(again->ledger().register_log().size() == 7);
  REQUIRE(again->ledger().Record(NoChange, SomeLeaf()).value() == 7);
  // And it opens once more: no number came twice.
  REQUIRE(NextId(*again) == 9);
}

TEST_CASE("a home whose log lacks what was published or recorded is not backed up") {
  BackupDesk desk;
  const std::string entries = desk.Read("home/log/register/entries");
  desk.Write("home/log/register/entries", entries.substr(0, entries.size() - 1));
  REQUIRE(desk.Backup() == 6);
  REQUIRE_FALSE(desk.IsThere("backup"));
  REQUIRE_FALSE(desk.IsThere("backup.unfinished"));
}

TEST_CASE("places that are taken, within the home, or unfinished are refused") {
  BackupDesk desk;
  REQUIRE(desk.Backup("home/backup") == 2);
  REQUIRE(desk.Backup("home/../home") == 2);
  REQUIRE(desk.Backup("..") == 2);
  REQUIRE(desk.Backup("home.other") == 0);
  REQUIRE(desk.Backup("home.other") == 5);
  REQUIRE(desk.Backup() == 0);
  REQUIRE(desk.Backup() == 5);
  REQUIRE(desk.BackupOf("nowhere", "other") == 3);
  desk.Write("home/keys/next-register.json", "{}");
  REQUIRE(desk.Backup("other") == 5);
  REQUIRE(desk.error.find("rotate-key") != std::string::npos);
}

TEST_CASE("a full disk is said and leaves nothing") {
  BackupDesk desk;
  desk.world.SetCapacity(400'000);
  desk.error.clear();
  REQUIRE(desk.Backup() == 5);
  REQUIRE(desk.error.find("room") != std::string::npos);
  REQUIRE_FALSE(desk.IsThere("backup"));
  REQUIRE_FALSE(desk.IsThere("backup.unfinished"));
}

TEST_CASE("whatever step a backup stops at, what has its name is whole") {
  std::uint64_t steps = 0;
  {
    BackupDesk whole;
    const std::uint64_t before = whole.world.steps();
    REQUIRE(whole.Backup() == 0);
    steps = whole.world.steps() - before;
  }
  int finished = 0;
  for (std::uint64_t step = 0; step < steps; step += 3) {
    for (const auto mode : {base::CrashMode::kHarsh, base::CrashMode::kTorn}) {
      BackupDesk desk;
      desk.world.CrashBefore(desk.world.steps() + step);
      REQUIRE(desk.Backup() != 0);
      desk.world.Restart(mode);
      if (!desk.IsThere("backup")) {
        REQUIRE(desk.Restore() == 3);
        continue;
      }
      ++finished;
      REQUIRE(desk.Restore() == 0);
    }
  }
  REQUIRE(finished < 4);
}

TEST_CASE("backup and restore are commands with words of their own") {
  BackupDesk desk;
  const std::vector<const char*> backup{"tabularium",        "backup",     "home",  "backup",
                                        "--passphrase-file", "passphrase", "--json"};
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(backup.size()), backup.data()) == 0);
  REQUIRE(desk.out.find("\"register_size\":5") != std::string::npos);
  const std::vector<const char*> restore{"tabularium", "restore", "backup", "again",
                                         "--passphrase-stdin"};
  desk.terminal.in = [](std::size_t) { return std::string(BackupDesk::kPassphrase); };
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(restore.size()), restore.data()) == 0);
  const std::vector<const char*> help{"tabularium", "restore", "--help"};
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(help.size()), help.data()) == 0);
  REQUIRE(desk.out.find("Example: tabularium restore") != std::string::npos);
}

}  // namespace cli
