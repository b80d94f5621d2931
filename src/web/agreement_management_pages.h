// Pausing, resuming and stopping an agreement: the choice, and the page that asks once more. For
// the approvers of its two bodies and administrators of the platform; for everybody else these
// pages do not exist.
//
// Nothing is kept between the two pages: what was chosen goes along in the form. Both carry what
// the agreement was when it was shown, so that nobody acts on what has changed since.
//
// Thread safety: like Desk.
#pragma once

#include <string>
#include <vector>

#include "web/agreement_management_view.h"
#include "web/desk.h"
#include "web/route.h"

namespace web {

class AgreementManagementPages {
 public:
  explicit AgreementManagementPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  struct Target {
    Visitor visitor;
    ManagedAgreement managed;
  };

  Handled ShowManagement(const http::Request& request, const PathParts& parts);
  Handled Choose(const http::Request& request, const PathParts& parts);
  Handled LeadToChoice(const http::Request& request, const PathParts& parts);
  Handled Act(const http::Request& request, const PathParts& parts);

  base::Result<Target> RequireTarget(const http::Request& request, const PathParts& parts);
  http::Response ShowForm(const Target& target, const ManagementChoice& choice,
                          const FieldErrors& errors, int status);
  http::Response ShowConfirmation(const Target& target, const ChosenAct& chosen);
  // Whether what is asked for has just been done with the same words, as by a second click.
  base::Result<bool> IsDoneAlready(const Target& target, AgreementAct act,
                                   const ManagementChoice& choice);
  base::Result<agreements::Agreement> Perform(const Target& target, const ChosenAct& chosen);

  Desk& desk_;
};

}  // namespace web
