// The profile of a column as JSON: in the report of a draft (docs/formats/draft.md) and in a
// version (docs/formats/dataset.md).
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "catalogue/column_reading.h"
#include "catalogue/draft_profile.h"

namespace catalogue {

base::Json ProfileJson(const ColumnReading& reading, const ColumnDraft& draft);

// The same with the column's name, the number of values that became empty, and remarks without
// rows: what may be known of every row, and of none by itself.
base::Json VersionProfileJson(const std::string& name, const ColumnReading& reading,
                              const ColumnDraft& draft, std::uint64_t emptied);

}  // namespace catalogue
