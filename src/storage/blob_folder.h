// Immutable files, named by the SHA-256 of their bytes.
//
// A blob is there whole or not at all, whatever moment the machine stops at, and what Put returned
// well is there after a crash. Putting the same bytes twice is one blob. The folder is
// <folder>/<first two digits>/<64 hex digits>.
//
// Thread safety: any thread. Two Puts of the same bytes at once are fine: each writes a file of its
// own and the last rename wins, with equal bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"
#include "base/world.h"

namespace storage {

class BlobFolder {
 public:
  // Makes the folder if it is not there.
  static base::Result<BlobFolder> Open(base::World& world, std::string folder);

  // Stores bytes and returns their digest.
  base::Result<base::Digest> Put(std::string_view bytes);

  // A blob's bytes in memory. kNotFound when it is not there.
  base::Result<std::unique_ptr<base::Mapping>> Map(const base::Digest& digest) const;

  // Whether a blob is there.
  base::Result<bool> Has(const base::Digest& digest) const;

  // Takes a blob's name away; open mappings stay valid. kNotFound when it is not there.
  base::Result<void> Remove(const base::Digest& digest);

  [[nodiscard]] std::string PathOf(const base::Digest& digest) const;

 private:
  BlobFolder(base::World& world, std::string folder) : world_(&world), folder_(std::move(folder)) {}
  base::World* world_;
  std::string folder_;
};

}  // namespace storage
