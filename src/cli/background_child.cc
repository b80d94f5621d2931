#include "cli/background_child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/check.h"
#include "base/format.h"

namespace cli {
namespace {

constexpr int kSignalBase = 128;
constexpr std::int64_t kLookEveryMs = 10;

int ExitCodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

std::unexpected<base::Error> NoChild(const std::string& program, const char* what) {
  return base::Fail(base::ErrorCode::kUnavailable, what, program);
}

}  // namespace

base::Result<std::unique_ptr<BackgroundChild>> BackgroundChild::Start(
    const std::string& program, const std::vector<std::string>& arguments, std::int64_t limit_ms) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return NoChild(program, "There is no pipe to be had");
  posix_spawn_file_actions_t actions;
  CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  CHECK(::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
  CHECK(::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
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
  TRY(child->ReadFirstLine(program, limit_ms));
  return child;
}

base::Result<void> BackgroundChild::ReadFirstLine(const std::string& program,
                                                  std::int64_t limit_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
  while (first_line_.size() < kMaxFirstLineBytes) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd ready{.fd = output_, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0) {
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
  for (std::int64_t waited = 0; waited < kChildEndMs; waited += kLookEveryMs) {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) == process_) {
      exit_code_ = ExitCodeOf(status);
      return exit_code_;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookEveryMs));
  }
  ::kill(process_, SIGKILL);
  return Await();
}

BackgroundChild::~BackgroundChild() {
  End();
  ::close(output_);
}

}  // namespace cli
