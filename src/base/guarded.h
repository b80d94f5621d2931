// A value and the lock that guards it: the value can be reached only while the lock is held.
//
// Lock() gives a Locked, which is used like a pointer and must be named, so that it lives as long
// as the braces it stands in. Wait() sleeps until a condition on the value holds. This is the only
// shared mutable state of the house. Every method may be called from any thread; a Locked belongs
// to one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace base {

template <typename T>
class Guarded {
 public:
  class [[nodiscard]] Locked {
   public:
    T& operator*() & { return value_; }
    T* operator->() & { return &value_; }
    T& operator*() && = delete;  // name the lock: a temporary would unlock at the semicolon
    T* operator->() && = delete;

    // Sleeps, unlocked, until `condition(value)` holds.
    template <typename Condition>
    void Wait(Condition condition) {
      changed_.wait(hold_, [&] { return condition(value_); });
    }
    // The same, but ends as well when `stop` is requested. Returns condition(value).
    template <typename Condition>
    bool Wait(std::stop_token stop, Condition condition) {
      return changed_.wait(hold_, std::move(stop), [&] { return condition(value_); });
    }
    // The same for at most `limit`. Returns condition(value).
    template <typename Condition>
    bool WaitFor(std::chrono::milliseconds limit, Condition condition) {
      return changed_.wait_for(hold_, limit, [&] { return condition(value_); });
    }
    // The same for at most `limit`, and ends as well when `stop` is requested.
    template <typename Condition>
    bool WaitFor(std::stop_token stop, std::chrono::milliseconds limit, Condition condition) {
      return changed_.wait_for(hold_, std::move(stop), limit, [&] { return condition(value_); });
    }

   private:
    friend class Guarded;
    Locked(std::mutex& mutex, std::condition_variable_any& changed, T& value)
        : hold_(mutex), changed_(changed), value_(value) {}
    std::unique_lock<std::mutex> hold_;
    std::condition_variable_any& changed_;
    T& value_;
  };

  template <typename... Args>
  explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  Locked Lock() { return Locked(mutex_, changed_, value_); }

  // Wakes whoever waits on a condition of the value. Call it after the change.
  void NotifyAll() { changed_.notify_all(); }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  T value_;
};

}  // namespace base
