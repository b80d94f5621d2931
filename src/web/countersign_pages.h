// The page on which an approver of the recipient signs an agreement, or declines it. For everybody
// else the page does not exist.
//
// Thread safety: like Desk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "web/countersign_view.h"
#include "web/desk.h"
#include "web/route.h"

namespace web {

class CountersignPages {
 public:
  explicit CountersignPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  struct Target {
    Visitor visitor;
    AgreementToSign sign;
  };

  Handled ShowSignature(const http::Request& request, const PathParts& parts);
  Handled Act(const http::Request& request, const PathParts& parts);

  base::Result<Target> RequireTarget(const http::Request& request, const PathParts& parts);
  // The words of the last thing of this kind that happened; nothing when they were removed.
  base::Result<std::optional<std::string>> WordsOf(const agreements::Agreement& agreement,
                                                   std::string_view event);
  http::Response Show(const Target& target, const SignatureChoice& choice,
                      const FieldErrors& errors, int status);
  // Where the decision leads.
  base::Result<std::string> Record(const Target& target, const SignatureChoice& choice);

  Desk& desk_;
};

}  // namespace web
