#include "base/errors.h"

#include <array>

namespace base {
namespace {

constexpr std::array kTable = {
    ErrorRow{ErrorCode::kInvalid, "invalid", 422, 2, "The input breaks a rule",
             "Correct the part that is named and try again."},
    ErrorRow{ErrorCode::kTooLarge, "too-large", 413, 2, "The input is larger than a limit allows",
             "Send less at once, or ask the administrator to raise the named limit."},
    ErrorRow{ErrorCode::kUnauthenticated, "unauthenticated", 401, 4, "Sign-in is needed",
             "Sign in, or send a valid token."},
    ErrorRow{ErrorCode::kForbidden, "forbidden", 403, 4, "This is not allowed",
             "Ask somebody who holds the role that is named."},
    ErrorRow{ErrorCode::kNotFound, "not-found", 404, 3, "There is no such thing here",
             "Check the name; it may also be something that you may not see."},
    ErrorRow{ErrorCode::kConflict, "conflict", 409, 5, "The present state does not allow this",
             "Look at the present state and decide again."},
    ErrorRow{ErrorCode::kRateLimited, "rate-limited", 429, 5, "Too many attempts",
             "Wait as long as is said and try again."},
    ErrorRow{ErrorCode::kStorageFull, "storage-full", 507, 5, "There is no room left to store this",
             "Make room on the disk and try again; nothing was half done."},
    ErrorRow{ErrorCode::kBusy, "busy", 503, 5, "Somebody else is using this now",
             "Wait for the other to end and try again."},
    ErrorRow{ErrorCode::kUnavailable, "unavailable", 503, 5,
             "A part that is needed does not answer",
             "Try again later; if it goes on, look into the server's log."},
    ErrorRow{ErrorCode::kNewerFormat, "newer-format", 409, 6,
             "This was written by a newer version of the program",
             "Use the newer version of the program; this one changed nothing."},
    ErrorRow{ErrorCode::kDamaged, "damaged", 500, 6, "Stored bytes are not what was written",
             "Restore the named file from a backup; do not write to it before."},
    ErrorRow{ErrorCode::kUntrue, "untrue", 422, 1, "A proof does not hold",
             "Do not rely on this copy; get the files again from their source."},
    ErrorRow{ErrorCode::kMalformed, "malformed", 400, 2, "The request cannot be read",
             "Correct it at the place that is named and send it again."},
    ErrorRow{ErrorCode::kUnsupported, "unsupported", 415, 2, "This form of body is not taken here",
             "Send the media type that is named."},
    ErrorRow{ErrorCode::kMethodNotAllowed, "method-not-allowed", 405, 2,
             "This address does not have this method", "Use one of those in the header Allow."},
    ErrorRow{ErrorCode::kNotAcceptable, "not-acceptable", 406, 2,
             "The answer has none of the forms that were asked for",
             "Name one of the media types that this address gives, or leave Accept out."},
    ErrorRow{ErrorCode::kStale, "stale", 412, 5, "It has changed since you looked",
             "Get it again, look at what changed, and send your change with the new ETag."},
    ErrorRow{ErrorCode::kUnconditional, "unconditional", 428, 2,
             "A change must say which state it is of", "Send If-Match with the ETag that you got."},
    ErrorRow{ErrorCode::kInternal, "internal", 500, 70, "Something failed that should not fail",
             "Report it with the error id; the server's log has more under the same id."},
};

consteval bool InOrder() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].code) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(ErrorCode::kInternal) + 1;
}
static_assert(InOrder(), "kTable must hold each ErrorCode once, in order");

}  // namespace

std::span<const ErrorRow> ErrorTable() { return kTable; }

const ErrorRow& RowOf(ErrorCode code) { return kTable[static_cast<std::size_t>(code)]; }

}  // namespace base
