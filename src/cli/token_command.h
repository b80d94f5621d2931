// `tabularium token make|list|withdraw`: tokens of one's own account, over the API.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/api_client.h"
#include "cli/commands.h"

namespace cli {

struct TokenOptions {
  ServerOptions server;
  bool sign_in = false;  // with e-mail address and password, two lines of standard input
  bool json = false;
  // make
  std::string name;
  std::vector<std::string> scopes;
  std::int64_t days = 30;
  std::string output_path;  // empty: standard output
  // withdraw
  std::vector<std::string> ids;
};

int RunTokenMake(const CommandContext& context, const TokenOptions& options);
int RunTokenList(const CommandContext& context, const TokenOptions& options);
int RunTokenWithdraw(const CommandContext& context, const TokenOptions& options);

}  // namespace cli
