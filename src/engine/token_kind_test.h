// The worker kind by which a test computes tokens behind the sandbox. For tests of engine.
#pragma once

#include <string>
#include <string_view>

#include "engine/duckdb.h"
#include "engine/token_function.h"
#include "engine/worker_kind.h"

namespace engine {

// The key of tokens, then one query: both functions of token_function.h, behind the sandbox.
inline base::Result<std::string> RunTokenSql(const WorkerContext& context,
                                             std::string_view request) {
  TRY(RegisterNormalFunction(*context.duckdb));
  TRY(RegisterTokenFunction(*context.duckdb, request.substr(0, kTokenKeyBytes)));
  const TextTable table =
      TRY(context.duckdb->Query(std::string(request.substr(kTokenKeyBytes)), 1));
  return table.rows.at(0).at(0).value_or("null");
}

}  // namespace engine
