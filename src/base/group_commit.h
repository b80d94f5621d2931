// Many callers, one commit.
//
// A durable write waits for the disk, and the disk takes as long for one item as for a thousand. So
// whoever comes while a commit is under way joins the next one. There is no thread behind this: the
// first caller who waits and finds nobody leading leads, commits what has gathered, and wakes the
// others. With one caller the order of work is therefore the same in every run, which crash
// simulation needs.
//
// Thread safety: all methods from any thread. Invariants: at most one commit runs at a time; items
// are committed in the order of Submit; a commit holds 1 to `max_batch` items. The commit function
// must not call back into the same GroupCommit.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/guarded.h"

namespace base {

template <typename Item>
class GroupCommit {
 public:
  // One submitted item and, once it is committed, whatever the commit function left in it.
  class Ticket {
   public:
    explicit Ticket(Item item) : item_(std::move(item)) {}

   private:
    friend class GroupCommit;
    Item item_;
    bool done_ = false;  // under the lock of the queue
  };
  using TicketRef = std::shared_ptr<Ticket>;
  using Commit = std::function<void(std::span<Item* const> batch)>;

  GroupCommit(std::size_t max_batch, Commit commit)
      : max_batch_(max_batch), commit_(std::move(commit)) {}

  // Puts an item into the queue. It is committed when somebody waits for it or for a later one.
  TicketRef Submit(Item item) {
    auto ticket = std::make_shared<Ticket>(std::move(item));
    auto queue = queue_.Lock();
    queue->waiting.push_back(ticket);
    return ticket;
  }

  // Returns when the item has been committed: the item as the commit function left it.
  Item Wait(const TicketRef& ticket) {
    while (!LeadOrFollow(*ticket)) {
    }
    return std::move(ticket->item_);
  }

  Item Run(Item item) { return Wait(Submit(std::move(item))); }

 private:
  struct Queue {
    std::deque<TicketRef> waiting;
    bool leading = false;
  };

  // Waits for another leader's commit, or leads one. True when the ticket is done.
  bool LeadOrFollow(const Ticket& ticket) {
    std::vector<TicketRef> batch;
    {
      auto queue = queue_.Lock();
      queue.Wait([&](const Queue& q) { return ticket.done_ || !q.leading; });
      if (ticket.done_) return true;
      queue->leading = true;
      while (!queue->waiting.empty() && batch.size() < max_batch_) {
        batch.push_back(std::move(queue->waiting.front()));
        queue->waiting.pop_front();
      }
    }
    std::vector<Item*> items;
    items.reserve(batch.size());
    for (const TicketRef& each : batch) items.push_back(&each->item_);
    commit_(items);
    {
      auto queue = queue_.Lock();
      for (const TicketRef& each : batch) each->done_ = true;
      queue->leading = false;
    }
    queue_.NotifyAll();
    return false;
  }

  const std::size_t max_batch_;
  const Commit commit_;
  Guarded<Queue> queue_;
};

}  // namespace base
