// Cursors of lists: a position, sealed, so that nobody can make one up or carry it to another list.
//
// A cursor holds the sort key of the last row that its asker saw, and nothing of rows that were
// left out. The seal is HMAC-SHA-256 over the scope (which list, whose, with which filter) and the
// position. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace catalogue {

struct Position {
  std::string sort_key;
  std::string id;

  friend bool operator==(const Position&, const Position&) = default;
};

std::string SealCursor(std::string_view key, std::string_view scope, const Position& position);
// Nothing when the seal is not of this key and scope.
std::optional<Position> OpenCursor(std::string_view key, std::string_view scope,
                                   std::string_view cursor);

}  // namespace catalogue
