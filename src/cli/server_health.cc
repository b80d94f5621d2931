#include "cli/server_health.h"

#include "base/bytes.h"

namespace cli {

ServerHealth::ServerHealth(base::World& world, std::string home)
    : world_(world),
      home_(std::move(home)),
      started_microseconds_(world.clock().MonotonicMicroseconds()) {}

// The files of the store: the database and what SQLite keeps beside it.
web::Health ServerHealth::Measure() {
  web::Health health;
  health.uptime_s = (world_.clock().MonotonicMicroseconds() - started_microseconds_) /
                    base::kMicrosecondsPerSecond;
  const std::string folder = base::JoinPath(home_, "store");
  const auto names = world_.files().List(folder);
  if (!names) return health;
  std::uint64_t bytes = 0;
  for (const std::string& name : *names) {
    const auto status = world_.files().Status(base::JoinPath(folder, name));
    if (status && *status && !(*status)->is_folder) bytes += (*status)->size;
  }
  health.store_bytes = bytes;
  return health;
}

}  // namespace cli
