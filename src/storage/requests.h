// Requests, and who ever edited each of them.
//
// Documents and verdicts are JSON that agreements reads and writes; states are its words. Who may
// see what is decided above. Repositories live as long as their Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/datasets.h"

namespace storage {

struct RequestRow {
  std::string number;  // "DSR-2026-0001"
  OrganisationId asker;
  OrganisationId owner;
  DatasetId dataset;
  std::string state;
  std::int64_t revision = 1;
  std::string document;   // JSON
  std::string submitted;  // the document as it was last sent; empty: never
  std::string verdict;    // JSON, of the last check; empty: none
  std::string agreement;  // number of what came of it; empty: nothing
  SubjectId created_by;
  base::Instant created;
  base::Instant changed;
};

// A place in the order of changes.
struct ChangePosition {
  std::int64_t changed = 0;
  std::string number;
};

class RequestRepository : private Repository {
 public:
  explicit RequestRepository(Transaction& transaction) : Repository(transaction) {}

  // kConflict when the number is taken.
  base::Result<void> Add(const RequestRow& row);
  base::Result<std::optional<RequestRow>> Find(std::string_view number);
  // Writes all but number, asker, owner, dataset, created_by and created.
  base::Result<void> Update(const RequestRow& row);

  // Adding somebody twice is the same as once.
  base::Result<void> AddEditor(std::string_view number, const SubjectId& subject);
  base::Result<bool> IsEditor(std::string_view number, const SubjectId& subject);

  // The lists below: the latest change first, those behind `after`.
  // Of an asking body: `by_subject` says whether those that the subject edited or the others.
  base::Result<std::vector<RequestRow>> ListOfAsker(const OrganisationId& asker,
                                                    const SubjectId& subject, bool by_subject,
                                                    const std::optional<ChangePosition>& after,
                                                    std::size_t limit);
  // Of an owner: those in one of the two states.
  base::Result<std::vector<RequestRow>> ListOfOwner(const OrganisationId& owner,
                                                    std::string_view state, std::string_view other,
                                                    const std::optional<ChangePosition>& after,
                                                    std::size_t limit);
  // Those that the subject edited and that are in this state.
  base::Result<std::vector<RequestRow>> ListEditedIn(const OrganisationId& asker,
                                                     const SubjectId& subject,
                                                     std::string_view state,
                                                     const std::optional<ChangePosition>& after,
                                                     std::size_t limit);
};

}  // namespace storage
