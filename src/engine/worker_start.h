// The first frame to a worker: a WorkerStart as canonical JSON (docs/formats/worker.md).
//
// Pure functions. Both sides are the same program, so there is one version and no other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/worker.h"

namespace engine {

inline constexpr std::uint64_t kMaxStartBytes = 16ULL << 20U;
inline constexpr int kWorkerSocket = 3;  // its descriptor in the worker

// What the worker is told. `program` is not: it is the worker.
struct StartFrame {
  WorkerStart start;
  std::int64_t parent = 0;  // process id of the server
};

// kInvalid for a path that is not UTF-8 or a limit that JSON cannot hold; kTooLarge beyond
// kMaxStartBytes.
base::Result<std::string> EncodeStart(const StartFrame& frame);
base::Result<StartFrame> DecodeStart(std::string_view body);

}  // namespace engine
