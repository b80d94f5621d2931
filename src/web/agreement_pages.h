// One agreement as everybody may read it: what it lets whom see, what happened, how often it is
// used; and for its two bodies the way to what they may do.
//
// Uses are told to the hour, and to others than the two bodies as far as the published part of the
// access log tells of them.
// Thread safety: like Desk.
#pragma once

#include <string_view>
#include <vector>

#include "web/desk.h"
#include "web/route.h"

namespace web {

class AgreementPages {
 public:
  explicit AgreementPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  Handled ShowAgreement(const http::Request& request, std::string_view number);
  base::Result<base::Json> BannerJson(const agreements::Agreement& agreement,
                                      const std::vector<std::string>& words);
  base::Result<agreements::Gate::Uses> UsesOf(const agreements::Agreement& agreement);
  static base::CivilDay LastDayOf(const agreements::Agreement& agreement,
                                  const agreements::Gate::Uses& uses, base::CivilDay today);
  base::Result<base::Json> LatestJson(const agreements::Gate::Uses& uses, bool is_party);
  base::Result<catalogue::Schema> SchemaOf(const agreements::Agreement& agreement);
  base::Result<std::vector<std::string>> WordsOf(const agreements::Agreement& agreement);
  base::Json ActsJson(const Visitor& visitor, const agreements::Agreement& agreement);

  Desk& desk_;
};

}  // namespace web
