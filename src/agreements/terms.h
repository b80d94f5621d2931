// What the gate needs to know of an agreement, and its judgement as a pure function of values.
//
// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/states.h"
#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"
#include "identity/principal.h"

namespace agreements {

struct Terms {
  std::string number;  // "DSA-2026-0041"
  identity::OrganisationId owner;
  identity::OrganisationId recipient;
  AgreementState state = AgreementState::kAwaitingSignature;
  base::CivilDay first_day;  // of London; both included
  base::CivilDay last_day;
  std::vector<std::string> purposes;              // codes
  std::vector<identity::SubjectId> recipients{};  // people and machines of the recipient
  std::uint64_t accesses_per_day = 0;
  base::Digest policy_digest{};
};

// Why the gate refuses; docs/formats/access.md has the same table.
enum class GateReason : unsigned char {
  kNoPurpose,
  kForeignPurpose,
  kNotRecipient,
  kNoRole,
  kNotActive,
  kEnded,
  kNotStarted,
  kQuotaUsed,
};
inline constexpr std::size_t kGateReasons = 8;

base::Literal CodeOf(GateReason reason);
// The Error for whoever asked: what, where and how to mend it.
base::Error ErrorOf(GateReason reason, const Terms& terms);

// Whether somebody belongs to one of the two bodies, and so may know of a refusal.
bool IsParty(const Terms& terms, const identity::Principal& principal);

// Nothing when data may flow. `purpose` is empty when none was named; `accesses_today` is without
// the one that is asked for. The order of the reasons is from what the asker can mend to what only
// others can.
std::optional<GateReason> Judge(const Terms& terms, const identity::Principal& principal,
                                std::string_view purpose, base::CivilDay today,
                                std::uint64_t accesses_today);

}  // namespace agreements
