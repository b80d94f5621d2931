#include "cli/worker_kinds.h"

#include "catalogue/draft.h"
#include "catalogue/version_writer.h"
#include "engine/batch_reader.h"
#include "engine/parquet_sink.h"
#include "engine/query_run.h"
#include "exchange/extract_writer.h"
#include "exchange/sql_parse.h"

namespace cli {

engine::WorkerKinds ProgramWorkerKinds() {
  return {{std::string(catalogue::kFileDraft), catalogue::FileDraftKind()},
          {std::string(exchange::kSqlParse), exchange::SqlParseKind()},
          {std::string(engine::kQueryRun), engine::QueryRunKind()},
          {std::string(engine::kTableRead), engine::TableReadKind()},
          {std::string(engine::kTableWrite), engine::TableWriteKind()},
          {std::string(catalogue::kVersionWrite), catalogue::VersionWriteKind()},
          {std::string(exchange::kExtractWrite), exchange::ExtractWriteKind()},
          {std::string(exchange::kExtractCount), exchange::ExtractCountKind()}};
}

}  // namespace cli
