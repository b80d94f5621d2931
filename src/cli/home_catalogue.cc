#include "cli/home_catalogue.h"

#include "cli/program_path.h"

namespace cli {

base::Result<std::unique_ptr<HomeCatalogue>> HomeCatalogue::Open(
    base::World& world, storage::Store& store, ledger::Ledger& ledger, engine::WorkerPool& pool,
    catalogue::LivePolicies& policies, const std::string& home,
    const catalogue::FileWorkerSettings& workers) {
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<HomeCatalogue> opened(new HomeCatalogue(pool, workers));
  // Workers are granted files by their whole path.
  catalogue::CatalogueSettings settings;
  settings.home = TRY(AbsolutePath(home));
  opened->catalogue_ = TRY(catalogue::Catalogue::Open(world, store, ledger, opened->workers_,
                                                      policies, std::move(settings)));
  return opened;
}

}  // namespace cli
