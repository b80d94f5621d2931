#include "identity/turns.h"

namespace identity {

base::Result<std::unique_ptr<Turns::Turn>> Turns::Take() {
  auto locked = load_.Lock();
  if (locked->running >= most_at_once_ && locked->waiting >= most_waiting_) {
    return base::Fail(base::ErrorCode::kBusy, "Too many people sign in at this moment", {},
                      "Try again in a few seconds.");
  }
  ++locked->waiting;
  locked.Wait([this](const Load& now) { return now.running < most_at_once_; });
  --locked->waiting;
  ++locked->running;
  return std::make_unique<Turn>(load_);
}

int Turns::CountWaiting() {
  auto locked = load_.Lock();
  return locked->waiting;
}

Turns::Turn::~Turn() {
  {
    auto locked = load_.Lock();
    --locked->running;
  }
  load_.NotifyAll();
}

}  // namespace identity
