// The tables of the store, and how an older store becomes a newer one.
//
// PRAGMA user_version counts the steps that a file has gone through. Steps are only ever added.
// Inside storage only.
#pragma once

#include <string>

#include "base/result.h"
#include "base/world.h"
#include "storage/database.h"

namespace storage {

// Marks the file as ours (PRAGMA application_id): the letters "Tab1".
inline constexpr std::int64_t kApplicationId = 0x54616231;

// Brings the tables up to date, each step in a transaction of its own. Before the first step on a
// file that has tables already, a copy is made beside it: `path`.before-<version>. kNewerFormat
// when the file has gone through more steps than we know, kDamaged when it is a database of
// somebody else.
base::Result<void> Migrate(Database& database, base::Files& files, const std::string& path);

}  // namespace storage
