#include "engine/worker_pool.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "base/real_world.h"
#include "engine/testing.h"

namespace engine {
namespace {

using base::ErrorCode;

constexpr std::int64_t kAskMs = 5'000;
constexpr const char* kKind = "test.process";

class TestPool {
 public:
  explicit TestPool(const WorkerPoolLimits& limits,
                    std::vector<WorkerStart> warm = {StartOf(kKind)})
      : pool_(*world_, std::move(warm), limits) {}
  WorkerPool* operator->() { return &pool_; }

  // The number of the process that answers.
  std::string Process() { return pool_.Ask(kKind, "", kAskMs).value_or("no answer"); }

  // Waits until so many are idle; they come by themselves.
  void AwaitIdle(std::size_t count) {
    const std::int64_t end = world_->clock().MonotonicMicroseconds() + kStartMs * 1'000;
    while (pool_.counts().idle < count) {
      REQUIRE(world_->clock().MonotonicMicroseconds() < end);
      std::this_thread::yield();
    }
  }

 private:
  std::unique_ptr<base::World> world_ = base::MakeRealWorld();
  WorkerPool pool_;
};

}  // namespace

TEST_CASE("workers are ready before they are asked for, and come back") {
  TestPool pool({.idle_workers = 2});
  pool.AwaitIdle(2);
  REQUIRE(pool->counts().started == 2);
  const std::string first = pool.Process();
  for (int turn = 0; turn < 20; ++turn) REQUIRE(pool.Process() == first);
  REQUIRE(pool->counts().running == 0);
  REQUIRE(pool->counts().idle == 2);
  REQUIRE(pool->counts().started == 2);
}

TEST_CASE("a worker is retired after an error") {
  TestPool pool({.idle_workers = 1});
  pool.AwaitIdle(1);
  const std::string first = pool.Process();
  pool.AwaitIdle(1);
  const auto refused = pool->Ask(kKind, "fail", kAskMs);
  REQUIRE(!refused.has_value());
  REQUIRE(refused.error().code == ErrorCode::kConflict);
  REQUIRE(pool.Process() != first);
}

TEST_CASE("a worker is retired when it was used often enough") {
  TestPool pool({.idle_workers = 1, .max_uses = 2});
  pool.AwaitIdle(1);
  const std::string first = pool.Process();
  REQUIRE(pool.Process() == first);
  REQUIRE(pool.Process() != first);
}

TEST_CASE("a worker that died on the shelf is not lent") {
  TestPool pool({.idle_workers = 1});
  pool.AwaitIdle(1);
  const std::string first = pool.Process();
  const auto number = base::ParseDecimal(first);
  REQUIRE(number.has_value());
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, *number, 0)));
  REQUIRE(::kill(static_cast<pid_t>(*number), SIGKILL) == 0);
  pollfd end{handle.number(), POLLIN, 0};
  REQUIRE(::poll(&end, 1, 5'000) == 1);
  const std::string second = pool.Process();
  REQUIRE(second != first);
  REQUIRE(base::ParseDecimal(second).has_value());
}

TEST_CASE("whoever gets no turn in time is told so, and a turn is passed on") {
  TestPool pool({.max_running = 1, .queue_ms = 50});
  {
    const auto loan = pool->Take(kKind);
    REQUIRE(loan.has_value());
    REQUIRE(pool->counts().running == 1);
    const auto second = pool->Take(kKind);
    REQUIRE(!second.has_value());
    REQUIRE(second.error().code == ErrorCode::kBusy);
    REQUIRE(pool->Start(StartOf("test.echo")).error().code == ErrorCode::kBusy);
  }
  REQUIRE(pool.Process() != "no answer");
}

TEST_CASE("a caller who waits gets the turn of one who leaves") {
  TestPool pool({.max_running = 1, .queue_ms = 30'000});
  auto loan = std::make_unique<base::Result<WorkerLoan>>(pool->Take(kKind));
  REQUIRE(loan->has_value());
  std::atomic<bool> answered = false;
  std::jthread waiting([&] { answered = pool.Process() != "no answer"; });
  loan.reset();
  waiting.join();
  REQUIRE(answered);
}

TEST_CASE("a worker that was started for one caller is never kept") {
  TestPool pool({.idle_workers = 0}, {});
  for (int turn = 0; turn < 2; ++turn) {
    auto loan = pool->Start(StartOf("test.echo"));
    REQUIRE(loan.has_value());
    REQUIRE(loan->Ask("a", kAskMs).value_or("") == "a");
  }
  REQUIRE(pool->counts().started == 2);
  REQUIRE(pool->counts().idle == 0);
  REQUIRE(pool->counts().running == 0);
}

// --- kept for a start ---------------------------------------------------------------------------

namespace {

// A start that differs from others by its number.
WorkerStart NumberedStart(std::uint64_t number) {
  WorkerStart start = StartOf(kKind);
  start.limits.open_files = 100 + number;
  return start;
}

// The process that answers for this start.
std::string ProcessFor(TestPool& pool, std::uint64_t number) {
  auto loan = pool->TakeFor(NumberedStart(number));
  REQUIRE(loan.has_value());
  return loan->Ask("", kAskMs).value_or("no answer");
}

}  // namespace

TEST_CASE("a worker is kept for the very same start, and for no other") {
  TestPool pool({.idle_workers = 0}, {});
  const std::string first = ProcessFor(pool, 1);
  REQUIRE(base::ParseDecimal(first).has_value());
  for (int turn = 0; turn < 5; ++turn) REQUIRE(ProcessFor(pool, 1) == first);
  const std::string second = ProcessFor(pool, 2);
  REQUIRE(second != first);
  REQUIRE(ProcessFor(pool, 1) == first);
  REQUIRE(pool->counts().kept == 2);
  REQUIRE(pool->counts().running == 0);
  REQUIRE(pool->counts().started == 2);
}

TEST_CASE("one that is lent is not lent again, and the longest unused goes for a newer one") {
  TestPool pool({.idle_workers = 0, .kept_workers = 2}, {});
  std::string first;
  {
    auto one = pool->TakeFor(NumberedStart(1));
    auto other = pool->TakeFor(NumberedStart(1));
    REQUIRE(one.has_value());
    REQUIRE(other.has_value());
    first = one->Ask("", kAskMs).value_or("");
    REQUIRE(other->Ask("", kAskMs).value_or("") != first);
  }
  REQUIRE(pool->counts().kept == 2);
  const std::string newer = ProcessFor(pool, 2);
  REQUIRE(pool->counts().kept == 2);
  REQUIRE(ProcessFor(pool, 2) == newer);
}

TEST_CASE(
    "a kept worker goes after an error, when it was busy or idle for long, and with its file") {
  TestPool pool({.idle_workers = 0, .kept_idle_ms = 0}, {});
  const std::string first = ProcessFor(pool, 1);
  REQUIRE(!pool->TakeFor(NumberedStart(1))->Ask("fail", kAskMs).has_value());
  REQUIRE(pool->counts().kept == 0);
  const std::string second = ProcessFor(pool, 1);
  REQUIRE(second != first);
  pool->RetireIdle();
  REQUIRE(pool->counts().kept == 0);
  TestPool busy({.idle_workers = 0, .kept_busy_ms = 0}, {});
  REQUIRE(ProcessFor(busy, 1) != ProcessFor(busy, 1));
  REQUIRE(busy->counts().kept == 0);
}

TEST_CASE("a file that goes takes the workers with it that were kept or borrowed for it" *
          doctest::skip(kIsSanitized)) {
  const TemporaryFolder folder;
  WorkerStart start = StartOf("test.probe.query", WorkerProfile::kQuery);
  for (const char* name : {"one", "other"}) start.readable_files.push_back(folder.Write(name, "x"));
  TestPool pool({.idle_workers = 0}, {});
  {
    auto borrowed = pool->TakeFor(start);
    REQUIRE(borrowed.has_value());
    REQUIRE(pool->TakeFor(start).has_value());  // given back at once
    REQUIRE(pool->counts().kept == 1);
    pool->Retire(folder.path() + "/elsewhere");
    REQUIRE(pool->counts().kept == 1);
    pool->Retire(folder.path() + "/other");
    REQUIRE(pool->counts().kept == 0);
  }
  REQUIRE(pool->counts().kept == 0);
  REQUIRE(pool->TakeFor(start).has_value());
  REQUIRE(pool->counts().kept == 1);
}

TEST_CASE("a start that fails gives its error, and its turn back") {
  TestPool pool({.max_running = 1, .queue_ms = 50}, {StartOf("test.none")});
  for (int turn = 0; turn < 3; ++turn) {
    const auto loan = pool->Take("test.none");
    REQUIRE(!loan.has_value());
    REQUIRE(loan.error().what == "There is no such kind of worker");
  }
  REQUIRE(pool->counts().running == 0);
  REQUIRE(pool->Start(StartOf("test.echo")).has_value());
}

TEST_CASE("a worker that is killed or late is replaced") {
  TestPool pool({}, {StartOf("test.misbehave")});
  for (const char* how : {"mute", "crash in mid-reply", "lie"}) {
    const auto reply = pool->Ask("test.misbehave", how, 200);
    REQUIRE(!reply.has_value());
    REQUIRE(reply.error().code == ErrorCode::kUnavailable);
  }
  auto loan = pool->Take("test.misbehave");
  REQUIRE(loan.has_value());
  std::jthread killer([&] { loan->Kill(); });
  REQUIRE(!loan->Ask("mute", 60'000).has_value());
}

TEST_CASE("many callers share few workers") {
  TestPool pool({.idle_workers = 2, .max_running = 2, .max_uses = 10, .queue_ms = 60'000});
  std::atomic<int> answers = 0;
  std::atomic<bool> too_many = false;
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&, caller] {
        for (int turn = 0; turn < 20; ++turn) {
          const bool fails = turn % 7 == caller % 7;
          const auto reply = pool->Ask(kKind, fails ? "fail" : "", kAskMs);
          if (reply.has_value() != fails) ++answers;
          if (pool->counts().running > 2) too_many = true;
        }
      });
    }
  }
  REQUIRE(answers == 8 * 20);
  REQUIRE(!too_many);
  REQUIRE(pool->counts().running == 0);
}

}  // namespace engine
