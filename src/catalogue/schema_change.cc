#include "catalogue/schema_change.h"

#include <utility>

#include "base/format.h"

namespace catalogue {
namespace {

using base::Json;

// The report was written by our own worker and kept in our own store.
std::unexpected<base::Error> BadReport() {
  return base::Fail(base::ErrorCode::kDamaged, "The report of a draft is not of its form", "store");
}

// A member of a member: "type", "name".
const Json* Inner(const Json& column, std::string_view outer, std::string_view inner) {
  const Json* member = column.Find(outer);
  return member == nullptr ? nullptr : member->Find(inner);
}

bool IsText(const Json* json) { return json != nullptr && json->kind() == Json::Kind::kString; }
bool IsBool(const Json* json) { return json != nullptr && json->kind() == Json::Kind::kBool; }

base::Result<std::uint32_t> TreatmentsOf(const Json* names) {
  if (names == nullptr || names->kind() != Json::Kind::kArray) return BadReport();
  std::uint32_t treatments = 0;
  for (const Json& name : names->AsArray()) {
    const auto treatment = IsText(&name) ? TreatmentOfName(name.AsString()) : std::nullopt;
    if (!treatment) return BadReport();
    treatments |= *treatment;
  }
  return treatments;
}

base::Result<SchemaColumn> ProposedColumn(const Json& json) {
  const Json* name = json.Find("name");
  const Json* type_name = Inner(json, "type", "name");
  const Json* meaning = Inner(json, "meaning", "type");
  const Json* class_name = Inner(json, "class", "name");
  const Json* identifies = Inner(json, "class", "identifies");
  if (!IsText(name) || !IsText(type_name) || !IsText(meaning) || !IsText(class_name) ||
      !IsBool(identifies)) {
    return BadReport();
  }
  const auto type = engine::TypeOfText(type_name->AsString());
  const auto column_class = ColumnClassOfName(class_name->AsString());
  if (!type || !column_class) return BadReport();
  return SchemaColumn{.name = name->AsString(),
                      .title = {},
                      .type = *type,
                      .meaning = meaning->AsString(),
                      .column_class = *column_class,
                      .confirmed = false,
                      .identifies = identifies->AsBool(),
                      .treatments = TRY(TreatmentsOf(json.Find("treatments")))};
}

}  // namespace

std::vector<std::string> SchemaChange::Lost() const {
  std::vector<std::string> names = removed;
  for (const RetypedColumn& column : retyped) names.push_back(column.name);
  return names;
}

SchemaChange CompareSchemas(const Schema& before, const Schema& after) {
  SchemaChange change;
  for (const SchemaColumn& column : before.columns) {
    const SchemaColumn* now = after.Find(column.name);
    if (now == nullptr) {
      change.removed.push_back(column.name);
    } else if (now->type != column.type) {
      change.retyped.push_back({column.name, column.type, now->type});
    }
  }
  for (const SchemaColumn& column : after.columns) {
    if (before.Find(column.name) == nullptr) change.added.push_back(column.name);
  }
  return change;
}

base::Result<Schema> ProposeSchema(const Json& report, const Schema* previous) {
  const Json* columns = report.Find("columns");
  if (columns == nullptr || columns->kind() != Json::Kind::kArray) return BadReport();
  Schema schema;
  for (const Json& json : columns->AsArray()) {
    SchemaColumn column = TRY(ProposedColumn(json));
    const SchemaColumn* known = previous == nullptr ? nullptr : previous->Find(column.name);
    if (known != nullptr && known->type == column.type) column = *known;
    schema.columns.push_back(std::move(column));
  }
  TRY(CheckSchema(schema));
  return schema;
}

}  // namespace catalogue
