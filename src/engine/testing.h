// What the tests of engine share: a folder that goes away, and workers that start this test
// program.
//
// Header only, for tests of this folder. Functions give what they make; failures end the test.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/real_temporary_folder.h"
#include "base/real_world.h"
#include "base/world.h"
#include "engine/descriptor.h"
#include "engine/worker.h"

namespace engine {

inline constexpr std::int64_t kStartMs = 10'000;

// The sanitizers' own system calls and terabytes of reserved memory do not fit into a sandbox that
// DuckDB fits into.
#if __has_feature(thread_sanitizer)
inline constexpr bool kIsThreadSanitized = true;
#else
inline constexpr bool kIsThreadSanitized = false;
#endif
#if __has_feature(address_sanitizer)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = kIsThreadSanitized;
#endif

inline std::string TestLibrary() {
  return std::string(TABULARIUM_SOURCE_FOLDER) + "/third_party/duckdb-lib/libduckdb.so";
}

// The start of a worker with one of the kinds of test_kinds.h, in this program.
inline WorkerStart StartOf(const std::string& kind, WorkerProfile profile = WorkerProfile::kParse) {
  WorkerStart start;
  start.kind = kind;
  start.profile = profile;
  if (profile != WorkerProfile::kParse) start.library_path = TestLibrary();
  if (kIsSanitized) start.limits.memory_bytes = (1ULL << 53U) - 1;
  return start;
}

// base's folder that goes away with all that lies in it, and what these tests put there.
class TemporaryFolder {
 public:
  [[nodiscard]] const std::string& path() const { return folder_.path(); }

  // Each gives the whole path of what it made.
  [[nodiscard]] std::string Write(std::string_view name, std::string_view bytes) const {
    const std::string path = folder_ / name;
    files().Open(path, base::OpenMode::kCreate).value()->WriteAt(0, bytes).value();
    return path;
  }
  [[nodiscard]] std::string Make(std::string_view name) const {
    const std::string path = folder_ / name;
    files().MakeFolder(path).value();
    return path;
  }
  [[nodiscard]] bool Has(std::string_view name) const {
    return files().Status(folder_ / name).value().has_value();
  }
  // Names and bytes of all that lies beneath, in one text that can be compared.
  [[nodiscard]] std::string Tree() const { return TreeOf(path()); }

 private:
  [[nodiscard]] base::Files& files() const { return world_->files(); }
  [[nodiscard]] bool IsFolder(const std::string& path) const {
    const auto status = files().Status(path).value();
    return status && status->is_folder;
  }

  // Recurses as deep as the folders of a test.
  [[nodiscard]] std::string TreeOf(const std::string& path) const {
    if (!IsFolder(path)) {
      const auto bytes = base::ReadWholeFile(files(), path, base::kMaxWholeFileBytes);
      return path + "\n" + bytes.value_or("unreadable") + "\n";
    }
    std::string tree = path + "/\n";
    for (const std::string& name : files().List(path).value()) tree += TreeOf(path + "/" + name);
    return tree;
  }
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  base::TemporaryFolder folder_;
};

}  // namespace engine
