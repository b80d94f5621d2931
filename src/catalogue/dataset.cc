#include "catalogue/dataset.h"

#include <algorithm>

#include "base/format.h"
#include "base/slug.h"

namespace catalogue {

static_assert(kMaxShortNameBytes + 1 + 6 < base::kMaxSlugBytes,
              "a slug holds the whole short name and a piece of the id");

std::string TableNameOf(std::string_view short_name) {
  std::string name(short_name);
  std::ranges::replace(name, '-', '_');
  return name;
}

base::Result<void> CheckShortName(std::string_view short_name) {
  const bool begins_well = !short_name.empty() && 'a' <= short_name[0] && short_name[0] <= 'z';
  if (begins_well && short_name.size() <= kMaxShortNameBytes && base::IsSlug(short_name)) return {};
  return base::Fail(base::ErrorCode::kInvalid, "This is no short name for a dataset", "short_name",
                    base::Format("Use words of a-z and 0-9 with single hyphens, a letter first, at "
                                 "most {} bytes, such as paye-employments.",
                                 kMaxShortNameBytes));
}

}  // namespace catalogue
