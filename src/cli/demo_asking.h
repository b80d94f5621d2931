// The part of the demonstration in which a council asks, and the law's rules answer.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cli/demo_story.h"

namespace cli {

// Who plays, and what they make: ids and slugs.
struct Cast {
  std::string revenue;  // organisations
  std::string council;
  std::string officer;  // ada
  std::string dataset;  // slugs
  std::string list;
};

// Steps 3 and 4: the request is drafted under a power that the council is not specified for, which
// a rule refuses; under the right one none does, and it is sent.
base::Result<std::string> PlayAsking(Story& story, const Cast& cast, base::CivilDay today);

}  // namespace cli
