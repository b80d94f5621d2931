// Another run of a program, its words caught: what the demonstration uses to play its story by real
// commands.
//
// Stateless; blocks until the child ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace cli {

// What a child may say at most; more is an error.
inline constexpr std::size_t kMaxChildOutputBytes = 4U << 20U;

struct ChildOutcome {
  int exit_code = 0;   // 128 + signal when a signal ended it
  std::string output;  // standard output and standard error as they came
};

// Runs `program` with `arguments` (without the program's own name) and an empty standard input.
// kUnavailable when it cannot be started.
base::Result<ChildOutcome> RunChild(const std::string& program,
                                    const std::vector<std::string>& arguments);

}  // namespace cli
