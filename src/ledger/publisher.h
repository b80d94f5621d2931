// Publishes a log by itself: soon after something was recorded, and no more often than told.
//
// A thread of its own, since publishing waits for the disk several times and nobody should wait for
// it. A failure is written to the event log and tried again. Thread safety: make and destroy it
// anywhere.
#pragma once

#include <cstdint>
#include <thread>

#include "base/event_log.h"
#include "base/guarded.h"
#include "ledger/log.h"

namespace ledger {

inline constexpr std::int64_t kPublishRetryMs = 1'000;

class Publisher {
 public:
  // `log` and `event_log` must outlive it. It looks at the log every `interval_ms`.
  Publisher(Log& log, base::EventLog& event_log, std::int64_t interval_ms);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  // Publishes what is left, once, and ends.
  ~Publisher();

 private:
  void Run(const std::stop_token& stop);
  bool PublishIfGrown();

  Log& log_;
  base::EventLog& event_log_;
  const std::int64_t interval_ms_;
  base::Guarded<bool> never_;  // only to wait on
  std::jthread thread_;        // last: it uses the others
};

}  // namespace ledger
