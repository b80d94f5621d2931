// The demonstration: a story played by the program's own commands, told as a transcript.
//
// It calls no domain: each step runs this program again with the words that a person would type,
// and looks at nothing but what the command says and the files it leaves.
#pragma once

#include <optional>
#include <string>

#include "cli/commands.h"

namespace cli {

struct DemoOptions {
  std::optional<std::string> home;  // a folder under the temporary one when not named
  bool exit = false;                // end after the story
  std::uint16_t port = 8080;        // where the home is served after the story
  std::uint64_t rows = 200'000;     // jobs in the revenue department's file
};

// Plays the story, and then serves its home until Ctrl-C. Exit code 0 and a last line that begins
// "story complete" when every step went as told.
int RunDemo(const CommandContext& context, const DemoOptions& options);

}  // namespace cli
