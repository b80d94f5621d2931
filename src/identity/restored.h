// What a home that was restored from a backup does not take over: every secret that opened it.
//
// Somebody may have withdrawn them since the backup was made, and the backup cannot know. Passwords
// stay, so that people can come in. A function of a Transaction.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace storage {
class Transaction;
}  // namespace storage

namespace identity {

// Ends all sessions and one-time links and withdraws all tokens, told of by the leaf with this
// number of the register log's outbox. Returns how many tokens stood until now.
base::Result<std::uint64_t> EndAllSecrets(storage::Transaction& transaction, std::int64_t outbox);

}  // namespace identity
