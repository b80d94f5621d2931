// The one table of everything that can be refused or go wrong in a way we expect.
//
// Each row gives an error its public name, the HTTP status and the exit code that stand for it, a
// title and the remedy that is told when the place of the error knows no better one. The faces of
// the program (command line, API, pages) and docs/errors.md are made from this table, so that one
// error reads the same everywhere. Pure data: safe from any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace base {

// Rows of the table, in its order. A code is never renumbered or given another meaning: its name is
// part of the public interface.
enum class ErrorCode : unsigned char {
  kInvalid,           // the input breaks a stated rule
  kTooLarge,          // the input is beyond a named limit
  kUnauthenticated,   // no proof of who asks
  kForbidden,         // known, and not allowed
  kNotFound,          // absent, or not to be known of
  kConflict,          // the state does not allow it
  kRateLimited,       // too often
  kStorageFull,       // the disk, or a budget on it, is full
  kBusy,              // another process or request holds it
  kUnavailable,       // a part that is needed does not answer
  kNewerFormat,       // written by a newer version of the program
  kDamaged,           // stored bytes are not what was written
  kUntrue,            // a proof or signature does not hold
  kMalformed,         // what came cannot be read at all
  kUnsupported,       // a media type that is not taken here
  kMethodNotAllowed,  // a method that this address does not have
  kNotAcceptable,     // no form of the answer that the asker takes
  kStale,             // it has changed since the asker looked
  kUnconditional,     // a change that must say which state it is of
  kInternal,          // our own mistake, or a failing machine
};

struct ErrorRow {
  ErrorCode code;
  std::string_view name;    // kebab-case; the last part of the problem type (RFC 9457)
  int http_status;          // RFC 9110
  int exit_code;            // of the command line
  std::string_view title;   // one sentence without a full stop
  std::string_view remedy;  // what to do, one sentence
};

// All rows, in the order of ErrorCode.
std::span<const ErrorRow> ErrorTable();

// The row of one code. Never fails.
const ErrorRow& RowOf(ErrorCode code);

}  // namespace base
