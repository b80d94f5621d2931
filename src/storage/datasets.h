// Datasets, their versions, and drafts: what the catalogue keeps of each.
//
// A version counts once its leaf has an index in the register log; the outbox holds the index, so
// the answer is the same before and after a crash. Titles come with the folded form by which they
// are sorted and found. Who may see what is decided above. Repositories live as long as their
// Transaction (repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "storage/subjects.h"

namespace storage {

using DatasetId = base::Id<struct DatasetTag>;
using DraftId = base::Id<struct DraftTag>;

// What lists show of a version. Reading a list takes neither schemas nor profiles into memory.
struct VersionSummaryRow {
  std::int64_t number = 0;  // from 1
  base::Digest data_digest;
  base::Digest schema_digest;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t columns = 0;
  base::Instant published;
  std::optional<std::uint64_t> leaf_index;  // nothing while pending; read, not written
};

struct VersionRow {
  DatasetId dataset;
  VersionSummaryRow summary;
  std::optional<std::string> key_column;
  std::optional<std::string> key_normalisation;
  std::optional<std::string> salt;  // of a private dataset
  std::int64_t outbox = 0;
  std::string schema;   // JSON
  std::string profile;  // JSON
};

struct DatasetRow {
  DatasetId id;
  OrganisationId organisation;
  std::string slug;
  std::string short_name;
  std::string title;
  std::string folded_title;
  std::string description;
  bool is_private = false;
  std::string licence;
  std::string frequency;
  std::int64_t revision = 1;
  base::Instant created;
  base::Instant changed;
  // Read, not written:
  std::string organisation_slug;
  std::string organisation_name;
  std::optional<VersionSummaryRow> latest;  // of those that count
};

struct DraftRow {
  DraftId id;
  DatasetId dataset;
  base::Instant created;
  base::Instant expires;
  std::uint64_t bytes = 0;
  std::optional<std::int64_t> published_version;
  std::string report;  // JSON
};

// Which datasets: those of `own`, and the others' that are not private and have a version that
// counts, unless `own_only`; whose folded title holds `folded_part`.
struct DatasetFilter {
  std::optional<OrganisationId> own;
  std::string folded_part;
  bool own_only = false;
};

// A place in the order of titles.
struct TitlePosition {
  std::string folded_title;
  std::string id;
};

class DatasetRepository : private Repository {
 public:
  explicit DatasetRepository(Transaction& transaction) : Repository(transaction) {}

  // kConflict when the id, the slug or the organisation's short name is taken.
  base::Result<void> Add(const DatasetRow& row);
  base::Result<std::optional<DatasetRow>> Find(const DatasetId& id);
  base::Result<std::optional<DatasetRow>> FindBySlug(std::string_view slug);
  // Writes title, description, is_private, licence, frequency and changed, and counts the revision
  // up. False when the revision of the stored row is another than that of `row`.
  base::Result<bool> Update(const DatasetRow& row);
  // By folded title, then id, those behind `after`.
  base::Result<std::vector<DatasetRow>> List(const DatasetFilter& filter,
                                             const std::optional<TitlePosition>& after,
                                             std::size_t limit);
  base::Result<std::uint64_t> Count(const DatasetFilter& filter);
  // All there are, by id, those behind `after` (empty: from the first).
  base::Result<std::vector<DatasetRow>> ListAll(std::string_view after, std::size_t limit);
};

class VersionRepository : private Repository {
 public:
  explicit VersionRepository(Transaction& transaction) : Repository(transaction) {}

  // kConflict when the dataset has a version of this number.
  base::Result<void> Add(const VersionRow& row);
  // Pending ones too, as in the two below.
  base::Result<std::optional<VersionRow>> Find(const DatasetId& dataset, std::int64_t number);
  base::Result<std::optional<VersionRow>> Newest(const DatasetId& dataset);
  base::Result<std::vector<base::Digest>> DataDigests(const DatasetId& dataset, std::size_t limit);
  // Those that count and are below `before`, the newest first.
  base::Result<std::vector<VersionSummaryRow>> List(const DatasetId& dataset, std::int64_t before,
                                                    std::size_t limit);
};

class DraftRepository : private Repository {
 public:
  explicit DraftRepository(Transaction& transaction) : Repository(transaction) {}

  base::Result<void> Add(const DraftRow& row);
  base::Result<std::optional<DraftRow>> Find(const DraftId& id);
  // The newest first, without their reports.
  base::Result<std::vector<DraftRow>> ListOf(const DatasetId& dataset, std::size_t limit);
  // True when the draft was not published until now.
  base::Result<bool> SetPublished(const DraftId& id, std::int64_t version);
  base::Result<void> Remove(const DraftId& id);
  // Drafts that end at `now` or ended before.
  base::Result<std::vector<DraftId>> Ended(base::Instant now, std::size_t limit);
};

}  // namespace storage
