// What tests say of a Result: its value where it must be good, its error where it must be bad.
//
// Header only, for tests, which include doctest first. A failure ends the test.
#pragma once

#include <utility>

#include "base/result.h"

namespace base {

template <typename Value>
Value Good(Result<Value> result) {
  if (!result) MESSAGE(result.error().Text());
  REQUIRE(result.has_value());
  return *std::move(result);
}
inline void Good(const Result<void>& result) {
  if (!result) MESSAGE(result.error().Text());
  REQUIRE(result.has_value());
}
template <typename Value>
Error Bad(const Result<Value>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}
template <typename Value>
ErrorCode CodeOfBad(const Result<Value>& result) {
  return Bad(result).code;
}

}  // namespace base
