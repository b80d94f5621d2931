// The way from an entry to the signed root, with what each of its fingerprints stands for, and the
// picture of it. Follows PATH of RFC 6962, section 2.1.1. Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.h"
#include "ledger/merkle.h"
#include "web/texts.h"

namespace web {

// One fingerprint of a proof: the root over the entries from `first` to `last`, and on which side.
struct ProofStep {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool is_left = false;
  ledger::Hash hash;
};

struct ProofPath {
  ledger::Hash leaf_hash;
  std::vector<ProofStep> steps;  // from the entry upwards
  ledger::Hash root;             // where the steps lead to
};

// Nothing when the proof has not as many hashes as one for this entry and size has.
std::optional<ProofPath> PathOf(std::uint64_t index, std::uint64_t size,
                                const ledger::Hash& leaf_hash, const ledger::Proof& proof);

// What the template `proof` needs: the picture's lines and marks, and the same as a list.
base::Json ProofJson(std::uint64_t index, std::uint64_t size, const ProofPath& path,
                     const Texts& texts);

}  // namespace web
