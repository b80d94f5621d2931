// Asking the data of an agreement in SQL, for the people whom it names: the page with the first
// rows, and the download of all of them. For everybody else these pages do not exist.
//
// A query runs as over the API: exchange::Query opens the gate, and from then on the access is on
// record. A page that shows a whole result closes it as complete; one that stops at its limit lets
// it be closed as cut. Thread safety: like Desk. Running waits for a worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agreements/policy_compiler.h"
#include "web/desk.h"
#include "web/query_result.h"
#include "web/route.h"

namespace web {

// A page waits so long at most; a program may wait as long as the API lets it.
inline constexpr std::int64_t kMaxPageQueryMs = 60'000;
// Percent-encoding makes three bytes of one.
inline constexpr FormLimits kQueryForm{.max_bytes = 4 * agreements::kMaxSqlBytes, .max_fields = 10};

class QueryPages {
 public:
  explicit QueryPages(Desk& desk) : desk_(desk) {}
  void AddTo(std::vector<Route>& routes);

 private:
  using Handled = base::Result<http::Response>;

  // An agreement that names the visitor as a recipient, and what is given under it.
  struct Target {
    Visitor visitor;
    agreements::Agreement agreement;
    std::string table;  // its name in SQL
    catalogue::Schema schema;
    std::vector<agreements::OutputColumn> columns;  // empty while the policy does not fit the data
  };
  // What the form asks.
  struct Asked {
    std::string sql;
    std::string purpose;
  };
  // What has come of a query for the page.
  struct Read {
    PartialResult result;
    bool is_whole = false;
    std::optional<base::Error> cut;
  };

  Handled ShowForm(const http::Request& request, const PathParts& parts);
  Handled Ask(const http::Request& request, const PathParts& parts);
  Handled Run(const http::Request& request, const Target& target, const Asked& asked);
  Handled Download(const http::Request& request, const Target& target, const Asked& asked,
                   engine::ResultFormat format);

  base::Result<Target> RequireTarget(const http::Request& request, std::string_view number);
  static base::Result<Read> ReadRows(exchange::QueryStream& stream);
  Handled ShowResult(const http::Request& request, const Target& target, const Asked& asked,
                     const Read& read, std::uint64_t opened, std::int64_t ms);
  Handled ShowRefused(const http::Request& request, const Target& target, const Asked& asked,
                      const base::Error& error, std::optional<std::uint64_t> opened);
  base::Result<base::Json> RecordJson(const Target& target, std::uint64_t opened);
  [[nodiscard]] Page PageOf(const Target& target) const;
  base::Result<base::Json::Members> FrameOf(const http::Request& request, const Target& target,
                                            const Asked& asked);

  Desk& desk_;
};

// Whether the agreement names the visitor as one who may get data under it.
bool IsNamedRecipient(const Visitor& visitor, const agreements::Agreement& agreement);

}  // namespace web
