#include "cli/worker_kinds.h"

#include "catalogue/draft.h"

namespace cli {

engine::WorkerKinds ProgramWorkerKinds() {
  return {{std::string(catalogue::kFileDraft), catalogue::FileDraftKind()}};
}

}  // namespace cli
