// What a worker process does: a kind of work, by name, as a function from bytes to bytes.
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

// What a kind is given besides the request.
struct WorkerContext {
  Duckdb* duckdb = nullptr;                 // null under kParse
  std::vector<std::string> readable_files;  // as granted at the start
};

struct WorkerKind {
  WorkerProfile profile = WorkerProfile::kParse;
  std::function<base::Result<std::string>(const WorkerContext& context, std::string_view request)>
      run;
};

using WorkerKinds = std::map<std::string, WorkerKind, std::less<>>;

}  // namespace engine
