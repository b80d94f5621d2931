#include "storage/accesses.h"

#include <algorithm>

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

// Indices come from the outbox: nothing while a leaf is pending. The access log is log 1.
#define SELECT_ACCESS                                                                          \
  "SELECT a.opened_outbox, a.agreement, a.subject, a.day, a.salt, a.record, a.closed_outbox, " \
  "o.leaf_index, c.leaf_index FROM accesses a "                                                \
  "LEFT JOIN outbox o ON o.log = 1 AND o.id = a.opened_outbox "                                \
  "LEFT JOIN outbox c ON c.log = 1 AND c.id = a.closed_outbox "

std::optional<std::uint64_t> ReadIndex(const Statement& statement, int column) {
  if (statement.IsNull(column)) return std::nullopt;
  return static_cast<std::uint64_t>(statement.Integer(column));
}

base::Result<AccessRow> ReadAccess(const Statement& statement) {
  return AccessRow{statement.Integer(0),
                   statement.Bytes(1),
                   TRY(internal::ReadId<SubjectId>(statement, 2)),
                   statement.Integer(3),
                   statement.Bytes(4),
                   statement.Bytes(5),
                   internal::ReadOptional(statement, 6),
                   ReadIndex(statement, 7),
                   ReadIndex(statement, 8)};
}

base::Result<std::optional<AccessRow>> OneAccess(Statement& statement) {
  if (!TRY(statement.Step())) return std::optional<AccessRow>{};
  return std::optional(TRY(ReadAccess(statement)));
}

base::Result<std::vector<AccessRow>> AllAccesses(Statement& statement) {
  std::vector<AccessRow> rows;
  while (TRY(statement.Step())) rows.push_back(TRY(ReadAccess(statement)));
  return rows;
}

}  // namespace

base::Result<void> AccessRepository::Add(const AccessRow& row) {
  const std::string subject = row.subject.Text();
  const auto statement =
      TRY(database().Prepare("INSERT INTO accesses (opened_outbox, agreement, subject, day, salt, "
                             "record) VALUES (?, ?, ?, ?, ?, ?)"));
  return statement->Bind(row.opened_outbox)
      .Bind(row.agreement)
      .Bind(subject)
      .Bind(row.day)
      .BindBytes(row.salt)
      .BindBytes(row.record)
      .Run();
}

base::Result<std::optional<AccessRow>> AccessRepository::Find(std::int64_t opened_outbox) {
  const auto statement = TRY(database().Prepare(SELECT_ACCESS "WHERE a.opened_outbox = ?"));
  return OneAccess(statement->Bind(opened_outbox));
}

base::Result<std::optional<AccessRow>> AccessRepository::FindByIndex(std::uint64_t opened_index) {
  const auto statement = TRY(database().Prepare(SELECT_ACCESS "WHERE o.leaf_index = ?"));
  return OneAccess(statement->Bind(static_cast<std::int64_t>(opened_index)));
}

base::Result<bool> AccessRepository::Close(std::int64_t opened_outbox, std::int64_t closed_outbox) {
  const auto statement =
      TRY(database().Prepare("UPDATE accesses SET closed_outbox = ? WHERE opened_outbox = ? AND "
                             "closed_outbox IS NULL RETURNING 1"));
  return statement->Bind(closed_outbox).Bind(opened_outbox).Step();
}

base::Result<std::vector<AccessRow>> AccessRepository::Open(std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      SELECT_ACCESS "WHERE a.closed_outbox IS NULL ORDER BY a.opened_outbox LIMIT ?"));
  return AllAccesses(statement->Bind(static_cast<std::int64_t>(limit)));
}

base::Result<std::vector<AccessRepository::DayCount>> AccessRepository::CountsOf(
    std::int64_t day, std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      "SELECT agreement, count(*) FROM accesses WHERE day = ? GROUP BY agreement LIMIT ?"));
  statement->Bind(day).Bind(static_cast<std::int64_t>(limit));
  std::vector<DayCount> counts;
  while (TRY(statement->Step())) {
    counts.push_back({statement->Bytes(0), static_cast<std::uint64_t>(statement->Integer(1))});
  }
  return counts;
}

base::Result<std::vector<AccessRow>> AccessRepository::ListOf(std::string_view agreement,
                                                              std::int64_t before_outbox,
                                                              std::size_t limit) {
  const auto statement =
      TRY(database().Prepare(SELECT_ACCESS "WHERE a.agreement = ? AND a.opened_outbox < ? "
                                           "ORDER BY a.opened_outbox DESC LIMIT ?"));
  statement->Bind(agreement).Bind(before_outbox).Bind(static_cast<std::int64_t>(limit));
  return AllAccesses(*statement);
}

base::Result<std::vector<AccessRow>> AccessRepository::ListWithin(std::string_view agreement,
                                                                  std::uint64_t end_index,
                                                                  std::uint64_t before_index,
                                                                  std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      SELECT_ACCESS
      "WHERE a.agreement = ? AND o.leaf_index < ? ORDER BY o.leaf_index DESC LIMIT ?"));
  statement->Bind(agreement)
      .Bind(static_cast<std::int64_t>(std::min(end_index, before_index)))
      .Bind(static_cast<std::int64_t>(limit));
  auto rows = TRY(AllAccesses(*statement));
  for (AccessRow& row : rows) {
    if (row.closed_index && *row.closed_index >= end_index) row.closed_index.reset();
  }
  return rows;
}

base::Result<std::vector<AccessRepository::DayTotal>> AccessRepository::DaysWithin(
    std::string_view agreement, std::uint64_t end_index, std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      "SELECT a.day, count(*) FROM accesses a JOIN outbox o ON o.log = 1 AND o.id = "
      "a.opened_outbox WHERE a.agreement = ? AND o.leaf_index < ? GROUP BY a.day "
      "ORDER BY a.day DESC LIMIT ?"));
  statement->Bind(agreement)
      .Bind(static_cast<std::int64_t>(end_index))
      .Bind(static_cast<std::int64_t>(limit));
  std::vector<DayTotal> days;
  while (TRY(statement->Step())) {
    days.push_back({statement->Integer(0), static_cast<std::uint64_t>(statement->Integer(1))});
  }
  return days;
}

base::Result<std::uint64_t> AccessRepository::CountWithin(std::string_view agreement,
                                                          std::uint64_t end_index) {
  const auto statement = TRY(database().Prepare(
      "SELECT count(*) FROM accesses a JOIN outbox o ON o.log = 1 AND o.id = a.opened_outbox "
      "WHERE a.agreement = ? AND o.leaf_index < ?"));
  TRY(statement->Bind(agreement).Bind(static_cast<std::int64_t>(end_index)).Step());
  return static_cast<std::uint64_t>(statement->Integer(0));
}

base::Result<void> AccessRepository::Erase(std::int64_t opened_outbox) {
  const auto statement = TRY(
      database().Prepare("UPDATE accesses SET salt = x'', record = x'' WHERE opened_outbox = ?"));
  return statement->Bind(opened_outbox).Run();
}

}  // namespace storage
