#include "ledger/publisher.h"

namespace ledger {

Publisher::Publisher(Log& log, base::EventLog& event_log, std::int64_t interval_ms)
    : log_(log),
      event_log_(event_log),
      interval_ms_(interval_ms),
      never_(false),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Publisher::~Publisher() {
  thread_.request_stop();
  thread_.join();
  PublishIfGrown();
}

bool Publisher::PublishIfGrown() {
  if (log_.size() == log_.published_size()) return true;
  const auto published = log_.Publish();
  if (published) return true;
  event_log_.Write(base::LogLevel::kError, "log.publish-failed",
                   {{"code", published.error().code}});
  return false;
}

void Publisher::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool well = PublishIfGrown();
    const std::chrono::milliseconds pause(well ? interval_ms_ : kPublishRetryMs);
    auto locked = never_.Lock();
    locked.WaitFor(stop, pause, [](bool value) { return value; });
  }
}

}  // namespace ledger
