// What one text may be read as: the forms by which a column of texts finds its type.
//
// Pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace engine {

enum Form : std::uint32_t {
  kFormTrueFalse = 1U << 0U,
  kFormYesNo = 1U << 1U,
  kFormYN = 1U << 2U,
  kFormWhole = 1U << 3U,        // fits 64 bits, no leading zeros, no plus sign
  kFormPoint = 1U << 4U,        // a whole part, a point, at least one digit
  kFormExponent = 1U << 5U,     // 1.5e-05, 1E+20; 12E5 is a code, not a number
  kFormZeros = 1U << 6U,        // a number with leading zeros
  kFormPlus = 1U << 7U,         // a plus sign and digits
  kFormThousands = 1U << 8U,    // 1,234,567.89
  kFormLongDigits = 1U << 9U,   // a whole number beyond 64 bits
  kFormIsoDate = 1U << 10U,     // 2024-02-29; the day exists
  kFormUkDate = 1U << 11U,      // 29/02/2024; the day exists
  kFormUsDate = 1U << 12U,      // 02/29/2024; the day exists
  kFormUtcTime = 1U << 13U,     // with Z or an offset
  kFormLocalTime = 1U << 14U,   // without
  kFormFirstWord = 1U << 15U,   // true, yes, y
  kFormSecondWord = 1U << 16U,  // false, no, n
};

struct ValueForms {
  std::uint32_t forms = 0;      // of Form
  unsigned integer_digits = 0;  // of kFormWhole and kFormPoint
  unsigned scale = 0;           // digits after the point, of kFormPoint and kFormExponent
  unsigned digits = 0;          // of the mantissa, of kFormExponent
};

// Never fails; a text that fits nothing has no forms. O(1): longer texts than 64 bytes fit nothing.
ValueForms FormsOf(std::string_view text);

}  // namespace engine
