// Tests of: backup_command.cc, command_line_backup.cc
#include "cli/backup_command.h"

#include <doctest/doctest.h>

#include <algorithm>

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

TEST_CASE("a backup holds store, logs and keys, and says that it holds private keys") {
  BackupDesk desk;
  REQUIRE(desk.Backup() == 0);
  REQUIRE(desk.error.find("PRIVATE KEYS") != std::string::npos);
  const auto manifest = ReadManifest(desk.world.files(), "backup").value();
  REQUIRE(manifest.logs[0].size == 5);
  REQUIRE(manifest.logs[1].size == 0);
  for (const char* name :
       {"home/home.json", "home/keys.json", "home/keys/log-keys.json",
        "home/store/tabularium.sqlite", "home/log/register/entries", "published/register"}) {
    REQUIRE(std::ranges::count(manifest.files, name, &BackupFile::name) == 1);
  }
  const auto tree = ListTree(desk.world.files(), "backup").value();
  REQUIRE(tree.files.size() == manifest.files.size() + 2);
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
  REQUIRE(again->ledger().register_log().size() == 6);
  REQUIRE(again->ledger().Record(NoChange, SomeLeaf()).value() == 6);
  // And it opens once more: no number came twice.
  REQUIRE(NextId(*again) == 8);
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
  REQUIRE(RunBackup(desk.context, {"nowhere", "other"}) == 3);
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
  const std::vector<const char*> backup{"tabularium", "backup", "home", "backup", "--json"};
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(backup.size()), backup.data()) == 0);
  REQUIRE(desk.out.find("\"register_size\":5") != std::string::npos);
  const std::vector<const char*> restore{"tabularium", "restore", "backup", "again"};
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(restore.size()), restore.data()) == 0);
  const std::vector<const char*> help{"tabularium", "restore", "--help"};
  REQUIRE(RunCommandLine(desk.context, static_cast<int>(help.size()), help.data()) == 0);
  REQUIRE(desk.out.find("Example: tabularium restore") != std::string::npos);
}

}  // namespace cli
