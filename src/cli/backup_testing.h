// For tests of backup and restore: commands on a simulated World, and a home made cheaply.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/simulated_world.h"
#include "cli/backup_command.h"
#include "cli/home.h"
#include "cli/restore_command.h"

namespace cli {

struct BackupDesk {
  base::SimulatedWorld world{1};
  std::string out;
  std::string error;
  Terminal terminal{[this](std::string_view text) { out += text; },
                    [this](std::string_view text) { error += text; }};
  CommandContext context{world, terminal, storage::StoreFiles::kWorld};

  static constexpr const char* kPassphrase = "six words that dice have chosen";
  static constexpr base::PasswordCost kCost{base::kLeastPasswordMemoryBytes, 1};

  BackupDesk() {
    Write("passphrase", std::string(kPassphrase) + "\n");
    InitOptions options{.home = "home",
                        .origin = "data.example.org",
                        .organisation = "Data office",
                        .administrator_email = "ira@example.org",
                        .password_cost = {base::kLeastPasswordMemoryBytes, 1}};
    static_cast<void>(
        RunInit(context, options));  // what failed shows in what is done with the home
  }
  BackupDesk(const BackupDesk&) = delete;
  BackupDesk& operator=(const BackupDesk&) = delete;
  ~BackupDesk() = default;

  int Backup(const std::string& destination = "backup") { return BackupOf("home", destination); }
  int BackupOf(const std::string& home, const std::string& destination,
               const PassphraseSource& passphrase = {.file = "passphrase"}) {
    error.clear();
    return RunBackup(
        context,
        {.home = home, .destination = destination, .passphrase = passphrase, .seal_cost = kCost});
  }
  int Restore(std::vector<std::string> checkpoints = {},
              const PassphraseSource& passphrase = {.file = "passphrase"},
              const std::string& home = "again") {
    error.clear();
    return RunRestore(context, {.backup = "backup",
                                .home = home,
                                .checkpoint_paths = std::move(checkpoints),
                                .passphrase = passphrase});
  }
  bool IsThere(const std::string& path) { return world.files().Status(path).value().has_value(); }
  std::string Read(const std::string& path) {
    return base::ReadWholeFile(world.files(), path, 1U << 22U).value();
  }
  void Write(const std::string& path, std::string_view bytes) {
    base::ReplaceFile(world.files(), path, bytes).value();
  }
  std::unique_ptr<Home> Open(const std::string& path) {
    return Home::Open(world, path, storage::StoreFiles::kWorld).value();
  }
};

}  // namespace cli
