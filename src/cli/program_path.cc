#include "cli/program_path.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "base/bytes.h"

namespace cli {
namespace {

constexpr std::size_t kMaxPathBytes = 4'096;

std::unexpected<base::Error> Unknown(const char* what) {
  return base::Fail(base::ErrorCode::kUnavailable, what, "/proc",
                    "Mount /proc and start in a folder that exists.");
}

}  // namespace

base::Result<std::string> ProgramFolder() {
  std::array<char, kMaxPathBytes> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0 || static_cast<std::size_t>(length) == path.size()) {
    return Unknown("The program's own folder is not known");
  }
  return base::ParentOf(std::string_view(path.data(), static_cast<std::size_t>(length)));
}

base::Result<std::string> AbsolutePath(std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::array<char, kMaxPathBytes> folder{};
  if (::getcwd(folder.data(), folder.size()) == nullptr) {
    return Unknown("The working folder is not known");
  }
  return base::JoinPath(folder.data(), path);
}

bool IsStartedAsWorker() {
  constexpr int kWorkerDescriptor = 3;
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(kWorkerDescriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

}  // namespace cli
