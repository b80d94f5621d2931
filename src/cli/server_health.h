// What the administration page shows of this process. Thread safety: any thread.
#pragma once

#include <string>

#include "base/world.h"
#include "web/health.h"

namespace cli {

class ServerHealth final : public web::HealthSource {
 public:
  ServerHealth(base::World& world, std::string home);
  web::Health Measure() override;

 private:
  base::World& world_;
  const std::string home_;
  const std::int64_t started_microseconds_;
};

}  // namespace cli
