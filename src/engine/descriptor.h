// A file descriptor that closes itself. Belongs to one owner; not for use from two threads.
#pragma once

#include <unistd.h>

#include <utility>

namespace engine {

class Descriptor {
 public:
  // Takes the number over; a negative one stands for none.
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace engine
