#include "http/handler_pool.h"

#include <doctest/doctest.h>

#include <chrono>

namespace http {
namespace {

constexpr std::chrono::seconds kDeadline(30);

struct Tally {
  int started = 0;
  int ended = 0;
  bool may_end = false;
};

}  // namespace

TEST_CASE("as many jobs run at once as there are threads, and so many wait, and no more") {
  base::Guarded<Tally> tally;
  HandlerPool pool(2, 3);
  const auto wait = [&tally] {
    auto now = tally.Lock();
    ++now->started;
    tally.NotifyAll();
    now.Wait([](const Tally& each) { return each.may_end; });
    ++now->ended;
    tally.NotifyAll();
  };
  for (int i = 0; i < 2; ++i) {
    HandlerPool::Job job = wait;
    REQUIRE(pool.Run(job));
    auto now = tally.Lock();
    REQUIRE(now.WaitFor(kDeadline, [i](const Tally& each) { return each.started == i + 1; }));
  }
  for (int i = 0; i < 3; ++i) {
    HandlerPool::Job job = wait;
    REQUIRE(pool.Run(job));
  }
  HandlerPool::Job job = wait;
  REQUIRE_FALSE(pool.Run(job));
  REQUIRE(static_cast<bool>(job));  // left as it was
  auto now = tally.Lock();
  REQUIRE(now->started == 2);
  now->may_end = true;
  tally.NotifyAll();
  REQUIRE(now.WaitFor(kDeadline, [](const Tally& each) { return each.ended == 5; }));
}

TEST_CASE("a pool that goes away ends what it was given") {
  base::Guarded<int> ended{0};
  {
    HandlerPool pool(1, 100);
    for (int i = 0; i < 100; ++i) {
      HandlerPool::Job job = [&ended] {
        auto count = ended.Lock();
        ++*count;
      };
      while (!pool.Run(job)) {
      }
    }
  }
  auto count = ended.Lock();
  REQUIRE(*count == 100);
}

}  // namespace http
