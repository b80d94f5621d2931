// Errors as RFC 9457 problems.
#pragma once

#include "base/result.h"
#include "http/message.h"

namespace api {

// The body that stands for an error: type, title, status, detail, where, remedy, and the request's
// id as instance. What one may not know of and what does not exist have the same body but for the
// instance.
http::Response ProblemResponse(const base::Error& error, const http::Request& request);

}  // namespace api
