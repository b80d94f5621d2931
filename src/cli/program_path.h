// What this process knows of itself: where its program lies, what a path that was typed means from
// the root, and whether it is a worker. Stateless.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

// The folder of the running program; libduckdb.so lies in it. kUnavailable where /proc is not
// mounted.
base::Result<std::string> ProgramFolder();

// A path from the root: what is relative is joined to the working folder.
base::Result<std::string> AbsolutePath(std::string_view path);

// Whether this process was started as a worker: with a socket on descriptor 3.
bool IsStartedAsWorker();

}  // namespace cli
