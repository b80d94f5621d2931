#include "storage/outbox.h"

#include "base/check.h"
#include "base/format.h"
#include "storage/database.h"

namespace storage {
namespace {

std::int64_t NumberOf(LogName log) { return static_cast<std::int64_t>(log); }

std::unexpected<base::Error> NoRow(std::int64_t id) {
  return base::Fail(base::ErrorCode::kNotFound, base::Format("The outbox has no row {}", id),
                    "store");
}

}  // namespace

base::Result<std::int64_t> OutboxRepository::NextId(LogName log) {
  const auto query = TRY(database_.Prepare("SELECT next_id FROM outbox_counter WHERE log = ?"));
  const bool found = TRY(query->Bind(NumberOf(log)).Step());
  if (!found) {
    return base::Fail(base::ErrorCode::kDamaged, "The outbox has no counter for a log", "store");
  }
  return query->Integer(0);
}

base::Result<PendingLeaf> OutboxRepository::Add(
    LogName log, const std::function<std::string(std::int64_t id)>& make_leaf) {
  PendingLeaf row;
  row.id = TRY(NextId(log));
  row.leaf = make_leaf(row.id);
  const auto count =
      TRY(database_.Prepare("UPDATE outbox_counter SET next_id = next_id + 1 WHERE log = ?"));
  TRY(count->Bind(NumberOf(log)).Run());
  const auto insert = TRY(database_.Prepare("INSERT INTO outbox (log, id, leaf) VALUES (?, ?, ?)"));
  TRY(insert->Bind(NumberOf(log)).Bind(row.id).BindBytes(row.leaf).Run());
  return row;
}

base::Result<void> OutboxRepository::SetIndex(LogName log, std::int64_t id, std::uint64_t index) {
  const auto update = TRY(database_.Prepare(
      "UPDATE outbox SET leaf_index = ?, leaf = x'' WHERE log = ? AND id = ? RETURNING id"));
  const bool found =
      TRY(update->Bind(static_cast<std::int64_t>(index)).Bind(NumberOf(log)).Bind(id).Step());
  if (!found) return NoRow(id);
  return {};
}

base::Result<std::vector<PendingLeaf>> OutboxRepository::Pending(LogName log, std::size_t limit) {
  const auto query = TRY(database_.Prepare(
      "SELECT id, leaf FROM outbox WHERE log = ? AND leaf_index IS NULL ORDER BY id LIMIT ?"));
  query->Bind(NumberOf(log)).Bind(static_cast<std::int64_t>(limit));
  std::vector<PendingLeaf> rows;
  while (TRY(query->Step())) rows.push_back({query->Integer(0), query->Bytes(1)});
  return rows;
}

base::Result<std::size_t> OutboxRepository::CountPending(LogName log, std::size_t limit) {
  const auto query = TRY(database_.Prepare(
      "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE log = ? AND leaf_index IS NULL LIMIT ?)"));
  query->Bind(NumberOf(log)).Bind(static_cast<std::int64_t>(limit));
  CHECK(TRY(query->Step()));
  return static_cast<std::size_t>(query->Integer(0));
}

base::Result<std::uint64_t> OutboxRepository::LeastLogSize(LogName log) {
  const auto query = TRY(database_.Prepare("SELECT max(leaf_index) FROM outbox WHERE log = ?"));
  query->Bind(NumberOf(log));
  CHECK(TRY(query->Step()));
  if (query->IsNull(0)) return std::uint64_t{0};
  return static_cast<std::uint64_t>(query->Integer(0)) + 1;
}

base::Result<std::optional<std::uint64_t>> OutboxRepository::IndexOf(LogName log, std::int64_t id) {
  const auto query =
      TRY(database_.Prepare("SELECT leaf_index FROM outbox WHERE log = ? AND id = ?"));
  const bool found = TRY(query->Bind(NumberOf(log)).Bind(id).Step());
  if (!found) return NoRow(id);
  if (query->IsNull(0)) return std::optional<std::uint64_t>{};
  return static_cast<std::uint64_t>(query->Integer(0));
}

}  // namespace storage
