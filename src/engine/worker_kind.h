// What a worker process does: a kind of work, by name, as a function from bytes to bytes, or to a
// stream of bytes.
//
// cli registers the kinds of all domains with engine and runs `tabularium worker`; so a domain
// above engine can have its hostile input parsed in a sandbox without engine knowing of it. A kind
// runs after the sandbox is closed; what it may touch is what its profile and the files named at
// the start allow.
//
// Thread safety: values. A kind runs in one thread of a process of its own.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/duckdb.h"

namespace engine {

enum class WorkerProfile : unsigned char {
  kParse,    // no file, no thread, no DuckDB: bytes in, bytes out
  kQuery,    // DuckDB over named files, read-only
  kTrusted,  // DuckDB over named files and one writable folder
};

// The bytes that a worker is fed with after its request.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  // The next bytes, never none; nothing when all have come.
  virtual base::Result<std::optional<std::string>> Next() = 0;
};

// What a kind is given besides the request.
struct WorkerContext {
  Duckdb* duckdb = nullptr;                                   // null under kParse
  std::vector<std::string> readable_files = {};               // as granted at the start
  std::optional<std::string> writable_folder = std::nullopt;  // likewise; kTrusted alone
  ChunkSource* input = nullptr;  // for kinds that are fed; each must read it to its end
};

// Takes the bytes of a streamed answer, in any pieces, and passes them on in chunks.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  // Waits while the reader is not ready. An Error means that nobody reads any more.
  virtual base::Result<void> Write(std::string_view bytes) = 0;
};

// Has either `run` or `stream`.
struct WorkerKind {
  WorkerProfile profile = WorkerProfile::kParse;
  std::function<base::Result<std::string>(const WorkerContext& context, std::string_view request)>
      run = nullptr;
  // Writes the answer to `chunks`, and gives the reply that follows them.
  std::function<base::Result<std::string>(const WorkerContext& context, std::string_view request,
                                          ChunkSink& chunks)>
      stream = nullptr;
};

using WorkerKinds = std::map<std::string, WorkerKind, std::less<>>;

}  // namespace engine
