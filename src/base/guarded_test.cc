#include "base/guarded.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace base {

TEST_CASE("increments from many threads all count") {
  Guarded<int> count(0);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 10'000; ++k) {
          auto locked = count.Lock();
          ++*locked;
        }
      });
    }
  }
  auto locked = count.Lock();
  REQUIRE(*locked == 80'000);
}

TEST_CASE("a waiter sees the change, and a stop ends the wait") {
  Guarded<bool> ready(false);
  std::jthread setter([&] {
    {
      auto locked = ready.Lock();
      *locked = true;
    }
    ready.NotifyAll();
  });
  {
    auto locked = ready.Lock();
    locked.Wait([](bool value) { return value; });
    REQUIRE(*locked);
  }
  Guarded<bool> never(false);
  bool seen = true;
  std::jthread waiter([&](const std::stop_token& stop) {
    auto locked = never.Lock();
    seen = locked.Wait(stop, [](bool value) { return value; });
  });
  waiter.request_stop();
  waiter.join();
  REQUIRE_FALSE(seen);
  auto locked = never.Lock();
  REQUIRE_FALSE(locked.WaitFor(std::chrono::milliseconds(1), [](bool value) { return value; }));
}

}  // namespace base
