// Starting and asking a worker from the server's side. Its own side is worker_life.cc.
//
// Why posix_spawn and exec, and not fork: a server has many threads, and whatever lock one of them
// holds stays locked for ever in a forked child; exec also gives the worker an address layout of
// its own, and leaves behind the keys and sessions that a copy of the server's memory would show.
#include "engine/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/format.h"
#include "engine/descriptor.h"
#include "engine/frame.h"
#include "engine/worker_start.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

std::unexpected<base::Error> NoProcess(std::string_view doing, int problem) {
  return Fail(ErrorCode::kUnavailable, Format("A worker process could not be started: {}: {}",
                                              doing, ::strerrordesc_np(problem)));
}

// What a new process gets: nothing on 0 to 2, the socket on 3, no signal ignored or blocked, and a
// session of its own, so that the keys of the server's terminal do not reach it.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  // The socket moves first: its number may be one of 0 to 2.
  int Fill(int socket) {
    int problem = ::posix_spawn_file_actions_adddup2(&actions_, socket, kWorkerSocket);
    for (int number = 0; number < kWorkerSocket && problem == 0; ++number) {
      problem = ::posix_spawn_file_actions_addopen(&actions_, number, "/dev/null", O_RDWR, 0);
    }
    sigset_t none{};
    sigset_t all{};
    ::sigemptyset(&none);
    ::sigfillset(&all);
    if (problem == 0) problem = ::posix_spawnattr_setsigmask(&attributes_, &none);
    if (problem == 0) problem = ::posix_spawnattr_setsigdefault(&attributes_, &all);
    if (problem != 0) return problem;
    return ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }

  int Spawn(const std::string& program, pid_t& process) {
    std::string name = "tabularium";
    std::string command = "worker";
    const std::array<char*, 3> arguments = {name.data(), command.data(), nullptr};
    const std::array<char*, 1> environment = {nullptr};
    return ::posix_spawn(&process, program.c_str(), &actions_, &attributes_, arguments.data(),
                         environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void Reap(pid_t process) {
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

base::Result<void> CheckStart(const WorkerStart& start) {
  const bool parses = start.profile == WorkerProfile::kParse;
  const bool writes = start.profile == WorkerProfile::kTrusted;
  const bool fits = (!parses || start.readable_files.empty()) &&
                    parses == start.library_path.empty() &&
                    writes == start.writable_folder.has_value();
  if (fits) return {};
  return Fail(ErrorCode::kInvalid, "What a worker is given does not fit its profile", start.kind,
              "Give files and DuckDB to query workers, a folder to trusted ones alone.");
}

}  // namespace

// The descriptor stands for the process even after its end, so that Kill, from whatever thread, can
// never hit another process that was given the same number.
struct Worker::Process {
  base::Clock& clock;
  FrameSocket socket;
  Descriptor handle;  // a pidfd
  WorkerLimits limits;
  std::atomic<bool> is_dead = false;
  bool is_streaming = false;  // begun, and its end not seen yet
  std::string stream_reply;

  Process(base::Clock& the_clock, Descriptor the_socket, Descriptor the_handle,
          const WorkerLimits& the_limits)
      : clock(the_clock),
        socket(the_clock, std::move(the_socket)),
        handle(std::move(the_handle)),
        limits(the_limits) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    Kill();
    siginfo_t end{};
    while (::waitid(P_PIDFD, static_cast<id_t>(handle.number()), &end, WEXITED) != 0 &&
           errno == EINTR) {
    }
  }

  // The socket is shut as well: a process with much memory takes a while to end, and until then its
  // end of the socket would stay open, and what it sent be there to read.
  void Kill() {
    is_dead = true;
    socket.Shut();
    ::syscall(SYS_pidfd_send_signal, handle.number(), SIGKILL, nullptr, 0);
  }
  [[nodiscard]] bool Ended() const {
    pollfd end{handle.number(), POLLIN, 0};
    return ::poll(&end, 1, 0) > 0;
  }
  [[nodiscard]] std::int64_t DeadlineIn(std::int64_t milliseconds) const {
    return clock.MonotonicMicroseconds() + milliseconds * 1'000;
  }

  // One frame there, one frame back: what the worker answered, or the Error that it sent.
  base::Result<std::string> Exchange(FrameKind kind, std::string_view body, FrameLimit answer,
                                     std::int64_t deadline_us) {
    TRY(Send(kind, body, deadline_us));
    return TRY(Receive({answer, {FrameKind::kError, kMaxErrorBytes}}, deadline_us)).body;
  }

  // After any failure but an Error that the worker sent it is killed: it is out of step, or
  // hostile.
  base::Result<void> Send(FrameKind kind, std::string_view body, std::int64_t deadline_us) {
    auto sent = socket.Send(kind, body, deadline_us);
    if (!sent) return Dead(std::move(sent).error());
    return sent;
  }
  base::Result<Frame> Receive(std::initializer_list<FrameLimit> allowed, std::int64_t deadline_us) {
    auto frame = socket.Receive(allowed, deadline_us);
    if (is_dead) return Dead({});  // killed meanwhile: not even what came whole is given
    if (!frame) return Dead(std::move(frame).error());
    if (frame->kind != FrameKind::kError) return frame;
    auto error = DecodeError(frame->body);
    if (error) return Fail(*std::move(error));
    return Dead({ErrorCode::kUnavailable, "A worker process sent an error that is none", {}, {}});
  }

  // A worker that is fed may only speak to fail; it may also have failed and gone while a frame was
  // under way to it, and what it said before is still there to read.
  base::Result<void> Feed(FrameKind kind, std::string_view body, std::int64_t deadline_us) {
    CHECK(is_streaming);
    if (is_dead) return Dead({});
    if (!socket.HasInput()) {
      const auto sent = socket.Send(kind, body, deadline_us);
      if (sent) return {};
      if (!socket.HasInput()) return Dead(sent.error());
    }
    auto answer = Receive({{FrameKind::kError, kMaxErrorBytes}}, deadline_us);
    Kill();  // out of step either way
    return Fail(std::move(answer).error());
  }

  base::Result<void> CheckRequest(std::string_view request) const {
    if (request.size() > limits.request_bytes) {
      return Fail(ErrorCode::kTooLarge, Format("A request to a worker has {} bytes; {} are allowed",
                                               request.size(), limits.request_bytes));
    }
    if (!is_dead) return {};
    return Fail(ErrorCode::kUnavailable, "A worker process is dead and was asked again");
  }

 private:
  // Whoever killed it before knows why better than the socket.
  std::unexpected<base::Error> Dead(base::Error error) {
    if (is_dead) error = {ErrorCode::kUnavailable, "A worker process was killed", {}, {}};
    Kill();
    return Fail(std::move(error));
  }
};

base::Result<std::unique_ptr<Worker>> Worker::Start(base::World& world, const WorkerStart& start,
                                                    std::int64_t deadline_ms) {
  TRY(CheckStart(start));
  TRY(CheckSandbox(ProbeSandbox(), start.sandbox));
  const std::string body = TRY(EncodeStart({start, ::getpid()}));
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return NoProcess("a socket", errno);
  }
  Descriptor ours(ends[0]);
  SpawnPlan plan;
  pid_t id = 0;
  {
    const Descriptor theirs(ends[1]);
    int problem = plan.Fill(theirs.number());
    if (problem == 0) problem = plan.Spawn(start.program, id);
    if (problem != 0) return NoProcess("the program", problem);
  }
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  if (handle.number() < 0) {
    const int problem = errno;
    ::kill(id, SIGKILL);
    Reap(id);
    return NoProcess("a handle", problem);
  }
  // From here on the process is killed and reaped with this object.
  auto process =
      std::make_unique<Process>(world.clock(), std::move(ours), std::move(handle), start.limits);
  const std::int64_t deadline_us = process->DeadlineIn(deadline_ms);
  TRY(process->Exchange(FrameKind::kStart, body, {FrameKind::kReady, 0}, deadline_us));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Worker>(new Worker(std::move(process)));
}

