// Requests as whoever asks works on them: the list of all that concern one, the parts of a request
// and how far each is, the small form of each part, the legal check, sending and taking back. The
// choice of data has a page of its own (request_selection_pages.h).
//
// Everybody of the asking body may read; explorers of it write. The owner's people read what was
// sent. For everybody else a request does not exist.
//
// Thread safety: like Desk.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/request_document.h"
#include "agreements/requests.h"
#include "catalogue/dataset.h"
#include "web/desk.h"
#include "web/request_part.h"
#include "web/request_view.h"
#include "web/route.h"

namespace web {

// One request as somebody sees it, with what its pages say beside the document.
struct SeenRequest {
  Visitor visitor;
  agreements::Request request;
  agreements::RequestDocument document;
  std::optional<catalogue::Dataset> dataset;  // nothing: the reader may not know of it any more
  std::optional<catalogue::Schema> schema;    // of its latest version
  std::optional<catalogue::Dataset> list;
  std::optional<catalogue::Schema> list_schema;
  std::string area_code;  // of the asking body
  bool is_asker = false;  // the reader is of the asking body
  bool may_edit = false;  // now, by role and state

  [[nodiscard]] std::string Url(std::string_view part = {}) const;
  [[nodiscard]] std::string Revision() const;
  // Points into this value.
  [[nodiscard]] RequestSources Sources(const agreements::Law& law) const;
};

// Whether this person writes requests for their organisation.
bool IsRequester(const Visitor& visitor);

// NothingHere() for what the visitor may not know of.
base::Result<SeenRequest> LookAtRequest(Desk& desk, const http::Request& request,
                                        std::string_view number);
// The same for a page that changes the request: NothingHere() for whoever may not, now.
base::Result<SeenRequest> LookToEdit(Desk& desk, const http::Request& request,
                                     std::string_view number);

// Saves and checks by the law. The verdict is that of the check, null where it could not be made.
base::Result<agreements::Request> SaveAndCheck(Desk& desk, const SeenRequest& seen,
                                               std::uint64_t revision, const base::Json& document);
// "A colleague changed this at 10:40 …": for a form whose revision is older.
std::string StaleWords(const SeenRequest& seen, const Texts& texts);
// The number in the hidden field `revision`; kInvalid for what is none.
base::Result<std::uint64_t> RevisionOf(const Form& form);

class RequestPages {
 public:
  explicit RequestPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  // request_list.cc
  Handled ShowList(const http::Request& request, const PathParts& parts);
  base::Result<base::Json> WaitingJson(const Visitor& visitor);
  base::Result<base::Json> BoxJson(const http::Request& request, const Visitor& visitor,
                                   agreements::RequestBox box, std::string_view cursor_name);

  // request_pages.cc
  Handled Begin(const http::Request& request, const PathParts& parts);
  Handled ShowRequest(const http::Request& request, const PathParts& parts);
  Handled ShowCheck(const http::Request& request, const PathParts& parts);
  Handled Check(const http::Request& request, const PathParts& parts);

  // request_steps.cc
  Handled ShowSubmit(const http::Request& request, const PathParts& parts);
  Handled Submit(const http::Request& request, const PathParts& parts);
  Handled ShowWithdraw(const http::Request& request, const PathParts& parts);
  Handled Withdraw(const http::Request& request, const PathParts& parts);
  http::Response ShowSubmitPage(const SeenRequest& seen, const std::string& error, int status);
  http::Response ShowWithdrawPage(const SeenRequest& seen, const std::string& error, int status);

  // request_part_pages.cc
  Handled ShowPart(const http::Request& request, const PathParts& parts, RequestPart part);
  Handled SavePart(const http::Request& request, const PathParts& parts, RequestPart part);
  http::Response ShowPartPage(const SeenRequest& seen, RequestPart part, const FormView& form,
                              int status);
  Handled ShowDocuments(const http::Request& request, const PathParts& parts);
  Handled ChangeDocuments(const http::Request& request, const PathParts& parts);
  http::Response ShowDocumentsPage(const SeenRequest& seen, const FormView& form, int status);
  [[nodiscard]] FormView DocumentForm(const SeenRequest& seen) const;

  Desk& desk_;
};

}  // namespace web
