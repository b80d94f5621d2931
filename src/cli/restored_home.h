// The last step of a restore: the home that was made of a backup is told that it was, before
// anybody can use it. docs/formats/backup.md, "What a restored home starts with".
//
// A function of a Home that nobody else uses.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/world.h"
#include "cli/backup_manifest.h"
#include "cli/home.h"

namespace cli {

struct RestoredCounts {
  std::uint64_t agreements = 0;  // suspended
  std::uint64_t tokens = 0;      // withdrawn
};

// Suspends what flows, ends sessions, links and tokens, and records it in the register log: one
// transaction with its leaf.
base::Result<RestoredCounts> RecordRestore(base::World& world, Home& home,
                                           const BackupManifest& manifest);

}  // namespace cli
