// CHECK is for our own mistakes: what must be true whatever the input is. It is on in every build.
//
// A failed CHECK writes one line with place and condition to standard error and aborts: a process
// whose invariants are gone must not touch data. No input may be able to reach one; what input can
// cause is a Result. The condition is source text, so nothing of the data is ever printed.
#pragma once

namespace base {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

#define CHECK(condition)                                   \
  do {                                                     \
    if (!(condition)) [[unlikely]]                         \
      ::base::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

}  // namespace base
