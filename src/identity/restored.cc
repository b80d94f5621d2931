#include "identity/restored.h"

#include "storage/grants.h"
#include "storage/sessions.h"

namespace identity {

base::Result<std::uint64_t> EndAllSecrets(storage::Transaction& transaction, std::int64_t outbox) {
  TRY(storage::SessionRepository(transaction).RemoveAll());
  TRY(storage::LinkRepository(transaction).RemoveAll());
  return storage::TokenRepository(transaction).WithdrawAll(outbox);
}

}  // namespace identity
