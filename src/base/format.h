// Text from values: Format("{} of {}", a, b), with the format string checked by the compiler.
// A thin door to {fmt}, so that no other folder names the library. Stateless.
#pragma once

#include <fmt/core.h>

#include <string>
#include <utility>

namespace base {

template <typename... Values>
std::string Format(fmt::format_string<Values...> format, Values&&... values) {
  return fmt::format(format, std::forward<Values>(values)...);
}

}  // namespace base
