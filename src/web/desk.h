// What the handlers of all pages share: who asks, whether a form may act, and how a page is shown.
//
// A handler calls, in this order and where it can be read: Authenticate (or Look, on a public
// page), AcceptForm for a POST, then acts, then Show. A failure is an Error, which Site shows.
//
// Thread safety: all methods from any thread. What Grounds names must outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agreements/agreements.h"
#include "agreements/law.h"
#include "agreements/requests.h"
#include "base/result.h"
#include "base/world.h"
#include "catalogue/catalogue.h"
#include "exchange/query.h"
#include "exchange/rehearsal_counts.h"
#include "http/message.h"
#include "identity/directory.h"
#include "ledger/log.h"
#include "web/assets.h"
#include "web/form.h"
#include "web/multipart.h"
#include "web/page.h"
#include "web/templates.h"
#include "web/texts.h"

namespace web {

struct SiteOptions {
  bool demonstration = false;
  // What browsers call this server, as "https://data.example.org"; empty: what their Host says.
  std::string own_origin;
  // The list of public keys that checkpoints are checked with, as /keys.json shows it.
  std::string keys_json;
};

// What the pages stand on, all owned by others.
struct Grounds {
  base::World& world;
  identity::Directory& directory;
  ledger::Log& register_log;
  ledger::Log& access_log;
  catalogue::Catalogue& catalogue;
  const agreements::Law& law;
  agreements::Requests& requests;
  agreements::Agreements& agreements;
  exchange::QueryServices query;
  exchange::CountServices counts;
};

// Who asks. Nobody in particular when there is no principal.
struct Visitor {
  std::optional<identity::Principal> principal;
  std::string session_secret;
  std::string name;
  std::string email;
  std::string organisation_name;

  [[nodiscard]] bool IsSignedIn() const { return principal.has_value(); }
  // Of the session's forms; empty for nobody.
  [[nodiscard]] std::string FormToken() const;
};

class Desk {
 public:
  // kInvalid when a template or the catalogue of texts is at fault.
  static base::Result<std::unique_ptr<Desk>> Open(Grounds grounds, SiteOptions options);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Whoever asks, signed in or not. An error only when the store cannot answer.
  base::Result<Visitor> Look(const http::Request& request);
  // The person who is signed in; kUnauthenticated when nobody is.
  base::Result<Visitor> Authenticate(const http::Request& request);
  // The form of a POST, when a page of ours sent it in this visitor's session; else kForbidden.
  base::Result<Form> AcceptForm(const http::Request& request, const Visitor& visitor,
                                const FormLimits& limits = {});
  // The same for the form that brings a file.
  base::Result<Upload> AcceptUpload(const http::Request& request, const Visitor& visitor);

  // A whole response. When the page cannot be made, a bare one with status 500.
  http::Response Show(const Page& page, const Visitor& visitor);

  // The time of day in so many seconds.
  base::Instant In(std::int64_t seconds);
  // What the visitor's browser calls this server, for addresses that are passed on to others.
  [[nodiscard]] std::string OriginOf(const http::Request& request) const;

  [[nodiscard]] const Texts& texts() const { return texts_; }
  [[nodiscard]] const Assets& assets() const { return assets_; }
  [[nodiscard]] const SiteOptions& options() const { return options_; }
  [[nodiscard]] const Templates& templates() const { return *templates_; }
  base::World& world() { return grounds_.world; }
  identity::Directory& directory() { return grounds_.directory; }
  ledger::Log& register_log() { return grounds_.register_log; }
  ledger::Log& access_log() { return grounds_.access_log; }
  catalogue::Catalogue& catalogue() { return grounds_.catalogue; }
  [[nodiscard]] const agreements::Law& law() const { return grounds_.law; }
  agreements::Requests& requests() { return grounds_.requests; }
  agreements::Agreements& agreements() { return grounds_.agreements; }
  [[nodiscard]] const exchange::QueryServices& query() const { return grounds_.query; }
  [[nodiscard]] const exchange::CountServices& counts() const { return grounds_.counts; }

 private:
  Desk(Grounds grounds, SiteOptions options, Texts texts, std::unique_ptr<Templates> templates)
      : grounds_(std::move(grounds)),
        options_(std::move(options)),
        texts_(std::move(texts)),
        templates_(std::move(templates)) {}

  [[nodiscard]] base::Json::Members Frame(const Page& page, const Visitor& visitor);
  [[nodiscard]] base::Json Navigation(const Page& page, const Visitor& visitor) const;

  Grounds grounds_;
  const SiteOptions options_;
  const Texts texts_;
  const std::unique_ptr<Templates> templates_;
  const Assets assets_;
};

// A redirect that lets a browser load the page behind it with GET.
http::Response SeeOther(std::string_view path);

// Adds a header whose name and value are ours.
void AddHeader(http::Response& response, std::string_view name, std::string_view value);

}  // namespace web
