// The pages: everything that a browser of a person asks for, outside /api and /log.
//
// Handle answers every path it is given; what no page has is 404. A page that one may not know of
// is answered by the same bytes as one that does not exist. The rules for cookies, forms and
// headers stand in docs/formats/pages.md.
//
// Thread safety: Handle from any thread. What Grounds names must outlive the Site.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "web/access_receipt_pages.h"
#include "web/account_pages.h"
#include "web/administration_pages.h"
#include "web/agreement_management_pages.h"
#include "web/agreement_pages.h"
#include "web/agreement_register_pages.h"
#include "web/countersign_pages.h"
#include "web/dataset_pages.h"
#include "web/decision_pages.h"
#include "web/desk.h"
#include "web/health.h"
#include "web/organisation_pages.h"
#include "web/publish_pages.h"
#include "web/query_pages.h"
#include "web/register_pages.h"
#include "web/request_pages.h"
#include "web/request_selection_pages.h"
#include "web/route.h"
#include "web/sign_in_pages.h"
#include "web/start_pages.h"

namespace web {

class Site {
 public:
  // kInvalid when a template or a catalogue of texts that was built in is at fault. `health` must
  // outlive the Site.
  static base::Result<std::unique_ptr<Site>> Open(Grounds grounds, SiteOptions options,
                                                  HealthSource& health);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  http::Response Handle(const http::Request& request);

  // Whether a path is answered here: every one but those of programs (/api, /log, /errors,
  // /healthz, /metrics).
  static bool Owns(std::string_view path);
  // How many bytes a request's body may have, of a path that is answered here.
  static std::uint64_t BodyLimit(http::Method method, std::string_view path);

 private:
  Site(std::unique_ptr<Desk> desk, HealthSource& health);

  http::Response Route(const http::Request& request);
  http::Response RefuseMethod(const http::Request& request, bool has_get);
  [[nodiscard]] std::optional<http::Response> FindFile(const http::Request& request) const;
  http::Response ErrorPage(const http::Request& request, const base::Error& error);
  http::Response ShowError(const base::Error& error, const Visitor& visitor);

  std::unique_ptr<Desk> desk_;
  StartPages start_;
  SignInPages sign_in_;
  RegisterPages register_;
  AdministrationPages administration_;
  OrganisationPages organisation_;
  AccountPages account_;
  DatasetPages datasets_;
  PublishPages publish_;
  AgreementManagementPages management_;
  DecisionPages decision_;
  CountersignPages countersign_;
  QueryPages query_;
  AgreementRegisterPages agreement_register_;
  AgreementPages agreement_;
  AccessReceiptPages access_receipt_;
  RequestPages requests_;
  RequestSelectionPages request_selection_;
  std::vector<struct Route> routes_;
};

}  // namespace web
