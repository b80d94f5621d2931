#include "base/world.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/format.h"

namespace base {
namespace {
constexpr std::size_t kReadStepBytes = 1 << 20;
constexpr int kMaxFolderDepth = 64;
}  // namespace

Result<std::string> ReadWholeFile(Files& files, std::string_view path, std::uint64_t max_bytes) {
  const auto file = TRY(files.Open(path, OpenMode::kRead));
  // The size is a hint alone: the file may grow, or be no ordinary file.
  const std::uint64_t size = TRY(file->Size());
  std::string bytes;
  std::size_t step = std::min<std::uint64_t>({size, max_bytes, kReadStepBytes}) + 1;
  while (bytes.size() <= max_bytes) {
    const std::size_t start = bytes.size();
    bytes.resize(start + step);
    const std::size_t count = TRY(file->ReadAt(start, std::span(bytes).subspan(start, step)));
    bytes.resize(start + count);
    if (count < step) break;
    step = kReadStepBytes;
  }
  if (bytes.size() > max_bytes) {
    return Fail(ErrorCode::kTooLarge, Format("A file is larger than {} bytes", max_bytes),
                std::string(path));
  }
  return bytes;
}

Result<void> ReplaceFile(Files& files, std::string_view path, std::string_view bytes) {
  const std::string fresh = Format("{}.new", path);
  {
    const auto file = TRY(files.Open(fresh, OpenMode::kCreate));
    TRY(file->Truncate(0));
    TRY(file->WriteAt(0, bytes));
    TRY(file->Sync());
  }
  TRY(files.Rename(fresh, path));
  return files.SyncFolder(ParentOf(path));
}

Result<void> MakeFolders(Files& files, std::string_view path) {
  std::vector<std::string> missing;
  std::string folder(path);
  while (static_cast<int>(missing.size()) < kMaxFolderDepth) {
    if (TRY(files.Status(folder))) break;
    missing.push_back(folder);
    folder = ParentOf(folder);
  }
  // Whoever made the deepest folder that is there may have been stopped before its name was
  // durable.
  // It need not be a folder that we may read; then whoever made it has seen to it.
  if (!missing.empty()) {
    const auto synced = files.SyncFolder(ParentOf(folder));
    if (!synced && synced.error().code != ErrorCode::kForbidden) return synced;
  }
  for (auto each = missing.rbegin(); each != missing.rend(); ++each) {
    TRY(files.MakeFolder(*each));
    TRY(files.SyncFolder(ParentOf(*each)));
  }
  return {};
}

}  // namespace base
