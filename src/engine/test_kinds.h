// Kinds of work for the tests of workers, and what a stranger's SQL or a hijacked one would try.
//
// Header only: the kinds are in the test program alone. Each is pure, apart from what it attacks.
#pragma once

#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/real_world.h"
#include "engine/batch_reader.h"
#include "engine/frame.h"
#include "engine/parquet_sink.h"
#include "engine/query_run.h"
#include "engine/testing.h"
#include "engine/token_kind_test.h"
#include "engine/worker.h"
#include "engine/worker_start.h"

namespace engine {

// A probe gives 0 or more when it got through, and a negative number with errno when not.
struct Probe {
  std::string folder;  // that the worker may not write to, or may, under kTrusted
  pid_t server = 0;

  // Plain system calls: what hijacked code would use.
  long Call(long number, auto... arguments) const { return ::syscall(number, arguments...); }
  long Open(const std::string& path, int flags) const {
    return Call(SYS_openat, AT_FDCWD, path.c_str(), flags, 0600);
  }
  long OpenOfServer(const std::string& name) const {
    return Open("/proc/" + std::to_string(server) + name, O_RDONLY);
  }
  long LinkOfServer(const std::string& name) const {
    std::string link(4'096, '\0');
    const std::string path = "/proc/" + std::to_string(server) + name;
    return Call(SYS_readlink, path.c_str(), link.data(), link.size());
  }
  [[nodiscard]] std::string In(const char* name) const { return folder + "/" + name; }
};

using Probes = std::map<std::string, long (*)(const Probe&), std::less<>>;

inline long MakeThread(const Probe&) {
  pthread_t thread{};
  // tidy: allow thread because the bare call is what is probed
  const int problem = ::pthread_create(&thread, nullptr, [](void* none) { return none; }, nullptr);
  if (problem == 0) ::pthread_join(thread, nullptr);
  errno = problem;
  return -problem;
}

inline long ReadServerMemory(const Probe& probe) {
  std::string mine(8, 'x');
  const iovec local{mine.data(), mine.size()};
  const iovec remote{&errno, mine.size()};
  return ::process_vm_readv(probe.server, &local, 1, &remote, 1, 0);
}

inline long MapWritableCode(const Probe& probe) {
  const long page = probe.Call(SYS_mmap, nullptr, 4096, PROT_WRITE | PROT_EXEC,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == -1 ? -1 : 0;
}

inline long Fork(const Probe& probe) {
  const long child = probe.Call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) ::_exit(0);
  return child;
}

inline long Execute(const Probe&) {
  char* none[] = {nullptr};
  return ::execve("/bin/true", none, none);
}

// Reading, and looking at the server.
inline const Probes& LookingProbes() {
  static const Probes probes = {
      {"passwd", [](const Probe& p) { return p.Open("/etc/passwd", O_RDONLY); }},
      {"secret", [](const Probe& p) { return p.Open(p.In("secret"), O_RDONLY); }},
      {"folder", [](const Probe& p) { return p.Open(p.folder, O_RDONLY | O_DIRECTORY); }},
      {"self environ", [](const Probe& p) { return p.Open("/proc/self/environ", O_RDONLY); }},
      {"server environ", [](const Probe& p) { return p.OpenOfServer("/environ"); }},
      {"server memory", [](const Probe& p) { return p.OpenOfServer("/mem"); }},
      {"server descriptors", [](const Probe& p) { return p.OpenOfServer("/fd"); }},
      {"server command line", [](const Probe& p) { return p.OpenOfServer("/cmdline"); }},
      {"server program", [](const Probe& p) { return p.LinkOfServer("/exe"); }},
      {"server working folder", [](const Probe& p) { return p.LinkOfServer("/cwd"); }},
      {"server descriptor 0", [](const Probe& p) { return p.LinkOfServer("/fd/0"); }},
      {"server status", [](const Probe& p) { return p.OpenOfServer("/status"); }},
      {"read server memory", ReadServerMemory},
      {"ptrace", [](const Probe& p) { return ::ptrace(PTRACE_ATTACH, p.server, 0, 0); }},
      {"kill", [](const Probe& p) -> long { return ::kill(p.server, 0); }},
      {"tgkill", [](const Probe& p) { return p.Call(SYS_tgkill, p.server, p.server, 0); }},
      {"take a descriptor", [](const Probe& p) { return p.Call(SYS_pidfd_open, p.server, 0); }},
  };
  return probes;
}

// Powers: other processes, code, sockets, kernel parts that are rich in faults.
inline const Probes& PowerProbes() {
  static const Probes probes = {
      {"socket", [](const Probe&) -> long { return ::socket(AF_INET, SOCK_STREAM, 0); }},
      {"unix socket", [](const Probe&) -> long { return ::socket(AF_UNIX, SOCK_STREAM, 0); }},
      {"socket pair",
       [](const Probe& p) {
         int ends[2];
         return p.Call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends);
       }},
      {"fork", Fork},
      {"execve", Execute},
      {"unshare", [](const Probe&) -> long { return ::unshare(CLONE_NEWUSER); }},
      {"clone3", [](const Probe& p) { return p.Call(SYS_clone3, nullptr, 0); }},
      {"memfd", [](const Probe& p) { return p.Call(SYS_memfd_create, "x", 0); }},
      {"writable code", MapWritableCode},
      {"personality", [](const Probe& p) { return p.Call(SYS_personality, 0x0400000); }},
      {"io_uring",
       [](const Probe& p) {
         io_uring_params parameters{};
         return p.Call(SYS_io_uring_setup, 8, &parameters);
       }},
      {"userfaultfd", [](const Probe& p) { return p.Call(SYS_userfaultfd, 0); }},
      {"bpf", [](const Probe& p) { return p.Call(SYS_bpf, 0, nullptr, 0); }},
      {"perf", [](const Probe& p) { return p.Call(SYS_perf_event_open, nullptr, 0, -1, -1, 0); }},
      {"keyctl", [](const Probe& p) { return p.Call(SYS_keyctl, 0, -3, 0, 0, 0); }},
      {"x32 getpid", [](const Probe& p) { return p.Call(0x40000000 | SYS_getpid); }},
      {"raise limit",
       [](const Probe& p) {
         const std::uint64_t more[2] = {1U << 20U, 1U << 20U};
         return p.Call(SYS_prlimit64, 0, 7, more, nullptr);
       }},
      {"dumpable", [](const Probe& p) { return p.Call(SYS_prctl, 4, 1, 0, 0, 0); }},
  };
  return probes;
}

// Changing what lies in the folder: "victim" is a file there.
inline const Probes& ChangingProbes() {
  static const Probes probes = {
      {"create", [](const Probe& p) { return p.Open(p.In("new"), O_CREAT | O_WRONLY); }},
      {"create unread", [](const Probe& p) { return p.Open(p.In("new"), O_CREAT | O_RDONLY); }},
      {"overwrite", [](const Probe& p) { return p.Open(p.In("victim"), O_WRONLY); }},
      {"truncate", [](const Probe& p) { return p.Call(SYS_truncate, p.In("victim").c_str(), 0); }},
      {"truncate by reading",
       [](const Probe& p) { return p.Open(p.In("victim"), O_RDONLY | O_TRUNC); }},
      {"nameless file", [](const Probe& p) { return p.Open(p.folder, O_TMPFILE | O_RDWR); }},
      {"mkdir", [](const Probe& p) { return p.Call(SYS_mkdir, p.In("folder").c_str(), 0700); }},
      {"mkdirat",
       [](const Probe& p) { return p.Call(SYS_mkdirat, AT_FDCWD, p.In("folder").c_str(), 0700); }},
      {"unlink", [](const Probe& p) { return p.Call(SYS_unlink, p.In("victim").c_str()); }},
      {"rename",
       [](const Probe& p) {
         return p.Call(SYS_rename, p.In("victim").c_str(), p.In("moved").c_str());
       }},
      {"link",
       [](const Probe& p) {
         return p.Call(SYS_link, p.In("victim").c_str(), p.In("linked").c_str());
       }},
      {"symlink",
       [](const Probe& p) { return p.Call(SYS_symlink, "/etc/passwd", p.In("linked").c_str()); }},
      {"chmod", [](const Probe& p) { return p.Call(SYS_chmod, p.In("victim").c_str(), 0777); }},
      {"chown", [](const Probe& p) { return p.Call(SYS_chown, p.In("victim").c_str(), 1, 1); }},
      {"touch",
       [](const Probe& p) {
         return p.Call(SYS_utimensat, AT_FDCWD, p.In("victim").c_str(), nullptr, 0);
       }},
      {"attribute",
       [](const Probe& p) {
         return p.Call(SYS_setxattr, p.In("victim").c_str(), "user.x", "y", 1, 0);
       }},
      {"pipe", [](const Probe& p) { return p.Call(SYS_mknod, p.In("pipe").c_str(), 0010600, 0); }},
  };
  return probes;
}

// What a worker may do; the tests see that it still can.
inline const Probes& HarmlessProbes() {
  static const Probes probes = {{"thread", MakeThread}};
  return probes;
}

// A request is "name|folder|server". The reply is "got through" or "refused: <errno>".
inline base::Result<std::string> RunProbe(const WorkerContext&, std::string_view request) {
  const auto parts = base::Split(request, '|', 3);
  const Probe probe{std::string(parts[1]),
                    static_cast<pid_t>(base::ParseDecimal(parts[2]).value_or(0))};
  for (const Probes* probes :
       {&LookingProbes(), &PowerProbes(), &ChangingProbes(), &HarmlessProbes()}) {
    const auto found = probes->find(parts[0]);
    if (found == probes->end()) continue;
    errno = 0;
    const long result = found->second(probe);
    if (result >= 0) return "got through";
    return "refused: " + std::to_string(errno);
  }
  return base::Fail(base::ErrorCode::kNotFound, "No such probe", std::string(parts[0]));
}

// --- a worker that breaks the rules of the socket -----------------------------------------------

inline void SendRaw(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(3, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) ::_exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline std::string Head(std::uint32_t kind, std::uint32_t size) {
  std::string head;
  base::AppendLittle32(head, kind);
  base::AppendLittle32(head, size);
  return head;
}

// Waits, without end, in a call that every profile has.
[[noreturn]] inline void Hang() {
  timespec hour{3'600, 0};
  for (;;) ::clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, nullptr);
}

inline constexpr std::uint32_t kReplyFrame = 4;
inline constexpr std::uint32_t kChunkFrame = 6;

// What is sent before the worker falls silent.
inline std::map<std::string, std::string, std::less<>> Breaches() {
  const std::string kilobyte(1'000, 'x');
  return {
      {"lie", Head(kReplyFrame, 0xFFFFFFF0)},
      {"half a head", Head(kReplyFrame, 5).substr(0, 3)},
      {"half a frame", Head(kReplyFrame, 2'000) + kilobyte},
      {"unknown kind", Head(77, 4) + "abcd"},
      {"ready again", Head(2, 0)},
      {"error that is none", Head(5, 4) + "abcd"},
      {"chunk", Head(kChunkFrame, 4) + "abcd"},
      {"chunk of nothing", Head(kChunkFrame, 0)},
      {"large chunk", Head(kChunkFrame, (256U << 10U) + 1) + kilobyte},
      {"half a chunk", Head(kChunkFrame, 2'000) + kilobyte},
  };
}

inline base::Result<std::string> Misbehave(const WorkerContext&, std::string_view how) {
  const std::string kilobyte(1'000, 'x');
  if (how == "crash in mid-reply") {
    SendRaw(Head(kReplyFrame, 2'000) + kilobyte);
    std::abort();
  }
  if (how == "segfault in mid-reply") {
    SendRaw(Head(kReplyFrame, 2'000) + kilobyte);
    ::raise(SIGSEGV);
    *reinterpret_cast<volatile int*>(8) = 1;
  }
  if (how == "answer and hang") {
    const std::string number = std::to_string(::getpid());
    SendRaw(Head(kReplyFrame, static_cast<std::uint32_t>(number.size())) + number);
  }
  if (const auto breaches = Breaches(); breaches.contains(how)) SendRaw(breaches.find(how)->second);
  if (how == "drip") {
    SendRaw(Head(kReplyFrame, 1U << 20U));
    timespec moment{0, 20'000'000};
    for (;;) SendRaw("x"), ::clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
  }
  if (how == "chunk and crash") SendRaw(Head(kChunkFrame, 4) + "abcd"), std::abort();
  if (how == "flood") {
    for (;;) SendRaw(Head(kReplyFrame, 1'000) + kilobyte);
  }
  if (how == "spin") {
    for (volatile unsigned turns = 0;; turns = turns + 1) {
    }
  }
  Hang();  // also "mute"
}

// --- plain kinds --------------------------------------------------------------------------------

inline base::Result<std::string> Echo(const WorkerContext&, std::string_view request) {
  return std::string(request);
}

inline base::Result<std::string> Refuse(const WorkerContext&, std::string_view request) {
  return base::Fail(base::ErrorCode::kConflict, "The fact", "row " + std::string(request),
                    std::string("Mend it \xFF\0.", 11));
}

inline base::Result<std::string> Exhaust(const WorkerContext&, std::string_view) {
  std::string all;
  for (;;) all.append(std::size_t{1} << 20U, 'x');
}

inline base::Result<std::string> Enlarge(const WorkerContext&, std::string_view request) {
  return std::string(base::ParseDecimal(request).value_or(0), 'x');
}

// A stream: "<pieces>|<bytes of each>|<how it ends>", where "fail" ends it with an error, "hang"
// never, "crash" by a crash, and all else with itself as the reply.
inline base::Result<std::string> Flow(const WorkerContext&, std::string_view request,
                                      ChunkSink& chunks) {
  const auto parts = base::Split(request, '|', 3);
  const std::string piece(base::ParseDecimal(parts[1]).value_or(0), 'x');
  for (std::uint64_t left = base::ParseDecimal(parts[0]).value_or(0); left > 0; --left) {
    TRY(chunks.Write(piece));
  }
  if (parts[2] == "fail") return base::Fail(base::ErrorCode::kConflict, "Failed as asked");
  if (parts[2] == "crash") std::abort();
  return parts[2] == "hang" ? (Hang(), "") : std::string(parts[2]);
}

inline base::Result<std::string> ProcessNumber(const WorkerContext&, std::string_view request) {
  if (request == "fail") return base::Fail(base::ErrorCode::kConflict, "Failed as asked");
  return std::to_string(::getpid());
}

// The stranger's SQL as it stands, which the product never runs: statements apart by ";; ". The
// reply is the last one's values; an error of an earlier one is passed over.
inline base::Result<std::string> RunSqlOn(Duckdb& duckdb, const WorkerContext& context,
                                          std::string_view request) {
  if (!context.readable_files.empty()) {
    TRY(duckdb.Execute("CREATE VIEW IF NOT EXISTS small AS FROM read_parquet(" +
                       SqlText(context.readable_files[0]) + ")"));
  }
  for (;;) {
    const std::size_t cut = request.find(";; ");
    auto table = duckdb.Query(std::string(request.substr(0, cut)), 10'000);
    if (cut != std::string_view::npos) {
      request.remove_prefix(cut + 3);
      continue;
    }
    if (!table) return base::Fail(std::move(table).error());
    std::string text;
    for (const auto& row : table->rows) {
      for (const auto& value : row) text += value.value_or("null") + "\n";
    }
    return text;
  }
}

inline base::Result<std::string> RunSql(const WorkerContext& context, std::string_view request) {
  return RunSqlOn(*context.duckdb, context, request);
}

// The same on a database whose own settings allow every file, so that only the kernel forbids.
inline base::Result<std::string> RunSqlUnlocked(const WorkerContext& context,
                                                std::string_view request) {
  const auto duckdb = TRY(Duckdb::Open({.library_path = TestLibrary(), .writable_folder = ""}));
  return RunSqlOn(*duckdb, context, request);
}

inline WorkerKinds TestKinds() {
  return {{"test.echo", {WorkerProfile::kParse, Echo}},
          {"test.refuse", {WorkerProfile::kParse, Refuse}},
          {"test.exhaust", {WorkerProfile::kParse, Exhaust}},
          {"test.enlarge", {WorkerProfile::kParse, Enlarge}},
          {"test.process", {WorkerProfile::kParse, ProcessNumber}},
          {"test.misbehave", {WorkerProfile::kParse, Misbehave}},
          {"test.probe.parse", {WorkerProfile::kParse, RunProbe}},
          {"test.probe.query", {WorkerProfile::kQuery, RunProbe}},
          {"test.probe.trusted", {WorkerProfile::kTrusted, RunProbe}},
          {"test.sql", {WorkerProfile::kQuery, RunSql}},
          {"test.sql.unlocked", {WorkerProfile::kQuery, RunSqlUnlocked}},
          {"test.write", {WorkerProfile::kTrusted, RunSql}},
          {"test.token", {WorkerProfile::kTrusted, RunTokenSql}},
          {"test.flow", {.profile = WorkerProfile::kParse, .stream = Flow}},
          {"query.run", QueryRunKind()},
          {"table.read", TableReadKind()},
          {"table.write", TableWriteKind()}};
}

// A server with a worker in the midst of a request, for `engine_test server`: tells the number of
// the worker's process on descriptor 3, and waits. Returns only when something is amiss.
inline int RunServer() {
  const auto world = base::MakeRealWorld();
  FrameSocket socket(world->clock(), Descriptor(kWorkerSocket));
  auto worker = Worker::Start(*world, StartOf("test.misbehave"), kStartMs);
  if (!worker) return 1;
  const auto number = (*worker)->Ask("answer and hang", kStartMs);
  if (!number || !socket.Send(FrameKind::kReply, *number, std::nullopt)) return 1;
  (void)socket.Receive({}, std::nullopt);
  return 0;
}

}  // namespace engine
