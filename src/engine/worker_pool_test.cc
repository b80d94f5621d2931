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
