#include "catalogue/schema.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Format;
using base::Json;

constexpr std::size_t kMaxTreatments = 8;
constexpr std::size_t kMaxTypeBytes = 32;
constexpr std::size_t kMaxCodeBytes = 64;

base::Result<SchemaColumn> ReadColumn(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  SchemaColumn column;
  column.name = TRY(reader.Text("name", {.min = 1, .max = kMaxColumnNameBytes}));
  column.title = TRY(reader.OptionalText("title", {.max = kMaxColumnTitleBytes})).value_or("");
  const base::JsonItem type = TRY(reader.Field("type"));
  const auto known = engine::TypeOfText(TRY(type.Text({.min = 1, .max = kMaxTypeBytes})));
  if (!known) {
    return base::Fail(ErrorCode::kInvalid, "There is no column type of this name", type.pointer());
  }
  column.type = *known;
  column.meaning = TRY(reader.Text("meaning", {.min = 1, .max = kMaxCodeBytes}));
  const base::JsonItem named = TRY(reader.Field("class"));
  const auto column_class = ColumnClassOfName(TRY(named.Text({.max = kMaxCodeBytes})));
  if (!column_class) {
    return base::Fail(ErrorCode::kInvalid, "There is no class of this name", named.pointer());
  }
  column.column_class = *column_class;
  column.confirmed = TRY(reader.Bool("confirmed"));
  column.identifies = TRY(reader.Bool("identifies"));
  column.treatments = 0;
  for (const base::JsonItem& each : TRY(reader.Array("treatments", {1, kMaxTreatments}))) {
    const auto treatment = TreatmentOfName(TRY(each.Text({.max = kMaxCodeBytes})));
    if (!treatment) {
      return base::Fail(ErrorCode::kInvalid, "There is no treatment of this name", each.pointer());
    }
    column.treatments |= *treatment;
  }
  TRY(reader.Finish());
  return column;
}

}  // namespace

const SchemaColumn* Schema::Find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &SchemaColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

base::Result<void> CheckSchema(const Schema& schema) {
  if (schema.columns.empty() || schema.columns.size() > kMaxSchemaColumns) {
    return base::Fail(ErrorCode::kInvalid,
                      Format("A schema has 1 to {} columns", kMaxSchemaColumns), "columns");
  }
  // DuckDB does not tell upper and lower case of a name apart, so neither may we.
  std::set<std::string> names;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const SchemaColumn& column = schema.columns[i];
    const std::string where = Format("columns/{}", i);
    if (column.name.empty() || column.name.size() > kMaxColumnNameBytes ||
        column.title.size() > kMaxColumnTitleBytes) {
      return base::Fail(ErrorCode::kInvalid, "The column's name or title is too long or empty",
                        where);
    }
    if (!names.insert(base::FoldCase(column.name)).second) {
      return base::Fail(ErrorCode::kInvalid, "Two columns have this name, apart from its case",
                        where);
    }
    if (column.treatments == 0 ||
        (column.treatments & ~(TreatmentsOfType(column.type) | kDrop)) != 0) {
      return base::Fail(ErrorCode::kInvalid, "The type of the column cannot have this treatment",
                        where, "Months and years need a date, bands a number.");
    }
  }
  return {};
}

Json SchemaJson(const Schema& schema) {
  Json::Items columns;
  for (const SchemaColumn& column : schema.columns) {
    Json::Items treatments;
    for (const std::string_view name : TreatmentNames(column.treatments)) {
      treatments.emplace_back(name);
    }
    columns.push_back(Json::Object({{"name", column.name},
                                    {"title", column.title},
                                    {"type", engine::TypeText(column.type)},
                                    {"meaning", column.meaning},
                                    {"class", ColumnClassName(column.column_class)},
                                    {"confirmed", column.confirmed},
                                    {"identifies", column.identifies},
                                    {"treatments", Json::Array(std::move(treatments))}}));
  }
  return Json::Array(std::move(columns));
}

base::Result<Schema> ReadSchema(const base::JsonItem& item) {
  Schema schema;
  for (const base::JsonItem& each : TRY(item.Array({1, kMaxSchemaColumns}))) {
    schema.columns.push_back(TRY(ReadColumn(each)));
  }
  TRY(CheckSchema(schema));
  return schema;
}

std::uint32_t TreatmentsOfType(const engine::ColumnType& type) {
  using engine::ColumnKind;
  std::uint32_t possible = kShow | kMask | kToken | kDrop;
  switch (type.kind) {
    case ColumnKind::kDate:
    case ColumnKind::kTimestamp:
      return possible | kMonth | kYear;
    case ColumnKind::kLong:
    case ColumnKind::kDouble:
    case ColumnKind::kDecimal:
      return possible | kBand;
    case ColumnKind::kString:
      return possible | kPostcodeDistrict;
    case ColumnKind::kBoolean:
      break;
  }
  return possible;
}

std::optional<Treatment> TreatmentOfName(std::string_view name) {
  for (std::uint32_t bit = kShow; bit <= kDrop; bit <<= 1U) {
    if (TreatmentNames(bit).front() == name) return static_cast<Treatment>(bit);
  }
  return std::nullopt;
}

}  // namespace catalogue
