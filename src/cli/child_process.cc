#include "cli/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/format.h"

namespace cli {
namespace {

constexpr std::size_t kReadBytes = 1U << 16U;

// Both ends of a pipe, closed at the end unless they were before.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    CloseWriteEnd();
    if (read_end >= 0) ::close(read_end);
  }
  void CloseWriteEnd() {
    if (write_end >= 0) ::close(write_end);
    write_end = -1;
  }
};

std::unexpected<base::Error> CannotStart(const std::string& program, int problem) {
  return base::Fail(base::ErrorCode::kUnavailable,
                    base::Format("A program cannot be started: {}", ::strerrordesc_np(problem)),
                    program);
}

base::Result<std::string> ReadAll(int descriptor, const std::string& program) {
  std::string output;
  std::array<char, kReadBytes> bytes{};
  for (;;) {
    const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return output;
    output.append(bytes.data(), static_cast<std::size_t>(count));
    if (output.size() > kMaxChildOutputBytes) {
      return base::Fail(base::ErrorCode::kTooLarge, "A program says more than 4 MiB", program);
    }
  }
}

int ExitCodeOf(int status) {
  constexpr int kSignalBase = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

}  // namespace

base::Result<ChildOutcome> RunChild(const std::string& program,
                                    const std::vector<std::string>& arguments) {
  Pipe pipe;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return CannotStart(program, errno);
  pipe.read_end = ends[0];
  pipe.write_end = ends[1];
  posix_spawn_file_actions_t actions;
  CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  CHECK(::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
  CHECK(::posix_spawn_file_actions_adddup2(&actions, pipe.write_end, STDOUT_FILENO) == 0);
  CHECK(::posix_spawn_file_actions_adddup2(&actions, pipe.write_end, STDERR_FILENO) == 0);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int problem =
      ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return CannotStart(program, problem);
  pipe.CloseWriteEnd();
  auto output = ReadAll(pipe.read_end, program);
  if (!output) ::kill(child, SIGKILL);  // it may be waiting for us to read on
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) CHECK(errno == EINTR);
  if (!output) return base::Fail(output.error());
  return ChildOutcome{ExitCodeOf(status), std::move(*output)};
}

}  // namespace cli
