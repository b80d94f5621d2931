// The texts of the pages: one catalogue for each language, from a key to a text with named places.
//
//   "footer.sizes": "Register log: {register} entries."
//
// Templates name a text as [[footer.sizes]] and are put together once, at start; a place then is a
// value of the view. Code asks for a text by its key. Three marks are allowed, and only in texts
// that templates name: **strong**, `code` and [words](place_url), a link to a value of the view or
// to a path that begins with a slash. Immutable, so safe from any thread.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace web {

inline constexpr std::size_t kMaxTextBytes = 4'000;

struct Place {
  std::string_view name;
  std::string value;
};

class Texts {
 public:
  // kInvalid for anything but one flat object of texts with well-formed keys, places and marks.
  static base::Result<Texts> Parse(std::string_view json);

  [[nodiscard]] bool Has(std::string_view key) const { return texts_.contains(key); }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const {
    return texts_;
  }

  // A text with its places filled in, as plain text. The key is a word of the program: one that is
  // missing fails a CHECK, and so does a place without a value.
  [[nodiscard]] std::string Get(std::string_view key,
                                std::initializer_list<Place> places = {}) const;

  // The same as a piece of a template: escaped, its marks as elements, its places as variables.
  // kInvalid for a key that is missing or a mark that does not close.
  [[nodiscard]] base::Result<std::string> TemplatePiece(std::string_view key) const;

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// The key has the form of "page.what_it_is".
bool IsTextKey(std::string_view key);

// Text in which &, <, >, " and ' are written as character references.
std::string EscapeHtml(std::string_view text);

}  // namespace web
