#include "exchange/sql_check.h"

#include "base/format.h"
#include "exchange/sql_template.h"
#include "exchange/sql_tree.h"
#include "exchange/sql_writer.h"

namespace exchange {

using base::ErrorCode;
using base::Fail;
using base::Json;

base::Result<AcceptedQuery> CheckSql(std::string_view sql, const Json& statements,
                                     std::span<const std::string> tables) {
  const bool is_list = statements.kind() == Json::Kind::kArray;
  if (!is_list || statements.AsArray().size() != 1) {
    const std::size_t count = is_list ? statements.AsArray().size() : 0;
    return Fail(ErrorCode::kInvalid, base::Format("The SQL holds {} statements", count), "the SQL",
                "Send exactly one SELECT.");
  }
  const Json& statement = statements.AsArray()[0];
  SqlWriter writer(sql, tables);
  TRY(writer.Statement(statement));
  AcceptedQuery query;
  query.sql = writer.text();
  query.template_json = TRY(SqlTemplate(*TRY(SqlNodeField(statement, "node"))));
  query.template_digest = base::Sha256(query.template_json);
  query.tables.assign(writer.tables().begin(), writer.tables().end());
  query.parameters.assign(writer.parameters().begin(), writer.parameters().end());
  return query;
}

}  // namespace exchange
