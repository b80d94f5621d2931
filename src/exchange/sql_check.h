// The guard of the query door: from a stranger's syntax tree to SQL of ours, or a refusal.
//
// What is accepted stands in docs/formats/query-sql.md. The check is pure: it opens nothing, and
// its answer depends on its arguments alone. Safe from any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/json.h"
#include "base/result.h"

namespace exchange {

struct AcceptedQuery {
  std::string sql;  // written anew; the only SQL that may reach a worker with data
  std::string template_json;
  base::Digest template_digest;
  std::vector<std::string> tables;      // of those granted that it reads, sorted
  std::vector<std::string> parameters;  // "1", "2", …, or names; sorted as texts
};

// `statements` is what ParseSql gave for `sql`; `tables` are the short names of the datasets of the
// agreement, which differ without regard to case. kInvalid or kTooLarge: what is not accepted, at
// "line L, column C", and what to write instead. The error may hold a name from the SQL, so it is
// for who sent it, and not for the log. O(n log n).
base::Result<AcceptedQuery> CheckSql(std::string_view sql, const base::Json& statements,
                                     std::span<const std::string> tables);

}  // namespace exchange
