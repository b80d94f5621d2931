// The states of requests and agreements, and the one table of who may move them. See
// docs/formats/states.md.
//
// Pure, any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/event_log.h"

namespace agreements {

enum class RequestState : unsigned char {
  kDraft,      // seen by the asking body alone
  kSubmitted,  // waits for somebody of the owner
  kInReview,   // an approver of the owner has taken it
  kReturned,   // to be mended and sent again
  kAccepted,   // an agreement came of it
  kRejected,
  kCancelled,  // by the asking body
};
inline constexpr std::size_t kRequestStates = 7;

enum class AgreementState : unsigned char {
  kAwaitingSignature,  // the owner has approved; the recipient signs
  kDeclined,
  kLapsed,  // nobody signed in time
  kActive,
  kSuspended,
  kExpired,  // the last day is over
  kRevoked,  // by the owner
  kClosed,   // by the recipient
};
inline constexpr std::size_t kAgreementStates = 8;

enum class RequestEvent : unsigned char {
  kEdit,
  kSubmit,
  kCancel,
  kTake,
  kReturn,
  kReject,
  kApprove,
};
inline constexpr std::size_t kRequestEvents = 7;

enum class AgreementEvent : unsigned char {
  kCountersign,
  kDecline,
  kLapse,
  kSuspend,
  kResume,
  kRevoke,
  kClose,
  kExpire,
};
inline constexpr std::size_t kAgreementEvents = 8;

// In what part somebody acts. One person may act in several; four eyes are kept by kCountersigner,
// which nobody is who ever edited the request, and by kOwnerApprover, which nobody is who belongs
// to the asking body.
enum class Part : unsigned char {
  kRequester,              // explorer of the asking body
  kOwnerApprover,          // approver of the owning body
  kCountersigner,          // approver of the recipient who never edited the request
  kPlatformAdministrator,  // may suspend, and nothing else
  kClock,                  // time has come
};
inline constexpr std::size_t kParts = 5;

// The state after an event, when somebody acts in this part; nothing: it may not be.
std::optional<RequestState> Next(RequestState state, RequestEvent event, Part part);
std::optional<AgreementState> Next(AgreementState state, AgreementEvent event, Part part);

// Words of the wire, the store and leaves.
base::Literal CodeOf(RequestState state);
base::Literal CodeOf(AgreementState state);
base::Literal CodeOf(RequestEvent event);
base::Literal CodeOf(AgreementEvent event);
base::Literal CodeOf(Part part);
std::optional<RequestState> ParseRequestState(std::string_view code);
std::optional<AgreementState> ParseAgreementState(std::string_view code);

// Whether data may flow: in kActive alone.
constexpr bool Flows(AgreementState state) { return state == AgreementState::kActive; }
// Whether it is over for good.
bool IsOver(AgreementState state);

}  // namespace agreements
