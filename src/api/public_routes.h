// What the server answers to anybody: its health, its metrics (on this machine alone), the table of
// errors, and the two logs as C2SP tlog-tiles under /log/register/ and /log/access/.
//
// Thread safety: Handle from any thread. World and logs must outlive it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/world.h"
#include "http/message.h"
#include "ledger/log.h"

namespace api {

class PublicRoutes {
 public:
  PublicRoutes(base::World& world, ledger::Log& register_log, ledger::Log& access_log)
      : world_(world),
        register_log_(register_log),
        access_log_(access_log),
        started_microseconds_(world.clock().MonotonicMicroseconds()) {}

  // The reply to a request; 404 for what is not here, 405 for a method that a path does not have.
  http::Response Handle(const http::Request& request);

 private:
  http::Response Route(const http::Request& request);
  http::Response LogFile(const http::Request& request);
  http::Response Metrics(const http::Request& request);

  base::World& world_;
  ledger::Log& register_log_;
  ledger::Log& access_log_;
  const std::int64_t started_microseconds_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> refused_{0};  // answered with a status from 400 on
};

}  // namespace api
