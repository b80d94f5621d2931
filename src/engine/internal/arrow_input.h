// Arrow IPC bytes as a stream of Arrow's C data interface, for DuckDB to read.
//
// Thread safety: DuckDB calls from one of its threads at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/world.h"
#include "engine/internal/arrow.h"
#include "engine/worker_kind.h"

namespace engine {

class ArrowInput {
 public:
  // Gives the next bytes, in any pieces; nothing at their end.
  using Pull = std::function<base::Result<std::optional<std::string>>()>;

  explicit ArrowInput(Pull pull) : pull_(std::move(pull)) {}
  ArrowInput(const ArrowInput&) = delete;
  ArrowInput& operator=(const ArrowInput&) = delete;
  ~ArrowInput();

  // The stream, which lives as long as this.
  base::Result<ArrowArrayStream*> Open();
  // Why pulling failed, if it did: DuckDB tells only that it did.
  [[nodiscard]] const std::optional<base::Error>& failure() const { return failure_; }

 private:
  static ArrowErrorCode Read(ArrowIpcInputStream* stream, std::uint8_t* into, std::int64_t size,
                             std::int64_t* read, ArrowError* error);

  Pull pull_;
  std::string pending_;
  std::size_t taken_ = 0;  // of pending_
  std::optional<base::Error> failure_;
  ArrowArrayStream stream_{};
};

// The pull of a file that holds an IPC stream or, after its magic, an IPC file. Files larger than
// what is asked for at once are read in pieces.
base::Result<ArrowInput::Pull> PullOfFile(base::Files& files, const std::string& path);

}  // namespace engine
