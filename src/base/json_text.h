// The parts of JSON that are text alone: well-formed UTF-8, escaped strings, JSON pointers and the
// names of members as an error may show them.
//
// Pure functions, safe from any thread. Each is linear in the text it is given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// A name is shown up to this many bytes, and a pointer up to this many; what ends in "…" was cut.
inline constexpr std::size_t kShownNameBytes = 64;
inline constexpr std::size_t kShownPointerBytes = 512;

// How many bytes from the start are well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no
// surrogates, nothing above U+10FFFF). Equal to text.size() when all of them are.
std::size_t ValidUtf8Bytes(std::string_view text);

inline bool IsUtf8(std::string_view text) { return ValidUtf8Bytes(text) == text.size(); }

// How many code points UTF-8 text has: its bytes but for those that continue a sequence.
std::size_t CountCodePoints(std::string_view text);

// The text with U+FFFD in place of each byte that belongs to no well-formed sequence.
std::string RepairedUtf8(std::string_view text);

// Appends text as a JSON string with the quotes and the fewest escapes that RFC 8785 (3.2.2.2)
// allows, which RFC 8259 allows as well. text must be UTF-8.
void AppendJsonString(std::string& out, std::string_view text);

// A name that came from outside, fit for an error: control characters, line separators and
// characters that turn the direction of writing are left out, and it ends in "…" if it was longer
// than kShownNameBytes. name must be UTF-8.
std::string ShownName(std::string_view name);

// The JSON pointer (RFC 6901) to a member or item of what `parent` points to; "" is the root. Names
// pass through ShownName. A pointer that would grow beyond kShownPointerBytes ends in "/…".
std::string ChildPointer(std::string_view parent, std::string_view name);
std::string ChildPointer(std::string_view parent, std::size_t index);

}  // namespace base
