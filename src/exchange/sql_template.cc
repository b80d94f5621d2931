#include "exchange/sql_template.h"

#include <set>
#include <string>

#include "base/canonical_json.h"

namespace exchange {
namespace {

using base::Json;

bool IsText(const Json* json, std::string_view text) {
  return json != nullptr && json->kind() == Json::Kind::kString && json->AsString() == text;
}

// The field that makes one constant or parameter differ from another; empty for other nodes.
std::string_view ValueField(const Json& node) {
  const Json* name = node.Find("class");
  if (IsText(name, "CONSTANT")) return "value";
  if (IsText(name, "PARAMETER")) return "identifier";
  return "";
}

bool IsInList(const Json& node) {
  const Json* type = node.Find("type");
  return IsText(node.Find("class"), "OPERATOR") &&
         (IsText(type, "COMPARE_IN") || IsText(type, "COMPARE_NOT_IN"));
}

// The first child is what is looked for; of the list behind it, each item once. Compared as text,
// so that a long list of different items costs O(n log n).
Json Collapsed(const Json& children) {
  Json::Items kept;
  std::set<std::string> seen;
  for (const Json& child : children.AsArray()) {
    if (kept.empty() || seen.insert(base::WriteJson(child)).second) kept.push_back(child);
  }
  return Json::Array(std::move(kept));
}

// Recurses as deep as the tree, which the check has bounded.
Json Stripped(const Json& json) {
  if (json.kind() == Json::Kind::kArray) {
    Json::Items items;
    for (const Json& item : json.AsArray()) items.push_back(Stripped(item));
    return Json::Array(std::move(items));
  }
  if (json.kind() != Json::Kind::kObject) return json;
  const std::string_view value_field = ValueField(json);
  const bool is_in_list = IsInList(json);
  Json::Members members;
  for (const auto& [name, value] : json.AsObject()) {
    if (name == "query_location" || name == "named_param_map") continue;
    if (name == value_field) {
      members.emplace_back(name, Json("?"));
      continue;
    }
    Json stripped = Stripped(value);
    const bool is_list = is_in_list && name == "children" && stripped.kind() == Json::Kind::kArray;
    members.emplace_back(name, is_list ? Collapsed(stripped) : std::move(stripped));
  }
  return Json::Object(std::move(members));
}

}  // namespace

base::Result<std::string> SqlTemplate(const Json& node) {
  return base::WriteCanonicalJson(Stripped(node));
}

}  // namespace exchange
