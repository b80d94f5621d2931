// `tabularium backup HOME DESTINATION`: a consistent copy of a home, also while a server serves it.
#pragma once

#include <string>

#include "cli/commands.h"
#include "cli/passphrase.h"
#include "cli/sealed_keys.h"

namespace cli {

struct BackupOptions {
  std::string home;
  std::string destination;
  PassphraseSource passphrase = {};  // encrypts the private keys
  bool json = false;
  base::PasswordCost seal_cost = kSealCost;
};

// Complete or nothing. Takes no lock and changes nothing in the home, but for the empty files that
// SQLite keeps beside the store.
int RunBackup(const CommandContext& context, const BackupOptions& options);

}  // namespace cli
