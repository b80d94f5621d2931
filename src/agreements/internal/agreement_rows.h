// From a row of the store to an agreement, and who may change it. Inside agreements only.
#pragma once

#include <optional>

#include "agreements/agreement.h"
#include "agreements/terms.h"
#include "base/result.h"
#include "identity/principal.h"
#include "storage/agreements.h"

namespace agreements::internal {

// The reader: a principal, or nobody that is known.
using Reader = std::optional<identity::Principal>;

// The state as it is written: what the next event starts from.
base::Result<AgreementState> WrittenState(const storage::AgreementRow& row);
// The state that counts: a grant without an index does not.
base::Result<AgreementState> CountingState(const storage::AgreementRow& row);
base::Result<Policy> PolicyOf(const storage::AgreementRow& row);
base::Result<Terms> TermsOf(const storage::AgreementRow& row);
base::Result<Agreement> AgreementOf(storage::Transaction& transaction,
                                    const storage::AgreementRow& row, const Reader& reader);

// The part in which the actor, as it is now, may do this; kForbidden when in none.
base::Result<Part> PartOf(storage::Transaction& transaction, const identity::Principal& actor,
                          const storage::AgreementRow& row, AgreementEvent event);

std::string CanonicalText(const base::Json& json);

}  // namespace agreements::internal
