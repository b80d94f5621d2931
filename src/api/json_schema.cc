#include "api/json_schema.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "base/format.h"
#include "base/ids.h"
#include "base/json_text.h"
#include "base/time.h"

namespace api {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::string_view kIdPattern = "^[0-9a-f]{32}$";

base::Result<void> Misfit(std::string what, const std::string& pointer, std::string remedy = {}) {
  return base::Fail(ErrorCode::kInvalid, std::move(what), pointer.empty() ? "/" : pointer,
                    std::move(remedy));
}

enum class Kind : unsigned char {
  kObject,
  kText,
  kWord,
  kId,
  kInstant,
  kInteger,
  kBool,
  kArray,
  kDocument,
  kAnything,
};

// A form in two ways that must say the same: the test asks both about the same texts.
struct FormRow {
  TextForm form;
  bool (*fits)(std::string_view text);
  std::string_view pattern;  // ECMA 262, as JSON Schema wants it
  std::string_view remedy;
};

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }
bool IsVisible(char c) { return c > ' ' && c < '\x7f'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsCode(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-'; }

constexpr std::array kForms = {
    FormRow{TextForm::kAny, [](std::string_view) { return true; }, "", ""},
    FormRow{TextForm::kPlain,
            [](std::string_view text) { return std::ranges::none_of(text, IsControl); },
            "^[^\\u0000-\\u001f\\u007f]*$", "Use plain text without control characters."},
    FormRow{TextForm::kVisible,
            [](std::string_view text) { return std::ranges::all_of(text, IsVisible); }, "^[!-~]*$",
            "Use visible ASCII characters without blanks."},
    FormRow{TextForm::kCode,
            [](std::string_view text) { return std::ranges::all_of(text, IsCode); },
            "^[a-z0-9.-]*$", "Use a-z, 0-9, '.' and '-'."},
    FormRow{TextForm::kDigits,
            [](std::string_view text) { return base::ParseDecimal(text).has_value(); },
            "^(0|[1-9][0-9]*)$", "Write a whole number."},
    FormRow{TextForm::kEmail,
            [](std::string_view text) {
              return std::ranges::all_of(text, IsVisible) && !text.starts_with('@') &&
                     !text.ends_with('@') && std::ranges::count(text, '@') == 1;
            },
            "^[!-?A-~]+@[!-?A-~]+$", "Write it as somebody@example.org."},
};

const FormRow& RowOf(TextForm form) { return kForms[static_cast<std::size_t>(form)]; }

Json TextArray(const std::vector<std::string>& texts) {
  Json::Items items(texts.begin(), texts.end());
  return Json::Array(std::move(items));
}

}  // namespace

struct JsonSchema::Node {
  Kind kind = Kind::kDocument;
  std::string description;
  bool is_nullable = false;
  std::vector<Member> members = {};
  TextRule rule = {};
  std::vector<std::string> words = {};
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::shared_ptr<const Node> items = nullptr;
  std::size_t max_items = 0;

  [[nodiscard]] base::Result<void> CheckText(const std::string& text,
                                             const std::string& pointer) const;
  [[nodiscard]] base::Result<void> CheckObject(const Json& json, const std::string& pointer) const;
  [[nodiscard]] Json::Members DescribeMembers() const;
  void DescribeText(Json::Members& described) const;
  [[nodiscard]] Json TypeWord(std::string_view name) const;
  [[nodiscard]] std::string WordsRemedy() const;
};

JsonSchema JsonSchema::Of(Node node) {
  return JsonSchema(std::make_shared<const Node>(std::move(node)));
}

JsonSchema JsonSchema::Object(std::string description, std::vector<Member> members) {
  return Of({.kind = Kind::kObject,
             .description = std::move(description),
             .members = std::move(members)});
}

JsonSchema JsonSchema::Text(std::string description, TextRule rule) {
  return Of({.kind = Kind::kText, .description = std::move(description), .rule = rule});
}

JsonSchema JsonSchema::Word(std::string description, std::vector<std::string> words) {
  return Of(
      {.kind = Kind::kWord, .description = std::move(description), .words = std::move(words)});
}

JsonSchema JsonSchema::Id(std::string description) {
  return Of({.kind = Kind::kId, .description = std::move(description)});
}

JsonSchema JsonSchema::Instant(std::string description) {
  return Of({.kind = Kind::kInstant, .description = std::move(description)});
}

JsonSchema JsonSchema::Integer(std::string description, std::int64_t min, std::int64_t max) {
  return Of(
      {.kind = Kind::kInteger, .description = std::move(description), .min = min, .max = max});
}

JsonSchema JsonSchema::Bool(std::string description) {
  return Of({.kind = Kind::kBool, .description = std::move(description)});
}

JsonSchema JsonSchema::Array(std::string description, JsonSchema items, std::size_t max_items) {
  return Of({.kind = Kind::kArray,
             .description = std::move(description),
             .items = std::move(items.node_),
             .max_items = max_items});
}

JsonSchema JsonSchema::Document(std::string description) {
  return Of({.kind = Kind::kDocument, .description = std::move(description)});
}

JsonSchema JsonSchema::Anything(std::string description) {
  return Of({.kind = Kind::kAnything, .description = std::move(description)});
}

JsonSchema JsonSchema::OrNull() const {
  Node node = *node_;
  node.is_nullable = true;
  return Of(std::move(node));
}

// --- checking -----------------------------------------------------------------------------------

std::string JsonSchema::Node::WordsRemedy() const {
  std::string remedy = "Use one of:";
  for (const std::string& word : words) remedy += " " + word;
  return remedy + ".";
}

base::Result<void> JsonSchema::Node::CheckText(const std::string& text,
                                               const std::string& pointer) const {
  switch (kind) {
    case Kind::kWord:
      if (std::ranges::find(words, text) != words.end()) return {};
      return Misfit("This word is not in the list", pointer, WordsRemedy());
    case Kind::kId:
      if (base::Id<struct AnyTag>::Parse(text)) return {};
      return Misfit("This is no id", pointer, "An id has 32 digits, 0-9 and a-f.");
    case Kind::kInstant:
      if (base::ParseInstant(text)) return {};
      return Misfit("This is no time in UTC", pointer, "Write it as 2026-11-24T10:00:00Z.");
    default:
      break;
  }
  const std::size_t characters = base::CountCodePoints(text);
  if (characters < rule.min || characters > rule.max) {
    return Misfit(
        Format("The text has {} characters; {} to {} fit", characters, rule.min, rule.max),
        pointer);
  }
  const FormRow& row = RowOf(rule.form);
  if (row.fits(text)) return {};
  return Misfit("The text has characters that do not fit here", pointer, std::string(row.remedy));
}

base::Result<void> JsonSchema::Node::CheckObject(const Json& json,
                                                 const std::string& pointer) const {
  if (json.kind() != Json::Kind::kObject) return Misfit("This should be an object", pointer);
  if (kind == Kind::kDocument) return {};
  for (const auto& [name, value] : json.AsObject()) {
    const auto member = std::ranges::find(members, name, &Member::name);
    if (member == members.end()) {
      return Misfit("There is no member of this name here",
                    Format("{}/{}", pointer, base::ShownName(name)),
                    "Leave it out, or correct its name.");
    }
    TRY(member->schema.CheckAt(value, Format("{}/{}", pointer, name)));
  }
  for (const Member& member : members) {
    if (member.is_required && json.Find(member.name) == nullptr) {
      return Misfit(Format("The member {} is missing", member.name), pointer);
    }
  }
  return {};
}

base::Result<void> JsonSchema::Check(const Json& json) const { return CheckAt(json, {}); }

base::Result<void> JsonSchema::CheckAt(const Json& json, const std::string& pointer) const {
  const Node& node = *node_;
  if (json.kind() == Json::Kind::kNull && node.is_nullable) return {};
  switch (node.kind) {
    case Kind::kObject:
    case Kind::kDocument:
      return node.CheckObject(json, pointer);
    case Kind::kText:
    case Kind::kWord:
    case Kind::kId:
    case Kind::kInstant:
      if (json.kind() != Json::Kind::kString) return Misfit("This should be a text", pointer);
      return node.CheckText(json.AsString(), pointer);
    case Kind::kInteger:
      if (json.kind() == Json::Kind::kInteger && json.AsInteger() >= node.min &&
          json.AsInteger() <= node.max) {
        return {};
      }
      return Misfit(Format("This should be a whole number from {} to {}", node.min, node.max),
                    pointer);
    case Kind::kBool:
      if (json.kind() == Json::Kind::kBool) return {};
      return Misfit("This should be true or false", pointer);
    case Kind::kAnything:
      return {};
    case Kind::kArray:
      break;
  }
  if (json.kind() != Json::Kind::kArray || json.AsArray().size() > node.max_items) {
    return Misfit(Format("This should be an array of at most {} items", node.max_items), pointer);
  }
  const JsonSchema items(node.items);
  for (std::size_t i = 0; i < json.AsArray().size(); ++i) {
    TRY(items.CheckAt(json.AsArray()[i], Format("{}/{}", pointer, i)));
  }
  return {};
}

base::Result<void> JsonSchema::CheckText(std::string_view text) const {
  if (node_->kind == Kind::kInteger) {
    const auto number = base::ParseDecimal(text);
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!number || *number > kMost) return Misfit("This should be a whole number", {});
    return Check(Json(*number));
  }
  if (node_->kind == Kind::kBool) {
    if (text == "true" || text == "false") return {};
    return Misfit("This should be true or false", {});
  }
  return Check(Json::Repaired(text));
}

