#include "storage/grants.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;
using internal::ReadOptional;

// The index of the leaf that grants comes from the outbox: nothing while it is pending.
#define SELECT_GRANT                                                                       \
  "SELECT g.id, g.subject, g.organisation, g.role, g.granted_outbox, g.withdrawn_outbox, " \
  "b.leaf_index FROM grants g LEFT JOIN outbox b ON b.log = 0 AND b.id = g.granted_outbox "
#define SELECT_TOKEN                                                                   \
  "SELECT t.id, t.secret_hash, t.subject, t.name, t.scopes, t.created, t.expires, "    \
  "t.last_used_day, t.created_outbox, t.withdrawn_outbox, b.leaf_index FROM tokens t " \
  "LEFT JOIN outbox b ON b.log = 0 AND b.id = t.created_outbox "

// The order matters: a stop wins over an index that comes later.
Standing StandingOfRow(const Statement& statement, int withdrawn_column, int index_column) {
  if (!statement.IsNull(withdrawn_column)) return Standing::kWithdrawn;
  return statement.IsNull(index_column) ? Standing::kPending : Standing::kActive;
}

base::Result<GrantRow> ReadGrant(const Statement& statement) {
  std::optional<OrganisationId> organisation;
  if (!statement.IsNull(2)) organisation = TRY(ReadId<OrganisationId>(statement, 2));
  std::optional<std::uint64_t> index;
  if (!statement.IsNull(6)) index = static_cast<std::uint64_t>(statement.Integer(6));
  return GrantRow{TRY(ReadId<GrantId>(statement, 0)),
                  TRY(ReadId<SubjectId>(statement, 1)),
                  organisation,
                  statement.Bytes(3),
                  statement.Integer(4),
                  StandingOfRow(statement, 5, 6),
                  index};
}

base::Result<std::vector<GrantRow>> AllGrants(Statement& statement) {
  std::vector<GrantRow> rows;
  while (TRY(statement.Step())) rows.push_back(TRY(ReadGrant(statement)));
  return rows;
}

base::Result<TokenRow> ReadToken(const Statement& statement) {
  const auto hash = base::Digest::FromBytes(statement.Bytes(1));
  if (!hash) {
    return base::Fail(base::ErrorCode::kDamaged, "The store holds a digest that is none", "store");
  }
  return TokenRow{TRY(ReadId<TokenId>(statement, 0)),
                  *hash,
                  TRY(ReadId<SubjectId>(statement, 2)),
                  statement.Bytes(3),
                  static_cast<std::uint32_t>(statement.Integer(4)),
                  ReadInstant(statement, 5),
                  ReadInstant(statement, 6),
                  ReadOptional(statement, 7),
                  statement.Integer(8),
                  StandingOfRow(statement, 9, 10)};
}

base::Result<std::optional<TokenRow>> FirstToken(Statement& statement) {
  const bool found = TRY(statement.Step());
  if (!found) return std::optional<TokenRow>{};
  return std::optional(TRY(ReadToken(statement)));
}

}  // namespace

