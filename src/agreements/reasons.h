// Why a request was rejected, or an agreement declined, paused or ended: words from closed lists,
// which stand in public leaves. docs/formats/request.md and agreement.md show the same lists.
//
// Pure, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/event_log.h"

namespace agreements {

inline constexpr std::size_t kMaxWordsCharacters = 2'000;

enum class Reason : unsigned char {
  kNoLegalBasis,
  kTooMuchData,
  kPurposeUnclear,
  kDataUnsuitable,
  kTermsChanged,
  kConditionsTooHard,
  kNotNeeded,
  kPurposeFulfilled,
  kBreachSuspected,
  kDataWrong,
  kLawChanged,
  kOtherBodyAsked,
  kResolved,
  kReviewMissed,
  kColumnsRemoved,
  kTimeOver,
  kRestored,  // the home, from a backup
  kOther,
};
inline constexpr std::size_t kReasons = 18;

enum class ReasonUse : unsigned char {
  kReject,
  kDecline,
  kStop,  // suspend, revoke, close
  kResume,
  kClock,
};

base::Literal CodeOf(Reason reason);
std::optional<Reason> ParseReason(std::string_view code);
bool IsReasonFor(Reason reason, ReasonUse use);

}  // namespace agreements
