#include "base/real_world.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/check.h"
#include "base/format.h"

namespace base {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

// The Error for an errno. The text is the system's; the path is the caller's own.
std::unexpected<Error> SystemFailure(int problem, std::string_view doing, std::string_view path) {
  std::string what = Format("{} failed: {}", doing, ::strerrordesc_np(problem));
  std::string where(path);
  switch (problem) {
    case ENOENT:
    case ENOTDIR:
      return Fail(ErrorCode::kNotFound, std::move(what), std::move(where), "Check the path.");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Fail(ErrorCode::kStorageFull, std::move(what), std::move(where));
    case EEXIST:
    case ENOTEMPTY:
      return Fail(ErrorCode::kConflict, std::move(what), std::move(where));
    case EACCES:
    case EPERM:
    case EROFS:
      return Fail(ErrorCode::kForbidden, std::move(what), std::move(where),
                  "Give the user that runs the program the right to use this path.");
    case ENAMETOOLONG:
    case EISDIR:
    case EINVAL:
      return Fail(ErrorCode::kInvalid, std::move(what), std::move(where), "Name another path.");
    default:
      return Fail(ErrorCode::kUnavailable, std::move(what), std::move(where));
  }
}

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

int OpenRetrying(const std::string& path, int flags) {
  for (;;) {
    // Without O_NONBLOCK the opening of a pipe that nobody writes to would wait for ever.
    const int number = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kFileMode);
    if (number >= 0 || errno != EINTR) return number;
  }
}

// A path with a zero byte would be cut short by the system: it is refused.
Result<std::string> SystemPath(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kInvalid, "A path is empty or holds a zero byte", {},
                "Name another path.");
  }
  return std::string(path);
}

// The size of an ordinary file; kInvalid for a pipe, a socket, a device or a folder.
Result<std::uint64_t> CheckIsFile(int number, std::string_view path) {
  struct stat status{};
  if (::fstat(number, &status) != 0) return SystemFailure(errno, "Asking", path);
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kInvalid, "This is no ordinary file", std::string(path),
                "Name a file; pipes, devices and folders are none.");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

class RealFile final : public File {
 public:
  RealFile(int number, std::string path) : descriptor_(number), path_(std::move(path)) {}

  Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t count = ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemFailure(errno, "Reading", path_);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  Result<void> WriteAt(std::uint64_t offset, std::string_view bytes) override {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::pwrite(descriptor_.number(), bytes.data() + done, bytes.size() - done,
                                     static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemFailure(errno, "Writing", path_);
      done += static_cast<std::size_t>(count);
    }
    return {};
  }

  Result<void> Truncate(std::uint64_t size) override {
    while (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0) {
      if (errno != EINTR) return SystemFailure(errno, "Cutting", path_);
    }
    return {};
  }

