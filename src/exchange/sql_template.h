// The template of a query: what stays when constants and parameters are taken out of its tree.
//
// Its digest stands in the access log (docs/formats/query-sql.md), so its bytes may never change
// for a tree. Pure, safe from any thread.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace exchange {

// Canonical JSON of an accepted tree (the node of a statement). kInvalid for numbers that canonical
// JSON cannot hold, which no accepted tree has.
base::Result<std::string> SqlTemplate(const base::Json& node);

}  // namespace exchange
