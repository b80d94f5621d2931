// What requests and agreements tell alike: their bodies and what happened to them. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/json.h"
#include "base/time.h"
#include "identity/accounts.h"

namespace agreements {

struct Body {
  identity::OrganisationId id;
  std::string slug;
  std::string name;
};

// One thing that happened. It names a part, never a person.
struct HistoryEvent {
  std::string event;
  std::string state;  // after it
  std::string part;
  std::string reason;                 // a code, or empty
  std::string comment;                // for the two bodies alone
  std::optional<base::Digest> words;  // of a text beside the log
  base::Instant at;
  std::optional<std::uint64_t> leaf_index;  // in the register log
};

base::Json BodyJson(const Body& body);
base::Json HistoryJson(const std::vector<HistoryEvent>& history);

}  // namespace agreements
