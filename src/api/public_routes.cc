#include "api/public_routes.h"

#include <algorithm>

#include "api/problem.h"
#include "base/check.h"
#include "base/format.h"
#include "base/json.h"
#include "ledger/published_files.h"

namespace api {
namespace {

using base::ErrorCode;
using base::Format;

constexpr std::string_view kLogPrefix = "/log/";
constexpr std::string_view kErrorsPrefix = "/errors";
constexpr double kMicrosecondsPerSecond = 1e6;

base::Error NotHere() { return {ErrorCode::kNotFound, "There is nothing at this address", {}, {}}; }

void AddHeader(http::Response& response, std::string_view name, std::string_view value) {
  CHECK(response.headers.Add(name, value).has_value());  // both are words of this file
}

http::Response Text(std::string body) {
  return http::MakeResponse(200, "text/plain; charset=utf-8", std::move(body));
}

base::Json RowJson(const base::ErrorRow& row) {
  return base::Json::Object({{"name", row.name},
                             {"status", row.http_status},
                             {"title", row.title},
                             {"remedy", row.remedy}});
}

// The table of errors, or one row of it: what the `type` of a problem leads to.
http::Response Errors(const http::Request& request) {
  const std::string_view name = std::string_view(request.path).substr(kErrorsPrefix.size());
  base::Json::Items rows;
  for (const base::ErrorRow& row : base::ErrorTable()) {
    if (name.empty()) rows.push_back(RowJson(row));
    if (name.starts_with('/') && name.substr(1) == row.name) {
      return http::MakeResponse(200, "application/json", base::WriteJson(RowJson(row)) + "\n");
    }
  }
  if (!name.empty()) return ProblemResponse(NotHere(), request);
  return http::MakeResponse(200, "application/json",
                            base::WriteJson(base::Json::Array(std::move(rows))) + "\n");
}

}  // namespace

http::Response PublicRoutes::Handle(const http::Request& request) {
  ++requests_;
  http::Response response = Route(request);
  if (response.status >= 400) ++refused_;
  AddHeader(response, "X-Content-Type-Options", "nosniff");
  return response;
}

http::Response PublicRoutes::Route(const http::Request& request) {
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
    http::Response response = ProblemResponse(
        {ErrorCode::kMethodNotAllowed, "This address can only be read", {}, "Use GET or HEAD."},
        request);
    AddHeader(response, "Allow", "GET, HEAD");
    return response;
  }
  const std::string_view path = request.path;
  if (path == "/healthz") return Text("ok\n");
  if (path == "/metrics") return Metrics(request);
  if (path.starts_with(kLogPrefix)) return LogFile(request);
  if (path.starts_with(kErrorsPrefix)) return Errors(request);
  return ProblemResponse(NotHere(), request);
}

http::Response PublicRoutes::LogFile(const http::Request& request) {
  std::string_view rest = std::string_view(request.path).substr(kLogPrefix.size());
  const std::size_t slash = rest.find('/');
  const std::string_view name = rest.substr(0, slash);
  if (slash == std::string_view::npos || (name != "register" && name != "access")) {
    return ProblemResponse(NotHere(), request);
  }
  const bool is_register = name == "register";
  ledger::Log& log = is_register ? register_log_ : access_log_;
  auto file = ledger::ReadPublishedFile(world_.files(), log, rest.substr(slash + 1));
  if (!file) {
    return ProblemResponse(file.error().code == ErrorCode::kNotFound ? NotHere() : file.error(),
                           request);
  }
  http::Response response = http::MakeResponse(
      200, file->is_text ? "text/plain; charset=utf-8" : "application/octet-stream",
      std::move(file->bytes));
  AddHeader(response, "Cache-Control",
            file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  AddHeader(response, "Access-Control-Allow-Origin", "*");  // public bytes, for any verifier
  return response;
}

// Prometheus' text format. For this machine alone: load and sizes say something of who does what.
http::Response PublicRoutes::Metrics(const http::Request& request) {
  if (!request.is_loopback) return ProblemResponse(NotHere(), request);
  const double uptime_s =
      static_cast<double>(world_.clock().MonotonicMicroseconds() - started_microseconds_) /
      kMicrosecondsPerSecond;
  std::string text = Format(
      "# TYPE tabularium_uptime_seconds gauge\ntabularium_uptime_seconds {:.3f}\n"
      "# TYPE tabularium_requests_total counter\ntabularium_requests_total {}\n"
      "# TYPE tabularium_requests_refused_total counter\ntabularium_requests_refused_total {}\n",
      uptime_s, requests_.load(), refused_.load());
  text += "# TYPE tabularium_log_entries gauge\n";
  for (ledger::Log* log : {&register_log_, &access_log_}) {
    text += Format("tabularium_log_entries{{log=\"{0}\"}} {1}\n", log->origin(), log->size());
  }
  text += "# TYPE tabularium_log_published_entries gauge\n";
  for (ledger::Log* log : {&register_log_, &access_log_}) {
    text += Format("tabularium_log_published_entries{{log=\"{0}\"}} {1}\n", log->origin(),
                   log->published_size());
  }
  return http::MakeResponse(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text));
}

}  // namespace api
