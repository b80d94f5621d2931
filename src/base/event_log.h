// The server's log: one JSON object a line, and no personal value in it.
//
// What may be logged is decided by types: the event, the names of fields and any words are literals
// of the program (a Literal can only be made from one by the compiler); besides these there are
// numbers, error codes, digests and random identifiers. There is no way to log a string that came
// from outside, so a name, an SQL text or a path of a stranger cannot get into the log by mistake.
//
// Thread safety: an EventLog may be used from any thread if its sink may; lines are handed over
// whole.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/crypto.h"
#include "base/errors.h"
#include "base/ids.h"
#include "base/world.h"

namespace base {

// A string literal of the program, without quotes, backslashes or control characters.
class Literal {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to be written as one
  consteval Literal(const char* text) : text_(text) {
    for (const char character : text_) {
      // Not a constant expression, so the compiler refuses the literal here.
      if (character < ' ' || character > '~' || character == '"' || character == '\\') Refused();
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return text_; }

 private:
  static void Refused() {}
  std::string_view text_;
};

class LogField {
 public:
  template <typename Integer>
    requires std::is_integral_v<Integer>
  LogField(Literal name, Integer value) : name_(name), value_(static_cast<std::int64_t>(value)) {}
  LogField(Literal name, Literal value) : name_(name), value_(std::string(value.view())) {}
  LogField(Literal name, ErrorCode value) : name_(name), value_(std::string(RowOf(value).name)) {}
  LogField(Literal name, const Digest& value) : name_(name), value_(value.Hex()) {}
  template <typename Tag>
  LogField(Literal name, const Id<Tag>& value) : name_(name), value_(value.Text()) {}

  // "name":value
  void AppendTo(std::string& line) const;

 private:
  Literal name_;
  std::variant<std::int64_t, std::string> value_;  // strings need no escaping: see Literal
};

enum class LogLevel : unsigned char { kInfo, kWarning, kError };

class EventLog {
 public:
  // `sink` takes one line with its newline.
  EventLog(Clock& clock, std::function<void(std::string_view line)> sink)
      : clock_(clock), sink_(std::move(sink)) {}

  void Write(LogLevel level, Literal event, std::initializer_list<LogField> fields);

 private:
  Clock& clock_;
  std::function<void(std::string_view)> sink_;
};

}  // namespace base
