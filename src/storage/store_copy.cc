#include "storage/store_copy.h"

#include "base/bytes.h"
#include "storage/database.h"
#include "storage/world_vfs.h"

namespace storage {

base::Result<void> CopyStore(base::World& world, const std::string& folder,
                             const std::string& to_folder, StoreFiles files) {
  const std::string from = base::JoinPath(folder, kStoreFileName);
  const std::string into = base::JoinPath(to_folder, kStoreFileName);
  if (!TRY(world.files().Status(from))) {
    return base::Fail(base::ErrorCode::kNotFound, "There is no store in this folder", from,
                      "Check the path.");
  }
  TRY(base::MakeFolders(world.files(), to_folder));
  // SQLite would let everybody read a file that it makes; it takes an empty one as it is.
  TRY(world.files().Open(into, base::OpenMode::kCreateNew));
  const bool simulated = files == StoreFiles::kWorld;
  const auto vfs = simulated ? std::make_unique<WorldVfs>(world) : nullptr;
  {
    // The simulated layer has no shared memory, so there the connection must be the only one.
    const auto database =
        TRY(Database::Open(from, simulated ? vfs->name().c_str() : nullptr, simulated, !simulated));
    const auto statement = TRY(database->Prepare("VACUUM INTO ?"));
    TRY(statement->Bind(into).Run());
  }
  const auto copy = TRY(world.files().Open(into, base::OpenMode::kReadWrite));
  TRY(copy->Sync());
  return world.files().SyncFolder(to_folder);
}

}  // namespace storage
