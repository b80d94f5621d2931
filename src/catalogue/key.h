// The key of a dataset: a column by which its rows are found, and how its values are made alike
// first. A list that others are compared with needs one (CONTRACTS, policy: member_of).
//
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace catalogue {

enum class KeyNormalisation : unsigned char {
  kExact,    // as it stands
  kCompact,  // ASCII letters and digits alone, letters large: "qq 12 34 56 c" is "QQ123456C"
};

std::string_view KeyNormalisationName(KeyNormalisation normalisation);
std::optional<KeyNormalisation> KeyNormalisationOfName(std::string_view name);

struct DatasetKey {
  std::string column;
  KeyNormalisation normalisation = KeyNormalisation::kExact;

  friend bool operator==(const DatasetKey&, const DatasetKey&) = default;
};

// SQL that gives the text in `sql_text` in its normalised form; null where nothing is left of it.
std::string NormalisedKeySql(KeyNormalisation normalisation, std::string_view sql_text);

}  // namespace catalogue
