// Who an actor is at this moment, for domains that act inside a transaction of their own: so that
// a role which was withdrawn meanwhile does not count in what is committed.
//
// Thread safety: as the Transaction's.
#pragma once

#include "base/result.h"
#include "identity/principal.h"

namespace storage {
class Transaction;
}  // namespace storage

namespace identity {

// The actor with the roles that count now and no more scopes than it came with. kUnauthenticated
// when it is disabled meanwhile.
base::Result<Principal> CurrentPrincipal(storage::Transaction& transaction, const Principal& actor);

}  // namespace identity
