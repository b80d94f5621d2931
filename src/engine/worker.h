// A sandboxed worker process, as the server sees it: started, asked, killed.
//
// The worker is this same program, started as `tabularium worker`, with an empty environment, a
// socket and nothing else. Before it sees a request it gives up everything it does not need
// (sandbox.h). It is trusted with nothing: the size and kind of each frame that it sends are
// checked before they are read, and it is killed at its deadline.
//
// Thread safety: a Worker belongs to one thread at a time; Kill may be called from any. Workers are
// started from a thread that lives as long as the server, since their death follows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "engine/sandbox.h"
#include "engine/worker_kind.h"

namespace engine {

// Limits of one worker; each has the name by which it can be set.
struct WorkerLimits {
  std::uint64_t memory_bytes = 3ULL << 30U;  // of private writable memory (RLIMIT_DATA)
  std::uint64_t duckdb_memory_bytes = 1ULL << 30U;
  std::uint64_t cpu_s = 600;  // of its life
  std::uint64_t open_files = 256;
  std::uint64_t written_file_bytes = 64ULL << 30U;  // kTrusted alone; 0 for the others
  unsigned threads = 2;
  std::uint64_t request_bytes = 16ULL << 20U;
  std::uint64_t reply_bytes = 64ULL << 20U;

  bool operator==(const WorkerLimits&) const = default;
};

struct WorkerStart {
  std::string program = "/proc/self/exe";
  std::string library_path;  // libduckdb.so; empty under kParse
  std::string kind;          // name in WorkerKinds
  WorkerProfile profile = WorkerProfile::kParse;
  std::vector<std::string> readable_files;
  std::optional<std::string> writable_folder;  // kTrusted alone
  WorkerLimits limits;
  SandboxOptions sandbox;

  bool operator==(const WorkerStart&) const = default;
};

class Worker {
 public:
  // Starts a process and waits until it says that it is ready, at most `deadline_ms`. kUnavailable
  // when it does not, or when the kernel cannot sandbox; kNotFound when a named file is not there;
  // kInvalid when the start contradicts itself or the kind.
  static base::Result<std::unique_ptr<Worker>> Start(base::World& world, const WorkerStart& start,
                                                     std::int64_t deadline_ms);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  // kills it, and waits for its end

  // Sends a request and gives the reply. An Error that the kind returned comes back as it was, with
  // each text cut to 16 KiB. kTooLarge when the request is, and kUnavailable when the worker
  // crashed, sent what it may not, or did not answer in time: it is dead then, and this object is
  // of no more use.
  base::Result<std::string> Ask(std::string_view request, std::int64_t deadline_ms);

  // A streamed answer: Begin, then NextChunk until it gives nothing, then stream_reply. Nothing is
  // held here but the chunk that is given: a reader that stops makes the worker wait. Both fail as
  // Ask does, and after a failure the stream is over. After Kill, from whatever thread, NextChunk
  // fails at once with kUnavailable, also while it waits, and gives nothing more of what the worker
  // had sent. A stream that is not read to its end can only be killed.
  base::Result<void> Begin(std::string_view request, std::int64_t deadline_ms);
  // Between Begin and NextChunk, for kinds that are fed: any number of bytes in any pieces, and
  // then EndFeed. An Error that the worker sent meanwhile is given here; it is dead then as well.
  base::Result<void> Feed(std::string_view bytes, std::int64_t deadline_ms);
  base::Result<void> EndFeed(std::int64_t deadline_ms);
  // At most kMaxChunkBytes (frame.h), never empty.
  base::Result<std::optional<std::string>> NextChunk(std::int64_t deadline_ms);
  // What the worker said after its last chunk.
  [[nodiscard]] const std::string& stream_reply() const;

  [[nodiscard]] bool alive() const;
  void Kill();

 private:
  struct Process;
  explicit Worker(std::unique_ptr<Process> process);
  std::unique_ptr<Process> process_;
};

// The whole life of a worker process, for `tabularium worker`: reads its start from the socket on
// descriptor 3, puts on the sandbox, serves requests until the socket closes. Returns the exit code
// of the process.
int RunWorker(const WorkerKinds& kinds);

}  // namespace engine
