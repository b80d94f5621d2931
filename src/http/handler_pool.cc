#include "http/handler_pool.h"

#include <utility>

#include "base/check.h"

namespace http {

HandlerPool::HandlerPool(std::size_t threads, std::size_t max_waiting)
    : max_waiting_(max_waiting), slots_(threads) {
  CHECK(threads > 0);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { Work(i); });
}

HandlerPool::~HandlerPool() {
  {
    auto queue = queue_.Lock();
    queue->is_closed = true;
  }
  for (auto& each : slots_) {
    {
      auto slot = each.Lock();
      slot->is_closed = true;
    }
    each.NotifyAll();
  }
  threads_.clear();  // joins
}

bool HandlerPool::Run(Job& job) {
  std::size_t thread = 0;
  {
    auto queue = queue_.Lock();
    if (queue->is_closed) return false;
    if (queue->idle.empty()) {
      if (queue->jobs.size() >= max_waiting_) return false;
      queue->jobs.push_back(std::move(job));
      return true;
    }
    thread = queue->idle.back();
    queue->idle.pop_back();
  }
  {
    auto slot = slots_[thread].Lock();
    slot->job = std::move(job);
  }
  slots_[thread].NotifyAll();
  return true;
}

HandlerPool::Job HandlerPool::Next(std::size_t thread) {
  {
    auto queue = queue_.Lock();
    if (!queue->jobs.empty()) {
      Job job = std::move(queue->jobs.front());
      queue->jobs.pop_front();
      return job;
    }
    if (queue->is_closed) return {};
    queue->idle.push_back(thread);
  }
  auto slot = slots_[thread].Lock();
  slot.Wait([](const Slot& now) { return now.job || now.is_closed; });
  return std::exchange(slot->job, {});
}

void HandlerPool::Work(std::size_t thread) {
  while (Job job = Next(thread)) job();
}

}  // namespace http
