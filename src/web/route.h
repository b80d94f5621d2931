// Which handler answers which address of the pages.
//
// A pattern is a path in which `*` stands for one segment; the segments that stood there are given
// to the handler in their order. Values.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace web {

using PathParts = std::vector<std::string>;
using PageHandler =
    std::function<base::Result<http::Response>(const http::Request&, const PathParts&)>;

struct Route {
  http::Method method;
  std::string pattern;
  PageHandler handler;
};

// The segments in place of the stars when a path fits a pattern.
std::optional<PathParts> MatchPath(std::string_view pattern, std::string_view path);

}  // namespace web