// --- describing ---------------------------------------------------------------------------------

Json JsonSchema::Node::TypeWord(std::string_view name) const {
  if (!is_nullable) return name;
  return Json::Array({name, "null"});
}

Json::Members JsonSchema::Node::DescribeMembers() const {
  Json::Members properties;
  std::vector<std::string> required;
  for (const Member& member : members) {
    properties.emplace_back(member.name, member.schema.Describe());
    if (member.is_required) required.push_back(member.name);
  }
  Json::Members described{{"properties", Json::Object(std::move(properties))},
                          {"additionalProperties", false}};
  if (!required.empty()) described.emplace_back("required", TextArray(required));
  return described;
}

void JsonSchema::Node::DescribeText(Json::Members& described) const {
  described.emplace_back("type", TypeWord("string"));
  if (kind == Kind::kId) described.emplace_back("pattern", kIdPattern);
  if (kind == Kind::kInstant) described.emplace_back("format", "date-time");
  if (kind == Kind::kWord) {
    Json::Items listed(words.begin(), words.end());
    if (is_nullable) listed.emplace_back(nullptr);
    described.emplace_back("enum", Json::Array(std::move(listed)));
  }
  if (kind == Kind::kText) {
    described.emplace_back("minLength", rule.min);
    described.emplace_back("maxLength", rule.max);
    if (rule.form != TextForm::kAny) described.emplace_back("pattern", RowOf(rule.form).pattern);
  }
}

Json JsonSchema::Describe() const {
  const Node& node = *node_;
  Json::Members described{{"description", node.description}};
  switch (node.kind) {
    case Kind::kObject:
      described.emplace_back("type", node.TypeWord("object"));
      for (Json::Member& each : node.DescribeMembers()) described.push_back(std::move(each));
      break;
    case Kind::kDocument:
      described.emplace_back("type", node.TypeWord("object"));
      break;
    case Kind::kText:
    case Kind::kWord:
    case Kind::kId:
    case Kind::kInstant:
      node.DescribeText(described);
      break;
    case Kind::kInteger:
      described.emplace_back("type", node.TypeWord("integer"));
      described.emplace_back("minimum", node.min);
      described.emplace_back("maximum", node.max);
      break;
    case Kind::kBool:
      described.emplace_back("type", node.TypeWord("boolean"));
      break;
    case Kind::kAnything:
      break;
    case Kind::kArray:
      described.emplace_back("type", node.TypeWord("array"));
      described.emplace_back("items", JsonSchema(node.items).Describe());
      described.emplace_back("maxItems", node.max_items);
      break;
  }
  return Json::Object(std::move(described));
}

}  // namespace api
