#include "storage/agreements.h"

#include <limits>

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;
using internal::ReadOptional;

#define SELECT_AGREEMENT                                                                          \
  "SELECT a.number, a.request, a.owner, a.recipient, a.dataset, a.list, a.list_version, "         \
  "a.state, a.state_before, a.outbox, a.policy, a.document, a.verdict, a.sentence, a.purpose, "   \
  "a.salt, a.token_key, a.first_day, a.last_day, a.review_day, a.approved_day, a.approved, "      \
  "a.changed, o.leaf_index, a.token_key_version FROM agreements a LEFT JOIN outbox o ON o.log = " \
  "0 AND o.id = a.outbox "

// An empty text lets every row through.
#define FILTER_AGREEMENT                                                          \
  "WHERE (? = '' OR a.owner = ? OR a.recipient = ?) AND (? = '' OR a.owner = ?) " \
  "AND (? = '' OR a.recipient = ?) AND (? = '' OR a.state = ?) "                  \
  "AND (? = '' OR json_extract(a.document, '$.proposal.power') = ?) "

// What a statement is bound to lives as long as it.
struct FilterTexts {
  std::string party;
  std::string owner;
  std::string recipient;
};

FilterTexts TextsOf(const AgreementFilter& filter) {
  const auto text = [](const std::optional<OrganisationId>& id) {
    return id ? id->Text() : std::string();
  };
  return {text(filter.party), text(filter.owner), text(filter.recipient)};
}

void BindFilter(Statement& statement, const AgreementFilter& filter, const FilterTexts& texts) {
  statement.Bind(texts.party).Bind(texts.party).Bind(texts.party);
  statement.Bind(texts.owner).Bind(texts.owner).Bind(texts.recipient).Bind(texts.recipient);
  statement.Bind(filter.state).Bind(filter.state).Bind(filter.power).Bind(filter.power);
}

base::Result<base::Digest> ReadDigest(const Statement& statement, int column) {
  const auto digest = base::Digest::FromBytes(statement.Bytes(column));
  if (!digest) {
    return base::Fail(base::ErrorCode::kDamaged, "The store holds a digest that is none", "store");
  }
  return *digest;
}

base::CivilDay ReadDay(const Statement& statement, int column) {
  return {static_cast<std::int32_t>(statement.Integer(column))};
}

base::Result<AgreementRow> ReadAgreement(const Statement& statement) {
  AgreementRow row{.number = statement.Bytes(0),
                   .request = statement.Bytes(1),
                   .owner = TRY(ReadId<OrganisationId>(statement, 2)),
                   .recipient = TRY(ReadId<OrganisationId>(statement, 3)),
                   .dataset = TRY(ReadId<DatasetId>(statement, 4)),
                   .list_version = ReadOptional(statement, 6),
                   .state = statement.Bytes(7),
                   .state_before = statement.Bytes(8),
                   .outbox = statement.Integer(9),
                   .policy = statement.Bytes(10),
                   .document = statement.Bytes(11),
                   .verdict = statement.Bytes(12),
                   .sentence = TRY(ReadDigest(statement, 13)),
                   .purpose = TRY(ReadDigest(statement, 14)),
                   .salt = statement.Bytes(15),
                   .token_key = statement.Bytes(16),
                   .token_key_version = statement.Integer(24),
                   .first_day = ReadDay(statement, 17),
                   .last_day = ReadDay(statement, 18),
                   .approved_day = ReadDay(statement, 20),
                   .approved = ReadInstant(statement, 21),
                   .changed = ReadInstant(statement, 22)};
  if (!statement.IsNull(5)) row.list = TRY(ReadId<DatasetId>(statement, 5));
  if (!statement.IsNull(19)) row.review_day = ReadDay(statement, 19);
  if (const auto index = ReadOptional(statement, 23)) {
    row.leaf_index = static_cast<std::uint64_t>(*index);
  }
  return row;
}

base::Result<std::vector<AgreementRow>> AllAgreements(Statement& statement) {
  std::vector<AgreementRow> rows;
  while (TRY(statement.Step())) rows.push_back(TRY(ReadAgreement(statement)));
  return rows;
}

void BindOptional(Statement& statement, const std::optional<std::int64_t>& value) {
  if (value) {
    statement.Bind(*value);
  } else {
    statement.BindNull();
  }
}

std::optional<std::int64_t> DaysOf(const std::optional<base::CivilDay>& day) {
  return day ? std::optional<std::int64_t>(day->days) : std::nullopt;
}

}  // namespace

