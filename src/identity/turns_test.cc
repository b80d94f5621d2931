#include "identity/turns.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace identity {

TEST_CASE("beyond those who work and those who wait, everybody is told to come again") {
  constexpr int kWaiting = 3;
  Turns turns(2, kWaiting);
  auto first = turns.Take();
  auto second = turns.Take();
  std::atomic<int> served = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kWaiting; ++i) {
    threads.emplace_back([&] {
      const auto turn = turns.Take();
      if (turn) ++served;
    });
  }
  while (turns.CountWaiting() < kWaiting) std::this_thread::yield();
  REQUIRE(turns.Take().error().code == base::ErrorCode::kBusy);
  REQUIRE(served == 0);
  first->reset();
  second->reset();
  threads.clear();
  REQUIRE(served == kWaiting);
  REQUIRE(turns.Take().has_value());
}

}  // namespace identity
