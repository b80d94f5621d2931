#include "base/json_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json_text.h"

namespace base {
namespace {

std::unexpected<Error> Refuse(std::string what, std::string where, std::string remedy = {}) {
  return Fail(ErrorCode::kInvalid, std::move(what), std::move(where), std::move(remedy));
}

std::unexpected<Error> WrongType(std::string_view wanted, const std::string& pointer) {
  return Refuse("The field must be " + std::string(wanted), pointer);
}

// "from 1 to 200 characters"
std::string Range(std::size_t min, std::size_t max, std::string_view unit) {
  return "from " + std::to_string(min) + " to " + std::to_string(max) + " " + std::string(unit);
}

std::string Shortest(double number) {
  std::array<char, 32> digits;
  const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return std::string(digits.data(), end);
}

std::string Quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace

Result<std::string> JsonItem::Text(JsonTextLength length) const {
  if (json_->kind() != Json::Kind::kString) return WrongType("a text", pointer_);
  const std::size_t count = CountCodePoints(json_->AsString());
  if (count < length.min || count > length.max) {
    return Refuse("The text must have " + Range(length.min, length.max, "characters"), pointer_);
  }
  return json_->AsString();
}

Result<std::int64_t> JsonItem::Integer(std::int64_t min, std::int64_t max) const {
  if (json_->kind() == Json::Kind::kInteger) {
    const std::int64_t integer = json_->AsInteger();
    if (min <= integer && integer <= max) return integer;
  }
  return WrongType("an integer from " + std::to_string(min) + " to " + std::to_string(max),
                   pointer_);
}

Result<double> JsonItem::Number(double min, double max) const {
  std::optional<double> number;
  if (json_->kind() == Json::Kind::kInteger) number = static_cast<double>(json_->AsInteger());
  if (json_->kind() == Json::Kind::kNumber) number = json_->AsNumber();
  if (number && min <= *number && *number <= max) return *number;
  return WrongType("a number from " + Shortest(min) + " to " + Shortest(max), pointer_);
}

Result<bool> JsonItem::Bool() const {
  if (json_->kind() == Json::Kind::kBool) return json_->AsBool();
  return WrongType("true or false", pointer_);
}

Result<std::size_t> JsonItem::OneOf(std::span<const std::string_view> names) const {
  std::string wanted = "one of";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (json_->kind() == Json::Kind::kString && json_->AsString() == names[i]) return i;
    wanted += (i == 0 ? " " : ", ") + Quoted(names[i]);
  }
  return WrongType(wanted, pointer_);
}

Result<JsonReader> JsonItem::Object() const {
  if (json_->kind() != Json::Kind::kObject) return WrongType("an object", pointer_);
  return JsonReader(*json_, "object", pointer_);
}

Result<std::vector<JsonItem>> JsonItem::Array(JsonItemCount count) const {
  if (json_->kind() != Json::Kind::kArray) return WrongType("an array", pointer_);
  const Json::Items& values = json_->AsArray();
  if (values.size() < count.min || values.size() > count.max) {
    return Refuse("The array must have " + Range(count.min, count.max, "items"), pointer_);
  }
  std::vector<JsonItem> items;
  items.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    items.emplace_back(values[i], ChildPointer(pointer_, i));
  }
  return items;
}

JsonReader::JsonReader(const Json& json, std::string label, std::string pointer)
    : json_(&json), label_(std::move(label)), pointer_(std::move(pointer)) {
  if (json.kind() == Json::Kind::kObject) is_read_.resize(json.AsObject().size());
}

Result<void> JsonReader::CheckObject() const {
  if (json_->kind() == Json::Kind::kObject) return {};
  return Refuse("The " + label_ + " must be a JSON object", pointer_);
}

Result<JsonItem> JsonReader::Field(std::string_view name) {
  TRY(CheckObject());
  const Json::Members& members = json_->AsObject();
  const auto found = std::ranges::find(members, name, &Json::Member::first);
  std::string pointer = ChildPointer(pointer_, name);
  if (found == members.end()) {
    return Refuse("The " + label_ + " lacks the field " + Quoted(name), std::move(pointer),
                  "Add the field.");
  }
  is_read_[static_cast<std::size_t>(found - members.begin())] = true;
  return JsonItem(found->second, std::move(pointer));
}

Result<std::optional<JsonItem>> JsonReader::Optional(std::string_view name) {
  TRY(CheckObject());
  if (json_->Find(name) == nullptr) return std::nullopt;
  JsonItem item = TRY(Field(name));
  if (item.json().kind() == Json::Kind::kNull) return std::nullopt;
  return item;
}

Result<std::string> JsonReader::Text(std::string_view name, JsonTextLength length) {
  return TRY(Field(name)).Text(length);
}

Result<std::optional<std::string>> JsonReader::OptionalText(std::string_view name,
                                                            JsonTextLength length) {
  const std::optional<JsonItem> item = TRY(Optional(name));
  if (!item) return std::nullopt;
  return TRY(item->Text(length));
}

Result<std::int64_t> JsonReader::Integer(std::string_view name, std::int64_t min,
                                         std::int64_t max) {
  return TRY(Field(name)).Integer(min, max);
}

Result<std::optional<std::int64_t>> JsonReader::OptionalInteger(std::string_view name,
                                                                std::int64_t min,
                                                                std::int64_t max) {
  const std::optional<JsonItem> item = TRY(Optional(name));
  if (!item) return std::nullopt;
  return TRY(item->Integer(min, max));
}

Result<double> JsonReader::Number(std::string_view name, double min, double max) {
  return TRY(Field(name)).Number(min, max);
}

Result<bool> JsonReader::Bool(std::string_view name) { return TRY(Field(name)).Bool(); }

Result<std::optional<bool>> JsonReader::OptionalBool(std::string_view name) {
  const std::optional<JsonItem> item = TRY(Optional(name));
  if (!item) return std::nullopt;
  return TRY(item->Bool());
}

Result<std::size_t> JsonReader::OneOf(std::string_view name,
                                      std::span<const std::string_view> names) {
  return TRY(Field(name)).OneOf(names);
}

Result<JsonReader> JsonReader::Object(std::string_view name) { return TRY(Field(name)).Object(); }

Result<std::vector<JsonItem>> JsonReader::Array(std::string_view name, JsonItemCount count) {
  return TRY(Field(name)).Array(count);
}

Result<void> JsonReader::Finish() const {
  TRY(CheckObject());
  const auto unread = std::ranges::find(is_read_, false);
  if (unread == is_read_.end()) return {};
  const auto place = static_cast<std::size_t>(unread - is_read_.begin());
  const std::string& name = json_->AsObject()[place].first;
  return Refuse("The " + label_ + " has a field that is not known here: " + Quoted(ShownName(name)),
                ChildPointer(pointer_, name), "Remove the field, or correct its name.");
}

}  // namespace base
