#include "cli/folder_copy.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"

namespace cli {
namespace {

using base::ErrorCode;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

// Reads a file in pieces, at most `max_bytes`, and gives the digest of them all.
base::Result<FileDigest> ReadPieces(
    base::File& file, const ByteCounter& count, std::uint64_t max_bytes,
    const std::function<base::Result<void>(std::uint64_t offset, std::string_view piece)>& take) {
  base::Sha256Stream stream;
  FileDigest digest;
  std::string piece(kPieceBytes, '\0');
  while (digest.bytes < max_bytes) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, max_bytes - digest.bytes));
    const std::size_t read = TRY(file.ReadAt(digest.bytes, std::span(piece).first(wanted)));
    if (read == 0) break;
    const std::string_view bytes = std::string_view(piece).substr(0, read);
    TRY(take(digest.bytes, bytes));
    stream.Add(bytes);
    digest.bytes += read;
    if (count) count(read);
  }
  digest.sha256 = stream.Finish();
  base::Wipe(piece);  // it may have held keys
  return digest;
}

base::Result<void> AddTree(base::Files& files, const std::string& folder, const std::string& below,
                           int levels, FolderTree& tree) {
  if (levels == 0) {
    return base::Fail(ErrorCode::kTooLarge, "Folders lie deeper in one another than they may",
                      folder);
  }
  for (const std::string& name : TRY(files.List(folder))) {
    const std::string path = base::JoinPath(folder, name);
    const std::string shown = below.empty() ? name : base::JoinPath(below, name);
    const auto status = TRY(files.Status(path));
    if (!status) continue;
    if (tree.files.size() + tree.folders.size() >= kMaxTreeFiles) {
      return base::Fail(ErrorCode::kTooLarge, "There are more files than are taken", folder);
    }
    (status->is_folder ? tree.folders : tree.files).push_back(shown);
    if (status->is_folder) TRY(AddTree(files, path, shown, levels - 1, tree));
  }
  return {};
}

}  // namespace

base::Result<FileDigest> DigestOfFile(base::Files& files, const std::string& path,
                                      const ByteCounter& count) {
  const auto file = TRY(files.Open(path, base::OpenMode::kRead));
  return ReadPieces(*file, count, UINT64_MAX,
                    [](std::uint64_t, std::string_view) { return base::Result<void>{}; });
}

base::Result<FileDigest> CopyFile(base::Files& files, const std::string& from,
                                  const std::string& to, const ByteCounter& count,
                                  std::uint64_t max_bytes) {
  const auto source = TRY(files.Open(from, base::OpenMode::kRead));
  TRY(base::MakeFolders(files, base::ParentOf(to)));
  const auto copy = TRY(files.Open(to, base::OpenMode::kCreateNew));
  FileDigest digest =
      TRY(ReadPieces(*source, count, max_bytes, [&](std::uint64_t offset, std::string_view piece) {
        return copy->WriteAt(offset, piece);
      }));
  TRY(copy->Sync());
  return digest;
}

base::Result<FolderTree> ListTree(base::Files& files, const std::string& folder) {
  FolderTree tree;
  TRY(AddTree(files, folder, {}, kMaxTreeLevels, tree));
  std::ranges::sort(tree.files);
  std::ranges::sort(tree.folders);
  return tree;
}

base::Result<void> RemoveTree(base::Files& files, const std::string& folder) {
  const FolderTree tree = TRY(ListTree(files, folder));
  for (const std::string& each : tree.files) TRY(files.Remove(base::JoinPath(folder, each)));
  // A folder comes before those within it, so from the end.
  for (auto each = tree.folders.rbegin(); each != tree.folders.rend(); ++each) {
    TRY(files.Remove(base::JoinPath(folder, *each)));
  }
  return files.Remove(folder);
}

base::Result<std::unique_ptr<FreshFolder>> FreshFolder::Begin(base::Files& files,
                                                              std::string_view path,
                                                              std::string option) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.empty() || name == "." || name == "..") {
    return base::Fail(ErrorCode::kInvalid, "The folder needs a name of its own", std::move(option),
                      "Name a folder that is not there yet.");
  }
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<FreshFolder> fresh(new FreshFolder(files, std::string(path)));
  fresh->is_finished_ = true;  // what is there is not ours to remove
  const auto status = TRY(files.Status(fresh->place_));
  if (status && (!status->is_folder || !TRY(files.List(fresh->place_)).empty())) {
    return base::Fail(ErrorCode::kConflict, "There is something in this place already",
                      fresh->place_, "Name an empty or a new folder.");
  }
  if (TRY(files.Status(fresh->building_))) {
    return base::Fail(ErrorCode::kConflict, "An earlier attempt did not finish", fresh->building_,
                      "Remove that folder and try again.");
  }
  TRY(base::MakeFolders(files, fresh->building_));
  fresh->is_finished_ = false;
  return fresh;
}

FreshFolder::~FreshFolder() {
  // Where even that fails, its name says that it is not whole.
  if (!is_finished_) static_cast<void>(RemoveTree(files_, building_));
}

base::Result<void> FreshFolder::Finish() {
  for (const std::string& each : TRY(ListTree(files_, building_)).folders) {
    TRY(files_.SyncFolder(base::JoinPath(building_, each)));
  }
  TRY(files_.SyncFolder(building_));
  TRY(files_.Rename(building_, place_));
  // Milestone: it is in its place.
  is_finished_ = true;
  return files_.SyncFolder(base::ParentOf(place_));
}

}  // namespace cli
