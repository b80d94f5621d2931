// Sessions, one-time links and failed sign-ins: what comes and goes with signing in.
//
// Sessions and links are found by the SHA-256 of their secret; the secret is not here. The times
// after which a row counts no more are given by the caller, who knows the limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/crypto.h"
#include "storage/subjects.h"

namespace storage {

struct SessionRow {
  base::Digest secret_hash;
  SubjectId subject;
  base::Instant created;
  base::Instant last_seen;
  base::Instant expires;
};

class SessionRepository : private Repository {
 public:
  explicit SessionRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const SessionRow& row);
  base::Result<std::optional<SessionRow>> Find(const base::Digest& hash);
  base::Result<void> SetLastSeen(const base::Digest& hash, base::Instant now);
  base::Result<void> Remove(const base::Digest& hash);
  base::Result<void> RemoveOf(const SubjectId& subject);
  base::Result<void> RemoveAll();
  // Those that end at `now` or ended before.
  base::Result<void> RemoveEnded(base::Instant now);
};

enum class LinkPurpose : unsigned char { kFirstPassword = 0, kNewPassword = 1 };

struct LinkRow {
  base::Digest secret_hash;
  SubjectId subject;
  LinkPurpose purpose = LinkPurpose::kFirstPassword;
  base::Instant expires;
  std::optional<base::Instant> used;  // read, not written
};

class LinkRepository : private Repository {
 public:
  explicit LinkRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const LinkRow& row);
  base::Result<std::optional<LinkRow>> Find(const base::Digest& hash);
  // True when nobody had used it until now.
  base::Result<bool> Use(const base::Digest& hash, base::Instant now);
  // Those of the person that nobody has used.
  base::Result<void> RemoveUnusedOf(const SubjectId& subject);
  base::Result<void> RemoveAll();
};

class SignInFailureRepository : private Repository {
 public:
  explicit SignInFailureRepository(Transaction& transaction) : Repository(transaction) {}

  struct Count {
    std::int64_t count = 0;
    base::Instant window_end;
  };
  // Adds one to a key's count, which starts anew when its window is over. `window_end` is that of a
  // new window. Returns the count with the one that was added.
  base::Result<Count> Add(const base::Digest& key, base::Instant now, base::Instant window_end);
  base::Result<void> TakeBack(const base::Digest& key);
  base::Result<void> Forget(const base::Digest& key);
  // Removes windows that are over, and the oldest beyond `most`.
  base::Result<void> Prune(base::Instant now, std::size_t most);
};

}  // namespace storage
