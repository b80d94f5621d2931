#include "storage/sessions.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;
using internal::ReadOptional;

}  // namespace

base::Result<void> SessionRepository::Add(const SessionRow& row) {
  const auto insert = TRY(
      database().Prepare("INSERT INTO sessions (secret_hash, subject, created, last_seen, expires) "
                         "VALUES (?, ?, ?, ?, ?)"));
  insert->BindBytes(row.secret_hash.view()).Bind(row.subject.Text());
  insert->Bind(row.created.microseconds).Bind(row.last_seen.microseconds);
  return insert->Bind(row.expires.microseconds).Run();
}

base::Result<std::optional<SessionRow>> SessionRepository::Find(const base::Digest& hash) {
  const auto query = TRY(database().Prepare(
      "SELECT subject, created, last_seen, expires FROM sessions WHERE secret_hash = ?"));
  const bool found = TRY(query->BindBytes(hash.view()).Step());
  if (!found) return std::optional<SessionRow>{};
  return std::optional(SessionRow{hash, TRY(ReadId<SubjectId>(*query, 0)), ReadInstant(*query, 1),
                                  ReadInstant(*query, 2), ReadInstant(*query, 3)});
}

base::Result<void> SessionRepository::SetLastSeen(const base::Digest& hash, base::Instant now) {
  const auto update =
      TRY(database().Prepare("UPDATE sessions SET last_seen = ? WHERE secret_hash = ?"));
  return update->Bind(now.microseconds).BindBytes(hash.view()).Run();
}

base::Result<void> SessionRepository::Remove(const base::Digest& hash) {
  const auto remove = TRY(database().Prepare("DELETE FROM sessions WHERE secret_hash = ?"));
  return remove->BindBytes(hash.view()).Run();
}

base::Result<void> SessionRepository::RemoveOf(const SubjectId& subject) {
  const auto remove = TRY(database().Prepare("DELETE FROM sessions WHERE subject = ?"));
  return remove->Bind(subject.Text()).Run();
}

base::Result<void> SessionRepository::RemoveAll() {
  return TRY(database().Prepare("DELETE FROM sessions"))->Run();
}

base::Result<void> SessionRepository::RemoveEnded(base::Instant now) {
  const auto remove = TRY(database().Prepare("DELETE FROM sessions WHERE expires <= ?"));
  return remove->Bind(now.microseconds).Run();
}

base::Result<void> LinkRepository::Add(const LinkRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO one_time_links (secret_hash, subject, purpose, expires) VALUES (?, ?, ?, ?)"));
  insert->BindBytes(row.secret_hash.view()).Bind(row.subject.Text());
  insert->Bind(static_cast<std::int64_t>(row.purpose));
  return insert->Bind(row.expires.microseconds).Run();
}

base::Result<std::optional<LinkRow>> LinkRepository::Find(const base::Digest& hash) {
  const auto query = TRY(database().Prepare(
      "SELECT subject, purpose, expires, used FROM one_time_links WHERE secret_hash = ?"));
  const bool found = TRY(query->BindBytes(hash.view()).Step());
  if (!found) return std::optional<LinkRow>{};
  std::optional<base::Instant> used;
  if (const auto when = ReadOptional(*query, 3)) used = base::Instant{*when};
  return std::optional(LinkRow{hash, TRY(ReadId<SubjectId>(*query, 0)),
                               static_cast<LinkPurpose>(query->Integer(1)), ReadInstant(*query, 2),
                               used});
}

base::Result<bool> LinkRepository::Use(const base::Digest& hash, base::Instant now) {
  const auto update = TRY(database().Prepare(
      "UPDATE one_time_links SET used = ? WHERE secret_hash = ? AND used IS NULL "
      "RETURNING purpose"));
  return update->Bind(now.microseconds).BindBytes(hash.view()).Step();
}

base::Result<void> LinkRepository::RemoveUnusedOf(const SubjectId& subject) {
  const auto remove =
      TRY(database().Prepare("DELETE FROM one_time_links WHERE subject = ? AND used IS NULL"));
  return remove->Bind(subject.Text()).Run();
}

base::Result<void> LinkRepository::RemoveAll() {
  return TRY(database().Prepare("DELETE FROM one_time_links"))->Run();
}

base::Result<SignInFailureRepository::Count> SignInFailureRepository::Add(
    const base::Digest& key, base::Instant now, base::Instant window_end) {
  const auto upsert = TRY(
      database().Prepare("INSERT INTO sign_in_failures (key, count, window_end) VALUES (?1, 1, ?2) "
                         "ON CONFLICT (key) DO UPDATE SET "
                         "count = CASE WHEN window_end <= ?3 THEN 1 ELSE count + 1 END, "
                         "window_end = CASE WHEN window_end <= ?3 THEN ?2 ELSE window_end END "
                         "RETURNING count, window_end"));
  upsert->BindBytes(key.view()).Bind(window_end.microseconds).Bind(now.microseconds);
  const bool found = TRY(upsert->Step());
  if (!found) return base::Fail(base::ErrorCode::kDamaged, "A count was not stored", "store");
  return Count{upsert->Integer(0), ReadInstant(*upsert, 1)};
}

base::Result<void> SignInFailureRepository::TakeBack(const base::Digest& key) {
  const auto update = TRY(database().Prepare(
      "UPDATE sign_in_failures SET count = count - 1 WHERE key = ? AND count > 0"));
  return update->BindBytes(key.view()).Run();
}

base::Result<void> SignInFailureRepository::Forget(const base::Digest& key) {
  const auto remove = TRY(database().Prepare("DELETE FROM sign_in_failures WHERE key = ?"));
  return remove->BindBytes(key.view()).Run();
}

base::Result<void> SignInFailureRepository::Prune(base::Instant now, std::size_t most) {
  const auto over = TRY(database().Prepare("DELETE FROM sign_in_failures WHERE window_end <= ?"));
  TRY(over->Bind(now.microseconds).Run());
  // An SQL limit of -1 is none: all rows beyond the first `most`, the newest first.
  const auto beyond = TRY(database().Prepare(
      "DELETE FROM sign_in_failures WHERE key IN (SELECT key FROM sign_in_failures "
      "ORDER BY window_end DESC LIMIT -1 OFFSET ?)"));
  return beyond->Bind(static_cast<std::int64_t>(most)).Run();
}

}  // namespace storage
