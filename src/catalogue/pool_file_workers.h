// The catalogue's workers as sandboxed processes: one for each piece of work, because each is
// granted one file alone.
//
// Thread safety: any thread; the calls block until the work is done, or its deadline has passed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "catalogue/file_workers.h"
#include "engine/worker_pool.h"

namespace catalogue {

struct FileWorkerSettings {
  std::string library_path;  // libduckdb.so
  std::string program = "/proc/self/exe";
  engine::SandboxOptions sandbox = {};
  std::int64_t deadline_ms = 20 * 60 * 1'000;
  engine::WorkerLimits limits = {.cpu_s = 40 * 60, .reply_bytes = kMaxReportBytes};
};

class PoolFileWorkers final : public FileWorkers {
 public:
  // The pool outlives this.
  PoolFileWorkers(engine::WorkerPool& pool, FileWorkerSettings settings)
      : pool_(pool), settings_(std::move(settings)) {}

  base::Result<std::string> ReadDraft(const std::string& path) override;
  base::Result<WrittenVersion> WriteVersion(const VersionOrder& order) override;

 private:
  base::Result<std::string> Ask(engine::WorkerStart start, const std::string& request);

  engine::WorkerPool& pool_;
  const FileWorkerSettings settings_;
};

}  // namespace catalogue
