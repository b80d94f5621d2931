#include "agreements/states.h"

#include <algorithm>
#include <array>

namespace agreements {
namespace {

struct RequestRow {
  RequestState from;
  RequestEvent event;
  Part part;
  RequestState to;
};

struct AgreementRow {
  AgreementState from;
  AgreementEvent event;
  Part part;
  AgreementState to;
};

using enum Part;
using enum RequestState;
using enum AgreementState;
using RE = RequestEvent;
using AE = AgreementEvent;

// What is not in a table may not be. docs/formats/states.md shows both.
constexpr std::array kRequestTable = {
    RequestRow{kDraft, RE::kEdit, kRequester, kDraft},
    RequestRow{kDraft, RE::kSubmit, kRequester, kSubmitted},
    RequestRow{kDraft, RE::kCancel, kRequester, kCancelled},
    RequestRow{kReturned, RE::kEdit, kRequester, kReturned},
    RequestRow{kReturned, RE::kSubmit, kRequester, kSubmitted},
    RequestRow{kReturned, RE::kCancel, kRequester, kCancelled},
    RequestRow{kSubmitted, RE::kCancel, kRequester, kCancelled},
    RequestRow{kInReview, RE::kCancel, kRequester, kCancelled},
    RequestRow{kSubmitted, RE::kTake, kOwnerApprover, kInReview},
    RequestRow{kInReview, RE::kReturn, kOwnerApprover, kReturned},
    RequestRow{kInReview, RE::kReject, kOwnerApprover, kRejected},
    RequestRow{kInReview, RE::kApprove, kOwnerApprover, kAccepted},
};

constexpr std::array kAgreementTable = {
    AgreementRow{kAwaitingSignature, AE::kCountersign, kCountersigner, kActive},
    AgreementRow{kAwaitingSignature, AE::kDecline, kCountersigner, kDeclined},
    AgreementRow{kAwaitingSignature, AE::kLapse, kClock, kLapsed},
    AgreementRow{kAwaitingSignature, AE::kRevoke, kOwnerApprover, kRevoked},
    AgreementRow{kActive, AE::kSuspend, kOwnerApprover, kSuspended},
    AgreementRow{kActive, AE::kSuspend, kPlatformAdministrator, kSuspended},
    AgreementRow{kActive, AE::kSuspend, kClock, kSuspended},  // a missed review
    AgreementRow{kActive, AE::kRevoke, kOwnerApprover, kRevoked},
    AgreementRow{kActive, AE::kClose, kCountersigner, kClosed},
    AgreementRow{kActive, AE::kExpire, kClock, kExpired},
    AgreementRow{kSuspended, AE::kResume, kOwnerApprover, kActive},
    AgreementRow{kSuspended, AE::kRevoke, kOwnerApprover, kRevoked},
    AgreementRow{kSuspended, AE::kClose, kCountersigner, kClosed},
    AgreementRow{kSuspended, AE::kExpire, kClock, kExpired},
};

constexpr std::array<base::Literal, kRequestStates> kRequestStateCodes = {
    "draft", "submitted", "in-review", "returned", "accepted", "rejected", "cancelled"};
constexpr std::array<base::Literal, kAgreementStates> kAgreementStateCodes = {
    "awaiting-signature", "declined", "lapsed",  "active",
    "suspended",          "expired",  "revoked", "closed"};
constexpr std::array<base::Literal, kRequestEvents> kRequestEventCodes = {
    "edit", "submit", "cancel", "take", "return", "reject", "approve"};
constexpr std::array<base::Literal, kAgreementEvents> kAgreementEventCodes = {
    "countersign", "decline", "lapse", "suspend", "resume", "revoke", "close", "expire"};

constexpr std::array<base::Literal, kParts> kPartCodes = {
    "requester", "owner-approver", "countersigner", "platform-administrator", "clock"};

template <typename State, std::size_t kCount>
std::optional<State> Parse(const std::array<base::Literal, kCount>& codes, std::string_view code) {
  const auto* found = std::ranges::find(codes, code, &base::Literal::view);
  if (found == codes.end()) return std::nullopt;
  return static_cast<State>(found - codes.begin());
}

template <typename State, typename Table, typename Event>
std::optional<State> Find(const Table& table, State state, Event event, Part part) {
  for (const auto& row : table) {
    if (row.from == state && row.event == event && row.part == part) return row.to;
  }
  return std::nullopt;
}

}  // namespace

std::optional<RequestState> Next(RequestState state, RequestEvent event, Part part) {
  return Find(kRequestTable, state, event, part);
}

std::optional<AgreementState> Next(AgreementState state, AgreementEvent event, Part part) {
  return Find(kAgreementTable, state, event, part);
}

base::Literal CodeOf(RequestState state) {
  return kRequestStateCodes[static_cast<std::size_t>(state)];
}
base::Literal CodeOf(AgreementState state) {
  return kAgreementStateCodes[static_cast<std::size_t>(state)];
}
base::Literal CodeOf(RequestEvent event) {
  return kRequestEventCodes[static_cast<std::size_t>(event)];
}
base::Literal CodeOf(AgreementEvent event) {
  return kAgreementEventCodes[static_cast<std::size_t>(event)];
}
base::Literal CodeOf(Part part) { return kPartCodes[static_cast<std::size_t>(part)]; }

std::optional<RequestState> ParseRequestState(std::string_view code) {
  return Parse<RequestState>(kRequestStateCodes, code);
}

std::optional<AgreementState> ParseAgreementState(std::string_view code) {
  return Parse<AgreementState>(kAgreementStateCodes, code);
}

bool IsOver(AgreementState state) {
  return state == kDeclined || state == kLapsed || state == kExpired || state == kRevoked ||
         state == kClosed;
}

}  // namespace agreements
