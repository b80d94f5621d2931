// Receipts: what a person keeps to prove, offline, that a leaf stands in a log. See
// docs/formats/log.md.
//
// Two forms: our JSON, with leaves, proofs and checkpoint in one; and C2SP tlog-proof, a proof and
// a checkpoint for one leaf that is kept beside it. Values and pure functions; the texts come from
// strangers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/log.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

namespace ledger {

inline constexpr std::size_t kMaxReceiptBytes = 256U << 10U;
inline constexpr std::size_t kMaxReceiptEntries = 16;

// Leaves with their proofs, and the signed note that the proofs lead to.
using Receipt = Log::ProvedLeaves;

std::string WriteReceipt(const Receipt& receipt);
// kInvalid for another form, kTooLarge beyond the limits. Nothing is verified yet.
base::Result<Receipt> ParseReceipt(std::string_view text);

// One leaf's proof without the leaf.
struct TlogProof {
  std::uint64_t index = 0;
  Proof proof;
  std::string checkpoint;
};

std::string WriteTlogProof(const TlogProof& proof);
base::Result<TlogProof> ParseTlogProof(std::string_view text);

// Whether a text is meant as a tlog-proof.
bool LooksLikeTlogProof(std::string_view text);

// Checks everything that a receipt says: the signature, each proof, and that an `access.closed`
// leaf names the `access.opened` before it. kUntrue names the entry that does not hold. Returns the
// checkpoint.
base::Result<Checkpoint> VerifyReceipt(const Receipt& receipt, const KeyList& keys);

}  // namespace ledger
