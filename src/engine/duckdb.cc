#include "engine/duckdb.h"

#include <array>
#include <span>
#include <utility>

#include "base/format.h"
#include "engine/internal/duckdb_calls.h"
#include "engine/internal/duckdb_connection.h"
#include "engine/internal/duckdb_statement.h"

namespace engine {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

// A value of the few types that statements other than queries give, and that casting leaves.
base::Result<std::string> ValueText(const Calls& calls, duckdb_type type, void* values,
                                    std::size_t row) {
  switch (type) {
    case DUCKDB_TYPE_VARCHAR: {
      duckdb_string_t& text = static_cast<duckdb_string_t*>(values)[row];
      return std::string(calls.string_t_data(&text), calls.string_t_length(text));
    }
    case DUCKDB_TYPE_BIGINT:
      return Format("{}", static_cast<const std::int64_t*>(values)[row]);
    case DUCKDB_TYPE_BOOLEAN:
      return std::string(static_cast<const bool*>(values)[row] ? "true" : "false");
    default:
      return Fail(ErrorCode::kInvalid, "This statement gives values that are no text", {},
                  "Cast its columns to VARCHAR.");
  }
}

base::Result<void> AppendRows(const Calls& calls, duckdb_data_chunk chunk,
                              std::span<const duckdb_type> types, std::size_t max_rows,
                              TextTable& table) {
  const std::size_t first = table.rows.size();
  const idx_t count = calls.data_chunk_get_size(chunk);
  if (count > max_rows - first) {
    return Fail(ErrorCode::kTooLarge, Format("A result has more than {} rows", max_rows));
  }
  for (idx_t row = 0; row < count; ++row) table.rows.emplace_back(types.size());
  for (std::size_t column = 0; column < types.size(); ++column) {
    duckdb_vector vector = calls.data_chunk_get_vector(chunk, column);
    void* values = calls.vector_get_data(vector);
    std::uint64_t* validity = calls.vector_get_validity(vector);  // null: no value is null
    for (idx_t row = 0; row < count; ++row) {
      if (validity != nullptr && !calls.validity_row_is_valid(validity, row)) continue;
      table.rows[first + row][column] = TRY(ValueText(calls, types[column], values, row));
    }
  }
  return {};
}

base::Result<void> Drain(const Calls& calls, Statement& statement, std::size_t max_rows,
                         TextTable& table) {
  TRY(statement.Start());
  const std::vector<duckdb_type> types = statement.ResultTypes();
  return statement.EachChunk([&](duckdb_data_chunk chunk) -> base::Result<void> {
    return AppendRows(calls, chunk, types, max_rows, table);
  });
}

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char character : text) {
    if (character == '\0') {
      quoted += "\xEF\xBF\xBD";
      continue;
    }
    if (character == quote) quoted += quote;
    quoted += character;
  }
  quoted += quote;
  return quoted;
}

std::string ListOf(std::span<const std::string> paths) {
  std::string list = "[";
  for (const std::string& path : paths) {
    if (list.size() > 1) list += ", ";
    list += SqlText(path);
  }
  return list + "]";
}

}  // namespace

base::Result<void> Duckdb::Connection::Open(const DuckdbOptions& options) {
  duckdb_config config = nullptr;
  if (calls.create_config(&config) != DuckDBSuccess) {
    calls.destroy_config(&config);
    return Fail(ErrorCode::kInternal, "DuckDB gave no configuration");
  }
  const std::array<std::pair<const char*, std::string>, 7> settings = {{
      {"threads", Format("{}", options.threads)},
      {"memory_limit", Format("{}B", options.memory_bytes)},
      {"allow_unsigned_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  }};
  for (const auto& [name, value] : settings) {
    if (calls.set_config(config, name, value.c_str()) == DuckDBSuccess) continue;
    calls.destroy_config(&config);
    return Fail(ErrorCode::kInternal, "DuckDB refused a setting", name);
  }
  char* reason = nullptr;
  const duckdb_state opened = calls.open_ext(nullptr, &database, config, &reason);
  calls.destroy_config(&config);
  if (opened != DuckDBSuccess) {
    const auto failure = DuckdbFailure(reason);
    if (reason != nullptr) calls.free(reason);
    return failure;
  }
  if (calls.connect(database, &connection) != DuckDBSuccess) {
    return Fail(ErrorCode::kInternal, "DuckDB gave no connection");
  }
  return {};
}

base::Result<void> Duckdb::Load(const std::string& library_path) {
  TRY(CallsOf(library_path));
  return {};
}

base::Result<std::unique_ptr<Duckdb>> Duckdb::Open(const DuckdbOptions& options) {
  auto connection = std::make_unique<Connection>();
  connection->calls = TRY(CallsOf(options.library_path));
  TRY(Guarding([&] { return connection->Open(options); }));
  // tidy: allow raw-memory because the constructor is private
  std::unique_ptr<Duckdb> duckdb(new Duckdb(std::move(connection)));
  TRY(duckdb->Execute("SET temp_directory = ''"));  // nothing spills
  TRY(duckdb->Execute("SET TimeZone = 'UTC'"));
  TRY(duckdb->Execute("SET allowed_paths = " + ListOf(options.readable_files)));
  if (options.writable_folder) {
    const std::string folder = *options.writable_folder + "/";
    TRY(duckdb->Execute("SET allowed_directories = " + ListOf({&folder, 1})));
  }
  TRY(duckdb->Execute("SET enable_external_access = false"));
  TRY(duckdb->Execute("SET lock_configuration = true"));
  return duckdb;
}

Duckdb::Duckdb(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Duckdb::~Duckdb() = default;

base::Result<void> Duckdb::Execute(const std::string& sql) {
  return Guarding([&]() -> base::Result<void> {
    Statement statement(connection_->calls, connection_->connection);
    TRY(statement.Prepare(sql));
    TRY(statement.Start());
    return statement.EachChunk([](duckdb_data_chunk) -> base::Result<void> { return {}; });
  });
}

base::Result<TextTable> Duckdb::Query(const std::string& sql, std::size_t max_rows) {
  return Guarding([&]() -> base::Result<TextTable> {
    const Calls& calls = connection_->calls;
    TextTable table;
    Statement given(calls, connection_->connection);
    TRY(given.Prepare(sql));
    table.names = given.PreparedNames();
    if (!given.IsSelect()) {
      TRY(Drain(calls, given, max_rows, table));
      return table;
    }
    // DuckDB itself casts each value to text; the line end shuts a comment at the end of the SQL.
    Statement cast(calls, connection_->connection);
    TRY(cast.Prepare("SELECT COLUMNS(*)::VARCHAR FROM (\n" + sql + "\n)"));
    TRY(Drain(calls, cast, max_rows, table));
    return table;
  });
}

Duckdb::Native Duckdb::native() const {
  return {.library = connection_->calls.library, .connection = connection_->connection};
}

base::Result<void> Duckdb::ViewArrow(const std::string& name, ArrowArrayStream& stream) {
  return Guarding([&]() -> base::Result<void> {
    // The C API hides the struct behind a pointer of its own.
    auto* hidden = reinterpret_cast<duckdb_arrow_stream>(&stream);
    if (connection_->calls.arrow_scan(connection_->connection, name.c_str(), hidden) ==
        DuckDBSuccess) {
      return {};
    }
    return Fail(ErrorCode::kInvalid, "DuckDB does not take the columns of an Arrow stream");
  });
}

std::string SqlText(std::string_view text) { return Quoted(text, '\''); }
std::string SqlName(std::string_view name) { return Quoted(name, '"'); }

}  // namespace engine
