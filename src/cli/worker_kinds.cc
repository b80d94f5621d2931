#include "cli/worker_kinds.h"

#include "catalogue/draft.h"
#include "exchange/sql_parse.h"

namespace cli {

engine::WorkerKinds ProgramWorkerKinds() {
  return {{std::string(catalogue::kFileDraft), catalogue::FileDraftKind()},
          {std::string(exchange::kSqlParse), exchange::SqlParseKind()}};
}

}  // namespace cli
