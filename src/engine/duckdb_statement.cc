#include "engine/internal/duckdb_statement.h"

#include <string_view>
#include <variant>

#include "base/format.h"

namespace engine {

using base::ErrorCode;
using base::Fail;
using base::Format;

Statement::~Statement() {
  if (running_) calls_.interrupt(connection_);
  calls_.destroy_result(&result_);
  if (pending_ != nullptr) calls_.destroy_pending(&pending_);
  if (prepared_ != nullptr) calls_.destroy_prepare(&prepared_);
}

base::Result<void> Statement::Prepare(const std::string& sql) {
  if (sql.find('\0') != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "SQL holds a zero byte", {}, "Leave it out.");
  }
  if (calls_.prepare(connection_, sql.c_str(), &prepared_) != DuckDBSuccess) {
    return DuckdbFailure(calls_.prepare_error(prepared_));
  }
  return {};
}

base::Result<void> Statement::Bind(std::span<const SqlParameter> parameters) {
  const idx_t wanted = calls_.nparams(prepared_);
  if (wanted != parameters.size()) {
    return Fail(
        ErrorCode::kInvalid,
        Format("The query has {} parameters, and {} values were given", wanted, parameters.size()),
        {}, "Give one value for each parameter.");
  }
  struct Binder {
    const Calls& calls;
    duckdb_prepared_statement prepared;
    idx_t place;

    duckdb_state operator()(std::monostate) const { return calls.bind_null(prepared, place); }
    duckdb_state operator()(bool value) const { return calls.bind_boolean(prepared, place, value); }
    duckdb_state operator()(std::int64_t value) const {
      return calls.bind_int64(prepared, place, value);
    }
    duckdb_state operator()(double value) const {
      return calls.bind_double(prepared, place, value);
    }
    duckdb_state operator()(const std::string& value) const {
      return calls.bind_varchar_length(prepared, place, value.data(), value.size());
    }
  };
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (std::visit(Binder{calls_, prepared_, i + 1}, parameters[i]) == DuckDBSuccess) continue;
    return Fail(ErrorCode::kInvalid, "DuckDB does not take a value of the query",
                Format("parameter {}", i + 1));
  }
  return {};
}

base::Result<void> Statement::Start() {
  if (calls_.pending_prepared_streaming(prepared_, &pending_) != DuckDBSuccess) {
    return DuckdbFailure(calls_.pending_error(pending_));
  }
  running_ = true;
  if (calls_.execute_pending(pending_, &result_) != DuckDBSuccess) {
    return DuckdbFailure(calls_.result_error(&result_));
  }
  return {};
}

// A failure in mid-stream ends the chunks just as their end does: only the error of the result
// tells the two apart.
base::Result<void> Statement::EachChunk(
    const std::function<base::Result<void>(duckdb_data_chunk chunk)>& each) {
  for (;;) {
    duckdb_data_chunk chunk = calls_.fetch_chunk(result_);
    if (chunk == nullptr) break;
    const auto done = each(chunk);
    calls_.destroy_data_chunk(&chunk);
    if (!done) return done;
  }
  running_ = false;
  const char* message = calls_.result_error(&result_);
  if (message == nullptr || *message == '\0') return {};
  // Nobody interrupts while chunks are read. When one of its threads fails, DuckDB interrupts the
  // others, and now and then it reports that instead of the reason.
  if (std::string_view(message).starts_with("INTERRUPT")) {
    return Fail(ErrorCode::kInvalid, "The query failed in the midst of its result", {},
                "Run it again to be told the reason.");
  }
  return DuckdbFailure(message);
}

bool Statement::IsSelect() const {
  return calls_.prepared_statement_type(prepared_) == DUCKDB_STATEMENT_TYPE_SELECT;
}

std::vector<std::string> Statement::PreparedNames() const {
  std::vector<std::string> names;
  const idx_t count = calls_.prepared_statement_column_count(prepared_);
  for (idx_t column = 0; column < count; ++column) {
    const char* name = calls_.prepared_statement_column_name(prepared_, column);
    names.emplace_back(name == nullptr ? "" : name);
    calls_.free(const_cast<char*>(name));  // tidy: allow const-cast because the C API wants so
  }
  return names;
}

std::vector<DuckdbColumn> Statement::PreparedColumns() const {
  std::vector<DuckdbColumn> columns;
  const idx_t count = calls_.prepared_statement_column_count(prepared_);
  for (idx_t column = 0; column < count; ++column) {
    columns.push_back(Described(calls_.prepared_statement_column_logical_type(prepared_, column)));
  }
  return columns;
}

std::vector<duckdb_type> Statement::ResultTypes() {
  std::vector<duckdb_type> types;
  const idx_t count = calls_.column_count(&result_);
  for (idx_t column = 0; column < count; ++column) {
    types.push_back(calls_.column_type(&result_, column));
  }
  return types;
}

std::vector<DuckdbColumn> Statement::ResultColumns() {
  std::vector<DuckdbColumn> columns;
  const idx_t count = calls_.column_count(&result_);
  for (idx_t column = 0; column < count; ++column) {
    columns.push_back(Described(calls_.column_logical_type(&result_, column)));
  }
  return columns;
}

std::vector<std::string> Statement::ResultNames() {
  std::vector<std::string> names;
  const idx_t count = calls_.column_count(&result_);
  for (idx_t column = 0; column < count; ++column) {
    const char* name = calls_.column_name(&result_, column);
    names.emplace_back(name == nullptr ? "" : name);
  }
  return names;
}

// Takes the type over.
DuckdbColumn Statement::Described(duckdb_logical_type type) const {
  DuckdbColumn column;
  if (type == nullptr) return column;
  column.type = calls_.get_type_id(type);
  if (column.type == DUCKDB_TYPE_DECIMAL) {
    column.precision = calls_.decimal_width(type);
    column.scale = calls_.decimal_scale(type);
  }
  calls_.destroy_logical_type(&type);
  return column;
}

}  // namespace engine
