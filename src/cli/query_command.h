// `tabularium query AGREEMENT`: SQL over what an agreement lets through, over the API.
//
// The answer goes out as it comes, so memory does not grow with it. A file gets its name when the
// answer is whole; an answer that is cut ends with kExitCut.
#pragma once

#include <string>

#include "cli/api_client.h"
#include "cli/commands.h"

namespace cli {

struct QueryOptions {
  ServerOptions server;
  std::string agreement;
  std::string sql;  // empty: of the file, or of standard input
  std::string sql_path;
  std::string purpose;
  std::string params;  // JSON: an array for $1 and ?, an object for $name
  std::string format = "csv";
  std::string output_path;   // empty: standard output
  std::string receipt_path;  // empty: no receipt is fetched
};

int RunQuery(const CommandContext& context, const QueryOptions& options);

}  // namespace cli
