// Workers kept warm, and lent to so many callers at once and no more.
//
// A kind whose start is the same for everybody (a parser, say) has idle workers ready, so that a
// caller need not wait for a process to start. A worker that may read certain files (those of one
// agreement, say) can be kept for whoever needs the very same start next, so that a second query
// does not pay for a process: Retire ends those kept for a file before that file goes. A trusted
// worker is started for its caller alone. All workers are started from the one thread of the pool,
// because a worker's death follows the thread that started it.
//
// A worker comes back after success, and only so often; after an error, of whatever kind, it is
// retired: what made it fail may have left something behind.
//
// Thread safety: a WorkerPool may be used from any thread; a WorkerLoan belongs to one at a time,
// but its Kill may be called from any. Invariants: at most max_running workers are lent at once and
// at most kept_workers are kept; one lent for a file that was retired is not kept when it comes
// back; a loan ends before its pool.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
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
  // Of those that are kept for the same start.
  std::size_t kept_workers = 4;
  std::int64_t kept_idle_ms = 20'000;  // between two uses
  std::int64_t kept_busy_ms =
      60'000;  // that it was lent for, in sum: it has only so much processor
};

class WorkerPool;

// What a worker that may be kept was started with, and what became of that.
struct WorkerKeeping {
  WorkerStart start;
  std::int64_t busy_us = 0;   // lent until now
  std::int64_t since_us = 0;  // monotonic: lent, or back, since
  bool is_retired = false;    // guarded by the pool's state
};

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
  std::shared_ptr<WorkerKeeping> keeping_ = {};  // null: not to be kept for its start
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
  // The worker kept for this very start, else a new one; it is kept afterwards.
  base::Result<WorkerLoan> TakeFor(const WorkerStart& start);
  // Ends those kept that may read this file; whoever has borrowed one keeps it until the end of the
  // loan, and nobody after that. A file goes between two calls: none that was started meanwhile is
  // kept either.
  void Retire(std::string_view file);
  // Ends those that nobody has used for kept_idle_ms. To be called now and then.
  void RetireIdle();
  // Take, and one request.
  base::Result<std::string> Ask(std::string_view kind, std::string_view request,
                                std::int64_t deadline_ms);

  struct Counts {
    std::size_t idle = 0;  // of the warm kinds
    std::size_t kept = 0;  // for a start
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
  struct KeptWorker {
    std::unique_ptr<Worker> worker;
    std::size_t uses = 0;
    std::shared_ptr<WorkerKeeping> keeping;
  };
  // A start that somebody waits for.
  struct Order {
    WorkerStart start;
    std::optional<base::Result<std::unique_ptr<Worker>>> outcome;
  };
  struct State {
    std::map<std::string, Shelf, std::less<>> shelves;
    std::vector<KeptWorker> kept;                      // the longest unused first
    std::vector<std::shared_ptr<WorkerKeeping>> lent;  // or being started, to be kept
    std::deque<std::shared_ptr<Order>> orders;
    std::size_t running = 0;
    std::uint64_t started = 0;
  };

  base::Result<void> Admit();
  void Leave();
  // One that is alive, if there is any. It is lent then.
  std::optional<IdleWorker> TakeIdle(std::string_view kind);
  base::Result<std::unique_ptr<Worker>> AwaitStart(const WorkerStart& start);
  std::optional<KeptWorker> TakeKept(const WorkerStart& start);
  void GiveBack(WorkerLoan& loan);
  // Gives back what was lent for a start; what may not stay is in the loan afterwards.
  void Keep(WorkerLoan& loan, bool may_stay);
  // Takes all that `goes` names off; they end when the result does, without the lock.
  std::vector<KeptWorker> TakeOff(const std::function<bool(const WorkerKeeping&)>& goes);

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
