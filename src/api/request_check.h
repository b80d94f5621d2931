// A request held against its route: media types, query, body. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "http/message.h"

namespace api {

// The Call for the route's handler. kMalformed for a body that cannot be read or should not be
// there, kUnsupported and kNotAcceptable for media types, kInvalid for what breaks a schema.
base::Result<Call> CheckRequest(const Route& route, const http::Request& request,
                                std::vector<std::string> places);

}  // namespace api
