#include "storage/subjects.h"

#include "storage/database.h"
#include "storage/internal/columns.h"

namespace storage {
namespace {

using internal::ReadId;
using internal::ReadInstant;

// Begins each query of organisations; the columns are those that ReadOrganisation takes.
#define SELECT_ORGANISATION                                                                  \
  "SELECT o.id, o.slug, o.name, o.kind, o.created, o.created_outbox, EXISTS (SELECT 1 FROM " \
  "outbox b WHERE b.log = 0 AND b.id = o.created_outbox AND b.leaf_index IS NOT NULL), "     \
  "o.country, o.area_code FROM organisations o "
#define SELECT_SUBJECT                                                                   \
  "SELECT s.id, s.kind, s.organisation, s.name, s.is_disabled, p.email FROM subjects s " \
  "LEFT JOIN people p ON p.subject = s.id "

base::Result<OrganisationRow> ReadOrganisation(const Statement& statement) {
  return OrganisationRow{TRY(ReadId<OrganisationId>(statement, 0)),
                         statement.Bytes(1),
                         statement.Bytes(2),
                         statement.Bytes(3),
                         ReadInstant(statement, 4),
                         statement.Integer(5),
                         statement.Integer(6) != 0,
                         statement.Bytes(7),
                         statement.Bytes(8)};
}

base::Result<std::optional<OrganisationRow>> FirstOrganisation(Statement& statement) {
  const bool found = TRY(statement.Step());
  if (!found) return std::optional<OrganisationRow>{};
  return std::optional(TRY(ReadOrganisation(statement)));
}

base::Result<SubjectRow> ReadSubject(const Statement& statement) {
  return SubjectRow{TRY(ReadId<SubjectId>(statement, 0)),
                    static_cast<SubjectKind>(statement.Integer(1)),
                    TRY(ReadId<OrganisationId>(statement, 2)),
                    statement.Bytes(3),
                    statement.Integer(4) != 0,
                    statement.Bytes(5)};
}

base::Result<std::optional<SubjectRow>> FirstSubject(Statement& statement) {
  const bool found = TRY(statement.Step());
  if (!found) return std::optional<SubjectRow>{};
  return std::optional(TRY(ReadSubject(statement)));
}

}  // namespace

base::Result<void> OrganisationRepository::Add(const OrganisationRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO organisations (id, slug, name, kind, created, created_outbox, country, "
      "area_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).Bind(row.slug).Bind(row.name).Bind(row.kind);
  insert->Bind(row.created.microseconds).Bind(row.created_outbox);
  return insert->Bind(row.country).Bind(row.area_code).Run();
}

base::Result<std::optional<OrganisationRow>> OrganisationRepository::Find(
    const OrganisationId& id) {
  const auto query = TRY(database().Prepare(SELECT_ORGANISATION "WHERE o.id = ?"));
  return FirstOrganisation(query->Bind(id.Text()));
}

base::Result<std::optional<OrganisationRow>> OrganisationRepository::FindBySlug(
    std::string_view slug) {
  const auto query = TRY(database().Prepare(SELECT_ORGANISATION "WHERE o.slug = ?"));
  return FirstOrganisation(query->Bind(slug));
}

base::Result<std::vector<OrganisationRow>> OrganisationRepository::List(std::size_t limit) {
  const auto query = TRY(database().Prepare(SELECT_ORGANISATION "ORDER BY o.slug LIMIT ?"));
  query->Bind(static_cast<std::int64_t>(limit));
  std::vector<OrganisationRow> rows;
  while (TRY(query->Step())) rows.push_back(TRY(ReadOrganisation(*query)));
  return rows;
}

base::Result<void> SubjectRepository::Add(const SubjectRow& row) {
  const auto insert = TRY(database().Prepare(
      "INSERT INTO subjects (id, kind, organisation, name, is_disabled) VALUES (?, ?, ?, ?, ?)"));
  insert->Bind(row.id.Text()).Bind(static_cast<std::int64_t>(row.kind));
  insert->Bind(row.organisation.Text()).Bind(row.name);
  TRY(insert->Bind(static_cast<std::int64_t>(row.is_disabled)).Run());
  if (row.kind != SubjectKind::kPerson) return {};
  const auto person = TRY(database().Prepare("INSERT INTO people (subject, email) VALUES (?, ?)"));
  return person->Bind(row.id.Text()).Bind(row.email).Run();
}

base::Result<std::optional<SubjectRow>> SubjectRepository::Find(const SubjectId& id) {
  const auto query = TRY(database().Prepare(SELECT_SUBJECT "WHERE s.id = ?"));
  return FirstSubject(query->Bind(id.Text()));
}

base::Result<std::optional<SubjectRow>> SubjectRepository::FindByEmail(std::string_view email) {
  const auto query = TRY(database().Prepare(SELECT_SUBJECT "WHERE p.email = ?"));
  return FirstSubject(query->Bind(email));
}

base::Result<std::vector<SubjectRow>> SubjectRepository::ListOf(const OrganisationId& organisation,
                                                                std::size_t limit) {
  const auto query = TRY(
      database().Prepare(SELECT_SUBJECT "WHERE s.organisation = ? ORDER BY s.name, s.id LIMIT ?"));
  query->Bind(organisation.Text()).Bind(static_cast<std::int64_t>(limit));
  std::vector<SubjectRow> rows;
  while (TRY(query->Step())) rows.push_back(TRY(ReadSubject(*query)));
  return rows;
}

base::Result<bool> SubjectRepository::Disable(const SubjectId& id) {
  const auto update = TRY(database().Prepare(
      "UPDATE subjects SET is_disabled = 1 WHERE id = ? AND is_disabled = 0 RETURNING id"));
  return update->Bind(id.Text()).Step();
}

base::Result<std::optional<std::string>> SubjectRepository::PasswordHashOf(const SubjectId& id) {
  const auto query = TRY(database().Prepare("SELECT password_hash FROM people WHERE subject = ?"));
  const bool found = TRY(query->Bind(id.Text()).Step());
  if (!found || query->IsNull(0)) return std::optional<std::string>{};
  return std::optional(query->Bytes(0));
}

base::Result<void> SubjectRepository::SetPasswordHash(const SubjectId& id, std::string_view hash) {
  const auto update = TRY(database().Prepare(
      "UPDATE people SET password_hash = ? WHERE subject = ? RETURNING subject"));
  const bool found = TRY(update->Bind(hash).Bind(id.Text()).Step());
  if (!found) return base::Fail(base::ErrorCode::kNotFound, "There is no such person", "store");
  return {};
}

}  // namespace storage
