// `tabularium restore BACKUP HOME`: a home from a backup, checked before it is one.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/passphrase.h"

namespace cli {

struct RestoreOptions {
  std::string backup;
  std::string home;
  std::vector<std::string>
      checkpoint_paths;              // that somebody kept; the restored logs must hold them
  PassphraseSource passphrase = {};  // with which the backup was made
  bool json = false;
};

// Complete or nothing. Needs no server.
int RunRestore(const CommandContext& context, const RestoreOptions& options);

}  // namespace cli
