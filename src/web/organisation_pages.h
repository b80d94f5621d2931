// One organisation as its administrators see it: its people and machines, and one account with its
// roles. Thread safety: like Desk.
#pragma once

#include <string>
#include <vector>

#include "web/access.h"
#include "web/confirmation.h"
#include "web/desk.h"
#include "web/route.h"
#include "web/token_pages.h"

namespace web {

class OrganisationPages {
 public:
  explicit OrganisationPages(Desk& desk) : desk_(desk), tokens_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  // organisation_pages.cc
  Handled ShowOrganisation(const http::Request& request, const PathParts& parts);
  Handled ShowNewPerson(const http::Request& request, const PathParts& parts);
  Handled CreatePerson(const http::Request& request, const PathParts& parts);
  Handled ShowNewMachine(const http::Request& request, const PathParts& parts);
  Handled CreateMachine(const http::Request& request, const PathParts& parts);
  http::Response ShowLink(const http::Request& request, const Visitor& visitor,
                          const std::string& name, const std::string& link_secret,
                          const std::string& onward_url);

  // account_administration.cc
  Handled ShowAccount(const http::Request& request, const PathParts& parts);
  Handled ShowNewRole(const http::Request& request, const PathParts& parts);
  Handled GiveRole(const http::Request& request, const PathParts& parts);
  Handled ShowWithdrawRole(const http::Request& request, const PathParts& parts);
  Handled WithdrawRole(const http::Request& request, const PathParts& parts);
  Handled ShowNewLink(const http::Request& request, const PathParts& parts);
  Handled CreateLink(const http::Request& request, const PathParts& parts);
  Handled ShowDisable(const http::Request& request, const PathParts& parts);
  Handled Disable(const http::Request& request, const PathParts& parts);
  Handled ShowNewToken(const http::Request& request, const PathParts& parts);
  Handled CreateToken(const http::Request& request, const PathParts& parts);
  Handled ShowWithdrawToken(const http::Request& request, const PathParts& parts);
  Handled WithdrawToken(const http::Request& request, const PathParts& parts);

  // The account that an address names, after its organisation was let through.
  struct Subject {
    identity::Organisation organisation;
    identity::Account account;
    [[nodiscard]] std::string Url() const;
  };
  base::Result<Subject> RequireSubject(const Visitor& visitor, const PathParts& parts);
  [[nodiscard]] FormView RoleForm(const Visitor& visitor, const Subject& subject) const;
  [[nodiscard]] FormPage RolePage(const Subject& subject) const;
  [[nodiscard]] TokenTarget TokenTargetOf(const Subject& subject) const;
  base::Result<identity::GrantRecord> RequireGrant(const Visitor& visitor, const Subject& subject,
                                                   std::string_view id);

  Desk& desk_;
  TokenPages tokens_;
};

}  // namespace web
