// How ParseJson and ParseCanonicalJson differ over integers. For the domain base alone:
// others call ParseJson (json.h) or ParseCanonicalJson (canonical_json.h). Pure function.
#pragma once

#include <string_view>

#include "base/json.h"

namespace base::internal {

enum class IntegerRule : unsigned char {
  kExact,         // an integer fits 64 bits or is refused
  kNearestBeyond  // beyond 2^53-1 it is the nearest double, as ECMAScript reads it
};

Result<Json> ParseJsonText(std::string_view text, const JsonLimits& limits, IntegerRule rule);

}  // namespace base::internal
