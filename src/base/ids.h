// Identifiers that cannot be mistaken for one another.
//
// An Id<Tag> is 128 random bits, written as 32 hex digits. The tag makes the identifier of a
// dataset and that of a person two types. Random, not time-ordered: an identifier must not tell
// when a thing was made (the public logs show times of access to the hour only). Values; safe
// anywhere.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/world.h"

namespace base {

inline constexpr std::size_t kIdBytes = 16;

template <typename Tag>
class Id {
 public:
  // A new one. Two are equal with a chance of about 2^-64 after 2^32 of them.
  static Id Random(Randomness& randomness) { return Id(randomness.Bytes(kIdBytes)); }

  // Nothing when the text is not 32 lower-case hex digits.
  static std::optional<Id> Parse(std::string_view text) {
    if (text.size() != kIdBytes * 2) return std::nullopt;
    auto bytes = HexDecode(text);
    if (!bytes) return std::nullopt;
    return Id(std::move(*bytes));
  }

  [[nodiscard]] std::string Text() const { return HexEncode(bytes_); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;  // kIdBytes
};

}  // namespace base
