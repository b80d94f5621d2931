// The JSON API under /api/v1/: one table of routes, from which requests are answered and
// openapi.json is made.
//
// Handle finds the route, checks the request against what the route says of it, and calls its
// handler, which shows who asks and what is done. Whatever goes wrong is answered as a problem
// (RFC 9457). docs/formats/api.md has what all routes share.
//
// Thread safety: Handle from any thread; it blocks. What Services names must outlive the Api.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "api/services.h"
#include "http/message.h"

namespace api {

// The largest body of all routes: what the server must be ready to read.
inline constexpr std::uint64_t kMaxBodyBytes = 256ULL * 1024 * 1024;

class Api {
 public:
  explicit Api(const Services& services);

  // Whether a path is the API's to answer.
  static bool Owns(std::string_view path);
  http::Response Handle(const http::Request& request) const;
  // The largest body that a request to this address may have, in bytes.
  [[nodiscard]] std::uint64_t BodyLimit(http::Method method, std::string_view path) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  http::Response Run(const Route& route, const http::Request& request,
                     std::vector<std::string> places) const;

  const Services services_;
  const std::vector<Route> routes_;
};

}  // namespace api
