// Every kind of work that worker processes of this program can do.
#pragma once

#include "engine/worker_kind.h"

namespace cli {

engine::WorkerKinds ProgramWorkerKinds();

}  // namespace cli
