#include "agreements/reasons.h"

#include <algorithm>
#include <array>

namespace agreements {
namespace {

struct Row {
  Reason reason;
  base::Literal code;
  unsigned uses;  // bits of ReasonUse
};

constexpr unsigned Bit(ReasonUse use) { return 1U << static_cast<unsigned>(use); }
constexpr unsigned kReject = Bit(ReasonUse::kReject);
constexpr unsigned kDecline = Bit(ReasonUse::kDecline);
constexpr unsigned kStop = Bit(ReasonUse::kStop);
constexpr unsigned kResume = Bit(ReasonUse::kResume);
constexpr unsigned kClock = Bit(ReasonUse::kClock);

constexpr std::array kRows = {
    Row{Reason::kNoLegalBasis, "no-legal-basis", kReject},
    Row{Reason::kTooMuchData, "too-much-data", kReject},
    Row{Reason::kPurposeUnclear, "purpose-unclear", kReject},
    Row{Reason::kDataUnsuitable, "data-unsuitable", kReject},
    Row{Reason::kTermsChanged, "terms-changed", kDecline},
    Row{Reason::kConditionsTooHard, "conditions-too-hard", kDecline},
    Row{Reason::kNotNeeded, "not-needed", kDecline},
    Row{Reason::kPurposeFulfilled, "purpose-fulfilled", kStop},
    Row{Reason::kBreachSuspected, "breach-suspected", kStop},
    Row{Reason::kDataWrong, "data-wrong", kStop},
    Row{Reason::kLawChanged, "law-changed", kStop},
    Row{Reason::kOtherBodyAsked, "other-body-asked", kStop},
    Row{Reason::kResolved, "resolved", kResume},
    Row{Reason::kReviewMissed, "review-missed", kClock},
    Row{Reason::kColumnsRemoved, "columns-removed", kClock},
    Row{Reason::kTimeOver, "time-over", kClock},
    Row{Reason::kRestored, "restored", kClock},
    Row{Reason::kOther, "other", kReject | kDecline | kStop | kResume},
};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].reason) != i) return false;
  }
  return kRows.size() == kReasons;
}
static_assert(InOrder(), "kRows must hold each Reason once, in order");

}  // namespace

base::Literal CodeOf(Reason reason) { return kRows[static_cast<std::size_t>(reason)].code; }

std::optional<Reason> ParseReason(std::string_view code) {
  const auto found = std::ranges::find(kRows, code, [](const Row& row) { return row.code.view(); });
  if (found == kRows.end()) return std::nullopt;
  return found->reason;
}

bool IsReasonFor(Reason reason, ReasonUse use) {
  return (kRows[static_cast<std::size_t>(reason)].uses & Bit(use)) != 0;
}

}  // namespace agreements
