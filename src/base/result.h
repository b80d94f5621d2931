// An expected failure is a value: Result<T> is a T or an Error, and cannot be dropped unseen.
//
// TRY(expression) is the value of a Result, or leaves the function with its Error; CO_TRY does the
// same in a coroutine. Fail(code, what, where, remedy) makes an Error. Our own mistakes are not
// errors: see check.h. Values only: as safe between threads as what they hold.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/errors.h"

namespace base {

// What went wrong, where, and how to mend it. None of the three may hold a personal value: errors
// travel to logs and to people who may not see what the input held.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string what;                // one sentence: the fact
  std::string where;               // file, field, row, byte offset; may be empty
  std::string remedy;              // empty: the remedy of the code's row
  std::int64_t retry_after_s = 0;  // when trying again may help; 0: nothing is known

  // "what (where). remedy"
  [[nodiscard]] std::string Text() const;
  // The remedy to show: our own, or that of the code's row.
  [[nodiscard]] std::string_view Remedy() const;
};

template <typename T>
struct [[nodiscard]] Result : std::expected<T, Error> {
  using std::expected<T, Error>::expected;
};

template <>
struct [[nodiscard]] Result<void> : std::expected<void, Error> {
  using std::expected<void, Error>::expected;
};

inline std::unexpected<Error> Fail(ErrorCode code, std::string what, std::string where = {},
                                   std::string remedy = {}) {
  return std::unexpected(Error{code, std::move(what), std::move(where), std::move(remedy)});
}

// Passes an Error on from a place that TRY does not fit.
inline std::unexpected<Error> Fail(Error error) { return std::unexpected(std::move(error)); }

namespace internal {
// The value of a Result as a TRY yields it; nothing for Result<void>.
template <typename T>
T Take(Result<T>& result) {
  return std::move(*result);
}
inline void Take(Result<void>&) {}
}  // namespace internal

#define TRY(expression) TRY_NAMED(TRY_NAME(try_result_, __COUNTER__), expression, return)
#define CO_TRY(expression) TRY_NAMED(TRY_NAME(try_result_, __COUNTER__), expression, co_return)

// Each use has a name of its own, so that one may stand inside another.
#define TRY_NAME(prefix, number) TRY_JOINED(prefix, number)
#define TRY_JOINED(prefix, number) prefix##number
#define TRY_NAMED(name, expression, leave)            \
  ({                                                  \
    auto name = (expression);                         \
    if (!name) [[unlikely]]                           \
      leave std::unexpected(std::move(name).error()); \
    ::base::internal::Take(name);                     \
  })

}  // namespace base
