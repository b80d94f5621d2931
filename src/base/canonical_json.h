// Canonical JSON (RFC 8785, JCS): one byte sequence for one value, so that it can be hashed and
// signed. Log entries, digests of policies and keys of extracts are made of it.
//
// Numbers are what ECMAScript takes them for: the integer 1 and the number 1.0 have the same
// canonical form, "1". Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace base {

// The canonical form: no white space, members sorted by the UTF-16 code units of their names,
// numbers as ECMAScript's Number::toString writes them, the fewest escapes. kInvalid for an integer
// beyond 2^53-1 in magnitude, which not every reader could hold exactly (RFC 7493), at its JSON
// pointer. O(n log n).
Result<std::string> WriteCanonicalJson(const Json& json);

// ParseJson for text that must be in canonical form already; kInvalid at the first byte that
// differs. An integer beyond 2^53-1 is accepted where it is the canonical form of a double, and is
// a number then, so that whatever WriteCanonicalJson writes can be read back.
Result<Json> ParseCanonicalJson(std::string_view text, const JsonLimits& limits);

// Whether ParseCanonicalJson accepts the text within the limits of kSyntaxTreeJson, the widest.
bool IsCanonicalJson(std::string_view text);

}  // namespace base
