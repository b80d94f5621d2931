#include "api/problem.h"

#include "base/check.h"
#include "base/format.h"
#include "base/json.h"

namespace api {
namespace {

// What a client is told to wait where the error itself does not know.
constexpr std::int64_t kBusyRetryS = 1;
constexpr std::int64_t kUnavailableRetryS = 5;

std::int64_t RetryAfterOf(const base::Error& error) {
  if (error.retry_after_s > 0) return error.retry_after_s;
  if (error.code == base::ErrorCode::kBusy) return kBusyRetryS;
  if (error.code == base::ErrorCode::kUnavailable) return kUnavailableRetryS;
  return 0;
}

}  // namespace

http::Response ProblemResponse(const base::Error& error, const http::Request& request) {
  using base::Json;
  const base::ErrorRow& row = base::RowOf(error.code);
  Json::Members members{{"type", base::Format("/errors/{}", row.name)},
                        {"title", row.title},
                        {"status", row.http_status},
                        {"detail", Json::Repaired(error.what)},
                        {"remedy", Json::Repaired(error.Remedy())},
                        {"instance", request.id.Text()}};
  if (!error.where.empty()) members.emplace_back("where", Json::Repaired(error.where));
  http::Response response =
      http::MakeResponse(row.http_status, "application/problem+json",
                         base::WriteJson(Json::Object(std::move(members))) + "\n");
  const std::int64_t retry_after_s = RetryAfterOf(error);
  if (retry_after_s > 0) {
    CHECK(response.headers.Add("Retry-After", base::Format("{}", retry_after_s)).has_value());
  }
  if (error.code == base::ErrorCode::kUnauthenticated) {
    CHECK(response.headers.Add("WWW-Authenticate", "Bearer realm=\"tabularium\"").has_value());
  }
  return response;
}

}  // namespace api
