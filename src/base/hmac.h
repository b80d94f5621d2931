// HMAC-SHA-256 (RFC 2104) with one key and many short messages.
//
// HmacSha256 of crypto.h sets a key up for each message, which costs more than hashing a number of
// nine characters. Here the two states that hang on the key alone are computed once; each message
// then costs its own blocks and one more, and no memory is asked for.
//
// Thread safety: made and destroyed by one thread, Sign may be called from many. The states are as
// secret as the key; they are overwritten when the object goes.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "base/crypto.h"

namespace base {

class HmacSha256Key {
 public:
  // A key of any length.
  explicit HmacSha256Key(std::string_view key);
  HmacSha256Key(const HmacSha256Key&) = delete;
  HmacSha256Key& operator=(const HmacSha256Key&) = delete;
  ~HmacSha256Key();

  // The HMAC of the parts, as if they were one string.
  [[nodiscard]] Digest Sign(std::initializer_list<std::string_view> parts) const;

 private:
  struct States;
  std::unique_ptr<States> states_;
};

}  // namespace base
