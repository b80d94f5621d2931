// Tests of: worker.cc, worker_life.cc
#include "engine/worker.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/bytes.h"
#include "base/real_world.h"
#include "engine/frame.h"
#include "engine/testing.h"
#include "engine/worker_start.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kSlackMs = 500;

// A started worker and the world that it needs.
class TestWorker {
 public:
  explicit TestWorker(const WorkerStart& start) {
    auto worker = Worker::Start(*world_, start, kStartMs);
    if (!worker) FAIL(worker.error().Text());
    worker_ = std::move(*worker);
  }
  Worker* operator->() { return worker_.get(); }
  std::int64_t NowMs() { return world_->clock().MonotonicMicroseconds() / 1'000; }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  std::unique_ptr<Worker> worker_;
};

base::Error RefusalOf(const WorkerStart& start) {
  const auto world = base::MakeRealWorld();
  const auto worker = Worker::Start(*world, start, kStartMs);
  REQUIRE(!worker.has_value());
  return worker.error();
}

// This program in another role, without Worker's care: only the socket tells it anything.
class BareProcess {
 public:
  explicit BareProcess(std::string role = "worker") {
    int ends[2] = {};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    socket_ = std::make_unique<FrameSocket>(world_->clock(), Descriptor(ends[0]));
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], kWorkerSocket);
    std::string name = "tabularium";
    char* arguments[] = {name.data(), role.data(), nullptr};
    char* environment[] = {nullptr};
    REQUIRE(::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, arguments, environment) ==
            0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  bool Start(const WorkerStart& start, pid_t parent) {
    const std::string body = EncodeStart({start, parent}).value();
    REQUIRE(socket_->Send(FrameKind::kStart, body, std::nullopt).has_value());
    const auto frame = socket_->Receive(
        {{FrameKind::kReady, 0}, {FrameKind::kError, kMaxErrorBytes}}, std::nullopt);
    return frame.has_value() && frame->kind == FrameKind::kReady;
  }
  void Send(FrameKind kind, std::string_view body) {
    REQUIRE(socket_->Send(kind, body, std::nullopt).has_value());
  }
  std::string Receive(FrameKind kind) {
    return socket_->Receive({{kind, kMaxErrorBytes}}, std::nullopt).value().body;
  }
  void Kill() { ::kill(process_, SIGKILL); }
  // Closes the socket and gives the exit code, or -1 when a signal ended it.
  int End() {
    socket_.reset();
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  std::unique_ptr<FrameSocket> socket_;
  pid_t process_ = 0;
};

}  // namespace

// A sanitizer looks for leaks at the end, with calls that the filter punishes.
TEST_CASE("a worker whose socket closes ends in peace, DuckDB included" *
          doctest::skip(kIsSanitized)) {
  BareProcess idle;
  REQUIRE(idle.End() == 1);  // it never started
  BareProcess parses;
  REQUIRE(parses.Start(StartOf("test.echo"), ::getpid()));
  REQUIRE(parses.End() == 0);
  BareProcess queries;
  REQUIRE(queries.Start(StartOf("test.sql", WorkerProfile::kQuery), ::getpid()));
  REQUIRE(queries.End() == 0);
}

TEST_CASE("a worker takes no other start than a whole one from its parent") {
  BareProcess other;
  REQUIRE(!other.Start(StartOf("test.echo"), ::getppid()));
  REQUIRE(other.End() == 1);
  BareProcess hasty;
  hasty.Send(FrameKind::kRequest, "before the start");
  REQUIRE(hasty.End() == 1);
  BareProcess garbled;
  garbled.Send(FrameKind::kStart, "{}");
  REQUIRE(garbled.End() == 1);
  BareProcess greedy;
  WorkerStart start = StartOf("test.echo");
  start.limits.request_bytes = 10;
  REQUIRE(greedy.Start(start, ::getpid()));
  greedy.Send(FrameKind::kRequest, "more than ten bytes");
  REQUIRE((kIsSanitized || greedy.End() == 0));
}

