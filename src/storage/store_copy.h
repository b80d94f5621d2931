// A copy of a store, made while others use it.
//
// The copy is the store at one moment between two commits. SQLite's own VACUUM INTO makes it within
// one read transaction: whoever writes meanwhile neither waits nor is seen. What was deleted from
// the store is not in it. Thread safety: a function of files, safe from any thread and process.
#pragma once

#include <string>

#include "base/result.h"
#include "base/world.h"
#include "storage/store.h"

namespace storage {

// The name of the store's one file in its folder.
inline constexpr std::string_view kStoreFileName = "tabularium.sqlite";

// Writes `to_folder`/tabularium.sqlite, which must not be there, from the store in `folder`, and
// syncs it. kNotFound when there is no store, kStorageFull, kBusy when it is locked for too long,
// kDamaged when it is no database. After an error a part may be there.
base::Result<void> CopyStore(base::World& world, const std::string& folder,
                             const std::string& to_folder, StoreFiles files);

}  // namespace storage
