// No text may crash the parser. What it accepts must survive being written and read again, in each
// of the three forms, and the canonical form must be its own canonical form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/canonical_json.h"
#include "base/json.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// Roomy enough that no written form of an accepted text is beyond them.
constexpr base::JsonLimits kWide{
    .max_bytes = std::size_t{1} << 30, .max_depth = 64, .max_values = 1'000'000};
constexpr base::JsonLimits kNarrow{.max_bytes = 1 << 16, .max_depth = 16, .max_values = 500};

void CheckCanonical(std::string_view text, const base::Json& json) {
  const auto canonical = base::WriteCanonicalJson(json);
  Require(canonical || canonical.error().code == base::ErrorCode::kInvalid);
  if (!canonical) return;
  const auto again = base::ParseCanonicalJson(*canonical, kWide);
  Require(again.has_value());
  Require(*base::WriteCanonicalJson(*again) == *canonical);
  Require(base::ParseCanonicalJson(text, kWide).has_value() == (text == *canonical));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto json = base::ParseJson(text, kWide);
  // Narrower limits refuse more, and accept nothing else.
  const auto narrow = base::ParseJson(text, kNarrow);
  Require(!narrow || (json && *narrow == *json));
  if (!json) {
    Require(!json.error().what.empty() && !json.error().where.empty());
    // Only an integer beyond 64 bits may be canonical and yet be refused above.
    if (const auto canonical = base::ParseCanonicalJson(text, kWide)) {
      Require(*base::WriteCanonicalJson(*canonical) == text);
    }
    return 0;
  }
  Require(*base::ParseJson(base::WriteJson(*json), kWide) == *json);
  Require(*base::ParseJson(base::WritePrettyJson(*json), kWide) == *json);
  CheckCanonical(text, *json);
  return 0;
}
