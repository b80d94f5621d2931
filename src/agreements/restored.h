// What a home that was restored from a backup does with its agreements: nothing flows until an
// approver of the owner has looked.
//
// An agreement may have been stopped since the backup was made, and the backup cannot know. A
// function of a Transaction, before the gate is opened.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"

namespace storage {
class Transaction;
}  // namespace storage

namespace agreements {

// Suspends every agreement under which data may flow, in the part `clock` and for the reason
// `restored`, told of by the leaf with this number of the register log's outbox. Returns how many.
// The ledger has sent its pending leaves.
base::Result<std::uint64_t> SuspendRestored(storage::Transaction& transaction, std::int64_t outbox,
                                            base::Instant now);

}  // namespace agreements
