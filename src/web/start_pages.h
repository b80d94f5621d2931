// The first page: what this is, what is on record now, and the newest entries of the register.
// Blocks whose data does not exist in this release are left out. Thread safety: like Desk.
#pragma once

#include <vector>

#include "web/desk.h"
#include "web/route.h"

namespace web {

class StartPages {
 public:
  explicit StartPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  base::Result<http::Response> ShowStart(const http::Request& request);

  Desk& desk_;
};

}  // namespace web