base::Result<void> AgreementRepository::Add(const AgreementRow& row) {
  const std::string owner = row.owner.Text();
  const std::string recipient = row.recipient.Text();
  const std::string dataset = row.dataset.Text();
  const std::string list = row.list ? row.list->Text() : std::string();
  const auto statement = TRY(database().Prepare(
      "INSERT INTO agreements (number, request, owner, recipient, dataset, list, list_version, "
      "state, state_before, outbox, policy, document, verdict, sentence, purpose, salt, token_key, "
      "token_key_version, first_day, last_day, review_day, approved_day, approved, changed) VALUES "
      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  statement->Bind(row.number).Bind(row.request).Bind(owner).Bind(recipient).Bind(dataset);
  if (row.list) {
    statement->Bind(list);
  } else {
    statement->BindNull();
  }
  BindOptional(*statement, row.list_version);
  statement->Bind(row.state)
      .Bind(row.state_before)
      .Bind(row.outbox)
      .Bind(row.policy)
      .Bind(row.document)
      .Bind(row.verdict)
      .BindBytes(row.sentence.view())
      .BindBytes(row.purpose.view())
      .BindBytes(row.salt)
      .BindBytes(row.token_key)
      .Bind(row.token_key_version)
      .Bind(std::int64_t{row.first_day.days})
      .Bind(std::int64_t{row.last_day.days});
  BindOptional(*statement, DaysOf(row.review_day));
  return statement->Bind(std::int64_t{row.approved_day.days})
      .Bind(row.approved.microseconds)
      .Bind(row.changed.microseconds)
      .Run();
}

base::Result<std::optional<AgreementRow>> AgreementRepository::Find(std::string_view number) {
  const auto statement = TRY(database().Prepare(SELECT_AGREEMENT "WHERE a.number = ?"));
  if (!TRY(statement->Bind(number).Step())) return std::optional<AgreementRow>{};
  return std::optional(TRY(ReadAgreement(*statement)));
}

base::Result<void> AgreementRepository::Update(const AgreementRow& row) {
  const auto statement = TRY(database().Prepare(
      "UPDATE agreements SET state = ?, state_before = ?, outbox = ?, policy = ?, verdict = ?, "
      "token_key = ?, changed = ?, list_version = ?, review_day = ? WHERE number = ?"));
  statement->Bind(row.state)
      .Bind(row.state_before)
      .Bind(row.outbox)
      .Bind(row.policy)
      .Bind(row.verdict)
      .BindBytes(row.token_key)
      .Bind(row.changed.microseconds);
  BindOptional(*statement, row.list_version);
  BindOptional(*statement, DaysOf(row.review_day));
  return statement->Bind(row.number).Run();
}

base::Result<std::vector<AgreementRow>> AgreementRepository::List(
    const AgreementFilter& filter, const std::optional<ChangePosition>& after, std::size_t limit) {
  const ChangePosition from =
      after.value_or(ChangePosition{std::numeric_limits<std::int64_t>::max(), ""});
  const FilterTexts texts = TextsOf(filter);
  const auto statement = TRY(database().Prepare(SELECT_AGREEMENT FILTER_AGREEMENT
                                                "AND (a.approved, a.number) < (?, ?) "
                                                "ORDER BY a.approved DESC, a.number DESC LIMIT ?"));
  BindFilter(*statement, filter, texts);
  statement->Bind(from.changed).Bind(from.number).Bind(static_cast<std::int64_t>(limit));
  return AllAgreements(*statement);
}

base::Result<std::uint64_t> AgreementRepository::Count(const AgreementFilter& filter) {
  const FilterTexts texts = TextsOf(filter);
  const auto statement =
      TRY(database().Prepare("SELECT count(*) FROM agreements a " FILTER_AGREEMENT));
  BindFilter(*statement, filter, texts);
  TRY(statement->Step());
  return static_cast<std::uint64_t>(statement->Integer(0));
}

base::Result<std::vector<AgreementRow>> AgreementRepository::ListDue(base::CivilDay today,
                                                                     base::CivilDay approved_before,
                                                                     std::string_view after,
                                                                     std::size_t limit) {
  const auto statement =
      TRY(database().Prepare(SELECT_AGREEMENT
                             "WHERE ((a.state = 'awaiting-signature' AND a.approved_day < ?) OR "
                             "(a.state IN ('active', 'suspended') AND a.last_day < ?) OR "
                             "(a.state = 'active' AND a.review_day < ?)) AND a.number > ? "
                             "ORDER BY a.number LIMIT ?"));
  return AllAgreements(statement->Bind(std::int64_t{approved_before.days})
                           .Bind(std::int64_t{today.days})
                           .Bind(std::int64_t{today.days})
                           .Bind(after)
                           .Bind(static_cast<std::int64_t>(limit)));
}

base::Result<std::vector<TokenKeyRow>> AgreementRepository::ListTokenKeys(std::string_view after,
                                                                          std::size_t limit) {
  const auto statement =
      TRY(database().Prepare("SELECT number, token_key, token_key_version FROM agreements "
                             "WHERE length(token_key) > 0 AND number > ? ORDER BY number LIMIT ?"));
  statement->Bind(after).Bind(static_cast<std::int64_t>(limit));
  std::vector<TokenKeyRow> rows;
  while (TRY(statement->Step())) {
    rows.push_back({statement->Bytes(0), statement->Bytes(1), statement->Integer(2)});
  }
  return rows;
}

base::Result<void> AgreementRepository::SetTokenKey(const TokenKeyRow& row) {
  const auto statement =
      TRY(database().Prepare("UPDATE agreements SET token_key = ?, token_key_version = ? "
                             "WHERE number = ? AND length(token_key) > 0"));
  return statement->BindBytes(row.token_key).Bind(row.version).Bind(row.agreement).Run();
}

base::Result<std::vector<AgreementRow>> AgreementRepository::ListAll(std::string_view after,
                                                                     std::size_t limit) {
  const auto statement =
      TRY(database().Prepare(SELECT_AGREEMENT "WHERE a.number > ? ORDER BY a.number LIMIT ?"));
  return AllAgreements(statement->Bind(after).Bind(static_cast<std::int64_t>(limit)));
}

}  // namespace storage
