// Bytes as text and back: hexadecimal, base64, integers of fixed width, parts of a path.
//
// Bytes are std::string and std::string_view throughout the house. Decoders accept exactly what
// the encoders write (lower case, padding, zero trailing bits) so that a value has one form only.
// Stateless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Lower-case hexadecimal, two digits a byte.
std::string HexEncode(std::string_view bytes);
// Nothing when the text has an odd length, an upper-case or a foreign character.
std::optional<std::string> HexDecode(std::string_view text);

// Base64 with padding (RFC 4648, section 4).
std::string Base64Encode(std::string_view bytes);
// Nothing when the text is not what Base64Encode would give for some bytes.
std::optional<std::string> Base64Decode(std::string_view text);

// A decimal number without sign, leading zeros or blanks, up to 2^64 - 1.
std::optional<std::uint64_t> ParseDecimal(std::string_view text);

// Fixed-width integers at the front of `bytes`, which must be long enough.
std::uint16_t LoadBig16(std::string_view bytes);
std::uint32_t LoadLittle32(std::string_view bytes);
std::uint64_t LoadLittle64(std::string_view bytes);
void AppendBig16(std::string& bytes, std::uint16_t value);
void AppendLittle32(std::string& bytes, std::uint32_t value);
void AppendLittle64(std::string& bytes, std::uint64_t value);

// The pieces between separators; always at least one piece. At most `limit` pieces: the last one
// holds the rest.
std::vector<std::string_view> Split(std::string_view text, char separator, std::size_t limit);

// "a/b" of "a" and "b"; `tail` has no leading slash.
std::string JoinPath(std::string_view head, std::string_view tail);
// The path up to its last slash, "." when it has none, "/" for what lies in the root.
std::string ParentOf(std::string_view path);

}  // namespace base
