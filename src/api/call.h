// What handlers do with a Call: find out who asks, do a thing once, page through a list.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "api/services.h"
#include "base/result.h"
#include "identity/along.h"
#include "identity/principal.h"
#include "identity/visibility.h"

namespace api {

// Who asks, by the header Authorization alone: a token (tab_…) or the secret of a session. A cookie
// is not looked at, so a page of somebody else's cannot ask in a visitor's name. kUnauthenticated.
base::Result<identity::Principal> Authenticate(const Services& services, const Call& call);
// The same, but nothing when the header is absent: a public route then shows what anybody may see.
base::Result<std::optional<identity::Principal>> AuthenticateIfShown(const Services& services,
                                                                     const Call& call);

// The secret in the header Authorization. kUnauthenticated when there is none.
base::Result<std::string_view> BearerOf(const http::Request& request);

// Runs an effect, unless a request with the same Idempotency-Key had it before: then the answer
// repeats that one's status and location. `location` is where what the effect makes can be found:
// the id is appended to it; empty when nothing is made. The effect hands `along` to the domain.
base::Result<Answer> Once(
    const Services& services, const Call& call, const identity::Principal& actor, int status,
    const std::string& location,
    const std::function<base::Result<Answer>(const identity::Along&)>& effect);

// The id in a place of the path; Absent() when it is none, since there is nothing under it.
template <typename Id>
base::Result<Id> PlaceId(const Call& call, std::size_t place) {
  const auto id = Id::Parse(call.places.at(place));
  if (!id) return identity::Absent();
  return *id;
}

// An id that the schema has let through as one.
template <typename Id>
base::Result<Id> ParsedId(std::string_view text) {
  const auto id = Id::Parse(text);
  if (!id) return identity::Absent();
  return *id;
}

// --- lists
// ----------------------------------------------------------------------------------------

inline constexpr std::int64_t kMaxPageItems = 200;
inline constexpr std::int64_t kDefaultPageItems = 50;
inline constexpr std::size_t kMaxCursorCharacters = 256;

// The query parameters of every list.
std::vector<QueryRow> PageQuery(std::vector<QueryRow> more = {});
// {"items": […], "next": "…" or null}
JsonSchema PageSchema(const std::string& description, JsonSchema item);

std::size_t PageItems(const Call& call);

// One page of rows that are sorted by what `key` gives: those behind the cursor.
template <typename Row>
base::Json PageOf(const Call& call, const std::vector<Row>& rows,
                  const std::function<std::string(const Row&)>& key,
                  const std::function<base::Json(const Row&)>& row_json) {
  const std::string cursor(call.Query("cursor").value_or(""));
  const std::size_t limit = PageItems(call);
  base::Json::Items items;
  base::Json next;
  std::string last;
  for (const Row& row : rows) {
    if (key(row) <= cursor) continue;
    if (items.size() == limit) {
      next = last;
      break;
    }
    last = key(row);
    items.push_back(row_json(row));
  }
  return base::Json::Object({{"items", base::Json::Array(std::move(items))}, {"next", next}});
}

}  // namespace api
