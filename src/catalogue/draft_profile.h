// What is found of each column of a file: type, meaning, class, and a profile.
//
// Shape before values: of a column that is not public the profile holds lengths and shapes alone,
// no value, no extreme, no count of different values. Of a public one DuckDB is asked for these.
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalogue/draft_source.h"

namespace catalogue {

inline constexpr std::size_t kTopValues = 10;
inline constexpr std::size_t kHistogramBuckets = 10;
inline constexpr std::uint64_t kMaxCountedValues = 500;  // beyond, the count is an estimate
inline constexpr std::uint64_t kMaxShownCharacters = 256;

struct ValueCount {
  std::string value;
  std::uint64_t rows = 0;
};

// Of a public column alone.
struct PublicValues {
  std::uint64_t distinct = 0;
  bool distinct_is_exact = false;
  std::optional<std::string> min;  // in the text form of the type; none beyond kMaxShownCharacters
  std::optional<std::string> max;
  std::vector<ValueCount> top;  // the commonest first; empty where distinct is an estimate
  // Of numbers: rows in kHistogramBuckets ranges of one width from min to max.
  std::vector<std::uint64_t> histogram;
};

// Something that the publisher should look at.
struct Remark {
  std::string_view code;
  std::string sentence;
  std::uint64_t rows = 0;
  std::vector<engine::Stray> first;  // rows and lengths; may be empty
};

struct ColumnDraft {
  engine::TypeVerdict type;
  SemanticVerdict meaning;
  bool confirmed = false;  // the class was given, not proposed
  std::optional<PublicValues> values;
  std::vector<Remark> remarks;
};

// Classes that a person of the owner has confirmed, by the name of the column.
using ConfirmedClasses = std::map<std::string, ColumnClass, std::less<>>;

// One draft for each column, in order. Asks DuckDB to prove each type with the expression that
// publishing will use, on every row. kInvalid when it reads other rows than we did.
base::Result<std::vector<ColumnDraft>> DraftColumns(engine::Duckdb& duckdb,
                                                    const DraftSource& source,
                                                    const ConfirmedClasses& confirmed);

}  // namespace catalogue
