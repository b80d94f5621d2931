// The values of a query's parameters, put in the order in which the worker binds them.
//
// An array gives the values of $1, $2, … or of each ? in turn; an object gives those of $name. In
// the SQL that goes to the worker named ones are numbered, because only numbers can be bound there.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/result_rows.h"
#include "exchange/sql_check.h"

namespace exchange {

struct BoundQuery {
  std::string sql;
  std::vector<engine::SqlParameter> parameters;
};

// kInvalid, at the JSON pointer within the request, for values that are too few, too many, of
// another name, or no string, number, true, false or null. O(n log n).
base::Result<BoundQuery> BindParameters(const AcceptedQuery& query, const base::Json& params);

}  // namespace exchange
