// Requests that had their effect, by who sent them and under which Idempotency-Key.
//
// A row is written in the transaction of the effect, so it is there if and only if the effect is.
// It holds a digest of the request, and of the reply nothing but its status and where what it made
// can be found. A repository lives as long as its Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "storage/subjects.h"

namespace storage {

struct IdempotencyRow {
  SubjectId subject;
  std::string key;
  base::Digest request_digest;
  int status = 0;
  std::string location;  // empty when nothing was made
  base::Instant expires;
};

class IdempotencyRepository : private Repository {
 public:
  explicit IdempotencyRepository(Transaction& transaction) : Repository(transaction) {}

  // In place of a row of the same key that has ended. kConflict when one is there that has not.
  base::Result<void> Add(const IdempotencyRow& row, base::Instant now);
  // Nothing when there is none, or it ended at `now` or before.
  base::Result<std::optional<IdempotencyRow>> Find(const SubjectId& subject, std::string_view key,
                                                   base::Instant now);
  // Removes at most `limit` rows that have ended.
  base::Result<void> RemoveEnded(base::Instant now, std::size_t limit);
};

}  // namespace storage
