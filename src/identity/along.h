// Something else that is written in the transaction of an effect, and stands or falls with it: the
// note, say, that a request with this Idempotency-Key had its effect.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace storage {
class Transaction;
}  // namespace storage

namespace identity {

// Called once, last in the transaction, with the id of what the effect made (empty where it makes
// nothing). Its error undoes the effect. An empty one is not called.
using Along =
    std::function<base::Result<void>(storage::Transaction& transaction, std::string_view made)>;

inline base::Result<void> WriteAlong(const Along& along, storage::Transaction& transaction,
                                     std::string_view made = {}) {
  return along ? along(transaction, made) : base::Result<void>{};
}

}  // namespace identity
