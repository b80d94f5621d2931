// The offline verifier: is this copy of a log whole, signed, and only ever appended to?
//
// It works on a folder of copied files and public keys and knows nothing of a home. Everything that
// it reads is taken as hostile. Memory does not grow with the log: one bundle and the right edge of
// the tree at a time. The rules stand in docs/formats/log.md, section "What verify checks";
// clients/verify.py is a second, independent implementation, and a test compares the two.
//
// Functions of files; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "ledger/note.h"

namespace ledger {

// What to verify. At least one of log_folder and receipts.
struct VerifyRequest {
  KeyList keys;
  std::optional<std::string> log_folder;
  std::optional<std::string> since_path;  // an older checkpoint; needs log_folder
  std::vector<std::string> receipt_paths;
};

struct VerifyReport {
  std::optional<Checkpoint> checkpoint;  // of the log
  std::optional<Checkpoint> since;
  std::vector<Checkpoint> receipts;  // of each receipt, in order
};

// kUntrue or kDamaged or kInvalid: it does not hold, the Error says what and where. kNotFound for a
// named file that is not there. Reads every leaf.
base::Result<VerifyReport> Verify(base::Files& files, const VerifyRequest& request);

}  // namespace ledger
