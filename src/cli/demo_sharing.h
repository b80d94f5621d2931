// The part of the demonstration in which data flows: the decision, the queries, the stop.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/demo_story.h"

namespace cli {

// Step 5: the owner rehearses and approves, the recipient signs. Returns the agreement's number.
base::Result<std::string> PlayDeciding(Story& story, const std::string& request);
// Steps 6 and 7: queries with their receipt, and attempts beyond the agreement.
base::Result<void> PlayQuerying(Story& story, const std::string& agreement);
// Step 8, the rest: the next query sees the second version, under the same policy.
base::Result<void> PlayQueryAgain(Story& story, const std::string& agreement);
// Step 9: the owner revokes while an answer streams; nothing flows any more.
base::Result<void> PlayStop(Story& story, const std::string& agreement);

}  // namespace cli
