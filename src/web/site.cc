#include "web/site.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "web/embedded.h"
#include "web/same_site.h"
#include "web/words.h"

namespace web {
namespace {

using base::ErrorCode;
using base::Json;
using http::Method;

constexpr std::int64_t kRetrySeconds = 5;

// What a browser may do with a page of ours: load our own styles and pictures, send forms to us,
// and nothing else; no script at all.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'";

void AddSafetyHeaders(const http::Request& request, http::Response& response) {
  AddHeader(response, "Content-Security-Policy", kContentPolicy);
  AddHeader(response, "X-Content-Type-Options", "nosniff");
  AddHeader(response, "X-Frame-Options", "DENY");
  // Not no-referrer: browsers then send `Origin: null` with our own forms.
  if (!response.headers.Find("Referrer-Policy")) {
    AddHeader(response, "Referrer-Policy", "same-origin");
  }
  AddHeader(response, "Cross-Origin-Opener-Policy", "same-origin");
  AddHeader(response, "Cross-Origin-Resource-Policy", "same-origin");
  AddHeader(response, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (request.is_tls) AddHeader(response, "Strict-Transport-Security", "max-age=31536000");
}

http::Response FileResponse(std::string_view type, std::string_view bytes) {
  http::Response response = http::MakeResponse(200, type, std::string(bytes));
  AddHeader(response, "Cache-Control", "no-cache");
  return response;
}

Page NotFoundPage(const Texts& texts) {
  return {"not_found", texts.Get("not_found.title"), {}, 404};
}

// The title and the sentences of an error: those of the catalogue where it has them for this code,
// otherwise what the error itself says.
Page ErrorPageOf(const base::Error& error, const Texts& texts) {
  const base::ErrorRow& row = base::RowOf(error.code);
  const std::string key = base::Format("error.{}", row.name);
  std::string title =
      texts.Has(key + ".title") ? texts.Get(key + ".title") : std::string(row.title);
  Json::Items paragraphs;
  for (const char* const part : {".first", ".second", ".third"}) {
    if (texts.Has(key + part)) paragraphs.emplace_back(texts.Get(key + part));
  }
  if (paragraphs.empty()) {
    paragraphs = {Json::Repaired(error.what + "."), Json::Repaired(error.Remedy())};
  }
  Page page{"error", std::move(title), {}, row.http_status};
  page.view = {{"paragraphs", Json::Array(std::move(paragraphs))}};
  page.is_private = true;
  return page;
}

}  // namespace

base::Result<std::unique_ptr<Site>> Site::Open(Grounds grounds, SiteOptions options,
                                               HealthSource& health) {
  auto desk = TRY(Desk::Open(std::move(grounds), std::move(options)));
  // tidy: allow raw-memory because the constructor is private
  return std::unique_ptr<Site>(new Site(std::move(desk), health));
}

Site::Site(std::unique_ptr<Desk> desk, HealthSource& health)
    : desk_(std::move(desk)),
      start_(*desk_),
      sign_in_(*desk_),
      register_(*desk_),
      administration_(*desk_, health),
      organisation_(*desk_),
      account_(*desk_),
      datasets_(*desk_),
      publish_(*desk_),
      management_(*desk_),
      decision_(*desk_),
      countersign_(*desk_),
      query_(*desk_),
      agreement_register_(*desk_),
      agreement_(*desk_),
      access_receipt_(*desk_),
      requests_(*desk_),
      request_selection_(*desk_) {
  start_.AddTo(routes_);
  sign_in_.AddTo(routes_);
  register_.AddTo(routes_);
  administration_.AddTo(routes_);
  organisation_.AddTo(routes_);
  account_.AddTo(routes_);
  requests_.AddTo(routes_);
  request_selection_.AddTo(routes_);
  // Before the datasets, whose pattern would take /datasets/new for a dataset.
  publish_.AddTo(routes_);
  datasets_.AddTo(routes_);
  management_.AddTo(routes_);
  decision_.AddTo(routes_);
  countersign_.AddTo(routes_);
  query_.AddTo(routes_);
  agreement_register_.AddTo(routes_);
  agreement_.AddTo(routes_);
  access_receipt_.AddTo(routes_);
}

bool Site::Owns(std::string_view path) {
  constexpr std::array<std::string_view, 5> kOfPrograms = {"/api", "/log", "/errors", "/healthz",
                                                           "/metrics"};
  return std::ranges::none_of(kOfPrograms, [&](std::string_view prefix) {
    return path == prefix || path.starts_with(std::string(prefix) + "/");
  });
}

std::uint64_t Site::BodyLimit(Method method, std::string_view path) {
  return PublishPages::BodyLimit(method, path);
}

http::Response Site::Handle(const http::Request& request) {
  http::Response response = Route(request);
  AddSafetyHeaders(request, response);
  return response;
}

http::Response Site::Route(const http::Request& request) {
  const Method method = request.method == Method::kHead ? Method::kGet : request.method;
  if (method == Method::kGet) {
    if (auto file = FindFile(request)) return std::move(*file);
  }
  bool is_known = false;
  bool has_get = false;
  for (const auto& route : routes_) {
    const auto parts = MatchPath(route.pattern, request.path);
    if (!parts) continue;
    is_known = true;
    has_get = has_get || route.method == Method::kGet;
    if (route.method != method) continue;
    auto response = route.handler(request, *parts);
    return response ? std::move(*response) : ErrorPage(request, response.error());
  }
  if (is_known) return RefuseMethod(request, has_get);
  return ErrorPage(request, {ErrorCode::kNotFound, "There is nothing at this address", {}, {}});
}

http::Response Site::RefuseMethod(const http::Request& request, bool has_get) {
  http::Response response = ErrorPage(
      request, {ErrorCode::kMethodNotAllowed, "This address does not take that method", {}, {}});
  AddHeader(response, "Allow", has_get ? "GET, HEAD, POST" : "POST");
  return response;
}

std::optional<http::Response> Site::FindFile(const http::Request& request) const {
  if (auto asset = desk_->assets().Find(request.path)) return asset;
  if (request.path == "/favicon.ico") {
    return desk_->assets().Find(desk_->assets().UrlOf("favicon.svg"));
  }
  if (request.path == "/verify.py") {
    return FileResponse("text/x-python; charset=utf-8", ClientFiles().front().bytes);
  }
  if (request.path == "/keys.json" && !desk_->options().keys_json.empty()) {
    return FileResponse("application/json", desk_->options().keys_json);
  }
  return std::nullopt;
}

// Whoever must sign in is led to the page that asks for it, and back afterwards. What was typed
// into a form is lost then: it is kept nowhere on the way.
http::Response Site::ErrorPage(const http::Request& request, const base::Error& error) {
  auto visitor = desk_->Look(request);
  if (error.code == ErrorCode::kUnauthenticated) {
    if (request.method == Method::kPost) return sign_in_.ShowEnded(request.path);
    return SeeOther("/sign-in?return=" + EncodeForQuery(ReturnPathOf(request.path)));
  }
  // Without the store nobody is known, and the page can still be shown.
  return ShowError(error, visitor ? *visitor : Visitor{});
}

http::Response Site::ShowError(const base::Error& error, const Visitor& visitor) {
  const Texts& texts = desk_->texts();
  if (error.code == ErrorCode::kNotFound) return desk_->Show(NotFoundPage(texts), visitor);
  Page page = ErrorPageOf(error, texts);
  std::int64_t retry_s = error.retry_after_s;
  if (retry_s == 0 && page.status == 503) retry_s = kRetrySeconds;
  if (error.code == ErrorCode::kRateLimited && retry_s > 0) {
    const std::string time = DateTimeText(desk_->In(retry_s), texts);
    page.view = {
        {"paragraphs", Json::Array({texts.Get("error.rate-limited.until", {{"time", time}})})}};
  }
  http::Response response = desk_->Show(page, visitor);
  if (retry_s > 0) AddHeader(response, "Retry-After", base::Format("{}", retry_s));
  return response;
}

}  // namespace web
