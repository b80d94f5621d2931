// Columns of a dataset in plain words: name, type, meaning, class, forms, and what is known of the
// values. Of a column that is not public only the form is told, whatever the profile holds.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "catalogue/schema.h"
#include "web/texts.h"

namespace web {

// The pieces of a column's name between which a line may break: behind each underscore.
base::Json NamePieces(std::string_view name);
// A column's name fit for a sentence: without control characters and marks that turn the writing.
std::string ShownColumn(std::string_view name);

// "Whole number", "Decimal, 2 places"
std::string TypeWords(const engine::ColumnType& type, const Texts& texts);
// "Year of birth" where the publisher said so, otherwise what it means: "Postcode"
std::string MeaningWords(const catalogue::SchemaColumn& column, const Texts& texts);
// "As it is, month or year"; "Never given"
std::string TreatmentWords(std::uint32_t treatments, const Texts& texts);

bool IsAboutPersons(const catalogue::SchemaColumn& column);

// "AA9 9AA", or "2 to 14 characters", of a profile: the most that is told of a column that is not
// public.
bool HasShapes(const base::Json& profile);  // whether it is shapes that are told
std::string FormWords(const base::Json& profile, const Texts& texts);
// "0%", "under 1%", "64%" of `all`; nothing is 0%.
std::string ShareWords(std::uint64_t part, std::uint64_t all, const Texts& texts);

// The rows of the columns table of a version.
base::Json ColumnsJson(const catalogue::Schema& schema, const base::Json& profile,
                       const Texts& texts);

}  // namespace web
