#include "exchange/sql_writer.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json_text.h"
#include "engine/duckdb.h"
#include "exchange/sql_tree.h"

namespace exchange {

using base::ErrorCode;
using base::Fail;
using base::Json;

SqlWriter::SqlWriter(std::string_view sql, std::span<const std::string> tables)
    : sql_(sql), tables_(tables) {}

SqlWriter::Visit::Visit(SqlWriter& writer, const Json& node)
    : writer_(writer), offset_before_(writer.offset_) {
  ++writer_.nodes_;
  ++writer_.levels_;
  if (const auto offset = SqlOffset(node)) writer_.offset_ = offset;
}

SqlWriter::Visit::~Visit() {
  --writer_.levels_;
  writer_.offset_ = offset_before_;
}

std::unexpected<base::Error> SqlWriter::Refuse(std::string what, std::string remedy) const {
  return Fail(ErrorCode::kInvalid, std::move(what), SqlPlace(sql_, offset_), std::move(remedy));
}

std::unexpected<base::Error> SqlWriter::RefuseUnknown(std::string_view what,
                                                      std::string_view name) const {
  return Refuse(base::Format("{} \"{}\" is not accepted", what, base::ShownName(name)),
                "Write the query without it.");
}

SqlWriter::Written SqlWriter::Placed(Written written) const {
  if (!written && written.error().where.empty()) {
    written.error().where = SqlPlace(sql_, offset_);
  }
  return written;
}

SqlWriter::Written SqlWriter::CheckBudget() const {
  if (levels_ > kMaxSqlLevels) {
    return Fail(ErrorCode::kTooLarge,
                base::Format("The SQL is nested more than {} levels deep", kMaxSqlLevels),
                SqlPlace(sql_, offset_), "Use WITH, IN, or fewer brackets and operators in a row.");
  }
  if (nodes_ > kMaxSqlNodes) {
    return Fail(ErrorCode::kTooLarge,
                base::Format("The SQL has more than {} expressions and tables", kMaxSqlNodes),
                SqlPlace(sql_, offset_), "Ask for less at once.");
  }
  return {};
}

SqlWriter::Written SqlWriter::Statement(const Json& statement) {
  static constexpr std::array<SqlField, 2> kFields = {{{"node"}, {"named_param_map"}}};
  TRY(Placed(CheckSqlFields(statement, kFields)));
  TRY(Placed(Query(*TRY(SqlNodeField(statement, "node")))));
  return Placed(CheckParameters(statement));
}

// DuckDB gives all parameters of the statement beside the tree; what was written must be the same.
SqlWriter::Written SqlWriter::CheckParameters(const Json& statement) const {
  static constexpr std::array<SqlField, 2> kFields = {{{"key"}, {"value"}}};
  std::set<std::string> named;
  for (const Json& entry : TRY(SqlListField(statement, "named_param_map"))) {
    TRY(CheckSqlFields(entry, kFields));
    named.emplace(TRY(SqlTextField(entry, "key")));
  }
  if (named != parameters_) return RefuseUnknown("A parameter", "unseen");
  if (named.empty() || !base::ParseDecimal(*named.begin())) return {};
  for (std::size_t number = 1; number <= named.size(); ++number) {
    if (named.contains(base::Format("{}", number))) continue;
    return Refuse(base::Format("The parameters are numbered, but ${} is left out", number),
                  "Number parameters from 1 without gaps.");
  }
  return {};
}

SqlWriter::Written SqlWriter::Name(std::string_view name) {
  if (name.empty() || name.size() > kMaxSqlNameBytes || name.contains('\0')) {
    return Refuse(base::Format("A name is empty or longer than {} bytes", kMaxSqlNameBytes),
                  "Choose another name.");
  }
  out_ += engine::SqlName(name);
  return {};
}

SqlWriter::Written SqlWriter::Names(std::span<const std::string_view> names) {
  out_ += '(';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) out_ += ", ";
    TRY(Name(names[i]));
  }
  out_ += ')';
  return {};
}

}  // namespace exchange
