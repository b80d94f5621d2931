// The functions of DuckDB's C API, found in the library while the program runs; and what its
// failures are here.
//
// Thread safety: Calls are pointers that never change; the functions are pure or reentrant.
#pragma once

#include <duckdb.h>

#include <exception>
#include <string>

#include "base/result.h"

namespace engine {

// clang-format off
#define DUCKDB_CALLS(CALL) \
  CALL(create_config) CALL(set_config) CALL(destroy_config) CALL(open_ext) CALL(close) \
  CALL(connect) CALL(disconnect) CALL(interrupt) CALL(free) CALL(prepare) CALL(prepare_error) \
  CALL(destroy_prepare) CALL(pending_prepared_streaming) CALL(pending_error) \
  CALL(execute_pending) CALL(destroy_pending) CALL(fetch_chunk) CALL(destroy_data_chunk) \
  CALL(destroy_result) CALL(result_error) CALL(column_count) CALL(column_type) \
  CALL(column_name) CALL(column_logical_type) CALL(destroy_logical_type) CALL(get_type_id) \
  CALL(decimal_width) CALL(decimal_scale) CALL(nparams) CALL(bind_boolean) CALL(bind_int64) \
  CALL(bind_double) CALL(bind_varchar_length) CALL(bind_null) \
  CALL(prepared_statement_column_count) CALL(prepared_statement_column_name) \
  CALL(prepared_statement_column_logical_type) \
  CALL(prepared_statement_type) CALL(data_chunk_get_size) CALL(data_chunk_get_vector) \
  CALL(vector_get_data) CALL(vector_get_validity) CALL(validity_row_is_valid) \
  CALL(arrow_scan) CALL(string_t_length) CALL(string_t_data)
// clang-format on

struct Calls {
  void* library = nullptr;  // its handle
// NOLINTNEXTLINE(bugprone-macro-parentheses): it declares
#define MEMBER(name) decltype(&duckdb_##name) name = nullptr;
  DUCKDB_CALLS(MEMBER)
#undef MEMBER
};

// Loads the library, if it is not loaded yet, and finds every function.
base::Result<Calls> CallsOf(const std::string& library_path);

// DuckDB's message as an Error: its class as a code, its text cut to 4,000 bytes of UTF-8.
std::unexpected<base::Error> DuckdbFailure(const char* message);

// DuckDB's C++ inside may throw through its C API when memory ends; such an exception stops here.
template <typename Body>
auto Guarding(Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return DuckdbFailure(exception.what());
  } catch (...) {
    return base::Fail(base::ErrorCode::kInternal, "DuckDB threw what is no exception");
  }
}

}  // namespace engine
