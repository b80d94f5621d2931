#include "storage/histories.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

std::optional<std::uint64_t> ReadIndex(const Statement& statement, int column) {
  if (statement.IsNull(column)) return std::nullopt;
  return static_cast<std::uint64_t>(statement.Integer(column));
}

base::Result<base::Digest> ReadDigest(const Statement& statement, int column) {
  const auto digest = base::Digest::FromBytes(statement.Bytes(column));
  if (!digest) {
    return base::Fail(base::ErrorCode::kDamaged, "The store holds a digest that is none", "store");
  }
  return *digest;
}

void BindOptional(Statement& statement, const std::optional<std::int64_t>& value) {
  if (value) {
    statement.Bind(*value);
  } else {
    statement.BindNull();
  }
}

}  // namespace

base::Result<std::int64_t> NumberRepository::Next(std::string_view series, std::int64_t year) {
  const auto statement = TRY(database().Prepare(
      "INSERT INTO public_numbers (series, year, last) VALUES (?, ?, 1) "
      "ON CONFLICT (series, year) DO UPDATE SET last = last + 1 RETURNING last"));
  if (!TRY(statement->Bind(series).Bind(year).Step())) {
    return base::Fail(base::ErrorCode::kDamaged, "The store gives no number", "store");
  }
  return statement->Integer(0);
}

base::Result<void> HistoryRepository::Add(const HistoryRow& row) {
  const auto statement = TRY(
      database().Prepare("INSERT INTO history (number, event, state, part, reason, comment, words, "
                         "at, outbox) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  statement->Bind(row.number)
      .Bind(row.event)
      .Bind(row.state)
      .Bind(row.part)
      .Bind(row.reason)
      .Bind(row.comment);
  const std::string words = row.words ? std::string(row.words->view()) : std::string();
  if (row.words) {
    statement->BindBytes(words);
  } else {
    statement->BindNull();
  }
  statement->Bind(row.at.microseconds);
  BindOptional(*statement, row.outbox);
  return statement->Run();
}

base::Result<std::vector<HistoryRow>> HistoryRepository::ListOf(std::string_view number,
                                                                std::size_t limit) {
  const auto statement = TRY(database().Prepare(
      "SELECT h.number, h.event, h.state, h.part, h.reason, h.comment, h.words, h.at, h.outbox, "
      "o.leaf_index FROM history h LEFT JOIN outbox o ON o.log = 0 AND o.id = h.outbox "
      "WHERE h.number = ? ORDER BY h.id LIMIT ?"));
  statement->Bind(number).Bind(static_cast<std::int64_t>(limit));
  std::vector<HistoryRow> rows;
  while (TRY(statement->Step())) {
    HistoryRow row{.number = statement->Bytes(0),
                   .event = statement->Bytes(1),
                   .state = statement->Bytes(2),
                   .part = statement->Bytes(3),
                   .reason = statement->Bytes(4),
                   .comment = statement->Bytes(5),
                   .at = internal::ReadInstant(*statement, 7),
                   .outbox = internal::ReadOptional(*statement, 8),
                   .leaf_index = ReadIndex(*statement, 9)};
    if (!statement->IsNull(6)) row.words = TRY(ReadDigest(*statement, 6));
    rows.push_back(std::move(row));
  }
  return rows;
}

base::Result<void> TextRepository::Add(const TextRow& row) {
  const auto statement = TRY(database().Prepare(
      "INSERT INTO public_texts (digest, number, salt, text) VALUES (?, ?, ?, ?)"));
  return statement->BindBytes(row.digest.view())
      .Bind(row.number)
      .BindBytes(row.salt)
      .Bind(row.text)
      .Run();
}

base::Result<std::optional<TextRow>> TextRepository::Find(const base::Digest& digest) {
  const auto statement = TRY(database().Prepare(
      "SELECT t.number, t.salt, t.text, t.removed_outbox, o.leaf_index FROM public_texts t "
      "LEFT JOIN outbox o ON o.log = 0 AND o.id = t.removed_outbox WHERE t.digest = ?"));
  if (!TRY(statement->BindBytes(digest.view()).Step())) return std::optional<TextRow>{};
  return std::optional(TextRow{.digest = digest,
                               .number = statement->Bytes(0),
                               .salt = statement->Bytes(1),
                               .text = statement->Bytes(2),
                               .removed_outbox = internal::ReadOptional(*statement, 3),
                               .removed_leaf_index = ReadIndex(*statement, 4)});
}

base::Result<bool> TextRepository::Remove(const base::Digest& digest, std::int64_t outbox) {
  const auto statement =
      TRY(database().Prepare("UPDATE public_texts SET salt = x'', text = '', removed_outbox = ? "
                             "WHERE digest = ? AND removed_outbox IS NULL RETURNING 1"));
  return statement->Bind(outbox).BindBytes(digest.view()).Step();
}

}  // namespace storage
