// Running what the compiler made, inside a trusted worker: the counts of a rehearsal, and whether a
// list may be used.
//
// Counts are exact; who may see them and how small ones read is for the caller. DuckDB's own
// messages can hold values of the data, so none of them leaves these functions. Not for use from
// two threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy_compiler.h"
#include "base/result.h"
#include "engine/duckdb.h"

namespace agreements {

struct PolicyCounts {
  std::uint64_t rows = 0;
  std::vector<std::uint64_t> after_step;  // rows that pass it and all before
  std::uint64_t matched = 0;              // that pass them all
  std::vector<std::uint64_t> left_empty;  // by CompiledPolicy.treated, of the matched
};

struct ListCounts {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;  // rows with a key
  std::uint64_t keys = 0;     // different keys
};

// Makes the functions known that compiled SQL calls; once for a database. The key is that of the
// agreement's tokens; a rehearsal has none and needs none.
base::Result<void> RegisterPolicyFunctions(engine::Duckdb& duckdb);
base::Result<void> RegisterPolicyFunctions(engine::Duckdb& duckdb, std::string_view token_key);

base::Result<PolicyCounts> CountRows(engine::Duckdb& duckdb, const CompiledPolicy& compiled);
// For a policy with member_of.
base::Result<ListCounts> CountList(engine::Duckdb& duckdb, const CompiledPolicy& compiled);

// kConflict when the list has too few or too many entries, or a key twice. To be asked before every
// extract and every rehearsal.
base::Result<void> CheckList(const MemberOf& member, const ListCounts& counts);

}  // namespace agreements
