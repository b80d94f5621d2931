#include "exchange/query_parameters.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "engine/query_run.h"

namespace exchange {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;
using base::Json;

bool IsDigit(char byte) { return byte >= '0' && byte <= '9'; }
bool IsNamePart(char byte) {
  return IsDigit(byte) || byte == '_' || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

std::unexpected<base::Error> OtherCount(std::size_t wanted) {
  return Fail(ErrorCode::kInvalid,
              Format("The query has {} parameters, and another number of values came", wanted),
              "/params", "Give one value for each parameter.");
}

// $name as $7, where the name is the seventh of `names`. The SQL is the guard's: outside of '…' and
// "…", in which quotes are doubled, a $ begins a parameter.
std::string Numbered(std::string_view sql, const std::vector<std::string>& names) {
  std::string numbered;
  for (std::size_t at = 0; at < sql.size();) {
    const char byte = sql[at];
    std::size_t end = at + 1;
    if (byte == '\'' || byte == '"') {
      end = std::min(sql.find(byte, end), sql.size() - 1) + 1;
    } else if (byte == '$') {
      while (end < sql.size() && IsNamePart(sql[end])) ++end;
      const auto found = std::ranges::find(names, sql.substr(at + 1, end - at - 1));
      if (found != names.end()) {
        numbered += Format("${}", found - names.begin() + 1);
        at = end;
        continue;
      }
    }
    numbered += sql.substr(at, end - at);
    at = end;
  }
  return numbered;
}

base::Result<BoundQuery> BindNames(const AcceptedQuery& query, const Json& params) {
  BoundQuery bound{.sql = Numbered(query.sql, query.parameters), .parameters = {}};
  if (params.AsObject().size() != query.parameters.size()) {
    return OtherCount(query.parameters.size());
  }
  for (const std::string& name : query.parameters) {
    const Json* value = params.Find(name);
    if (value == nullptr) {
      return Fail(ErrorCode::kInvalid, "A parameter of the query has no value", "/params/" + name,
                  "Give one value for each parameter, by its name.");
    }
    bound.parameters.push_back(TRY(engine::ReadSqlParameter(*value, "/params/" + name)));
  }
  return bound;
}

}  // namespace

base::Result<BoundQuery> BindParameters(const AcceptedQuery& query, const Json& params) {
  const bool has_names = !query.parameters.empty() && !IsDigit(query.parameters.front().front());
  if (has_names && params.kind() == Json::Kind::kObject) return BindNames(query, params);
  if (has_names || params.kind() != Json::Kind::kArray) {
    return Fail(ErrorCode::kInvalid, "The values of the parameters have another form", "/params",
                "Send an array for $1, $2 and ?, and an object for $name.");
  }
  BoundQuery bound{.sql = query.sql, .parameters = {}};
  const Json::Items& values = params.AsArray();
  if (values.size() != query.parameters.size()) return OtherCount(query.parameters.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    bound.parameters.push_back(TRY(engine::ReadSqlParameter(values[i], Format("/params/{}", i))));
  }
  return bound;
}

}  // namespace exchange
