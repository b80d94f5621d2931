#include "base/group_commit.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace base {

TEST_CASE("items of one caller are committed in order, as many at once as allowed") {
  std::vector<std::size_t> sizes;
  std::vector<int> order;
  GroupCommit<int> group(3, [&](std::span<int* const> batch) {
    sizes.push_back(batch.size());
    for (int* item : batch) {
      order.push_back(*item);
      *item *= 10;
    }
  });
  std::vector<GroupCommit<int>::TicketRef> tickets;
  for (int i = 0; i < 7; ++i) tickets.push_back(group.Submit(i));
  REQUIRE(sizes.empty());
  REQUIRE(group.Wait(tickets[4]) == 40);
  REQUIRE(sizes == std::vector<std::size_t>{3, 3});
  REQUIRE(group.Wait(tickets[6]) == 60);
  REQUIRE(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("every item of many threads is committed once, never two commits at a time") {
  std::atomic<int> inside = 0;
  std::atomic<bool> overlapped = false;
  std::vector<int> seen(8000);
  GroupCommit<int> group(64, [&](std::span<int* const> batch) {
    if (inside.fetch_add(1) != 0) overlapped = true;
    for (int* item : batch) ++seen[static_cast<std::size_t>(*item)];
    inside.fetch_sub(1);
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 1000; ++i) group.Run(t * 1000 + i);
      });
    }
  }
  REQUIRE_FALSE(overlapped);
  for (const int count : seen) REQUIRE(count == 1);
}

}  // namespace base
