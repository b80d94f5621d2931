// The comparisons of a syntax tree and how SQL writes them. Constants.
//
// Internal to exchange; safe from any thread.
#pragma once

#include <string_view>

namespace exchange {

// "<=" of "COMPARE_LESSTHANOREQUALTO"; empty for an unknown one.
std::string_view SqlComparison(std::string_view type);
// Likewise, of those that may stand before ANY.
std::string_view SqlQuantifiedComparison(std::string_view type);

}  // namespace exchange
