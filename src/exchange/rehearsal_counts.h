// What a policy would let through, counted over every row of a version, for the approver who has to
// decide: the other use of full data besides making an extract.
//
// Any thread; blocks on a worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agreements/policy.h"
#include "agreements/rehearsal.h"
#include "base/result.h"
#include "catalogue/dataset.h"
#include "engine/worker_pool.h"
#include "exchange/extract_writer.h"

namespace catalogue {
class Catalogue;
}  // namespace catalogue

namespace exchange {

struct CountServices {
  catalogue::Catalogue& catalogue;
  engine::WorkerPool& pool;
  std::string library_path;  // libduckdb.so
  std::string program = "/proc/self/exe";
  engine::SandboxOptions sandbox = {};
  engine::WorkerLimits limits = {};
  std::int64_t deadline_ms = 20LL * 60 * 1'000;
};

// A version of a list of the recipient.
struct ListVersion {
  catalogue::DatasetId dataset;
  std::uint64_t version = 0;
};

// The version counted is the rehearsal's; `dataset` must be its dataset. `policy` has its
// properties bound; `list` is there when it has member_of. kConflict for a list that may not be
// used, kInvalid for a policy that the schemas do not allow. Counts are exact: small ones are the
// pages' to veil.
base::Result<RehearsalCounts> CountPolicy(const CountServices& services,
                                          const agreements::Rehearsal& rehearsal,
                                          const agreements::Policy& policy,
                                          const catalogue::DatasetId& dataset,
                                          const std::optional<ListVersion>& list);

}  // namespace exchange
