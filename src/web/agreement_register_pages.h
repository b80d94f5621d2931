// The public register of agreements: filters, the list page by page, and the whole of what a filter
// finds as CSV and JSON. Everybody sees the same.
//
// Thread safety: like Desk.
#pragma once

#include <string>
#include <vector>

#include "identity/accounts.h"
#include "web/desk.h"
#include "web/route.h"

namespace web {

inline constexpr std::size_t kAgreementsPerPage = 50;
inline constexpr std::size_t kMaxExportedAgreements = 100'000;

class AgreementRegisterPages {
 public:
  explicit AgreementRegisterPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  // What the address asks for.
  struct Wish {
    std::string gives;  // slugs
    std::string receives;
    std::string law;
    std::string state;
    agreements::AgreementQuery query;
    bool finds_nothing = false;  // a filter names what there is none of

    [[nodiscard]] bool HasFilter() const {
      return !gives.empty() || !receives.empty() || !law.empty() || !state.empty();
    }
    // The filters as a query string without a question mark.
    [[nodiscard]] std::string Filters() const;
  };

  // A page of what fits, and how many there are in all.
  struct Found {
    agreements::AgreementPage page = {};
    std::uint64_t count = 0;
    std::uint64_t in_force = 0;
  };

  base::Result<Found> Look(const Wish& wish);
  Handled ShowRegister(const http::Request& request);
  Handled Export(const http::Request& request, bool is_csv);
  static Wish WishOf(const http::Request& request,
                     const std::vector<identity::Organisation>& organisations,
                     const agreements::Law& law);
  base::Result<base::Json> RowJson(const agreements::Agreement& agreement);

  Desk& desk_;
};

}  // namespace web
