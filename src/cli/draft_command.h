// `tabularium draft FILE...`: what a publisher is shown before publishing, from the command line.
//
// Each file is read by a sandboxed worker of its own. Needs neither a server nor a home.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace cli {

struct DraftOptions {
  std::vector<std::string> paths;
  bool json = false;
  std::int64_t deadline_s = 600;  // for each file
  bool run_without_sandbox_at_my_own_risk = false;
};

int RunDraft(const CommandContext& context, const DraftOptions& options);

}  // namespace cli
