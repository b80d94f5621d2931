// From a row of the store to a request, and who may see or move it. Inside agreements only.
#pragma once

#include <string_view>

#include "agreements/requests.h"
#include "agreements/states.h"
#include "base/result.h"
#include "identity/visibility.h"
#include "storage/requests.h"

namespace agreements::internal {

// The request, when it is there and may be seen; Absent() otherwise.
base::Result<storage::RequestRow> SeenRequest(storage::Transaction& transaction,
                                              const identity::Principal& asker,
                                              std::string_view number);
base::Result<RequestState> StateOf(const storage::RequestRow& row);
base::Result<Request> RequestOf(storage::Transaction& transaction, const storage::RequestRow& row,
                                const identity::Principal& reader);
// kForbidden unless the principal may act in this part. `actor` is as it is now.
base::Result<void> RequirePart(storage::Transaction& transaction, const identity::Principal& actor,
                               const storage::RequestRow& row, Part part);

}  // namespace agreements::internal
