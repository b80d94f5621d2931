#include "agreements/terms.h"

#include <algorithm>
#include <array>

#include "base/format.h"

namespace agreements {
namespace {

using base::ErrorCode;

struct ReasonRow {
  GateReason reason;
  base::Literal code;
  ErrorCode error;
  const char* what;
  const char* where;
  const char* remedy;
};

constexpr std::array kReasons = {
    ReasonRow{GateReason::kNoPurpose, "no-purpose", ErrorCode::kMalformed,
              "The request names no purpose", "purpose",
              "Name one of the purposes that the agreement is for."},
    ReasonRow{GateReason::kForeignPurpose, "foreign-purpose", ErrorCode::kForbidden,
              "The agreement is not for this purpose", "purpose",
              "Name one of the agreement's purposes; another purpose needs another agreement."},
    ReasonRow{GateReason::kNotRecipient,
              "not-recipient",
              ErrorCode::kForbidden,
              "The agreement does not name you as a recipient",
              {},
              "Ask the approver of your organisation who is named."},
    ReasonRow{GateReason::kNoRole,
              "no-role",
              ErrorCode::kForbidden,
              "You hold no role that lets you get data",
              {},
              "Ask an administrator for the role explorer, and use a token with the scope query."},
    ReasonRow{GateReason::kNotActive,
              "not-active",
              ErrorCode::kConflict,
              "The agreement is not in force at present",
              {},
              "Look at its state: it may wait for a signature or be paused by the owner."},
    ReasonRow{GateReason::kEnded,
              "ended",
              ErrorCode::kConflict,
              "The agreement has ended",
              {},
              "Data can be had under a new agreement alone."},
    ReasonRow{GateReason::kNotStarted,
              "not-started",
              ErrorCode::kConflict,
              "The agreement is signed and has not begun",
              {},
              "Wait for its first day."},
    ReasonRow{GateReason::kQuotaUsed,
              "quota-used",
              ErrorCode::kRateLimited,
              "The agreement allows no more accesses today",
              {},
              "Try again tomorrow, by the date in London."},
};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return kReasons.size() == kGateReasons;
}
static_assert(InOrder(), "kReasons must hold each GateReason once, in order");

const ReasonRow& RowOf(GateReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

// The grant of a role is at the recipient; a scope alone is not enough.
bool MayQuery(const Terms& terms, const identity::Principal& principal) {
  return principal.scopes.Has(identity::Scope::kQuery) &&
         principal.Holds(identity::Role::kExplorer, terms.recipient);
}

}  // namespace

base::Literal CodeOf(GateReason reason) { return RowOf(reason).code; }

base::Error ErrorOf(GateReason reason, const Terms& terms) {
  const ReasonRow& row = RowOf(reason);
  return {row.error, row.what, row.where == nullptr ? terms.number : row.where, row.remedy};
}

bool IsParty(const Terms& terms, const identity::Principal& principal) {
  return principal.organisation == terms.owner || principal.organisation == terms.recipient;
}

std::optional<GateReason> Judge(const Terms& terms, const identity::Principal& principal,
                                std::string_view purpose, base::CivilDay today,
                                std::uint64_t accesses_today) {
  if (purpose.empty()) return GateReason::kNoPurpose;
  if (std::ranges::find(terms.purposes, purpose) == terms.purposes.end()) {
    return GateReason::kForeignPurpose;
  }
  if (std::ranges::find(terms.recipients, principal.id) == terms.recipients.end()) {
    return GateReason::kNotRecipient;
  }
  if (!MayQuery(terms, principal)) return GateReason::kNoRole;
  if (IsOver(terms.state) || today > terms.last_day) return GateReason::kEnded;
  if (!Flows(terms.state)) return GateReason::kNotActive;
  if (today < terms.first_day) return GateReason::kNotStarted;
  if (accesses_today >= terms.accesses_per_day) return GateReason::kQuotaUsed;
  return std::nullopt;
}

}  // namespace agreements
