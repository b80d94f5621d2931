#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace base {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "tabularium: CHECK failed at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace base
