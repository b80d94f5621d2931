#include "engine/worker_pool.h"

#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/format.h"

namespace engine {

using base::ErrorCode;
using base::Fail;

WorkerLoan::WorkerLoan(WorkerLoan&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      kind_(std::move(other.kind_)),
      worker_(std::move(other.worker_)),
      uses_(other.uses_),
      failed_(other.failed_),
      is_cut_(other.is_cut_) {}

WorkerLoan::~WorkerLoan() {
  if (pool_ != nullptr) pool_->GiveBack(*this);
}

base::Result<std::string> WorkerLoan::Ask(std::string_view request, std::int64_t deadline_ms) {
  ++uses_;
  auto reply = worker_->Ask(request, deadline_ms);
  if (!reply) failed_ = true;
  return reply;
}

base::Result<void> WorkerLoan::Begin(std::string_view request, std::int64_t deadline_ms) {
  ++uses_;
  is_cut_ = true;  // until its end is seen
  return worker_->Begin(request, deadline_ms);
}

base::Result<std::optional<std::string>> WorkerLoan::NextChunk(std::int64_t deadline_ms) {
  auto chunk = worker_->NextChunk(deadline_ms);
  if (chunk && !*chunk) is_cut_ = false;
  return chunk;
}

WorkerPool::WorkerPool(base::World& world, std::vector<WorkerStart> warm,
                       const WorkerPoolLimits& limits)
    : world_(world), limits_(limits) {
  {
    auto state = state_.Lock();
    for (WorkerStart& start : warm) {
      std::string kind = start.kind;
      state->shelves.emplace(std::move(kind), Shelf{std::move(start), {}, 0, false});
    }
  }
  starter_ = std::jthread([this](const std::stop_token& stop) { StartWorkers(stop); });
}

base::Result<WorkerLoan> WorkerPool::Take(std::string_view kind) {
  TRY(Admit());
  if (auto idle = TakeIdle(kind)) {
    return WorkerLoan(*this, std::string(kind), std::move(idle->worker), idle->uses);
  }
  WorkerStart start;
  {
    auto state = state_.Lock();
    const auto shelf = state->shelves.find(kind);
    CHECK(shelf != state->shelves.end());  // kinds are named by the program, never by a request
    shelf->second.start_failed = false;
    start = shelf->second.start;
  }
  auto worker = TRY(AwaitStart(start));
  auto state = state_.Lock();
  ++state->shelves.find(kind)->second.lent;
  return WorkerLoan(*this, std::string(kind), std::move(worker), 0);
}

base::Result<WorkerLoan> WorkerPool::Start(const WorkerStart& start) {
  TRY(Admit());
  auto worker = TRY(AwaitStart(start));
  return WorkerLoan(*this, {}, std::move(worker), 0);
}

base::Result<std::string> WorkerPool::Ask(std::string_view kind, std::string_view request,
                                          std::int64_t deadline_ms) {
  WorkerLoan loan = TRY(Take(kind));
  return loan.Ask(request, deadline_ms);
}

WorkerPool::Counts WorkerPool::counts() {
  auto state = state_.Lock();
  Counts counts{0, state->running, state->started};
  for (const auto& [kind, shelf] : state->shelves) counts.idle += shelf.idle.size();
  return counts;
}

// --- turns --------------------------------------------------------------------------------------

base::Result<void> WorkerPool::Admit() {
  auto state = state_.Lock();
  const auto has_room = [this](const State& s) { return s.running < limits_.max_running; };
  if (!state.WaitFor(std::chrono::milliseconds(limits_.queue_ms), has_room)) {
    return Fail(ErrorCode::kBusy,
                base::Format("{} workers run already, which is the limit", limits_.max_running));
  }
  ++state->running;
  return {};
}

void WorkerPool::Leave() {
  {
    auto state = state_.Lock();
    --state->running;
  }
  state_.NotifyAll();
}

std::optional<WorkerPool::IdleWorker> WorkerPool::TakeIdle(std::string_view kind) {
  std::vector<IdleWorker> dead;  // destroyed after the lock is gone
  std::optional<IdleWorker> found;
  {
    auto state = state_.Lock();
    const auto shelf = state->shelves.find(kind);
    if (shelf == state->shelves.end()) return std::nullopt;
    std::vector<IdleWorker>& idle = shelf->second.idle;
    while (!idle.empty() && !found) {
      IdleWorker last = std::move(idle.back());
      idle.pop_back();
      if (last.worker->alive()) {
        found = std::move(last);
      } else {
        dead.push_back(std::move(last));
      }
    }
    if (found) ++shelf->second.lent;
  }
  state_.NotifyAll();  // the shelf has room
  return found;
}

void WorkerPool::GiveBack(WorkerLoan& loan) {
  const bool may_stay = !loan.kind_.empty() && !loan.failed_ && !loan.is_cut_ &&
                        loan.uses_ < limits_.max_uses && loan.worker_->alive();
  // Retiring waits for the end of the process; until then the turn is not over, so that no more
  // than max_running of them have memory.
  if (!may_stay) loan.worker_.reset();
  if (!loan.kind_.empty()) {
    auto state = state_.Lock();
    Shelf& shelf = state->shelves.find(loan.kind_)->second;
    --shelf.lent;
    if (may_stay && shelf.idle.size() < limits_.idle_workers) {
      shelf.idle.push_back({std::move(loan.worker_), loan.uses_});
    }
  }
  loan.worker_.reset();  // one too many
  Leave();
}

// --- starting -----------------------------------------------------------------------------------

// Ends: the starting thread takes orders in turn and each start has its own deadline.
base::Result<std::unique_ptr<Worker>> WorkerPool::AwaitStart(const WorkerStart& start) {
  const auto order = std::make_shared<Order>(Order{start, {}});
  {
    auto state = state_.Lock();
    state->orders.push_back(order);
  }
  state_.NotifyAll();
  base::Result<std::unique_ptr<Worker>> worker;
  {
    auto state = state_.Lock();
    state.Wait([&](const State&) { return order->outcome.has_value(); });
    worker = *std::move(order->outcome);
  }
  if (!worker) Leave();
  return worker;
}

WorkerPool::Shelf* WorkerPool::EmptiestShelf(State& state) const {
  Shelf* emptiest = nullptr;
  for (auto& [kind, shelf] : state.shelves) {
    // Those that are lent count as well, since most come back; else each loan would cost a start.
    if (shelf.start_failed || shelf.idle.size() + shelf.lent >= limits_.idle_workers) continue;
    if (emptiest == nullptr || shelf.idle.size() < emptiest->idle.size()) emptiest = &shelf;
  }
  return emptiest;
}

void WorkerPool::StartWorkers(const std::stop_token& stop) {
  for (;;) {
    std::shared_ptr<Order> order;
    WorkerStart start;
    {
      auto state = state_.Lock();
      state.Wait(stop, [this](State& s) { return !s.orders.empty() || EmptiestShelf(s); });
      if (stop.stop_requested()) return;
      if (state->orders.empty()) {
        start = EmptiestShelf(*state)->start;
      } else {  // somebody waits: that comes first
        order = std::move(state->orders.front());
        state->orders.pop_front();
      }
    }
    if (order != nullptr) {
      FillOrder(*order);
    } else {
      FillShelf(start);
    }
    state_.NotifyAll();
  }
}

void WorkerPool::FillOrder(Order& order) {
  auto worker = Worker::Start(world_, order.start, limits_.start_ms);
  auto state = state_.Lock();
  if (worker) ++state->started;
  order.outcome = std::move(worker);
}

void WorkerPool::FillShelf(const WorkerStart& start) {
  auto worker = Worker::Start(world_, start, limits_.start_ms);
  auto state = state_.Lock();
  Shelf& shelf = state->shelves.find(start.kind)->second;
  if (!worker) {
    shelf.start_failed = true;
    return;
  }
  ++state->started;
  if (shelf.idle.size() < limits_.idle_workers) shelf.idle.push_back({*std::move(worker), 0});
}

}  // namespace engine
