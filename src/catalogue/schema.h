// The schema of a dataset's version: its columns, what they mean, and how their owner lets them be
// given. Written and read as JSON (docs/formats/schema.md).
//
// A schema is what the publisher confirmed, so it holds no count and no value of the data. Values;
// invariants of a Schema that ReadSchema or CheckSchema accepted: 1 to kMaxSchemaColumns columns,
// names not empty and all different without regard to case, at least one treatment for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "base/result.h"
#include "catalogue/semantic_types.h"
#include "engine/column_types.h"

namespace catalogue {

inline constexpr std::size_t kMaxSchemaColumns = 2'000;
inline constexpr std::size_t kMaxColumnNameBytes = 512;
inline constexpr std::size_t kMaxColumnTitleBytes = 200;

struct SchemaColumn {
  std::string name;   // as in the data
  std::string title;  // in plain words, for people: "Year of birth"; may be empty
  engine::ColumnType type;
  std::string meaning;  // code of a SemanticRule: "postcode"
  ColumnClass column_class = ColumnClass::kPersonal;
  bool confirmed = false;            // the class; what nobody confirmed counts as personal
  bool identifies = false;           // singles out a person or a home by itself
  std::uint32_t treatments = kDrop;  // of Treatment: the forms in which it may be given

  // The class that counts.
  [[nodiscard]] ColumnClass Class() const {
    return confirmed ? column_class : ColumnClass::kPersonal;
  }
  friend bool operator==(const SchemaColumn&, const SchemaColumn&) = default;
};

struct Schema {
  std::vector<SchemaColumn> columns;

  // The column of exactly this name.
  [[nodiscard]] const SchemaColumn* Find(std::string_view name) const;
  friend bool operator==(const Schema&, const Schema&) = default;
};

// kInvalid, naming the column by its place, for what the invariants forbid, and for a treatment
// that the type of the column cannot have.
base::Result<void> CheckSchema(const Schema& schema);

base::Json SchemaJson(const Schema& schema);
base::Result<Schema> ReadSchema(const base::JsonItem& item);

// The treatments that a type can have at all: months and years need a date, bands a number,
// postcode districts a text.
std::uint32_t TreatmentsOfType(const engine::ColumnType& type);
// The treatment of this name: "show", "postcode-district".
std::optional<Treatment> TreatmentOfName(std::string_view name);

}  // namespace catalogue
