// What is told of work that lasts: a line now and then, none when it is over within a second.
//
// One thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/commands.h"

namespace cli {

class Progress {
 public:
  explicit Progress(const CommandContext& context);

  // Tells "<doing>: <done> of <total> bytes" on the error stream, at most once a second and not in
  // the first one. `total` 0: nobody knows.
  void Tell(std::string_view doing, std::uint64_t done, std::uint64_t total);

 private:
  const CommandContext& context_;
  std::int64_t last_us_;
};

// A number of bytes as people read it: "312 bytes", "4.2 MB".
std::string ShownBytes(std::uint64_t bytes);

}  // namespace cli
