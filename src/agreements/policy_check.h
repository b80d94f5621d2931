// Whether a policy may be: held against the schema of its dataset and of its list.
//
// Every column exists, its treatment is one that the owner allows and its type can have, every
// literal is of the type that it is compared with, the keys of dataset and list are of one type, no
// two columns of the output have one name. That the list belongs to the recipient is not known
// here. Errors stand at the JSON pointer within the policy and show nothing that stood there.
//
// Pure functions. O(size of the policy x columns of the schema).
#pragma once

#include <string>
#include <vector>

#include "agreements/policy.h"
#include "base/result.h"
#include "catalogue/schema.h"

namespace agreements {

struct PolicySchemas {
  const catalogue::Schema* dataset = nullptr;
  const catalogue::Schema* list = nullptr;  // of member_of; null where there is none
};

// kInvalid for what may not be, kNotFound where the policy names a list and no schema of it is
// given. A property that is not bound yet is let pass.
base::Result<void> CheckPolicy(const Policy& policy, const PolicySchemas& schemas);

// The column that a policy names, for the compiler too: kInvalid at the pointer.
base::Result<const catalogue::SchemaColumn*> NamedColumn(const catalogue::Schema& schema,
                                                         const std::string& name,
                                                         const std::string& pointer);

// The edges of a column's bands by its type; kInvalid unless they rise.
base::Result<std::vector<TypedLiteral>> TypeEdges(const PolicyColumn& column,
                                                  const engine::ColumnType& type,
                                                  const std::string& pointer);

}  // namespace agreements
