// The page on which an approver of the owner decides on a request: takes it into review, rehearses
// it, approves, returns or rejects it. For everybody else the page does not exist.
//
// Thread safety: like Desk. A rehearsal waits for a worker.
#pragma once

#include <optional>
#include <vector>

#include "web/decision_view.h"
#include "web/desk.h"
#include "web/route.h"

namespace web {

class DecisionPages {
 public:
  explicit DecisionPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  struct Target {
    Visitor visitor;
    RequestToDecide decide;
  };
  // What a page shows beside the request.
  struct Shown {
    DecisionChoice choice = {};
    FieldErrors errors = {};
    std::optional<ShownRehearsal> rehearsal = {};
    int status = 200;
  };

  Handled ShowDecision(const http::Request& request, const PathParts& parts);
  Handled Act(const http::Request& request, const PathParts& parts);
  Handled Take(const http::Request& request, const PathParts& parts, const Target& target,
               const DecisionChoice& choice);
  Handled Rehearse(const http::Request& request, const Target& target);
  Handled Decide(const http::Request& request, const PathParts& parts, const Target& target,
                 const DecisionChoice& choice);

  base::Result<Target> RequireTarget(const http::Request& request, const PathParts& parts);
  base::Result<base::Json> VerdictOfNow(const Visitor& visitor, const agreements::Request& request);
  http::Response Show(const http::Request& request, const Target& target, const Shown& shown);
  Handled ShowRefused(const http::Request& request, const PathParts& parts,
                      const DecisionChoice& choice, const base::Error& error);
  base::Result<bool> IsDecidedAlready(const Target& target, const DecisionChoice& choice);
  // Where the decision leads.
  base::Result<std::string> Record(const Target& target, const DecisionChoice& choice);

  Desk& desk_;
};

}  // namespace web
