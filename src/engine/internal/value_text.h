// Values as the texts of docs/formats/result.md, written at a pointer.
//
// Each function writes at most kMaxValueBytes from `out` on, which must have room for them, and
// gives the end of what it wrote. Pure.
#pragma once

#include <cstdint>

#include "engine/result_rows.h"

namespace engine {

inline constexpr std::size_t kMaxValueBytes = 64;

// |value| below 10^38 fits a decimal(38,0).
bool FitsDecimal(Int128 value);

char* WriteInteger(char* out, std::int64_t value);
// With `scale` digits after the point, at most 38; |value| must FitsDecimal.
char* WriteDecimal(char* out, Int128 value, unsigned scale);
char* WriteDouble(char* out, double value);
char* WriteFloat(char* out, float value);
char* WriteDate(char* out, std::int32_t days);
char* WriteTimestamp(char* out, std::int64_t microseconds);

}  // namespace engine
