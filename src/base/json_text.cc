#include "base/json_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace base {
namespace {

constexpr std::string_view kEllipsis = "\u2026";
constexpr std::string_view kCut = "/\u2026";
constexpr std::string_view kReplacement = "\ufffd";

bool IsBetween(unsigned char byte, unsigned char low, unsigned char high) {
  return low <= byte && byte <= high;
}

// The length of the well-formed sequence at the start of text; 0 if there is none. The second byte
// has a narrower range after four of the lead bytes: that is what shuts out overlong forms,
// surrogates and code points above U+10FFFF.
std::size_t SequenceBytes(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (!IsBetween(lead, 0xC2, 0xF4)) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!IsBetween(byte(1), low, high)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!IsBetween(byte(i), 0x80, 0xBF)) return 0;
  }
  return length;
}

// The code point of one well-formed sequence.
std::uint32_t CodePoint(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return lead;
  std::uint32_t point = lead & (0x7Fu >> sequence.size());
  for (const char next : sequence.substr(1)) {
    point = point << 6 | (static_cast<unsigned char>(next) & 0x3Fu);
  }
  return point;
}

// Characters that a reader of an error could be misled by: they have no shape of their own, break
// the line or turn the direction of the text around them (UAX #9, UTR #36).
bool IsMisleading(std::uint32_t point) {
  const auto in = [point](std::uint32_t low, std::uint32_t high) {
    return low <= point && point <= high;
  };
  return in(0x00, 0x1F) || in(0x7F, 0x9F) || point == 0xAD || point == 0x61C || point == 0x180E ||
         in(0x200B, 0x200F) || in(0x2028, 0x202E) || in(0x2060, 0x206F) || point == 0xFEFF ||
         in(0xFFF9, 0xFFFB) || in(0xE0000, 0xE007F);
}

// The letter of a two-character escape, or 0.
char ShortEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

// parent/token, or parent/… for good once there is no room for the token.
std::string Joined(std::string_view parent, std::string_view token) {
  std::string pointer(parent);
  if (parent.ends_with(kCut)) return pointer;
  if (parent.size() + 1 + token.size() > kShownPointerBytes) return pointer.append(kCut);
  return pointer.append("/").append(token);
}

}  // namespace

std::size_t ValidUtf8Bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = SequenceBytes(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::size_t CountCodePoints(std::string_view text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

std::string RepairedUtf8(std::string_view text) {
  std::string repaired;
  while (!text.empty()) {
    const std::size_t valid = ValidUtf8Bytes(text);
    repaired.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    repaired.append(kReplacement);
    text.remove_prefix(1);
  }
  return repaired;
}

void AppendJsonString(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (const char letter = ShortEscape(c); letter != 0) {
      out += '\\';
      out += letter;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string ShownName(std::string_view name) {
  std::string shown;
  while (!name.empty()) {
    const std::size_t length = SequenceBytes(name);
    const std::string_view sequence = name.substr(0, length);
    name.remove_prefix(length == 0 ? 1 : length);
    if (length == 0 || IsMisleading(CodePoint(sequence))) continue;
    if (shown.size() + length > kShownNameBytes) return shown.append(kEllipsis);
    shown.append(sequence);
  }
  return shown;
}

std::string ChildPointer(std::string_view parent, std::string_view name) {
  std::string token;
  for (const char c : ShownName(name)) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return Joined(parent, token);
}

std::string ChildPointer(std::string_view parent, std::size_t index) {
  return Joined(parent, std::to_string(index));
}

}  // namespace base
