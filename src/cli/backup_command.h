// `tabularium backup HOME DESTINATION`: a consistent copy of a home, also while a server serves it.
#pragma once

#include <string>

#include "cli/commands.h"

namespace cli {

struct BackupOptions {
  std::string home;
  std::string destination;
  bool json = false;
};

// Complete or nothing. Takes no lock and changes nothing in the home, but for the empty files that
// SQLite keeps beside the store.
int RunBackup(const CommandContext& context, const BackupOptions& options);

}  // namespace cli
