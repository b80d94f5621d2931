// From the words of the command line to a command and its options.
#pragma once

#include "cli/commands.h"

namespace cli {

// Reads argv, runs the command and returns the exit code of the process.
int RunCommandLine(const CommandContext& context, int argc, const char* const* argv);

}  // namespace cli
