// Copies of files and folders that are there whole or not at all: what backup and restore are made
// of.
//
// Files are copied in pieces, so memory does not grow with them; each is synced. A FreshFolder is
// built beside its place, under a name ending ".unfinished", and takes its place in one step.
// Functions of files, one thread each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "base/world.h"

namespace cli {

inline constexpr std::size_t kMaxTreeFiles = 1'000'000;
inline constexpr int kMaxTreeLevels = 16;

struct FileDigest {
  std::uint64_t bytes = 0;
  base::Digest sha256;
  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

// Told of the bytes that were just read.
using ByteCounter = std::function<void(std::uint64_t bytes)>;

// The digest of a file as it is now.
base::Result<FileDigest> DigestOfFile(base::Files& files, const std::string& path,
                                      const ByteCounter& count = {});

// Copies the first `max_bytes` of a file to a new one, makes the folders above it, syncs it, and
// gives the digest of what was copied. kConflict when the new one is there, kNotFound,
// kStorageFull.
base::Result<FileDigest> CopyFile(base::Files& files, const std::string& from,
                                  const std::string& to, const ByteCounter& count = {},
                                  std::uint64_t max_bytes = UINT64_MAX);

// What lies in a folder, by paths below it, sorted. kTooLarge beyond the two limits above.
struct FolderTree {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};
base::Result<FolderTree> ListTree(base::Files& files, const std::string& folder);
// Removes a folder and all that is in it.
base::Result<void> RemoveTree(base::Files& files, const std::string& folder);

// What a folder is called while it is built.
inline constexpr std::string_view kUnfinished = ".unfinished";

class FreshFolder {
 public:
  // `option` is what an error calls the place. kConflict when something is there already or an
  // earlier attempt was cut short, kInvalid for a path without a name of its own.
  static base::Result<std::unique_ptr<FreshFolder>> Begin(base::Files& files, std::string_view path,
                                                          std::string option);
  FreshFolder(const FreshFolder&) = delete;
  FreshFolder& operator=(const FreshFolder&) = delete;
  // Removes what was built unless it was finished.
  ~FreshFolder();

  // Where it is built.
  [[nodiscard]] const std::string& path() const { return building_; }
  // Makes all names in it durable and puts it into its place.
  base::Result<void> Finish();

 private:
  FreshFolder(base::Files& files, std::string place)
      : files_(files), place_(std::move(place)), building_(place_ + std::string(kUnfinished)) {}

  base::Files& files_;
  const std::string place_;
  const std::string building_;
  bool is_finished_ = false;
};

}  // namespace cli
