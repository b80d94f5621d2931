#include "storage/idempotency_keys.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {

base::Result<void> IdempotencyRepository::Add(const IdempotencyRow& row, base::Instant now) {
  const std::string subject = row.subject.Text();
  const auto cleared = TRY(database().Prepare(
      "DELETE FROM idempotency_keys WHERE subject = ? AND key = ? AND expires <= ?"));
  TRY(cleared->Bind(subject).Bind(row.key).Bind(now.microseconds).Run());
  const auto statement =
      TRY(database().Prepare("INSERT INTO idempotency_keys VALUES (?, ?, ?, ?, ?, ?)"));
  return statement->Bind(subject)
      .Bind(row.key)
      .BindBytes(row.request_digest.view())
      .Bind(row.status)
      .Bind(row.location)
      .Bind(row.expires.microseconds)
      .Run();
}

base::Result<std::optional<IdempotencyRow>> IdempotencyRepository::Find(const SubjectId& subject,
                                                                        std::string_view key,
                                                                        base::Instant now) {
  const std::string id = subject.Text();
  const auto statement = TRY(
      database().Prepare("SELECT request_digest, status, location, expires FROM idempotency_keys "
                         "WHERE subject = ? AND key = ? AND expires > ?"));
  statement->Bind(id).Bind(key).Bind(now.microseconds);
  if (!TRY(statement->Step())) return std::optional<IdempotencyRow>{};
  const auto digest = base::Digest::FromBytes(statement->Bytes(0));
  if (!digest) {
    return base::Fail(base::ErrorCode::kDamaged, "The store holds a digest that is none", "store");
  }
  return IdempotencyRow{subject,
                        std::string(key),
                        *digest,
                        static_cast<int>(statement->Integer(1)),
                        statement->Bytes(2),
                        internal::ReadInstant(*statement, 3)};
}

base::Result<void> IdempotencyRepository::RemoveEnded(base::Instant now, std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      "DELETE FROM idempotency_keys WHERE (subject, key) IN (SELECT subject, key FROM "
      "idempotency_keys WHERE expires <= ? LIMIT ?)"));
  return statement->Bind(now.microseconds).Bind(static_cast<std::int64_t>(limit)).Run();
}

}  // namespace storage
