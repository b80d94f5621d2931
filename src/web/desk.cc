#include "web/desk.h"

#include <algorithm>

#include "base/check.h"
#include "base/format.h"
#include "identity/secrets.h"
#include "web/embedded.h"
#include "web/entry_words.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;

constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::unexpected<base::Error> NobodySignedIn() {
  return base::Fail(ErrorCode::kUnauthenticated, "Nobody is signed in");
}

base::Result<void> RequireFormToken(const Visitor& visitor, std::string_view token) {
  if (visitor.IsSignedIn() && identity::IsFormToken(visitor.session_secret, token)) return {};
  return base::Fail(ErrorCode::kForbidden, "This form belongs to another session", {},
                    "Go back, load the page anew and send it again.");
}

Json CrumbJson(const Crumb& crumb) {
  return Json::Object({{"words", Json::Repaired(crumb.words)}, {"url", crumb.url}});
}

Json CrumbsJson(const Page& page) {
  if (page.crumbs.empty()) return {};
  Json::Items items;
  for (const Crumb& crumb : page.crumbs) items.push_back(CrumbJson(crumb));
  items.pop_back();
  return Json::Object({{"above", Json::Array(std::move(items))},
                       {"here", Json::Repaired(page.crumbs.back().words)}});
}

}  // namespace

void AddHeader(http::Response& response, std::string_view name, std::string_view value) {
  CHECK(response.headers.Add(name, value).has_value());
}

http::Response SeeOther(std::string_view path) {
  http::Response response;
  response.status = 303;
  AddHeader(response, "Location", path);
  AddHeader(response, "Cache-Control", "no-store");
  return response;
}

std::string Visitor::FormToken() const {
  return IsSignedIn() ? identity::FormTokenOf(session_secret) : std::string{};
}

base::Result<std::unique_ptr<Desk>> Desk::Open(Grounds grounds, SiteOptions options) {
  const auto files = TextFiles();
  const auto english = std::ranges::find(files, "en.json", &base::EmbeddedFile::name);
  CHECK(english != files.end());
  Texts texts = TRY(Texts::Parse(english->bytes));
  auto templates = TRY(Templates::Compile(TemplateFiles(), texts));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Desk>(
      new Desk(std::move(grounds), std::move(options), std::move(texts), std::move(templates)));
}

base::Result<Visitor> Desk::Look(const http::Request& request) {
  Visitor visitor;
  std::string secret = CookieOf(request, kSessionCookie);
  if (secret.empty()) return visitor;
  auto principal = directory().AuthenticateSession(secret);
  if (!principal) {
    if (principal.error().code == ErrorCode::kUnauthenticated) return visitor;
    return base::Fail(std::move(principal).error());
  }
  const auto self = TRY(directory().OwnAccount(*principal));
  visitor.principal = std::move(*principal);
  visitor.session_secret = std::move(secret);
  visitor.name = self.account.name;
  visitor.email = self.account.email;
  visitor.organisation_name = self.organisation.name;
  return visitor;
}

base::Result<Visitor> Desk::Authenticate(const http::Request& request) {
  Visitor visitor = TRY(Look(request));
  if (!visitor.IsSignedIn()) return NobodySignedIn();
  return visitor;
}

base::Result<Form> Desk::AcceptForm(const http::Request& request, const Visitor& visitor,
                                    const FormLimits& limits) {
  TRY(RequireOwnOrigin(request, options_.own_origin));
  Form form = TRY(Form::Parse(request, limits));
  TRY(RequireFormToken(visitor, form.Raw(kFormTokenField)));
  return form;
}

base::Result<Upload> Desk::AcceptUpload(const http::Request& request, const Visitor& visitor) {
  TRY(RequireOwnOrigin(request, options_.own_origin));
  const Upload upload =
      TRY(ParseUpload(request.headers.Find("Content-Type").value_or(""), request.body));
  TRY(RequireFormToken(visitor, upload.form_token));
  return upload;
}

base::Instant Desk::In(std::int64_t seconds) {
  return {world().clock().Now().microseconds + seconds * base::kMicrosecondsPerSecond};
}

