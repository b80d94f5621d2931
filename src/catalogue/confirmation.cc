#include "catalogue/confirmation.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/json_text.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

constexpr std::size_t kMaxCodeBytes = 64;
constexpr std::size_t kMaxTreatments = 8;
constexpr std::int64_t kMaxVersionNumber = 1'000'000;

std::string Where(std::string_view name) {
  return Format("column \"{}\"", base::ShownName(std::string(name)));
}

template <typename Value>
base::Result<Value> Known(const std::optional<Value>& value, const base::JsonItem& item,
                          std::string_view noun) {
  if (value) return *value;
  return Fail(ErrorCode::kInvalid, Format("There is no {} of this name", noun), item.pointer());
}

base::Result<std::uint32_t> ReadTreatments(const base::JsonItem& item) {
  std::uint32_t treatments = 0;
  for (const base::JsonItem& each : TRY(item.Array({1, kMaxTreatments}))) {
    const auto name = TRY(each.Text({.max = kMaxCodeBytes}));
    treatments |= TRY(Known(TreatmentOfName(name), each, "treatment"));
  }
  return treatments;
}

base::Result<ConfirmedColumn> ReadColumn(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  ConfirmedColumn column;
  column.name = TRY(reader.Text("name", {.min = 1, .max = kMaxColumnNameBytes}));
  column.title = TRY(reader.OptionalText("title", {.max = kMaxColumnTitleBytes}));
  if (const auto named = TRY(reader.Optional("class"))) {
    const auto name = TRY(named->Text({.max = kMaxCodeBytes}));
    column.column_class = TRY(Known(ColumnClassOfName(name), *named, "class"));
  }
  column.confirmed = TRY(reader.OptionalBool("confirmed"));
  column.identifies = TRY(reader.OptionalBool("identifies"));
  if (const auto treatments = TRY(reader.Optional("treatments"))) {
    column.treatments = TRY(ReadTreatments(*treatments));
  }
  if (const auto type = TRY(reader.Optional("type"))) {
    const auto name = TRY(type->Text({.max = kMaxCodeBytes}));
    column.type = TRY(Known(engine::TypeOfText(name), *type, "column type"));
  }
  column.strays_become_empty = TRY(reader.OptionalBool("strays_become_empty")).value_or(false);
  TRY(reader.Finish());
  return column;
}

base::Result<DatasetKey> ReadKey(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  DatasetKey key;
  key.column = TRY(reader.Text("column", {.min = 1, .max = kMaxColumnNameBytes}));
  const base::JsonItem named = TRY(reader.Field("normalisation"));
  const auto name = TRY(named.Text({.max = kMaxCodeBytes}));
  key.normalisation = TRY(Known(KeyNormalisationOfName(name), named, "normalisation"));
  TRY(reader.Finish());
  return key;
}

// Whether the type may be chosen in place of the proposed one.
base::Result<void> CheckType(const SchemaColumn& proposed, const ConfirmedColumn& given) {
  using engine::ColumnKind;
  const engine::ColumnType type = given.type.value_or(proposed.type);
  if (!given.strays_become_empty && (type == proposed.type || type.kind == ColumnKind::kString)) {
    return {};
  }
  const bool narrows = proposed.type.kind == ColumnKind::kString &&
                       (type.kind == ColumnKind::kLong || type.kind == ColumnKind::kDate);
  if (given.strays_become_empty && narrows) return {};
  return Fail(ErrorCode::kInvalid, "This type cannot be chosen for the column", Where(given.name),
              "Take the type that was found, or string; or turn text into long or date and say "
              "that what does not fit becomes empty; or mend the file.");
}

base::Result<void> Apply(const ConfirmedColumn& given, SchemaColumn& column) {
  TRY(CheckType(column, given));
  if (given.type && *given.type != column.type) {
    column.type = *given.type;
    const std::uint32_t possible = column.treatments & (TreatmentsOfType(column.type) | kDrop);
    column.treatments = possible == 0 ? static_cast<std::uint32_t>(kDrop) : possible;
  }
  if (given.title) column.title = *given.title;
  if (given.column_class) {
    column.column_class = *given.column_class;
    if (column.column_class == ColumnClass::kPublic) column.identifies = false;
  }
  if (given.identifies) column.identifies = *given.identifies;
  if (given.treatments) column.treatments = *given.treatments;
  if (given.confirmed) column.confirmed = *given.confirmed;
  return {};
}

}  // namespace

base::Result<Confirmation> ReadConfirmation(const base::JsonItem& item) {
  base::JsonReader reader = TRY(item.Object());
  Confirmation confirmation;
  for (const base::JsonItem& each : TRY(reader.Array("columns", {.max = kMaxSchemaColumns}))) {
    confirmation.columns.push_back(TRY(ReadColumn(each)));
  }
  if (const auto key = TRY(reader.Optional("key"))) confirmation.key = TRY(ReadKey(*key));
  if (const auto accepted = TRY(reader.Optional("accepted"))) {
    for (const base::JsonItem& each : TRY(accepted->Array({.max = kMaxAcceptedColumns}))) {
      confirmation.accepted.push_back(TRY(each.Text({.min = 1, .max = kMaxColumnNameBytes})));
    }
  }
  if (const auto version = TRY(reader.OptionalInteger("previous_version", 0, kMaxVersionNumber))) {
    confirmation.previous_version = static_cast<std::uint64_t>(*version);
  }
  TRY(reader.Finish());
  return confirmation;
}

base::Result<Schema> ConfirmSchema(const Schema& proposal, const Confirmation& confirmation) {
  Schema schema = proposal;
  std::set<std::string, std::less<>> seen;
  for (const ConfirmedColumn& given : confirmation.columns) {
    const auto column = std::ranges::find(schema.columns, given.name, &SchemaColumn::name);
    if (column == schema.columns.end()) {
      return Fail(ErrorCode::kInvalid, "The draft has no such column", Where(given.name));
    }
    if (!seen.insert(given.name).second) {
      return Fail(ErrorCode::kInvalid, "A column is confirmed twice", Where(given.name));
    }
    TRY(Apply(given, *column));
  }
  TRY(CheckSchema(schema));
  if (confirmation.key && schema.Find(confirmation.key->column) == nullptr) {
    return Fail(ErrorCode::kInvalid, "The key is no column of the draft",
                Where(confirmation.key->column));
  }
  return schema;
}

}  // namespace catalogue
