#include "storage/blob_folder.h"

#include "base/bytes.h"
#include "base/format.h"

namespace storage {
namespace {
constexpr std::size_t kSuffixBytes = 8;
constexpr std::size_t kShardDigits = 2;
constexpr std::string_view kUnfinished = ".new";
}  // namespace

base::Result<BlobFolder> BlobFolder::Open(base::World& world, std::string folder) {
  base::Files& files = world.files();
  TRY(base::MakeFolders(files, folder));
  // What a crash left of blobs that were being written.
  for (const std::string& shard : TRY(files.List(folder))) {
    const std::string shard_path = base::JoinPath(folder, shard);
    for (const std::string& name : TRY(files.List(shard_path))) {
      if (name.ends_with(kUnfinished)) TRY(files.Remove(base::JoinPath(shard_path, name)));
    }
  }
  return BlobFolder(world, std::move(folder));
}

std::string BlobFolder::PathOf(const base::Digest& digest) const {
  const std::string name = digest.Hex();
  return base::Format("{}/{}/{}", folder_, name.substr(0, kShardDigits), name);
}

base::Result<base::Digest> BlobFolder::Put(std::string_view bytes) {
  const base::Digest digest = base::Sha256(bytes);
  const std::string path = PathOf(digest);
  base::Files& files = world_->files();
  if (TRY(files.Status(path))) {
    // Somebody put it before; its name may not be durable yet.
    TRY(files.SyncFolder(base::ParentOf(path)));
    return digest;
  }
  TRY(base::MakeFolders(files, base::ParentOf(path)));
  // Another Put may have made the shard's folder a moment ago and not have synced its name yet.
  TRY(files.SyncFolder(folder_));
  const std::string fresh = base::Format(
      "{}.{}{}", path, base::HexEncode(world_->randomness().Bytes(kSuffixBytes)), kUnfinished);
  {
    const auto file = TRY(files.Open(fresh, base::OpenMode::kCreateNew));
    auto written = file->WriteAt(0, bytes);
    if (written) written = file->Sync();
    if (!written) {
      static_cast<void>(files.Remove(fresh));  // the first error is the one to tell
      return base::Fail(written.error());
    }
  }
  TRY(files.Rename(fresh, path));
  TRY(files.SyncFolder(base::ParentOf(path)));
  return digest;
}

base::Result<std::unique_ptr<base::Mapping>> BlobFolder::Map(const base::Digest& digest) const {
  return world_->files().MapReadOnly(PathOf(digest));
}

base::Result<bool> BlobFolder::Has(const base::Digest& digest) const {
  return TRY(world_->files().Status(PathOf(digest))).has_value();
}

base::Result<void> BlobFolder::Remove(const base::Digest& digest) {
  const std::string path = PathOf(digest);
  TRY(world_->files().Remove(path));
  return world_->files().SyncFolder(base::ParentOf(path));
}

}  // namespace storage
