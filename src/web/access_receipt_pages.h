// The receipt of an access, for the two bodies of its agreement: both entries in the access log,
// what they say, their place and proof. For everybody else it does not exist.
//
// Thread safety: like Desk.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "web/desk.h"
#include "web/entry_words.h"
#include "web/route.h"

namespace web {

class AccessReceiptPages {
 public:
  explicit AccessReceiptPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  Handled Show(const http::Request& request, std::string_view name);
  Handled ShowReceipt(const Visitor& visitor, std::uint64_t index,
                      const ledger::Log::ProvedLeaves& proved);
  base::Result<base::Json> OpenedJson(const Entry& opened, const agreements::Agreement& agreement);

  Desk& desk_;
};

// What a closing leaf says, for the template `access_receipt`.
base::Json ClosedEntryJson(const Entry& closed, const Texts& texts);

}  // namespace web
