// The walls around a worker process: rlimits, Landlock, seccomp, in the order in which they must be
// put up.
//
// They bind the calling thread and those that it makes later, so they are put up while the process
// has one thread. Stock Debian 12 has Landlock ABI 2, which knows no sockets: seccomp alone forbids
// those. The least that is accepted is Landlock ABI 1 and seccomp. See
// docs/decisions/0006-sandboxed-workers.md.
//
// Thread safety: PutOnSandbox is for a process with one thread; the others are pure, or ask the
// kernel and change nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/worker_kind.h"

namespace engine {

inline constexpr int kNewestLandlockAbi = 7;  // newer ones are used as this one

struct SandboxOptions {
  int max_landlock_abi = kNewestLandlockAbi;  // tests force older kernels' 1 and 2
  // A loudly named way to run where the kernel cannot sandbox. Never set by default.
  bool run_without_sandbox_at_my_own_risk = false;

  bool operator==(const SandboxOptions&) const = default;
};

// What the kernel offers: its Landlock ABI (0: none) and whether seccomp filters work.
struct SandboxSupport {
  int landlock_abi = 0;
  bool seccomp = false;
};
SandboxSupport ProbeSandbox();
// kUnavailable, with what to do, when it is less than the least that is accepted.
base::Result<void> CheckSandbox(const SandboxSupport& support, const SandboxOptions& options);

struct SandboxPlan {
  WorkerProfile profile = WorkerProfile::kParse;
  std::vector<std::string> readable_files;
  std::optional<std::string> writable_folder;
  std::uint64_t memory_bytes = 0;        // of private writable memory
  std::uint64_t cpu_s = 0;               // of the life of the process
  std::uint64_t open_files = 0;          // descriptors
  std::uint64_t written_file_bytes = 0;  // the largest file that it may write
  int landlock_abi = 0;                  // 0: no such wall; only at the user's own risk
  bool seccomp = true;                   // false: the same
};

// Puts the walls up around this process, for good. kNotFound for a named file that is not there.
// When one wall cannot be put up the process must end: the caller does so.
base::Result<void> PutOnSandbox(const SandboxPlan& plan);

}  // namespace engine
