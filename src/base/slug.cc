#include "base/slug.h"

#include "base/check.h"

namespace base {
namespace {

constexpr std::size_t kMaxPieceBytes = 16;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSmall(char c) { return c >= 'a' && c <= 'z'; }
char Small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool IsSlug(std::string_view text) {
  if (text.empty() || text.size() > kMaxSlugBytes) return false;
  char before = '-';
  for (const char c : text) {
    if (!IsDigit(c) && !IsSmall(c) && (c != '-' || before == '-')) return false;
    before = c;
  }
  return before != '-';
}

std::string SlugOf(std::string_view name, std::string_view piece) {
  CHECK(IsSlug(piece) && piece.size() <= kMaxPieceBytes);
  std::string slug;
  for (const char c : name) {
    if (slug.size() + 1 + piece.size() >= kMaxSlugBytes) break;
    const char small = Small(c);
    if (IsDigit(small) || IsSmall(small)) {
      slug += small;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (!slug.empty() && slug.back() != '-') slug += '-';
  return slug.append(piece);
}

}  // namespace base
