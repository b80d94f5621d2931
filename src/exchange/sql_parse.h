// The worker kind `sql.parse`: a stranger's SQL becomes a syntax tree, in a process without data.
//
// The worker has DuckDB and no readable file. It is the only one that ever sees the stranger's
// text, and it does nothing with it but parse. Request and reply: docs/formats/query-sql.md.
// Functions are safe from any thread; a crash of the worker costs the one query.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "engine/worker.h"
#include "engine/worker_kind.h"
#include "engine/worker_pool.h"

namespace exchange {

inline constexpr std::string_view kSqlParse = "sql.parse";
inline constexpr std::size_t kMaxSqlBytes = std::size_t{128} << 10U;

engine::WorkerKind SqlParseKind();

// The start of a warm worker of this kind, for the pool: the same for everybody.
engine::WorkerStart SqlParseStart(std::string library_path);

// The whole work of the kind, for tests as well. A refusal of the SQL is a reply; an Error means
// that the worker itself is not what it should be.
base::Result<std::string> ParseSqlInWorker(const engine::WorkerContext& context,
                                           std::string_view request);

// The statements of `sql` as json_serialize_sql gives them, by a worker of the pool. kInvalid and
// kTooLarge say what is wrong with the SQL; then `what` may be DuckDB's own message, which quotes
// the SQL: it is for who sent it, and never for the log. kBusy and kUnavailable as the pool gives
// them, when there is no worker; one that crashes over this SQL is kTooLarge.
base::Result<base::Json> ParseSql(engine::WorkerPool& pool, std::string_view sql,
                                  std::int64_t deadline_ms);

// The parts of ParseSql. kTooLarge or kInvalid for what no worker needs to see.
base::Result<std::string> SqlParseRequest(std::string_view sql);
base::Result<base::Json> ReadSqlParseReply(std::string_view sql, std::string_view reply);

// DuckDB's JSON with every number but integers of at most 15 digits, and Infinity and NaN, made a
// string, so that a JSON reader takes all of it. Linear.
std::string WithoutLongNumbers(std::string_view json);

}  // namespace exchange
