// Organisations, and the people and machines that belong to them.
//
// A subject is whoever may be given a role or a token: a person or a machine. Each belongs to one
// organisation for good. E-mail addresses are stored as they are given here; identity normalises
// them. Repositories live as long as their Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "storage/repository.h"

namespace storage {

using OrganisationId = base::Id<struct OrganisationTag>;
using SubjectId = base::Id<struct SubjectTag>;

enum class SubjectKind : unsigned char { kPerson = 0, kMachine = 1 };

struct OrganisationRow {
  OrganisationId id;
  std::string slug;
  std::string name;
  std::string kind;
  base::Instant created;
  std::int64_t created_outbox = 0;  // number in the register log's outbox
  bool is_recorded = false;         // its leaf has an index
  std::string country{};            // both may be empty: not stated
  std::string area_code{};
};

struct SubjectRow {
  SubjectId id;
  SubjectKind kind = SubjectKind::kPerson;
  OrganisationId organisation;
  std::string name;
  bool is_disabled = false;
  std::string email;  // empty for a machine
};

class OrganisationRepository : private Repository {
 public:
  explicit OrganisationRepository(Transaction& transaction) : Repository(transaction) {}

  // `is_recorded` is not read. kConflict when the id or the slug is taken.
  base::Result<void> Add(const OrganisationRow& row);
  base::Result<std::optional<OrganisationRow>> Find(const OrganisationId& id);
  base::Result<std::optional<OrganisationRow>> FindBySlug(std::string_view slug);
  // In the order of their slugs.
  base::Result<std::vector<OrganisationRow>> List(std::size_t limit);
};

class SubjectRepository : private Repository {
 public:
  explicit SubjectRepository(Transaction& transaction) : Repository(transaction) {}

  // A person when `row` says so, with its e-mail and without a password. kConflict when the id or
  // the e-mail is taken.
  base::Result<void> Add(const SubjectRow& row);
  base::Result<std::optional<SubjectRow>> Find(const SubjectId& id);
  base::Result<std::optional<SubjectRow>> FindByEmail(std::string_view email);
  base::Result<std::vector<SubjectRow>> ListOf(const OrganisationId& organisation,
                                               std::size_t limit);
  // True when the subject was enabled until now.
  base::Result<bool> Disable(const SubjectId& id);

  // Nothing when the person has no password yet, or is none.
  base::Result<std::optional<std::string>> PasswordHashOf(const SubjectId& id);
  // kNotFound when there is no such person.
  base::Result<void> SetPasswordHash(const SubjectId& id, std::string_view hash);
};

}  // namespace storage
