// The page “Which data” of a request: columns, each in a form that the owner allows, conditions of
// rows, and a list of the asker's own. Saving checks by the law; nothing that depends on how many
// rows match is read or said.
//
// Thread safety: like Desk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/desk.h"
#include "web/request_pages.h"
#include "web/route.h"
#include "web/selection.h"

namespace web {

// The view of the page: selection_view.cc. `saved` words what was saved last; empty: nothing is.
base::Json::Members SelectionView(const Selection& choices,
                                  const std::vector<SelectionError>& errors,
                                  const SelectionSources& sources, const SeenRequest& seen,
                                  const agreements::Law& law, const Texts& texts);

class RequestSelectionPages {
 public:
  explicit RequestSelectionPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  Handled ShowData(const http::Request& request, const PathParts& parts);
  Handled SaveData(const http::Request& request, const PathParts& parts);
  // The asker's own datasets, at most kMaxOwnLists.
  base::Result<std::vector<OwnList>> OwnLists(const SeenRequest& seen);
  http::Response ShowPage(const SeenRequest& seen, const Selection& choices,
                          const std::vector<SelectionError>& errors,
                          const SelectionSources& sources, const std::string& revision, int status);

  Desk& desk_;
};

}  // namespace web
