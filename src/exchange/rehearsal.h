// The rehearsal of a request: what its policy would let through of the newest version, for the
// approver of the owner who has to decide.
//
// In this order, each step visible in rehearsal.cc: the request is found, for whoever may see it;
// its policy gets the properties of the asker; the newest versions are named; the gate lets an
// approver of the owner alone in and puts the rehearsal on record; a worker counts. Nothing is kept
// but the entry: the counts go to whoever asked, and nowhere else.
//
// Any thread; blocks on the disk and on a worker.
#pragma once

#include <cstdint>
#include <string_view>

#include "agreements/gate.h"
#include "agreements/requests.h"
#include "base/result.h"
#include "exchange/rehearsal_counts.h"
#include "identity/directory.h"
#include "identity/principal.h"

namespace exchange {

// A smaller count, unless it is none at all, tells of single people: pages and API say "fewer than
// 10" in its place.
inline constexpr std::uint64_t kLeastShownCount = 10;
constexpr bool IsVeiled(std::uint64_t count) { return count > 0 && count < kLeastShownCount; }

struct RehearsalServices {
  identity::Directory& directory;
  catalogue::Catalogue& catalogue;
  agreements::Requests& requests;
  agreements::Gate& gate;
  const CountServices& counts;
};

struct RequestRehearsal {
  RehearsalCounts counts;  // exact: see IsVeiled
  agreements::PinnedVersion version;
  std::uint64_t index = 0;  // of the leaf in the access log
};

// Absent() for who may not see the request, and for who is not of the owning body; kForbidden for
// who may not decide for it; kConflict for a request without a policy; else what CountPolicy says.
// After an error of CountPolicy the rehearsal is on record all the same.
base::Result<RequestRehearsal> RehearseRequest(const RehearsalServices& services,
                                               const identity::Principal& actor,
                                               std::string_view number);

}  // namespace exchange
