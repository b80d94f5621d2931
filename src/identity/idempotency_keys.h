// Idempotency-Key: a request that is sent twice has its effect once.
//
// Claim asks whether this principal has sent a request under this key before. If it had its effect,
// the claim holds the status and location of then; otherwise the claim is the right to do it now:
// what Along() gives is handed to the effect, which writes the row in its own transaction. Bodies,
// tokens and results are never stored. Rows last kIdempotencyHours.
//
// Thread safety: IdempotencyKeys from any thread; a claim belongs to one, and ends before its
// IdempotencyKeys.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "identity/along.h"
#include "identity/principal.h"

namespace storage {
class Store;
}  // namespace storage

namespace identity {

inline constexpr std::int64_t kIdempotencyHours = 24;
inline constexpr std::size_t kMaxIdempotencyKeyBytes = 255;
inline constexpr std::size_t kMaxEndedRowsAtOnce = 100;  // that one effect removes

class IdempotencyKeys {
 public:
  // What became of the first request.
  struct Outcome {
    int status = 0;
    std::string location;  // empty when nothing was made
  };

  class Claim {
   public:
    Claim(Claim&& other) noexcept;
    Claim& operator=(Claim&&) = delete;
    ~Claim();  // the key may be claimed again

    // The effect has been had; do nothing.
    [[nodiscard]] const std::optional<Outcome>& earlier() const { return earlier_; }
    // What to write along with the effect: its status, and a location, to which the id of what the
    // effect makes is appended if it makes something. Nothing when the request has no key.
    [[nodiscard]] Along AlongWith(int status, std::string location) const;

   private:
    friend class IdempotencyKeys;
    Claim() = default;

    IdempotencyKeys* keys_ = nullptr;  // null: there is nothing to give back
    std::string name_;                 // "<subject> <key>"
    std::optional<SubjectId> subject_;
    std::string key_;
    std::optional<base::Digest> request_digest_;
    std::optional<Outcome> earlier_;
  };

  IdempotencyKeys(base::World& world, storage::Store& store) : world_(world), store_(store) {}
  IdempotencyKeys(const IdempotencyKeys&) = delete;
  IdempotencyKeys& operator=(const IdempotencyKeys&) = delete;

  // `key` is nothing when the request has none. kMalformed for a key that is none (visible ASCII,
  // at most kMaxIdempotencyKeyBytes), kInvalid when the key came with another request before,
  // kConflict while the first one still runs.
  base::Result<Claim> Begin(const Principal& principal, std::optional<std::string_view> key,
                            const base::Digest& request_digest);

 private:
  // False when it runs already.
  bool MarkRunning(const std::string& name);

  base::World& world_;
  storage::Store& store_;
  base::Guarded<std::set<std::string>> running_;
};

}  // namespace identity
