// The seccomp filter of a worker: the system calls that its profile needs, and no others.
//
// For a process with one thread; threads that it makes later have the filter as well.
#pragma once

#include "base/result.h"
#include "engine/worker_kind.h"

namespace engine {

// Puts the filter on, for good. PR_SET_NO_NEW_PRIVS must be set. kUnavailable when the kernel or
// libseccomp refuses it.
base::Result<void> PutOnFilter(WorkerProfile profile);

}  // namespace engine
