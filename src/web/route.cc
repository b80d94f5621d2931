#include "web/route.h"

#include "base/bytes.h"

namespace web {
namespace {

constexpr std::size_t kMaxSegments = 16;

}  // namespace

std::optional<PathParts> MatchPath(std::string_view pattern, std::string_view path) {
  const auto wanted = base::Split(pattern, '/', kMaxSegments);
  const auto given = base::Split(path, '/', kMaxSegments);
  if (wanted.size() != given.size()) return std::nullopt;
  PathParts parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "*" && !given[i].empty()) {
      parts.emplace_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

}  // namespace web
