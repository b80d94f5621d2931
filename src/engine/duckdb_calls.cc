#include "engine/internal/duckdb_calls.h"

#include <dlfcn.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/json_text.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;

constexpr std::size_t kMaxMessageBytes = 4'000;
constexpr const char* kLibraryRemedy =
    "Put libduckdb.so of the version that tools/third_party.lock names there.";

// The loader knows by its name a library that is loaded already, so under the sandbox this opens no
// file. RTLD_NOW: nothing is left to bind later, when pages may no longer become executable.
base::Result<void*> Library(const std::string& path) {
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return Fail(ErrorCode::kUnavailable, "The DuckDB library cannot be loaded", path,
                kLibraryRemedy);
  }
  return library;
}

// The C API tells the class of a failure only for some calls, but every text begins with it.
ErrorCode CodeOf(std::string_view message) {
  constexpr std::array<std::string_view, 3> kFullDisk = {"File too large", "No space left",
                                                         "Disk quota exceeded"};
  for (const std::string_view each : kFullDisk) {
    if (message.find(each) != std::string_view::npos) return ErrorCode::kStorageFull;
  }
  constexpr std::array<std::pair<std::string_view, ErrorCode>, 5> kClasses = {{
      {"Out of Memory", ErrorCode::kTooLarge},
      {"Permission", ErrorCode::kForbidden},
      {"IO ", ErrorCode::kUnavailable},
      {"INTERNAL", ErrorCode::kInternal},
      {"FATAL", ErrorCode::kInternal},
  }};
  for (const auto& [start, code] : kClasses) {
    if (message.starts_with(start)) return code;
  }
  return ErrorCode::kInvalid;
}

}  // namespace

base::Result<Calls> CallsOf(const std::string& path) {
  void* library = TRY(Library(path));
  Calls calls;
  calls.library = library;
#define FIND(name)                                                                        \
  calls.name = reinterpret_cast<decltype(calls.name)>(::dlsym(library, "duckdb_" #name)); \
  if (calls.name == nullptr) {                                                            \
    return Fail(ErrorCode::kUnavailable, "The DuckDB library lacks duckdb_" #name, path,  \
                kLibraryRemedy);                                                          \
  }
  DUCKDB_CALLS(FIND)
#undef FIND
  return calls;
}

std::unexpected<base::Error> DuckdbFailure(const char* message) {
  const std::string_view text = message == nullptr ? "DuckDB gave no reason" : message;
  // Messages quote files and may be cut in the midst of a character; an Error is to be UTF-8.
  std::string what = base::RepairedUtf8(text.substr(0, kMaxMessageBytes));
  what.resize(base::ValidUtf8Bytes(std::string_view(what).substr(0, kMaxMessageBytes)));
  return Fail(CodeOf(text), std::move(what));
}

}  // namespace engine
