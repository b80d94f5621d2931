#include "catalogue/key.h"

#include <array>

#include "base/format.h"

namespace catalogue {
namespace {
constexpr std::array<std::string_view, 2> kNames = {"exact", "compact"};
}  // namespace

std::string_view KeyNormalisationName(KeyNormalisation normalisation) {
  return kNames[static_cast<std::size_t>(normalisation)];
}

std::optional<KeyNormalisation> KeyNormalisationOfName(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<KeyNormalisation>(i);
  }
  return std::nullopt;
}

std::string NormalisedKeySql(KeyNormalisation normalisation, std::string_view sql_text) {
  if (normalisation == KeyNormalisation::kExact) return base::Format("nullif({}, '')", sql_text);
  return base::Format("nullif(upper(regexp_replace({}, '[^A-Za-z0-9]', '', 'g')), '')", sql_text);
}

}  // namespace catalogue
