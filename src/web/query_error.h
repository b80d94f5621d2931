// What is wrong with a query, as its page shows it: the place, why, and what to write instead.
//
// The guard names a place in the SQL; DuckDB names a column, and its own place is one in the SQL
// that was written anew, so the place is looked for by the name. Texts of both may quote the
// query: they are for who sent it. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "catalogue/schema.h"
#include "web/texts.h"

namespace web {

struct SqlSpot {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // in bytes, from 1
};

// Of "line 1, column 8"; nothing for any other text.
std::optional<SqlSpot> SpotOf(std::string_view where);
// Where a name first stands as a word of its own, without regard to case.
std::optional<SqlSpot> SpotOfName(std::string_view sql, std::string_view name);
// The column that DuckDB says it does not know; empty for any other message.
std::string UnknownColumnOf(std::string_view message);

// What the template `query` needs of a refusal. `schema` is that of the dataset, which is public:
// a column that it has was left out of the agreement.
base::Json QueryErrorJson(const base::Error& error, std::string_view sql,
                          const catalogue::Schema& schema, const std::string& dataset_title,
                          const Texts& texts);

}  // namespace web
