// What the administration page asks of the rest of the program: figures that were measured just
// now. A figure that is not measured is nothing, and its row is left out.
#pragma once

#include <cstdint>
#include <optional>

namespace web {

struct Health {
  std::int64_t uptime_s = 0;
  std::optional<std::uint64_t> store_bytes = {};  // of the store's own files
};

// Measure is called from any thread.
class HealthSource {
 public:
  virtual ~HealthSource() = default;
  virtual Health Measure() = 0;
};

}  // namespace web
