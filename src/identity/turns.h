// A few at once, a few more in a queue, and everybody else is told to come again: for work that
// takes much memory. Thread safety: all methods from any thread; Take blocks.
#pragma once

#include <memory>

#include "base/guarded.h"
#include "base/result.h"

namespace identity {

class Turns {
 public:
  // The right to work, for as long as it lives. It must not outlive its Turns.
  class Turn;

  Turns(int most_at_once, int most_waiting)
      : most_at_once_(most_at_once), most_waiting_(most_waiting) {}

  // Waits for a turn. kBusy when all are taken and the queue is full.
  base::Result<std::unique_ptr<Turn>> Take();

  // How many wait at this moment.
  int CountWaiting();

 private:
  struct Load {
    int running = 0;
    int waiting = 0;
  };

  const int most_at_once_;
  const int most_waiting_;
  base::Guarded<Load> load_;
};

class Turns::Turn {
 public:
  explicit Turn(base::Guarded<Load>& load) : load_(load) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn();

 private:
  base::Guarded<Load>& load_;
};

}  // namespace identity
