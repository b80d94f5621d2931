// The register log: its newest entries, and for each entry a receipt that anybody can check.
//
// Everything here is public as soon as it is durable and signed; the tiles follow within a moment.
// Thread safety: like Desk.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "web/desk.h"
#include "web/entry_words.h"
#include "web/route.h"

namespace web {

inline constexpr std::uint64_t kEntriesPerPage = 50;

class RegisterPages {
 public:
  explicit RegisterPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  base::Result<http::Response> ShowEntries(const http::Request& request);
  base::Result<http::Response> ShowEntry(const http::Request& request, std::string_view name);
  base::Result<http::Response> ShowReceipt(const http::Request& request, std::uint64_t index);
  base::Result<ledger::Log::ProvedLeaves> Prove(std::uint64_t index);

  Desk& desk_;
};

}  // namespace web
