// The two pieces of work that the catalogue leaves to sandboxed workers: reading a stranger's file,
// and writing a version's Parquet file.
//
// An interface, so that a simulation can play the workers' part; pool_file_workers.h has the real
// ones.
//
// Thread safety: any thread; the calls block until the work is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "catalogue/key.h"
#include "catalogue/schema.h"

namespace catalogue {

inline constexpr std::uint64_t kMaxReportBytes = 16ULL << 20U;
inline constexpr base::JsonLimits kReportJson{
    .max_bytes = kMaxReportBytes, .max_depth = 16, .max_values = 2'000'000};

struct OrderedColumn {
  SchemaColumn column;
  bool strays_become_empty = false;
};

struct VersionOrder {
  std::string source;  // the draft's file
  std::string folder;  // that the worker may write to; holds nothing yet
  std::string output;  // the file to write, in that folder
  std::vector<OrderedColumn> columns;
  std::optional<DatasetKey> key;
};

struct WrittenVersion {
  std::uint64_t rows = 0;
  base::Json profile;  // docs/formats/dataset.md
};

class FileWorkers {
 public:
  virtual ~FileWorkers() = default;

  // What is found in a file: the reply of the kind file.draft (docs/formats/draft.md).
  virtual base::Result<std::string> ReadDraft(const std::string& path) = 0;
  // Writes order.output and leaves it unsynced. kInvalid for a key that is not unique, with row
  // numbers and never a value; kStorageFull.
  virtual base::Result<WrittenVersion> WriteVersion(const VersionOrder& order) = 0;
};

}  // namespace catalogue
