// The kind of work "query.run": one query over granted Parquet files, its rows as a stream.
//
// docs/formats/result.md has the request, the reply and the rows. The server encodes a request,
// reads the chunks of the worker's stream, and decodes the reply that follows them.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/result_stream.h"
#include "engine/worker_kind.h"

namespace engine {

inline constexpr std::string_view kQueryRun = "query.run";

inline constexpr std::size_t kMaxQueryCharacters = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxQueryParameters = 1'024;
inline constexpr std::size_t kMaxQueryTables = 1'024;
inline constexpr std::size_t kMaxTableFiles = 65'536;

// A name of the query and the Parquet files behind it, by the paths that were granted.
struct QueryTable {
  std::string name;
  std::vector<std::string> files;
};

struct QueryRun {
  ResultQuery query;
  std::vector<QueryTable> tables;
};

// kInvalid for a text that is not UTF-8 or a number that is not finite.
base::Result<std::string> EncodeQueryRun(const QueryRun& run);
base::Result<QueryRun> DecodeQueryRun(std::string_view request);

base::Result<std::string> EncodeResultSummary(const ResultSummary& summary);
// The worker may have been hijacked: kUnavailable for what is no reply.
base::Result<ResultSummary> DecodeResultSummary(std::string_view reply);

// kInvalid for what is no value of a parameter, with `pointer` as its place.
base::Result<SqlParameter> ReadSqlParameter(const base::Json& json, const std::string& pointer);

WorkerKind QueryRunKind();

}  // namespace engine
