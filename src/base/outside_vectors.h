// Where tests find the large test vectors and data that other projects published. They are not part
// of this repository: tests look in the folder that the environment variable TABULARIUM_VECTORS
// names, or in
// ../shared beside the checkout, and say loudly that they were skipped where neither is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// The path of `name` (such as "vectors/merkle"), or nothing after a line on standard output that
// begins "SKIPPED: ", which the test runner counts. With TABULARIUM_VECTORS_REQUIRED set, as in CI,
// the absence ends the program with an error instead.
std::optional<std::string> OutsideVectors(std::string_view name);

}  // namespace base
