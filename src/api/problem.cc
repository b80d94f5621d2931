#include "api/problem.h"

#include "base/format.h"
#include "base/json.h"

namespace api {

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
  return http::MakeResponse(row.http_status, "application/problem+json",
                            base::WriteJson(Json::Object(std::move(members))) + "\n");
}

}  // namespace api
