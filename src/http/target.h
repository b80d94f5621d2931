// The target of a request: taken apart, decoded once, and refused where two readers could
// understand it differently (RFC 9112, 3.2; RFC 3986). Stateless.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

struct Target {
  std::string path;  // decoded UTF-8, begins with a slash
  std::vector<QueryParameter> query;
};

// Of origin-form alone: "/path?query". kInvalid for anything else: other characters than RFC 3986
// allows, a broken percent-encoding, an encoded slash, backslash or control character in the path,
// a segment that is empty (apart from the last), "." or "..", bytes that are not UTF-8, NUL in the
// query. kTooLarge beyond kMaxQueryParameters.
base::Result<Target> ParseTarget(std::string_view target);

// The bytes that a percent-encoded text stands for. kInvalid unless two hexadecimal digits follow
// each percent sign. In a query, `plus_is_blank`.
base::Result<std::string> PercentDecode(std::string_view text, bool plus_is_blank);

}  // namespace http