  Result<std::uint64_t> Size() override {
    struct stat status{};
    if (::fstat(descriptor_.number(), &status) != 0) return SystemFailure(errno, "Asking", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> Sync() override {
    while (::fdatasync(descriptor_.number()) != 0) {
      if (errno != EINTR) return SystemFailure(errno, "Syncing", path_);
    }
    return {};
  }

  Result<bool> TryLock() override {
    if (::flock(descriptor_.number(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    return SystemFailure(errno, "Locking", path_);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class RealMapping final : public Mapping {
 public:
  RealMapping(void* start, std::size_t size) : start_(start), size_(size) {}
  RealMapping(const RealMapping&) = delete;
  RealMapping& operator=(const RealMapping&) = delete;
  ~RealMapping() override {
    if (size_ > 0) ::munmap(start_, size_);
  }
  [[nodiscard]] std::string_view bytes() const override {
    return {static_cast<const char*>(start_), size_};
  }

 private:
  void* start_;
  std::size_t size_;
};

int OpenFlags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  CHECK(false);
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class RealFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    std::string name = TRY(SystemPath(path));
    const int number = OpenRetrying(name, OpenFlags(mode));
    if (number < 0) return SystemFailure(errno, "Opening", path);
    auto file = std::make_unique<RealFile>(number, std::move(name));
    TRY(CheckIsFile(number, path));
    return file;
  }

  Result<std::unique_ptr<Mapping>> MapReadOnly(std::string_view path) override {
    const std::string name = TRY(SystemPath(path));
    const Descriptor file(OpenRetrying(name, O_RDONLY));
    if (file.number() < 0) return SystemFailure(errno, "Opening", path);
    const auto size = static_cast<std::size_t>(TRY(CheckIsFile(file.number(), path)));
    if (size == 0) return std::make_unique<RealMapping>(nullptr, 0);
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (start == MAP_FAILED) return SystemFailure(errno, "Mapping", path);
    return std::make_unique<RealMapping>(start, size);
  }

  Result<std::optional<FileStatus>> Status(std::string_view path) override {
    const std::string name = TRY(SystemPath(path));
    struct stat status{};
    if (::stat(name.c_str(), &status) == 0) {
      return FileStatus{static_cast<std::uint64_t>(status.st_size), S_ISDIR(status.st_mode)};
    }
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileStatus>{};
    return SystemFailure(errno, "Asking", path);
  }

  Result<std::vector<std::string>> List(std::string_view folder) override {
    const std::string name = TRY(SystemPath(folder));
    const std::unique_ptr<DIR, CloseFolder> open(::opendir(name.c_str()));
    if (open == nullptr) return SystemFailure(errno, "Listing", folder);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(open.get());
      if (entry == nullptr && errno != 0) return SystemFailure(errno, "Listing", folder);
      if (entry == nullptr) break;
      const std::string_view each = entry->d_name;
      if (each == "." || each == "..") continue;
      if (names.size() == kMaxFolderEntries) {
        return Fail(ErrorCode::kTooLarge,
                    Format("A folder holds more than {} names", kMaxFolderEntries), name);
      }
      names.emplace_back(each);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> MakeFolder(std::string_view path) override {
    const std::string name = TRY(SystemPath(path));
    if (::mkdir(name.c_str(), kFolderMode) == 0) return {};
    const int problem = errno;
    if (problem == EEXIST) {
      const auto status = TRY(Status(path));
      if (status && status->is_folder) return {};
    }
    return SystemFailure(problem, "Making a folder", path);
  }

  Result<void> Rename(std::string_view from, std::string_view to) override {
    const std::string source = TRY(SystemPath(from));
    const std::string target = TRY(SystemPath(to));
    if (::rename(source.c_str(), target.c_str()) == 0) return {};
    return SystemFailure(errno, "Renaming", PathsOf(from, to));
  }

  Result<void> Remove(std::string_view path) override {
    const std::string name = TRY(SystemPath(path));
    if (::unlink(name.c_str()) == 0) return {};
    if (errno == EISDIR || errno == EPERM) {
      if (::rmdir(name.c_str()) == 0) return {};
    }
    return SystemFailure(errno, "Removing", path);
  }

  Result<void> SyncFolder(std::string_view path) override {
    const std::string name = TRY(SystemPath(path));
    const Descriptor folder(OpenRetrying(name, O_RDONLY | O_DIRECTORY));
    if (folder.number() < 0) return SystemFailure(errno, "Opening", path);
    while (::fsync(folder.number()) != 0) {
      if (errno != EINTR) return SystemFailure(errno, "Syncing", path);
    }
    return {};
  }

 private:
  static std::string PathsOf(std::string_view from, std::string_view to) {
    return Format("{} to {}", from, to);
  }
};

class RealClock final : public Clock {
 public:
  Instant Now() override {
    return Instant{std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
  }
  std::int64_t MonotonicMicroseconds() override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

class RealRandomness final : public Randomness {
 public:
  std::string Bytes(std::size_t count) override {
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got = ::getrandom(bytes.data() + done, count - done, 0);
      if (got < 0 && errno == EINTR) continue;
      CHECK(got > 0);  // the kernel's generator cannot fail once it is seeded
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }
};

class RealWorld final : public World {
 public:
  Clock& clock() override { return clock_; }
  Randomness& randomness() override { return randomness_; }
  Files& files() override { return files_; }

 private:
  RealClock clock_;
  RealRandomness randomness_;
  RealFiles files_;
};

}  // namespace

std::unique_ptr<World> MakeRealWorld() { return std::make_unique<RealWorld>(); }

}  // namespace base
