// The fixed set of threads on which handlers and producers run, so that a call of a domain may
// block. Run may be called from any thread; jobs start in the order in which they came.
//
// A thread that has nothing to do waits at a slot of its own, so a job wakes one thread. With one
// queue that all wait at, each job would wake all of them, and the waking would cost more than a
// small handler does (measured: ten times as much with 16 threads).
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/guarded.h"

namespace http {

class HandlerPool {
 public:
  using Job = std::move_only_function<void()>;

  // At most `max_waiting` jobs wait for one of `threads` threads.
  HandlerPool(std::size_t threads, std::size_t max_waiting);
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;
  // Ends once the jobs that wait or run have ended.
  ~HandlerPool();

  // False, and the job is left as it was, when too many wait.
  [[nodiscard]] bool Run(Job& job);

 private:
  struct Queue {
    std::deque<Job> jobs;           // that wait for a thread; empty while one is idle
    std::vector<std::size_t> idle;  // threads that wait at their slots; the last one starts first
    bool is_closed = false;
  };
  struct Slot {
    Job job;
    bool is_closed = false;
  };
  void Work(std::size_t thread);
  // The next job for a thread; an empty one when it shall end.
  Job Next(std::size_t thread);

  std::size_t max_waiting_;
  base::Guarded<Queue> queue_;
  std::vector<base::Guarded<Slot>> slots_;  // one for each thread
  std::vector<std::jthread> threads_;
};

}  // namespace http
