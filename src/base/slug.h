// Slugs: short names in addresses and leaves, made of words in a-z and 0-9 with single hyphens.
// Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace base {

inline constexpr std::size_t kMaxSlugBytes = 64;

// Whether text is `word(-word)*` of at most kMaxSlugBytes bytes, each word of a-z and 0-9.
bool IsSlug(std::string_view text);

// The slug of a name and a piece of its identifier, as "ambleford-council-3f9a2c": letters become
// small, whatever is not ASCII letter or digit parts words, and what is too long is cut before the
// piece. Without a usable character the piece stands alone. `piece` must be a slug of at most 16
// bytes.
std::string SlugOf(std::string_view name, std::string_view piece);

}  // namespace base
