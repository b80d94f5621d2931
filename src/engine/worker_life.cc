// The worker's own side: from its start to its end, in the process that trusts no request.
//
// The order of the steps is what makes it safe; docs/decisions/0006-sandboxed-workers.md says why.
// Until the walls are up there is one thread, and nothing hostile has been read.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "base/format.h"
#include "base/real_world.h"
#include "engine/descriptor.h"
#include "engine/frame.h"
#include "engine/sandbox.h"
#include "engine/worker.h"
#include "engine/worker_start.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

// What a worker writes is for its owner alone, as every file of a home is.
constexpr unsigned kOthersModeBits = 077;

// A worker that is ready.
struct Life {
  const WorkerKind* kind = nullptr;
  std::unique_ptr<Duckdb> duckdb;
  WorkerContext context;
  WorkerLimits limits;
};

base::Result<const WorkerKind*> KindOf(const WorkerKinds& kinds, const WorkerStart& start) {
  const auto found = kinds.find(start.kind);
  if (found == kinds.end()) {
    return Fail(ErrorCode::kInvalid, "There is no such kind of worker", start.kind);
  }
  if (found->second.profile != start.profile) {
    return Fail(ErrorCode::kInvalid, "A kind of worker has another profile", start.kind);
  }
  return &found->second;
}

SandboxPlan PlanOf(const WorkerStart& start, const SandboxSupport& support) {
  const WorkerLimits& limits = start.limits;
  const bool writes = start.profile == WorkerProfile::kTrusted;
  return {.profile = start.profile,
          .readable_files = start.readable_files,
          .writable_folder = start.writable_folder,
          .memory_bytes = limits.memory_bytes,
          .cpu_s = limits.cpu_s,
          .open_files = limits.open_files,
          .written_file_bytes = writes ? limits.written_file_bytes : 0,
          .landlock_abi = std::min(support.landlock_abi, start.sandbox.max_landlock_abi),
          .seccomp = support.seccomp};
}

// The library is loaded before the walls, so that these need not show it nor allow new code, and
// opened behind them, because opening starts threads.
base::Result<Life> Prepare(const WorkerKinds& kinds, StartFrame frame) {
  WorkerStart& start = frame.start;
  // The server may have died before it was the one whose death ends this process.
  if (::getppid() != frame.parent) return Fail(ErrorCode::kUnavailable, "The server is gone");
  Life life;
  life.kind = TRY(KindOf(kinds, start));
  const bool needs_duckdb = start.profile != WorkerProfile::kParse;
  if (needs_duckdb) TRY(Duckdb::Load(start.library_path));
  const SandboxSupport support = ProbeSandbox();
  TRY(CheckSandbox(support, start.sandbox));
  TRY(PutOnSandbox(PlanOf(start, support)));
  if (needs_duckdb) {
    life.duckdb = TRY(Duckdb::Open({.library_path = start.library_path,
                                    .threads = start.limits.threads,
                                    .memory_bytes = start.limits.duckdb_memory_bytes,
                                    .readable_files = start.readable_files,
                                    .writable_folder = start.writable_folder}));
  }
  life.context = {.duckdb = life.duckdb.get(),
                  .readable_files = std::move(start.readable_files),
                  .writable_folder = std::move(start.writable_folder)};
  life.limits = start.limits;
  return life;
}

// Sends in chunks what is written in pieces.
class Chunks final : public ChunkSink {
 public:
  explicit Chunks(FrameSocket& socket) : socket_(socket) {}

  base::Result<void> Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      if (pending_.empty() && bytes.size() >= kMaxChunkBytes) {  // no copy
        TRY(socket_.Send(FrameKind::kChunk, bytes.substr(0, kMaxChunkBytes), std::nullopt));
        bytes.remove_prefix(kMaxChunkBytes);
        continue;
      }
      const std::string_view part = bytes.substr(0, kMaxChunkBytes - pending_.size());
      pending_ += part;
      bytes.remove_prefix(part.size());
      if (pending_.size() == kMaxChunkBytes) TRY(Flush());
    }
    return {};
  }
  base::Result<void> Flush() {
    if (pending_.empty()) return {};
    TRY(socket_.Send(FrameKind::kChunk, pending_, std::nullopt));
    pending_.clear();
    return {};
  }

 private:
  FrameSocket& socket_;
  std::string pending_;  // less than a chunk
};

// What the server feeds after a request.
class Inputs final : public ChunkSource {
 public:
  explicit Inputs(FrameSocket& socket) : socket_(socket) {}

  base::Result<std::optional<std::string>> Next() override {
    if (ended_) return std::nullopt;
    Frame frame = TRY(
        socket_.Receive({{FrameKind::kChunk, kMaxChunkBytes}, {FrameKind::kEnd, 0}}, std::nullopt));
    if (frame.kind == FrameKind::kChunk) return std::optional(std::move(frame.body));
    ended_ = true;
    return std::nullopt;
  }

 private:
  FrameSocket& socket_;
  bool ended_ = false;
};

// What a kind throws, or a library that it calls, ends here: memory has a limit, so bad_alloc is a
// thing to expect.
base::Result<std::string> Run(Life& life, std::string_view request, FrameSocket& socket) {
  try {
    Chunks chunks(socket);
    Inputs inputs(socket);
    life.context.input = &inputs;
    auto reply = life.kind->stream ? life.kind->stream(life.context, request, chunks)
                                   : life.kind->run(life.context, request);
    if (reply) TRY(chunks.Flush());
    if (reply && reply->size() > life.limits.reply_bytes) {
      return Fail(ErrorCode::kTooLarge,
                  Format("A worker's reply has more than {} bytes", life.limits.reply_bytes), {},
                  "Ask for less at once.");
    }
    return reply;
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kTooLarge, "The work needs more memory than a worker may use", {},
                "Ask for less at once.");
  } catch (const std::exception&) {  // its text may hold values
    return Fail(ErrorCode::kInternal, "A worker's work ended in an exception");
  }
}

base::Result<void> Answer(FrameSocket& socket, Life& life) {
  const Frame request =
      TRY(socket.Receive({{FrameKind::kRequest, life.limits.request_bytes}}, std::nullopt));
  const auto reply = Run(life, request.body, socket);
  if (reply) return socket.Send(FrameKind::kReply, *reply, std::nullopt);
  return socket.Send(FrameKind::kError, EncodeError(reply.error()), std::nullopt);
}

base::Result<Life> Begin(FrameSocket& socket, const WorkerKinds& kinds) {
  const Frame frame = TRY(socket.Receive({{FrameKind::kStart, kMaxStartBytes}}, std::nullopt));
  auto life = Prepare(kinds, TRY(DecodeStart(frame.body)));
  if (!life) TRY(socket.Send(FrameKind::kError, EncodeError(life.error()), std::nullopt));
  return life;
}

}  // namespace

int RunWorker(const WorkerKinds& kinds) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return 1;
  if (::close_range(kWorkerSocket + 1, ~0U, 0) != 0) return 1;
  ::syscall(SYS_umask, kOthersModeBits);
  const auto world = base::MakeRealWorld();
  FrameSocket socket(world->clock(), Descriptor(kWorkerSocket));
  auto life = Begin(socket, kinds);
  if (!life || !socket.Send(FrameKind::kReady, {}, std::nullopt)) return 1;
  while (Answer(socket, *life)) {  // until the server closes the socket
  }
  return 0;
}

}  // namespace engine