std::string Desk::OriginOf(const http::Request& request) const {
  if (!options_.own_origin.empty()) return options_.own_origin;
  return base::Format("{}://{}", request.is_tls ? "https" : "http",
                      request.headers.Find("Host").value_or(""));
}

Json Desk::Navigation(const Page& page, const Visitor& visitor) const {
  Json::Items items;
  const auto add = [&](Section section, std::string_view key, std::string url) {
    items.push_back(Json::Object({{"words", texts_.Get(key)},
                                  {"url", std::move(url)},
                                  {"is_active", page.section == section}}));
  };
  add(Section::kDatasets, "navigation.datasets", "/datasets");
  add(Section::kAgreements, "navigation.agreements", "/agreements");
  add(Section::kRegisterLog, "navigation.register_log", "/register-log");
  if (!visitor.IsSignedIn()) {
    add(Section::kSignIn, "navigation.sign_in", "/sign-in");
    return Json::Array(std::move(items));
  }
  add(Section::kRequests, "navigation.requests", "/requests");
  if (visitor.principal->AdministersPlatform()) {
    add(Section::kAdministration, "navigation.administration", "/admin");
  } else if (visitor.principal->Administers(visitor.principal->organisation)) {
    add(Section::kAdministration, "navigation.administration",
        "/admin/organisations/" + visitor.principal->organisation_slug);
  }
  add(Section::kAccount, "navigation.account", "/account");
  return Json::Array(std::move(items));
}

// The register log is public at once; of the access log the public knows what is published. The
// time is the newest entry's, since a checkpoint carries none; it is signed within the same second.
Json::Members Desk::Frame(const Page& page, const Visitor& visitor) {
  const std::uint64_t size = register_log().size();
  std::string newest = texts_.Get("frame.no_entry");
  if (size > 0) {
    const auto entry = ReadEntry(register_log(), size - 1);
    if (entry && entry->time) newest = DateTimeText(*entry->time, texts_);
  }
  Json who;
  if (visitor.IsSignedIn()) {
    who = Json::Object({{"name", ShownText(visitor.name)},
                        {"organisation", ShownText(visitor.organisation_name)},
                        {"form_token", visitor.FormToken()}});
  }
  const std::string_view title_key = page.has_error ? "frame.title_error" : "frame.title";
  return {{"page_title", Json::Repaired(texts_.Get(title_key, {{"title", page.title}}))},
          {"title", Json::Repaired(page.title)},
          {"framework_url", assets_.UrlOf("govuk-frontend.min.css")},
          {"style_url", assets_.UrlOf("tabularium.css")},
          {"icon_url", assets_.UrlOf("favicon.svg")},
          {"demonstration", options_.demonstration},
          {"navigation", Navigation(page, visitor)},
          {"who", who},
          {"crumbs", CrumbsJson(page)},
          {"back", page.back ? CrumbJson(*page.back) : Json()},
          {"has_way_back", page.back || !page.crumbs.empty()},
          {"fills_width", page.fills_width},
          {"register_size", NumberText(size)},
          {"access_size", NumberText(access_log().published_size())},
          {"newest", newest}};
}

http::Response Desk::Show(const Page& page, const Visitor& visitor) {
  Json::Members frame = Frame(page, visitor);
  Json::Members view = page.view;
  view.emplace_back("title", Json::Repaired(page.title));
  auto content = templates_->Render(page.template_name, Json::Object(std::move(view)));
  base::Result<std::string> whole = std::string{};
  if (content) {
    frame.emplace_back("content", std::move(*content));
    whole = templates_->Render("layout", Json::Object(std::move(frame)));
  }
  const bool is_whole = content && whole;
  http::Response response = http::MakeResponse(is_whole ? page.status : 500, kHtml,
                                               is_whole ? std::move(*whole) : std::string{});
  const bool is_private = page.is_private || visitor.IsSignedIn() || !is_whole;
  AddHeader(response, "Cache-Control", is_private ? "no-store" : "no-cache");
  AddHeader(response, "Vary", "Cookie");
  return response;
}

}  // namespace web
