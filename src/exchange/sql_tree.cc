#include "exchange/sql_tree.h"

#include <algorithm>

#include "base/format.h"
#include "base/json_text.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr const char* kRemedy = "Write the query without it.";

// Whether a field holds what it holds when nobody wrote what it is for.
bool IsUnused(const Json& value, SqlFieldRule rule) {
  switch (rule) {
    case SqlFieldRule::kRead:
      return true;
    case SqlFieldRule::kNull:
      return value.kind() == Json::Kind::kNull;
    case SqlFieldRule::kFalse:
      return value.kind() == Json::Kind::kBool && !value.AsBool();
    case SqlFieldRule::kEmptyText:
      return value.kind() == Json::Kind::kString && value.AsString().empty();
    case SqlFieldRule::kEmptyList:
      return value.kind() == Json::Kind::kArray && value.AsArray().empty();
  }
  return false;
}

std::unexpected<base::Error> Unknown(std::string_view what, std::string_view name) {
  return Fail(ErrorCode::kInvalid,
              base::Format("The SQL uses something that is not known here ({} \"{}\")", what,
                           base::ShownName(name)),
              {}, kRemedy);
}

base::Result<const Json*> Member(const Json& node, std::string_view field, Json::Kind kind) {
  const Json* value = node.Find(field);
  if (value == nullptr || value->kind() != kind) return Unknown("the form of", field);
  return value;
}

}  // namespace

base::Result<void> CheckSqlFields(const Json& json, std::span<const SqlField> fields) {
  if (json.kind() != Json::Kind::kObject) return Unknown("a node that is", "no object");
  for (const auto& [name, value] : json.AsObject()) {
    const auto field = std::ranges::find(fields, name, &SqlField::name);
    if (field == fields.end()) return Unknown("field", name);
    if (IsUnused(value, field->rule)) continue;
    if (field->construct.empty()) return Unknown("field", name);
    return Fail(ErrorCode::kInvalid, base::Format("{} is not accepted", field->construct), {},
                kRemedy);
  }
  // Names of members differ, so that as many as there are rows means all of them.
  if (json.AsObject().size() == fields.size()) return {};
  for (const SqlField& field : fields) {
    if (json.Find(field.name) == nullptr) return Unknown("no field", field.name);
  }
  return {};
}

base::Result<std::string_view> SqlTextField(const Json& node, std::string_view field) {
  return std::string_view(TRY(Member(node, field, Json::Kind::kString))->AsString());
}

base::Result<bool> SqlBoolField(const Json& node, std::string_view field) {
  return TRY(Member(node, field, Json::Kind::kBool))->AsBool();
}

base::Result<std::span<const Json>> SqlListField(const Json& node, std::string_view field) {
  return std::span<const Json>(TRY(Member(node, field, Json::Kind::kArray))->AsArray());
}

base::Result<const Json*> SqlNodeField(const Json& node, std::string_view field) {
  return Member(node, field, Json::Kind::kObject);
}

base::Result<const Json*> SqlOptionalNodeField(const Json& node, std::string_view field) {
  const Json* value = node.Find(field);
  if (value != nullptr && value->kind() == Json::Kind::kNull) return nullptr;
  return SqlNodeField(node, field);
}

base::Result<std::vector<std::string_view>> SqlNamesField(const Json& node,
                                                          std::string_view field) {
  std::vector<std::string_view> names;
  for (const Json& name : TRY(SqlListField(node, field))) {
    if (name.kind() != Json::Kind::kString) return Unknown("the form of", field);
    names.emplace_back(name.AsString());
  }
  return names;
}

std::optional<std::size_t> SqlOffset(const Json& node) {
  const Json* offset = node.Find("query_location");
  // DuckDB's number for "nowhere" is beyond 15 digits and so a string here.
  if (offset == nullptr || offset->kind() != Json::Kind::kInteger) return std::nullopt;
  if (offset->AsInteger() < 0) return std::nullopt;
  return static_cast<std::size_t>(offset->AsInteger());
}

std::string SqlPlace(std::string_view sql, std::optional<std::size_t> offset) {
  if (!offset || *offset > sql.size()) return "the SQL";
  const std::string_view before = sql.substr(0, *offset);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return base::Format("line {}, column {}", lines + 1, before.size() - start + 1);
}

}  // namespace exchange
