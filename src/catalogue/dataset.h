// A dataset, its versions and drafts, as the catalogue tells of them. docs/formats/dataset.md.
//
// Identifiers are the store's own types, named here without its headers. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"
#include "catalogue/key.h"
#include "catalogue/schema.h"
#include "catalogue/schema_change.h"
#include "identity/principal.h"

namespace storage {
struct DatasetTag;
struct DraftTag;
}  // namespace storage

namespace catalogue {

using DatasetId = base::Id<storage::DatasetTag>;
using DraftId = base::Id<storage::DraftTag>;

// Who asks to see something: a principal, or nobody that is known.
using Asker = std::optional<identity::Principal>;

enum class DatasetVisibility : unsigned char {
  kPublic,   // record, schema and profile are everybody's; the rows are not
  kPrivate,  // seen by its owner's body alone
};

inline constexpr std::size_t kMaxTitleBytes = 200;
inline constexpr std::size_t kMaxDescriptionBytes = 500;  // one sentence
inline constexpr std::size_t kMaxNoteBytes = 200;         // licence, frequency
inline constexpr std::size_t kMaxShortNameBytes = 48;

struct NewDataset {
  std::string short_name;  // words of a-z and 0-9 with single hyphens, the first byte a letter
  std::string title;
  std::string description;
  DatasetVisibility visibility = DatasetVisibility::kPublic;
  std::string licence = {};    // in plain words; may be empty
  std::string frequency = {};  // the same
};

// What is absent stays as it is.
struct DatasetEdit {
  std::optional<std::string> title = {};
  std::optional<std::string> description = {};
  std::optional<DatasetVisibility> visibility = {};  // only before the first version
  std::optional<std::string> licence = {};
  std::optional<std::string> frequency = {};
};

struct VersionSummary {
  std::uint64_t number = 0;  // from 1
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  std::uint64_t bytes = 0;     // of the Parquet file
  base::Digest data_digest;    // SHA-256 of the Parquet file
  base::Digest schema_digest;  // SHA-256 of the schema as canonical JSON
  base::Instant published;
  std::uint64_t leaf_index = 0;  // in the register log
};

struct Dataset {
  DatasetId id;
  identity::OrganisationId organisation;
  std::string organisation_slug;
  std::string organisation_name;
  std::string slug;
  std::string short_name;
  std::string title;
  std::string description;
  DatasetVisibility visibility = DatasetVisibility::kPublic;
  std::string licence;
  std::string frequency;
  std::uint64_t revision = 1;  // of the record: the entity tag of a change
  base::Instant created;
  base::Instant changed;
  std::optional<VersionSummary> latest;  // nothing: not published yet, seen by its own body alone
};

struct Version {
  VersionSummary summary;
  Schema schema;
  std::optional<DatasetKey> key;
  base::Json profile;  // an array, one object for each column; values of public columns alone
};

// Where a version's rows lie.
struct VersionFile {
  std::string path;
  base::Digest sha256;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
};

struct DraftSummary {
  DraftId id;
  base::Instant created;
  base::Instant expires;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> published_version;
};

struct Draft {
  DraftSummary summary;
  DatasetId dataset;
  base::Json report;  // docs/formats/draft.md
  Schema proposal;    // what would be published if nobody changed anything
  std::optional<std::uint64_t> previous_version;
  SchemaChange change;  // from the previous version to the proposal
};

// The name of a dataset's table in SQL: its short name with '_' for '-'. Short names hold no '_',
// so two of them never meet.
std::string TableNameOf(std::string_view short_name);

// kInvalid unless 1 to kMaxShortNameBytes bytes of the form that NewDataset says.
base::Result<void> CheckShortName(std::string_view short_name);

}  // namespace catalogue
