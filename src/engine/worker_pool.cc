#include "engine/worker_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/format.h"

namespace engine {

using base::ErrorCode;
using base::Fail;

namespace {

constexpr std::int64_t kMicrosecondsPerMillisecond = 1'000;

}  // namespace

WorkerLoan::WorkerLoan(WorkerLoan&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      kind_(std::move(other.kind_)),
      worker_(std::move(other.worker_)),
      uses_(other.uses_),
      keeping_(std::move(other.keeping_)),
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

base::Result<WorkerLoan> WorkerPool::TakeFor(const WorkerStart& start) {
  TRY(Admit());
  if (auto kept = TakeKept(start)) {
    WorkerLoan loan(*this, {}, std::move(kept->worker), kept->uses);
    loan.keeping_ = std::move(kept->keeping);
    return loan;
  }
  const auto keeping = std::make_shared<WorkerKeeping>(WorkerKeeping{.start = start});
  keeping->since_us = world_.clock().MonotonicMicroseconds();
  {
    auto state = state_.Lock();
    state->lent.push_back(keeping);  // before the start, so that Retire sees it
  }
  auto worker = AwaitStart(start);
  if (!worker) {
    auto state = state_.Lock();
    std::erase(state->lent, keeping);
    return Fail(std::move(worker).error());
  }
  WorkerLoan loan(*this, {}, *std::move(worker), 0);
  loan.keeping_ = keeping;
  return loan;
}

base::Result<std::string> WorkerPool::Ask(std::string_view kind, std::string_view request,
                                          std::int64_t deadline_ms) {
  WorkerLoan loan = TRY(Take(kind));
  return loan.Ask(request, deadline_ms);
}

WorkerPool::Counts WorkerPool::counts() {
  auto state = state_.Lock();
  Counts counts{
      .idle = 0, .kept = state->kept.size(), .running = state->running, .started = state->started};
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
  const bool is_kept = !loan.kind_.empty() || loan.keeping_ != nullptr;
  const bool may_stay = is_kept && !loan.failed_ && !loan.is_cut_ &&
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
  if (loan.keeping_ != nullptr) Keep(loan, may_stay);
  loan.worker_.reset();  // one too many
  Leave();
}

// --- kept for a start ---------------------------------------------------------------------------

std::optional<WorkerPool::KeptWorker> WorkerPool::TakeKept(const WorkerStart& start) {
  const std::int64_t now_us = world_.clock().MonotonicMicroseconds();
  std::vector<KeptWorker> dead;  // destroyed after the lock is gone
  auto state = state_.Lock();
  for (auto each = state->kept.begin(); each != state->kept.end();) {
    if (each->keeping->start != start) {
      ++each;
      continue;
    }
    KeptWorker found = std::move(*each);
    each = state->kept.erase(each);
    if (!found.worker->alive()) {
      dead.push_back(std::move(found));
      continue;
    }
    found.keeping->since_us = now_us;
    state->lent.push_back(found.keeping);
    return found;
  }
  return std::nullopt;
}

void WorkerPool::Keep(WorkerLoan& loan, bool may_stay) {
  const std::int64_t now_us = world_.clock().MonotonicMicroseconds();
  WorkerKeeping& keeping = *loan.keeping_;
  keeping.busy_us += now_us - keeping.since_us;
  keeping.since_us = now_us;
  const bool has_time = keeping.busy_us < limits_.kept_busy_ms * kMicrosecondsPerMillisecond;
  auto state = state_.Lock();
  std::erase(state->lent, loan.keeping_);
  if (!may_stay || !has_time || keeping.is_retired || limits_.kept_workers == 0) return;
  KeptWorker newest{std::move(loan.worker_), loan.uses_, loan.keeping_};
  if (state->kept.size() >= limits_.kept_workers) {
    loan.worker_ = std::move(state->kept.front().worker);  // ends without the lock
    state->kept.erase(state->kept.begin());
  }
  state->kept.push_back(std::move(newest));
}

std::vector<WorkerPool::KeptWorker> WorkerPool::TakeOff(
    const std::function<bool(const WorkerKeeping&)>& goes) {
  std::vector<KeptWorker> gone;
  auto state = state_.Lock();
  for (KeptWorker& each : state->kept) {
    if (goes(*each.keeping)) gone.push_back(std::move(each));
  }
  std::erase_if(state->kept, [](const KeptWorker& each) { return each.worker == nullptr; });
  for (const auto& lent : state->lent) {
    if (goes(*lent)) lent->is_retired = true;
  }
  return gone;
}

void WorkerPool::Retire(std::string_view file) {
  const auto ended = TakeOff([file](const WorkerKeeping& keeping) {
    return std::ranges::find(keeping.start.readable_files, file) !=
           keeping.start.readable_files.end();
  });
}

void WorkerPool::RetireIdle() {
  const std::int64_t oldest_us =
      world_.clock().MonotonicMicroseconds() - limits_.kept_idle_ms * kMicrosecondsPerMillisecond;
  std::vector<KeptWorker> ended;
  auto state = state_.Lock();
  while (!state->kept.empty() && state->kept.front().keeping->since_us <= oldest_us) {
    ended.push_back(std::move(state->kept.front()));
    state->kept.erase(state->kept.begin());
  }
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
