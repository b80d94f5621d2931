#include "identity/idempotency_keys.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "storage/idempotency_keys.h"
#include "storage/store.h"

namespace identity {
namespace {

using base::ErrorCode;

constexpr std::int64_t kMicrosecondsPerHour = 3'600 * base::kMicrosecondsPerSecond;
constexpr std::string_view kHeader = "Idempotency-Key";

bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= kMaxIdempotencyKeyBytes &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

IdempotencyKeys::Claim::Claim(Claim&& other) noexcept
    : keys_(std::exchange(other.keys_, nullptr)),
      name_(std::move(other.name_)),
      subject_(std::move(other.subject_)),
      key_(std::move(other.key_)),
      request_digest_(other.request_digest_),
      earlier_(std::move(other.earlier_)) {}

IdempotencyKeys::Claim::~Claim() {
  if (keys_ == nullptr) return;
  auto running = keys_->running_.Lock();
  running->erase(name_);
}

Along IdempotencyKeys::Claim::AlongWith(int status, std::string location) const {
  if (keys_ == nullptr) return {};
  return [this, status, location = std::move(location)](
             storage::Transaction& transaction, std::string_view made) -> base::Result<void> {
    const base::Instant now = keys_->world_.clock().Now();
    storage::IdempotencyRepository repository(transaction);
    TRY(repository.RemoveEnded(now, kMaxEndedRowsAtOnce));
    const base::Instant end{now.microseconds + kIdempotencyHours * kMicrosecondsPerHour};
    return repository.Add(
        {*subject_, key_, *request_digest_, status, location + std::string(made), end}, now);
  };
}

bool IdempotencyKeys::MarkRunning(const std::string& name) {
  auto running = running_.Lock();
  return running->insert(name).second;
}

base::Result<IdempotencyKeys::Claim> IdempotencyKeys::Begin(const Principal& principal,
                                                            std::optional<std::string_view> key,
                                                            const base::Digest& request_digest) {
  Claim claim;
  if (!key) return claim;
  if (!IsKey(*key)) {
    return base::Fail(
        ErrorCode::kMalformed, "The key is no visible ASCII text, or too long",
        std::string(kHeader),
        base::Format("Send a random text of at most {} characters.", kMaxIdempotencyKeyBytes));
  }
  claim.name_ = base::Format("{} {}", principal.id.Text(), *key);
  claim.subject_ = principal.id;
  claim.key_ = *key;
  claim.request_digest_ = request_digest;
  if (!MarkRunning(claim.name_)) {
    return base::Fail(ErrorCode::kConflict, "A request with this key still runs",
                      std::string(kHeader), "Wait for its end, then send it again.");
  }
  claim.keys_ = this;
  // Only now: whoever held the key before has committed or failed.
  std::optional<storage::IdempotencyRow> row;
  TRY(store_.Read([&](storage::Transaction& transaction) -> base::Result<void> {
    row = TRY(
        storage::IdempotencyRepository(transaction).Find(principal.id, *key, world_.clock().Now()));
    return {};
  }));
  if (!row) return claim;
  if (row->request_digest != request_digest) {
    return base::Fail(ErrorCode::kInvalid, "This key came with another request before",
                      std::string(kHeader), "Send a new key with a new request.");
  }
  claim.earlier_ = Outcome{row->status, row->location};
  return claim;
}

}  // namespace identity
