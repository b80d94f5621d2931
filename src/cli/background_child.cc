#include "cli/background_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
extern "C" {  // the header of glibc 2.36 forgets to say so
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"
#include "base/format.h"

namespace cli {
namespace {

constexpr int kSignalBase = 128;
constexpr mode_t kFileMode = 0600;
constexpr std::int64_t kMicrosecondsPerMs = 1'000;

int ExitCodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

std::unexpected<base::Error> NoChild(const std::string& program, const char* what) {
  return base::Fail(base::ErrorCode::kUnavailable, what, program);
}

}  // namespace

base::Result<std::unique_ptr<BackgroundChild>> BackgroundChild::Start(
    base::Clock& clock, const std::string& program, const std::vector<std::string>& arguments,
    const std::string& error_path, std::int64_t limit_ms) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return NoChild(program, "There is no pipe to be had");
  posix_spawn_file_actions_t actions;
  CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  CHECK(::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
  CHECK(::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
  CHECK(::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_path.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND, kFileMode) == 0);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t process = 0;
  const int problem =
      ::posix_spawn(&process, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) {
    ::close(ends[0]);
    return NoChild(program, "A program cannot be started");
  }
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<BackgroundChild> child(new BackgroundChild(process, ends[0]));
  TRY(child->ReadFirstLine(clock, program, limit_ms));
  return child;
}

base::Result<void> BackgroundChild::ReadFirstLine(base::Clock& clock, const std::string& program,
                                                  std::int64_t limit_ms) {
  const std::int64_t end = clock.MonotonicMicroseconds() / kMicrosecondsPerMs + limit_ms;
  while (first_line_.size() < kMaxFirstLineBytes) {
    const std::int64_t left_ms = end - clock.MonotonicMicroseconds() / kMicrosecondsPerMs;
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (left_ms <= 0 || ::poll(&ready, 1, static_cast<int>(left_ms)) == 0) {
      return NoChild(program, "A program does not say that it is ready");
    }
    char character = 0;
    const ssize_t count = ::read(output_, &character, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return NoChild(program, "A program ended before it was ready");
    if (character == '\n') return {};
    first_line_ += character;
  }
  return NoChild(program, "A program's first line has no end");
}

int BackgroundChild::Await() {
  int status = 0;
  while (exit_code_ < 0) {
    if (::waitpid(process_, &status, 0) == process_) {
      exit_code_ = ExitCodeOf(status);
    } else {
      CHECK(errno == EINTR);
    }
  }
  return exit_code_;
}

int BackgroundChild::End() {
  if (exit_code_ >= 0) return exit_code_;
  ::kill(process_, SIGTERM);
  // A descriptor of the process can be read once it has ended.
  const int descriptor = ::pidfd_open(process_, 0);
  pollfd ended{.fd = descriptor, .events = POLLIN, .revents = 0};
  const bool is_gone = descriptor >= 0 && ::poll(&ended, 1, static_cast<int>(kChildEndMs)) == 1;
  if (descriptor >= 0) ::close(descriptor);
  if (!is_gone) ::kill(process_, SIGKILL);
  return Await();
}

BackgroundChild::~BackgroundChild() {
  End();
  ::close(output_);
}

}  // namespace cli
