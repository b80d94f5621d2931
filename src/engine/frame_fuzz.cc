// What comes over the socket of a worker: errors and starts. Whatever is accepted must be written
// back as the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/frame.h"
#include "engine/worker_start.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  if (const auto error = engine::DecodeError(body)) {
    const bool is_cut = size > engine::kMaxErrorBytes;
    if (!is_cut && error->what.size() <= 16'384 && error->where.size() <= 16'384 &&
        error->remedy.size() <= 16'384 && engine::EncodeError(*error) != body) {
      std::abort();
    }
  }
  const auto start = engine::DecodeStart(body);
  if (start) {
    const auto again = engine::EncodeStart(*start);
    if (again && !engine::DecodeStart(*again)) std::abort();
  }
  return 0;
}
