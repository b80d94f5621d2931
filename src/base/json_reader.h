// Reading the fields of a JSON object with a stated type: bodies of requests and configuration.
//
// A JsonReader remembers which fields were read; Finish refuses the others, so that a misspelt
// field is never silently left out:
//
//   JsonReader reader(json, "request");
//   std::string title = TRY(reader.Text("title", {.min = 1, .max = 200}));
//   TRY(reader.Finish());
//
// Errors are kInvalid, with the JSON pointer of the field as `where`. They name fields, never
// values. A reader looks at the Json it was made of, which must outlive it. Not for use from two
// threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace base {

class JsonReader;

// How long a text may be, in code points, and how many items an array may have; both inclusive.
struct JsonTextLength {
  std::size_t min = 0;
  std::size_t max;
};
struct JsonItemCount {
  std::size_t min = 0;
  std::size_t max;
};

// One value and where it stands: a field, or an item of an array.
class JsonItem {
 public:
  JsonItem(const Json& json, std::string pointer) : json_(&json), pointer_(std::move(pointer)) {}

  [[nodiscard]] const Json& json() const { return *json_; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }

  [[nodiscard]] Result<std::string> Text(JsonTextLength length) const;
  [[nodiscard]] Result<std::int64_t> Integer(std::int64_t min, std::int64_t max) const;
  // An integer is a number too.
  [[nodiscard]] Result<double> Number(double min, double max) const;
  [[nodiscard]] Result<bool> Bool() const;
  // The place of the text among `names`.
  [[nodiscard]] Result<std::size_t> OneOf(std::span<const std::string_view> names) const;
  [[nodiscard]] Result<JsonReader> Object() const;
  [[nodiscard]] Result<std::vector<JsonItem>> Array(JsonItemCount count) const;

 private:
  const Json* json_;
  std::string pointer_;
};

class JsonReader {
 public:
  // `label` is what errors call the whole, such as "request". If json is no object, every read
  // and Finish say so.
  JsonReader(const Json& json, std::string label, std::string pointer = {});
  JsonReader(Json&&, std::string, std::string = {}) = delete;

  // The field, read from now on. Field fails if there is none; Optional gives nothing if there is
  // none or if it is null.
  Result<JsonItem> Field(std::string_view name);
  Result<std::optional<JsonItem>> Optional(std::string_view name);

  // Field or Optional, and then the read of the same name of JsonItem.
  Result<std::string> Text(std::string_view name, JsonTextLength length);
  Result<std::optional<std::string>> OptionalText(std::string_view name, JsonTextLength length);
  Result<std::int64_t> Integer(std::string_view name, std::int64_t min, std::int64_t max);
  Result<std::optional<std::int64_t>> OptionalInteger(std::string_view name, std::int64_t min,
                                                      std::int64_t max);
  Result<double> Number(std::string_view name, double min, double max);
  Result<bool> Bool(std::string_view name);
  Result<std::optional<bool>> OptionalBool(std::string_view name);
  Result<std::size_t> OneOf(std::string_view name, std::span<const std::string_view> names);
  // The reader of the inner object; it needs a Finish of its own.
  Result<JsonReader> Object(std::string_view name);
  Result<std::vector<JsonItem>> Array(std::string_view name, JsonItemCount count);

  // Refuses the first field that was not read.
  [[nodiscard]] Result<void> Finish() const;

 private:
  [[nodiscard]] Result<void> CheckObject() const;

  const Json* json_;
  std::string label_;
  std::string pointer_;
  std::vector<bool> is_read_;  // by place of the member
};

}  // namespace base
