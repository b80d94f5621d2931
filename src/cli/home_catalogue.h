// The catalogue of a home, with its workers: wired from the parts that the program holds.
//
// Thread safety: the catalogue's own. What is passed in outlives this.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/world.h"
#include "catalogue/catalogue.h"
#include "catalogue/live_policies.h"
#include "catalogue/pool_file_workers.h"
#include "engine/worker_pool.h"
#include "ledger/ledger.h"
#include "storage/store.h"

namespace cli {

class HomeCatalogue {
 public:
  // `home` as it was named, relative or not; `library_path` of libduckdb.so, from the root. Removes
  // what a crash left behind, so it comes after the ledger is open and before requests are served.
  static base::Result<std::unique_ptr<HomeCatalogue>> Open(
      base::World& world, storage::Store& store, ledger::Ledger& ledger, engine::WorkerPool& pool,
      catalogue::LivePolicies& policies, const std::string& home,
      const catalogue::FileWorkerSettings& workers);
  HomeCatalogue(const HomeCatalogue&) = delete;
  HomeCatalogue& operator=(const HomeCatalogue&) = delete;

  catalogue::Catalogue& catalogue() { return *catalogue_; }

 private:
  HomeCatalogue(engine::WorkerPool& pool, const catalogue::FileWorkerSettings& workers)
      : workers_(pool, workers) {}

  catalogue::PoolFileWorkers workers_;
  std::unique_ptr<catalogue::Catalogue> catalogue_;
};

}  // namespace cli
