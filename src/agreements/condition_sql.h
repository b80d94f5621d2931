// The row condition of a policy as SQL (docs/formats/policy.md, condition).
//
// Pure functions over conditions that CheckPolicy accepted; where SQL alone would say something
// else than the page is told in the essay of policy_compiler.cc.
#pragma once

#include <vector>

#include "agreements/condition.h"
#include "agreements/policy_sql.h"
#include "base/result.h"
#include "catalogue/schema.h"

namespace agreements {

// The steps that a rehearsal counts: the parts of a root that is an and, otherwise the root as one.
// A row of `rows` passes when all are TRUE. kInvalid at the place of a property that is not bound.
base::Result<std::vector<SqlExpression>> StepsOf(const Condition& root,
                                                 const catalogue::Schema& schema, SqlWord rows);

// Whether DuckDB may make a join of the condition, which need not keep the order of rows.
bool MayBecomeJoin(const Condition& condition);

}  // namespace agreements
