// Arrow IPC messages from a worker, as they come in pieces, to batches.
//
// The bytes may be a hijacked worker's: docs/formats/batches.md says what is checked. Beyond the
// message that is under way nothing is held but the batches that are ready.
//
// Thread safety: belongs to one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/batch.h"
#include "engine/result_stream.h"

namespace engine {

inline constexpr std::size_t kMaxMessageHeadBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kMaxBatchBytes = std::size_t{256} << 20U;
inline constexpr std::size_t kMaxBatchColumns = 65'536;

class BatchDecoder {
 public:
  BatchDecoder();
  BatchDecoder(const BatchDecoder&) = delete;
  BatchDecoder& operator=(const BatchDecoder&) = delete;
  ~BatchDecoder();

  // Takes the next bytes of the stream, however cut. kUnavailable for what breaks the format,
  // kTooLarge for a batch beyond kMaxBatchBytes; the decoder is of no more use then.
  base::Result<void> Add(std::string_view bytes);
  // The next batch that has come whole.
  std::optional<Batch> Next();

  // There once the schema has come.
  [[nodiscard]] const std::optional<std::vector<NamedType>>& columns() const;
  // The stream has said that it ends.
  [[nodiscard]] bool has_ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace engine
