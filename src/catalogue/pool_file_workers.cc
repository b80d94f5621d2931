#include "catalogue/pool_file_workers.h"

#include "catalogue/draft.h"
#include "catalogue/version_writer.h"

namespace catalogue {

base::Result<std::string> PoolFileWorkers::Ask(engine::WorkerStart start,
                                               const std::string& request) {
  start.program = settings_.program;
  start.library_path = settings_.library_path;
  start.sandbox = settings_.sandbox;
  auto loan = TRY(pool_.Start(start));
  return loan.Ask(request, settings_.deadline_ms);
}

base::Result<std::string> PoolFileWorkers::ReadDraft(const std::string& path) {
  engine::WorkerStart start;
  start.kind = kFileDraft;
  start.profile = engine::WorkerProfile::kQuery;
  start.readable_files = {path};
  start.limits = settings_.limits;
  return Ask(std::move(start), base::WriteJson(base::Json::Object({{"path", path}})));
}

base::Result<WrittenVersion> PoolFileWorkers::WriteVersion(const VersionOrder& order) {
  engine::WorkerStart start;
  start.kind = kVersionWrite;
  start.profile = engine::WorkerProfile::kTrusted;
  start.readable_files = {order.source};
  start.writable_folder = order.folder;
  start.limits = settings_.limits;
  start.limits.threads = 1;  // so that the bytes are the same each time
  return ReadWrittenVersion(TRY(Ask(std::move(start), VersionRequestText(order))));
}

}  // namespace catalogue
