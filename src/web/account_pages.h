// Your account: who you are here, which roles you hold, and your own tokens. Thread safety: like
// Desk.
#pragma once

#include <vector>

#include "web/desk.h"
#include "web/route.h"
#include "web/token_pages.h"

namespace web {

class AccountPages {
 public:
  explicit AccountPages(Desk& desk) : desk_(desk), tokens_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  Handled ShowAccount(const http::Request& request, const PathParts& parts);
  Handled ShowNewToken(const http::Request& request, const PathParts& parts);
  Handled CreateToken(const http::Request& request, const PathParts& parts);
  Handled ShowWithdrawToken(const http::Request& request, const PathParts& parts);
  Handled WithdrawToken(const http::Request& request, const PathParts& parts);

  Desk& desk_;
  TokenPages tokens_;
};

}  // namespace web
