// Commands that stand in files of their own, put on the command line. Each Add* keeps its options
// itself; context and exit code outlive the parsing.
#pragma once

#include <optional>

#include "cli/commands.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cli {

void AddPublish(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code);
void AddQuery(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code);
void AddToken(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code);
void AddBackup(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code);
void AddRestore(CLI::App& app, const CommandContext& context, std::optional<int>& exit_code);

}  // namespace cli