base::Result<void> GrantRepository::Add(const GrantRow& row) {
  const auto insert =
      TRY(database().Prepare("INSERT INTO grants (id, subject, organisation, role, granted_outbox) "
                             "VALUES (?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).Bind(row.subject.Text());
  if (row.organisation) {
    insert->Bind(row.organisation->Text());
  } else {
    insert->BindNull();
  }
  return insert->Bind(row.role).Bind(row.granted_outbox).Run();
}

base::Result<std::optional<GrantRow>> GrantRepository::Find(const GrantId& id) {
  const auto query = TRY(database().Prepare(SELECT_GRANT "WHERE g.id = ?"));
  const bool found = TRY(query->Bind(id.Text()).Step());
  if (!found) return std::optional<GrantRow>{};
  return std::optional(TRY(ReadGrant(*query)));
}

base::Result<std::vector<GrantRow>> GrantRepository::StandingOf(const SubjectId& subject,
                                                                std::size_t limit) {
  const auto query = TRY(database().Prepare(
      SELECT_GRANT "WHERE g.subject = ? AND g.withdrawn_outbox IS NULL ORDER BY g.id LIMIT ?"));
  return AllGrants(query->Bind(subject.Text()).Bind(static_cast<std::int64_t>(limit)));
}

base::Result<std::vector<GrantRow>> GrantRepository::ListAt(
    const std::optional<OrganisationId>& organisation, std::size_t limit) {
  const auto query = TRY(database().Prepare(
      SELECT_GRANT "WHERE coalesce(g.organisation, '') = ? ORDER BY g.granted_outbox LIMIT ?"));
  query->Bind(organisation ? organisation->Text() : std::string{});
  return AllGrants(query->Bind(static_cast<std::int64_t>(limit)));
}

base::Result<bool> GrantRepository::Withdraw(const GrantId& id, std::int64_t outbox) {
  const auto update = TRY(database().Prepare(
      "UPDATE grants SET withdrawn_outbox = ? WHERE id = ? AND withdrawn_outbox IS NULL "
      "RETURNING id"));
  return update->Bind(outbox).Bind(id.Text()).Step();
}

base::Result<void> TokenRepository::Add(const TokenRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO tokens (id, secret_hash, subject, name, scopes, created, expires, "
      "created_outbox) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).BindBytes(row.secret_hash.view()).Bind(row.subject.Text());
  insert->Bind(row.name).Bind(std::int64_t{row.scopes}).Bind(row.created.microseconds);
  return insert->Bind(row.expires.microseconds).Bind(row.created_outbox).Run();
}

base::Result<std::optional<TokenRow>> TokenRepository::Find(const TokenId& id) {
  const auto query = TRY(database().Prepare(SELECT_TOKEN "WHERE t.id = ?"));
  return FirstToken(query->Bind(id.Text()));
}

base::Result<std::optional<TokenRow>> TokenRepository::FindBySecretHash(const base::Digest& hash) {
  const auto query = TRY(database().Prepare(SELECT_TOKEN "WHERE t.secret_hash = ?"));
  return FirstToken(query->BindBytes(hash.view()));
}

base::Result<std::vector<TokenRow>> TokenRepository::ListOf(const SubjectId& subject,
                                                            std::size_t limit) {
  const auto query =
      TRY(database().Prepare(SELECT_TOKEN "WHERE t.subject = ? ORDER BY t.created, t.id LIMIT ?"));
  query->Bind(subject.Text()).Bind(static_cast<std::int64_t>(limit));
  std::vector<TokenRow> rows;
  while (TRY(query->Step())) rows.push_back(TRY(ReadToken(*query)));
  return rows;
}

base::Result<bool> TokenRepository::Withdraw(const TokenId& id, std::int64_t outbox) {
  const auto update = TRY(database().Prepare(
      "UPDATE tokens SET withdrawn_outbox = ? WHERE id = ? AND withdrawn_outbox IS NULL "
      "RETURNING id"));
  return update->Bind(outbox).Bind(id.Text()).Step();
}

base::Result<std::uint64_t> TokenRepository::WithdrawAll(std::int64_t outbox) {
  const auto update = TRY(database().Prepare(
      "UPDATE tokens SET withdrawn_outbox = ? WHERE withdrawn_outbox IS NULL RETURNING id"));
  update->Bind(outbox);
  std::uint64_t count = 0;
  while (TRY(update->Step())) ++count;
  return count;
}

base::Result<void> TokenRepository::SetLastUsedDay(const TokenId& id, std::int64_t day) {
  const auto update = TRY(database().Prepare("UPDATE tokens SET last_used_day = ? WHERE id = ?"));
  return update->Bind(day).Bind(id.Text()).Run();
}

}  // namespace storage
