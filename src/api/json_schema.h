// What a body may be: one description that checks requests and stands in the OpenAPI document.
//
// The part of JSON Schema (draft 2020-12) that the routes need. Objects are closed: a member that
// is not named is refused, so that a misspelt one is never silently left out. What Check lets
// through, a handler reads without asking again. Values; cheap to copy; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace api {

// What characters a text may have.
enum class TextForm : unsigned char {
  kAny,
  kPlain,    // no control characters: names, titles, sentences
  kVisible,  // visible ASCII, no blanks: keys and secrets
  kCode,     // a-z, 0-9, '.' and '-'
  kDigits,   // a whole number from 0 on
  kEmail,    // visible ASCII with one '@' between
};

// How long a text may be, in code points, and of what form.
struct TextRule {
  std::size_t min = 0;
  std::size_t max = 0;
  TextForm form = TextForm::kAny;
};

class JsonSchema {
 public:
  struct Member;

  static JsonSchema Object(std::string description, std::vector<Member> members);
  static JsonSchema Text(std::string description, TextRule rule);
  // One of the words.
  static JsonSchema Word(std::string description, std::vector<std::string> words);
  // base::Id: 32 lower-case hex digits.
  static JsonSchema Id(std::string description);
  // UTC, to the second: 2026-11-24T10:00:00Z.
  static JsonSchema Instant(std::string description);
  static JsonSchema Integer(std::string description, std::int64_t min, std::int64_t max);
  static JsonSchema Bool(std::string description);
  static JsonSchema Array(std::string description, JsonSchema items, std::size_t max_items);
  // An object that another page describes; what reads it checks it.
  static JsonSchema Document(std::string description);
  // Any value; what reads it checks it.
  static JsonSchema Anything(std::string description);
  // This, or null.
  [[nodiscard]] JsonSchema OrNull() const;

  // kInvalid, with the JSON pointer of what does not fit as `where`. It never repeats a value.
  [[nodiscard]] base::Result<void> Check(const base::Json& json) const;
  // The same for a text of a query: an integer or a truth is written in it.
  [[nodiscard]] base::Result<void> CheckText(std::string_view text) const;
  // The schema as JSON Schema writes it.
  [[nodiscard]] base::Json Describe() const;

 private:
  struct Node;
  explicit JsonSchema(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  static JsonSchema Of(Node node);
  [[nodiscard]] base::Result<void> CheckAt(const base::Json& json,
                                           const std::string& pointer) const;

  std::shared_ptr<const Node> node_;
};

struct JsonSchema::Member {
  std::string name;
  JsonSchema schema;
  bool is_required = true;
};

}  // namespace api
