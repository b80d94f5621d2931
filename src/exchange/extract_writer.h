// The worker kinds `extract.write` and `extract.count`: a policy run over the full data of one
// version. The only SQL that ever sees that data is what the compiler makes of the policy.
//
// Request and replies: docs/formats/extract.md. The key of the tokens stands in the request, which
// goes through the worker's socket alone. DuckDB's own messages can hold values of the data, so
// none of them leaves the worker. Pure functions but for those that run in the worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agreements/policy.h"
#include "agreements/policy_counts.h"
#include "base/result.h"
#include "catalogue/schema.h"
#include "engine/worker_kind.h"

namespace exchange {

inline constexpr std::string_view kExtractWrite = "extract.write";
inline constexpr std::string_view kExtractCount = "extract.count";

struct ExtractSource {
  std::string path;  // of the version's Parquet file
  catalogue::Schema schema;
};

struct ExtractOrder {
  agreements::Policy policy;
  ExtractSource dataset;
  std::optional<ExtractSource> list = {};
  std::string token_key = {};  // engine::kTokenKeyBytes; empty: only to be counted
  std::string output = {};     // the file to write; empty: the same
};

// The counts of a rehearsal, exact: who may see them, and how small ones read, is for the caller.
struct RehearsalCounts {
  agreements::PolicyCounts rows;
  std::optional<agreements::ListCounts> list;
};

// --- in the server ---
std::string ExtractRequestText(const ExtractOrder& order);
// The number of rows. kUnavailable for what is no reply.
base::Result<std::uint64_t> ReadWrittenExtract(std::string_view reply);
base::Result<RehearsalCounts> ReadRehearsalCounts(std::string_view reply);

// --- in the worker; the whole work of each kind ---
// kInvalid for a policy that the schemas do not allow, kConflict for a list that may not be used,
// kStorageFull, kTooLarge when it needs more memory than allowed.
base::Result<std::string> WriteExtractFile(const engine::WorkerContext& context,
                                           std::string_view request);
base::Result<std::string> CountExtract(const engine::WorkerContext& context,
                                       std::string_view request);

engine::WorkerKind ExtractWriteKind();
engine::WorkerKind ExtractCountKind();

}  // namespace exchange
