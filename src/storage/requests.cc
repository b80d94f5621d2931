#include "storage/requests.h"

#include <limits>

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;

#define SELECT_REQUEST                                                                           \
  "SELECT r.number, r.asker, r.owner, r.dataset, r.state, r.revision, r.document, r.submitted, " \
  "r.verdict, r.agreement, r.created_by, r.created, r.changed FROM requests r "
// Parameters: changed, and number.
#define BEHIND_NEWEST_FIRST \
  "AND (r.changed, r.number) < (?, ?) ORDER BY r.changed DESC, r.number DESC LIMIT ?"
#define IS_EDITED \
  "EXISTS (SELECT 1 FROM request_editors e WHERE e.request = r.number AND e.subject = ?) "

base::Result<RequestRow> ReadRequest(const Statement& statement) {
  return RequestRow{.number = statement.Bytes(0),
                    .asker = TRY(ReadId<OrganisationId>(statement, 1)),
                    .owner = TRY(ReadId<OrganisationId>(statement, 2)),
                    .dataset = TRY(ReadId<DatasetId>(statement, 3)),
                    .state = statement.Bytes(4),
                    .revision = statement.Integer(5),
                    .document = statement.Bytes(6),
                    .submitted = statement.Bytes(7),
                    .verdict = statement.Bytes(8),
                    .agreement = statement.Bytes(9),
                    .created_by = TRY(ReadId<SubjectId>(statement, 10)),
                    .created = ReadInstant(statement, 11),
                    .changed = ReadInstant(statement, 12)};
}

// Binds the last three parameters and reads the rows.
base::Result<std::vector<RequestRow>> ReadBehind(Statement& statement,
                                                 const std::optional<ChangePosition>& after,
                                                 std::size_t limit) {
  const ChangePosition from =
      after.value_or(ChangePosition{std::numeric_limits<std::int64_t>::max(), ""});
  statement.Bind(from.changed).Bind(from.number).Bind(static_cast<std::int64_t>(limit));
  std::vector<RequestRow> rows;
  while (TRY(statement.Step())) rows.push_back(TRY(ReadRequest(statement)));
  return rows;
}

}  // namespace

base::Result<void> RequestRepository::Add(const RequestRow& row) {
  const std::string asker = row.asker.Text();
  const std::string owner = row.owner.Text();
  const std::string dataset = row.dataset.Text();
  const std::string author = row.created_by.Text();
  const auto statement = TRY(database().Prepare(
      "INSERT INTO requests (number, asker, owner, dataset, state, revision, document, submitted, "
      "verdict, agreement, created_by, created, changed) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  return statement->Bind(row.number)
      .Bind(asker)
      .Bind(owner)
      .Bind(dataset)
      .Bind(row.state)
      .Bind(row.revision)
      .Bind(row.document)
      .Bind(row.submitted)
      .Bind(row.verdict)
      .Bind(row.agreement)
      .Bind(author)
      .Bind(row.created.microseconds)
      .Bind(row.changed.microseconds)
      .Run();
}

base::Result<std::optional<RequestRow>> RequestRepository::Find(std::string_view number) {
  const auto statement = TRY(database().Prepare(SELECT_REQUEST "WHERE r.number = ?"));
  if (!TRY(statement->Bind(number).Step())) return std::optional<RequestRow>{};
  return std::optional(TRY(ReadRequest(*statement)));
}

base::Result<void> RequestRepository::Update(const RequestRow& row) {
  const auto statement = TRY(database().Prepare(
      "UPDATE requests SET state = ?, revision = ?, document = ?, submitted = ?, verdict = ?, "
      "agreement = ?, changed = ? WHERE number = ?"));
  return statement->Bind(row.state)
      .Bind(row.revision)
      .Bind(row.document)
      .Bind(row.submitted)
      .Bind(row.verdict)
      .Bind(row.agreement)
      .Bind(row.changed.microseconds)
      .Bind(row.number)
      .Run();
}

base::Result<void> RequestRepository::AddEditor(std::string_view number, const SubjectId& subject) {
  const std::string who = subject.Text();
  const auto statement = TRY(
      database().Prepare("INSERT OR IGNORE INTO request_editors (request, subject) VALUES (?, ?)"));
  return statement->Bind(number).Bind(who).Run();
}

base::Result<bool> RequestRepository::IsEditor(std::string_view number, const SubjectId& subject) {
  const std::string who = subject.Text();
  const auto statement =
      TRY(database().Prepare("SELECT 1 FROM request_editors WHERE request = ? AND subject = ?"));
  return statement->Bind(number).Bind(who).Step();
}

base::Result<std::vector<RequestRow>> RequestRepository::ListOfAsker(
    const OrganisationId& asker, const SubjectId& subject, bool by_subject,
    const std::optional<ChangePosition>& after, std::size_t limit) {
  const std::string body = asker.Text();
  const std::string who = subject.Text();
  const auto statement = TRY(database().Prepare(
      SELECT_REQUEST "WHERE r.asker = ? AND ? = " IS_EDITED BEHIND_NEWEST_FIRST));
  statement->Bind(body).Bind(std::int64_t{by_subject ? 1 : 0}).Bind(who);
  return ReadBehind(*statement, after, limit);
}

base::Result<std::vector<RequestRow>> RequestRepository::ListOfOwner(
    const OrganisationId& owner, std::string_view state, std::string_view other,
    const std::optional<ChangePosition>& after, std::size_t limit) {
  const std::string body = owner.Text();
  const auto statement = TRY(database().Prepare(
      SELECT_REQUEST "WHERE r.owner = ? AND r.state IN (?, ?) " BEHIND_NEWEST_FIRST));
  statement->Bind(body).Bind(state).Bind(other);
  return ReadBehind(*statement, after, limit);
}

base::Result<std::vector<RequestRow>> RequestRepository::ListEditedIn(
    const OrganisationId& asker, const SubjectId& subject, std::string_view state,
    const std::optional<ChangePosition>& after, std::size_t limit) {
  const std::string body = asker.Text();
  const std::string who = subject.Text();
  const auto statement = TRY(database().Prepare(
      SELECT_REQUEST "WHERE r.asker = ? AND r.state = ? AND " IS_EDITED BEHIND_NEWEST_FIRST));
  statement->Bind(body).Bind(state).Bind(who);
  return ReadBehind(*statement, after, limit);
}

}  // namespace storage
