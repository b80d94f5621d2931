// The OpenAPI 3.1 document of a table of routes. Pure, any thread.
#pragma once

#include <vector>

#include "api/route.h"
#include "base/json.h"

namespace api {

base::Json OpenApiDocument(const std::vector<Route>& routes);

}  // namespace api
