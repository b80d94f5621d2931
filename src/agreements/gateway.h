// The legal gateway as code: may this body get this data from that one, under this power?
//
// Each rule looks at one thing and answers refused, advice, note or holds, with a sentence, a
// remedy and the place where the rule stands. The worst answer is the verdict's. What nobody could
// verify in a source advises at most, whatever its rule says. A power whose rules are not written
// yet answers "not checked yet". All of this follows from the proposal and the law's data alone: no
// clock, no store. Pure; safe from any thread.
#pragma once

#include "agreements/law.h"
#include "agreements/proposal.h"
#include "agreements/verdict.h"

namespace agreements {

// O(rules × (columns + entries of a Schedule)).
Verdict CheckGateway(const Proposal& proposal, const Law& law);

}  // namespace agreements