Worker::Worker(std::unique_ptr<Process> process) : process_(std::move(process)) {}
Worker::~Worker() = default;

base::Result<std::string> Worker::Ask(std::string_view request, std::int64_t deadline_ms) {
  CHECK(!process_->is_streaming || process_->is_dead);
  TRY(process_->CheckRequest(request));
  const std::int64_t deadline_us = process_->DeadlineIn(deadline_ms);
  const FrameLimit reply{FrameKind::kReply, process_->limits.reply_bytes};
  return process_->Exchange(FrameKind::kRequest, request, reply, deadline_us);
}

base::Result<void> Worker::Begin(std::string_view request, std::int64_t deadline_ms) {
  CHECK(!process_->is_streaming || process_->is_dead);
  TRY(process_->CheckRequest(request));
  TRY(process_->Send(FrameKind::kRequest, request, process_->DeadlineIn(deadline_ms)));
  process_->is_streaming = true;
  process_->stream_reply.clear();
  return {};
}

base::Result<void> Worker::Feed(std::string_view bytes, std::int64_t deadline_ms) {
  const std::int64_t deadline_us = process_->DeadlineIn(deadline_ms);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kMaxChunkBytes);
    TRY(process_->Feed(FrameKind::kChunk, part, deadline_us));
    bytes.remove_prefix(part.size());
  }
  return {};
}

base::Result<void> Worker::EndFeed(std::int64_t deadline_ms) {
  return process_->Feed(FrameKind::kEnd, {}, process_->DeadlineIn(deadline_ms));
}

base::Result<std::optional<std::string>> Worker::NextChunk(std::int64_t deadline_ms) {
  CHECK(process_->is_streaming);
  if (process_->is_dead) return Fail(ErrorCode::kUnavailable, "A worker process was killed");
  auto frame = process_->Receive({{FrameKind::kChunk, kMaxChunkBytes},
                                  {FrameKind::kReply, process_->limits.reply_bytes},
                                  {FrameKind::kError, kMaxErrorBytes}},
                                 process_->DeadlineIn(deadline_ms));
  // A dead worker's stream stays begun, so that asking on goes on failing.
  if (!frame) process_->is_streaming = process_->is_dead;
  Frame whole = TRY(std::move(frame));
  if (whole.kind == FrameKind::kChunk && whole.body.empty()) {
    process_->Kill();
    return Fail(ErrorCode::kUnavailable, "A worker process sent a chunk of nothing");
  }
  if (whole.kind == FrameKind::kChunk) return std::optional(std::move(whole.body));
  process_->is_streaming = false;
  process_->stream_reply = std::move(whole.body);
  return std::nullopt;
}

const std::string& Worker::stream_reply() const { return process_->stream_reply; }

bool Worker::alive() const { return !process_->is_dead && !process_->Ended(); }

void Worker::Kill() { process_->Kill(); }

}  // namespace engine
