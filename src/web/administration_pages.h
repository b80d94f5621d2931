// The administration of the platform: how the server is, which organisations there are, what
// administrators did. For administrators of the platform; nobody else knows of it. Thread safety:
// like Desk.
#pragma once

#include <vector>

#include "web/desk.h"
#include "web/entry_words.h"
#include "web/health.h"
#include "web/route.h"

namespace web {

// Organisations and acts on one page, and how far back acts are looked for.
inline constexpr std::size_t kOrganisationsPerPage = 50;
inline constexpr std::size_t kShownActs = 20;
inline constexpr std::uint64_t kMaxLookBackEntries = 500;

class AdministrationPages {
 public:
  AdministrationPages(Desk& desk, HealthSource& health) : desk_(desk), health_(health) {}
  void AddTo(std::vector<Route>& routes);

 private:
  base::Result<http::Response> ShowAdministration(const http::Request& request);
  base::Result<http::Response> ShowNewOrganisation(const http::Request& request);
  base::Result<http::Response> CreateOrganisation(const http::Request& request);

  // A row of the table of health; `is_well` is false when the part is broken.
  base::Json LogRow(std::string_view part_key, ledger::Log& log, std::string_view limit_key,
                    bool& is_well);
  base::Json HealthRows(bool& is_well);
  base::Result<base::Json> OrganisationRows(const identity::Principal& actor,
                                            const std::vector<identity::Organisation>& all,
                                            std::size_t begin);
  base::Result<base::Json> ActRows(const OrganisationNames& names);
  [[nodiscard]] FormView OrganisationForm(const Visitor& visitor) const;

  Desk& desk_;
  HealthSource& health_;
};

}  // namespace web