TEST_CASE("a worker answers, again and again, also with nothing") {
  TestWorker worker(StartOf("test.echo"));
  REQUIRE(worker->Ask("hello", 1'000).value_or("no answer") == "hello");
  REQUIRE(worker->Ask("", 1'000).value_or("no answer") == "");
  REQUIRE(worker->alive());
}

TEST_CASE("a request may be as large as its limit" * doctest::skip(kIsSanitized)) {
  TestWorker worker(StartOf("test.echo"));
  const std::string much(16U << 20U, '\xFF');
  REQUIRE(worker->Ask(much, 10'000).value_or("no answer") == much);
  REQUIRE(worker->alive());
}

TEST_CASE("a request that is too large is refused, and the worker lives on") {
  TestWorker worker(StartOf("test.echo"));
  const auto reply = worker->Ask(std::string((16U << 20U) + 1, 'x'), 1'000);
  REQUIRE(!reply.has_value());
  REQUIRE(reply.error().code == ErrorCode::kTooLarge);
  REQUIRE(worker->Ask("a", 1'000).value_or("no answer") == "a");
}

TEST_CASE("a reply that is too large is refused, and the worker lives on") {
  WorkerStart start = StartOf("test.enlarge");
  start.limits.reply_bytes = 1'000;
  TestWorker worker(start);
  REQUIRE(worker->Ask("1000", 1'000)->size() == 1'000);
  const auto reply = worker->Ask("1001", 1'000);
  REQUIRE(!reply.has_value());
  REQUIRE(reply.error().code == ErrorCode::kTooLarge);
  REQUIRE(worker->alive());
}

TEST_CASE("the error of a kind arrives as it was") {
  TestWorker worker(StartOf("test.refuse"));
  for (const char* row : {"1", "2"}) {
    const auto reply = worker->Ask(row, 1'000);
    REQUIRE(!reply.has_value());
    REQUIRE(reply.error().code == ErrorCode::kConflict);
    REQUIRE(reply.error().what == "The fact");
    REQUIRE(reply.error().where == std::string("row ") + row);
    REQUIRE(reply.error().remedy == std::string("Mend it \xFF\0.", 11));
  }
  REQUIRE(worker->alive());
}

TEST_CASE("memory that ends is an error of the request" * doctest::skip(kIsSanitized)) {
  WorkerStart start = StartOf("test.exhaust");
  start.limits.memory_bytes = 256U << 20U;
  TestWorker worker(start);
  const auto reply = worker->Ask("", 10'000);
  REQUIRE(!reply.has_value());
  REQUIRE(reply.error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a worker that breaks the rules is dead, in time, and the server is not harmed") {
  for (const char* how :
       {"crash in mid-reply", "segfault in mid-reply", "lie", "half a head", "half a frame", "drip",
        "unknown kind", "ready again", "error that is none", "mute", "spin"}) {
    CAPTURE(how);
    TestWorker worker(StartOf("test.misbehave"));
    const std::int64_t begin_ms = worker.NowMs();
    const auto reply = worker->Ask(how, 300);
    const std::int64_t spent_ms = worker.NowMs() - begin_ms;
    REQUIRE(!reply.has_value());
    REQUIRE(reply.error().code == ErrorCode::kUnavailable);
    REQUIRE(spent_ms < 300 + kSlackMs);
    REQUIRE(!worker->alive());
    REQUIRE(!worker->Ask("mute", 300).has_value());
  }
}

TEST_CASE("frames that nobody asked for end the worker at the latest with its next answer") {
  TestWorker worker(StartOf("test.misbehave"));
  REQUIRE(worker->Ask("flood", 1'000)->size() == 1'000);
  // A hijacked worker may answer what it likes, but only in frames, and it is killed with us.
  REQUIRE(worker->Ask("flood", 1'000)->size() == 1'000);
}

TEST_CASE("a worker that does not read holds nobody beyond the deadline") {
  TestWorker worker(StartOf("test.misbehave"));
  REQUIRE(!worker->Ask("half a head", 100).has_value());
  TestWorker other(StartOf("test.misbehave"));
  REQUIRE(other->Ask("flood", 1'000).has_value());  // it only writes now
  const std::string much(16U << 20U, 'x');
  const std::int64_t begin_ms = other.NowMs();
  const auto reply = other->Ask(much, 300);
  REQUIRE(!reply.has_value());
  REQUIRE(other.NowMs() - begin_ms < 300 + kSlackMs);
}

TEST_CASE("Kill from another thread ends a request under way") {
  TestWorker worker(StartOf("test.misbehave"));
  std::jthread killer([&] { worker->Kill(); });
  const auto reply = worker->Ask("mute", 60'000);
  REQUIRE(!reply.has_value());
  REQUIRE(!worker->alive());
}

TEST_CASE("what does not start says why") {
  WorkerStart start = StartOf("test.echo");
  start.program = "/nonexistent/program";
  REQUIRE(RefusalOf(start).code == ErrorCode::kUnavailable);
  start.program = "/bin/true";  // it ends at once
  REQUIRE(RefusalOf(start).code == ErrorCode::kUnavailable);
  REQUIRE(RefusalOf(StartOf("test.none")).what == "There is no such kind of worker");
  start = StartOf("test.sql", WorkerProfile::kQuery);
  start.kind = "test.echo";
  REQUIRE(RefusalOf(start).what == "A kind of worker has another profile");
  start = StartOf("test.sql", WorkerProfile::kQuery);
  start.readable_files = {"/nonexistent/file"};
  REQUIRE(RefusalOf(start).code == ErrorCode::kNotFound);
  start.library_path = "/nonexistent/library";
  REQUIRE(RefusalOf(start).code == ErrorCode::kUnavailable);
}

TEST_CASE("a start that contradicts itself is refused before a process is made") {
  WorkerStart start = StartOf("test.echo");
  start.readable_files = {"/etc/passwd"};
  REQUIRE(RefusalOf(start).code == ErrorCode::kInvalid);
  start = StartOf("test.sql", WorkerProfile::kQuery);
  start.writable_folder = "/tmp";
  REQUIRE(RefusalOf(start).code == ErrorCode::kInvalid);
  start = StartOf("test.write", WorkerProfile::kTrusted);
  REQUIRE(RefusalOf(start).code == ErrorCode::kInvalid);
  start = StartOf("test.echo");
  start.limits.reply_bytes = 1ULL << 32U;
  REQUIRE(RefusalOf(start).code == ErrorCode::kInvalid);
  start = StartOf("test.echo");
  start.sandbox.max_landlock_abi = 0;
  REQUIRE(RefusalOf(start).code == ErrorCode::kUnavailable);
}

TEST_CASE("a worker starts without a sandbox only when that is asked for by name") {
  WorkerStart start = StartOf("test.echo");
  start.sandbox = {.max_landlock_abi = 0, .run_without_sandbox_at_my_own_risk = true};
  TestWorker worker(start);
  REQUIRE(worker->Ask("a", 1'000).value_or("no answer") == "a");
}

TEST_CASE("a worker dies with the server, even in the midst of a request") {
  BareProcess server("server");  // RunServer of test_kinds.h
  const auto worker = base::ParseDecimal(server.Receive(FrameKind::kReply));
  REQUIRE(worker.has_value());
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, *worker, 0)));
  REQUIRE(handle.number() >= 0);
  server.Kill();
  pollfd end{handle.number(), POLLIN, 0};
  REQUIRE(::poll(&end, 1, 2'000) == 1);
  REQUIRE(server.End() == -1);
}

}  // namespace engine
