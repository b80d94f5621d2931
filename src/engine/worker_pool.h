// Workers kept warm, and lent to so many callers at once and no more.
//
// A kind whose start is the same for everybody (a parser, say) has idle workers ready, so that a
// caller need not wait for a process to start. A query worker holds the files of one agreement: it
// is started for its caller, and never kept for another. All workers are started from the one
// thread of the pool, because a worker's death follows the thread that started it.
//
// A worker comes back after success, and only so often; after an error, of whatever kind, it is
// retired: what made it fail may have left something behind.
//
// Thread safety: a WorkerPool may be used from any thread; a WorkerLoan belongs to one at a time,
// but its Kill may be called from any. Invariants: at most max_running workers are lent at once; a
// loan ends before its pool.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/world.h"
#include "engine/worker.h"

namespace engine {

struct WorkerPoolLimits {
  std::size_t idle_workers = 2;    // ready, of each warm kind
  std::size_t max_running = 4;     // lent at once, of all kinds
  std::size_t max_uses = 1'000;    // requests to one worker; 1: a new process for each
  std::int64_t queue_ms = 2'000;   // that a caller waits for its turn
  std::int64_t start_ms = 10'000;  // that a worker may take until it is ready
};

class WorkerPool;

class WorkerLoan {
 public:
  WorkerLoan(WorkerLoan&& other) noexcept;
  WorkerLoan& operator=(WorkerLoan&&) = delete;
  ~WorkerLoan();  // gives the worker back, or retires it

  // As Worker's.
  base::Result<std::string> Ask(std::string_view request, std::int64_t deadline_ms);
  // The same; a worker whose stream was not read to its end is retired.
  base::Result<void> Begin(std::string_view request, std::int64_t deadline_ms);
  base::Result<void> Feed(std::string_view bytes, std::int64_t deadline_ms) {
    return worker_->Feed(bytes, deadline_ms);
  }
  base::Result<void> EndFeed(std::int64_t deadline_ms) { return worker_->EndFeed(deadline_ms); }
  base::Result<std::optional<std::string>> NextChunk(std::int64_t deadline_ms);
  [[nodiscard]] const std::string& stream_reply() const { return worker_->stream_reply(); }
  void Kill() { worker_->Kill(); }

 private:
  friend class WorkerPool;
  WorkerLoan(WorkerPool& pool, std::string kind, std::unique_ptr<Worker> worker, std::size_t uses)
      : pool_(&pool), kind_(std::move(kind)), worker_(std::move(worker)), uses_(uses) {}

  WorkerPool* pool_;
  std::string kind_;  // empty: never to be kept
  std::unique_ptr<Worker> worker_;
  std::size_t uses_;
  bool failed_ = false;
  bool is_cut_ = false;  // a stream was begun whose end was not seen
};

class WorkerPool {
 public:
  // `warm` holds one start for each kind that is to be kept ready. The world outlives the pool.
  WorkerPool(base::World& world, std::vector<WorkerStart> warm, const WorkerPoolLimits& limits);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() = default;  // ends the idle workers

  // A worker of a warm kind. kBusy when no turn came in time, or the Error of a start that failed.
  base::Result<WorkerLoan> Take(std::string_view kind);
  // A worker started for this caller alone, under the same admission.
  base::Result<WorkerLoan> Start(const WorkerStart& start);
  // Take, and one request.
  base::Result<std::string> Ask(std::string_view kind, std::string_view request,
                                std::int64_t deadline_ms);

  struct Counts {
    std::size_t idle = 0;
    std::size_t running = 0;
    std::uint64_t started = 0;  // since the pool was made
  };
  Counts counts();

 private:
  friend class WorkerLoan;

  struct IdleWorker {
    std::unique_ptr<Worker> worker;
    std::size_t uses = 0;
  };
  struct Shelf {
    WorkerStart start;
    std::vector<IdleWorker> idle;
    std::size_t lent = 0;       // expected back
    bool start_failed = false;  // not tried again before somebody asks
  };
  // A start that somebody waits for.
  struct Order {
    WorkerStart start;
    std::optional<base::Result<std::unique_ptr<Worker>>> outcome;
  };
  struct State {
    std::map<std::string, Shelf, std::less<>> shelves;
    std::deque<std::shared_ptr<Order>> orders;
    std::size_t running = 0;
    std::uint64_t started = 0;
  };

  base::Result<void> Admit();
  void Leave();
  // One that is alive, if there is any. It is lent then.
  std::optional<IdleWorker> TakeIdle(std::string_view kind);
  base::Result<std::unique_ptr<Worker>> AwaitStart(const WorkerStart& start);
  void GiveBack(WorkerLoan& loan);

  // The life of the starting thread.
  void StartWorkers(const std::stop_token& stop);
  void FillOrder(Order& order);
  void FillShelf(const WorkerStart& start);
  Shelf* EmptiestShelf(State& state) const;

  base::World& world_;
  const WorkerPoolLimits limits_;
  base::Guarded<State> state_;
  std::jthread starter_;  // last: it ends before what it uses
};

}  // namespace engine
